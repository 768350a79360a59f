"""Functions called in a process of their own, where nothing was done before: time and memory.

``python -m engine.bench.fresh MODULE FUNCTION [WORDS]`` prints what the function measured as JSON.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from engine.errors import InputError

T = TypeVar("T")

FROZEN = bool(getattr(sys, "frozen", False))
"""There is no Python to start."""

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_FORGET_PEAK = "5"


def called(module: str, function: str, *words: str) -> dict[str, Any]:
    """What a function of a module measured in a fresh process.

    Raises:
        InputError: there is no Python to start it with, or it failed.
    """
    if FROZEN:
        raise InputError("the packaged program cannot start fresh processes: measure from source")
    root = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([root, inherited] if inherited else [root])
    done = subprocess.run(
        [sys.executable, "-P", "-m", "engine.bench.fresh", module, function, *words],
        stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    if done.returncode:
        raise InputError(f"measuring {' '.join((function, *words))} failed; see above")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def measured(work: Callable[[], T]) -> tuple[T, float, float | None]:
    """What work gives, the seconds it takes, and the mebibytes that it needs more than there are.

    Memory is the largest resident set minus that before; None where the system does not tell it.
    """
    gc.collect()
    before = None
    # Without the right to forget it the peak is that of the process.
    with suppress(OSError):
        _CLEAR.write_text(_FORGET_PEAK, encoding="ascii")
        before = _kibibytes("VmRSS")
    begun = perf_counter()
    result = work()
    seconds = perf_counter() - begun
    peak = _kibibytes("VmHWM")
    if peak is None or before is None:
        return result, seconds, None
    return result, seconds, (peak - before) / 1024


def _kibibytes(name: str) -> int | None:
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    values = [line.split()[1] for line in lines if line.startswith(f"{name}:")]
    return int(values[0]) if values else None


def main(words: list[str]) -> None:
    """Call the function and print its answer."""
    module, function, *rest = words
    sys.stdout.write(json.dumps(getattr(importlib.import_module(module), function)(*rest)))


if __name__ == "__main__":
    main(sys.argv[1:])
