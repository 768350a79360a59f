"""Modules of the program run in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

FROZEN = bool(getattr(sys, "frozen", False))
"""There is no Python to run other modules with."""


def command(module: str, *words: str) -> list[str]:
    """What starts a module."""
    return [sys.executable, "-P", "-m", module, *words]


def environment() -> Mapping[str, str]:
    """Ours, with this package to be found wherever the program was started from."""
    root = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([root, inherited] if inherited else [root])
    return {**os.environ, "PYTHONPATH": path}


def find_platform() -> None:
    """Let Qt draw off screen where there is no display, here and in what is started from here."""
    named = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"} & set(os.environ)
    if sys.platform == "linux" and not named:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


class Answering:
    """A process that answers each line with a line.

    Args:
        command: starts it.
        limit: seconds that an answer may take; then it is ended.

    Attributes:
        stopped: it was ended.
    """

    def __init__(self, command: Sequence[str], limit: float) -> None:
        self._limit = limit
        self.stopped = False
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env=environment(),
        )  # fmt: skip

    def __enter__(self) -> Answering:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def tell(self, line: str) -> None:
        """Send a line that has no answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def ask(self, line: str) -> str:
        """Send a line and wait for the answer; empty if it came to an end instead."""
        assert self._process.stdout is not None
        timer = threading.Timer(self._limit, self._stop)
        timer.start()
        try:
            self.tell(line)
            return self._process.stdout.readline()
        except OSError:
            return ""
        finally:
            timer.cancel()
            timer.join()

    def _stop(self) -> None:
        self.stopped = True
        self._process.kill()
