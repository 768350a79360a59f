"""Running the command line in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explorer.cli.main import main


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Runs a command with ``--json`` and gives its object, the only thing on standard output."""

    def run(*words: str, status: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        assert main([*words, "--json"]) == status
        captured = capsys.readouterr()
        assert captured.err == ""
        result = json.loads(captured.out)
        assert isinstance(result, dict)
        return result

    return run


@pytest.fixture
def narwhals() -> str:
    """The small weights that come with the program."""
    return str(Path(__file__).parents[3] / "assets" / "weights" / "narwhals.safetensors")
