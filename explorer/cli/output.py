"""Printing for people and for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any


def print_json(answer: Mapping[str, Any]) -> None:
    """One JSON object on standard output; what JSON cannot hold (NaN, infinity) becomes null."""
    print(json.dumps(_finite(answer), ensure_ascii=False, allow_nan=False))


def say(line: str) -> None:
    """A line of a report for people, on standard output."""
    print(line)


def note(line: str) -> None:
    """A remark that is not part of the answer, on standard error."""
    print(line, file=sys.stderr)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
