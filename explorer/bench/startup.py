"""From the start of a process to the first frame on screen, beside a window with nothing in it.

What a process says is the time of day right after its window was painted; it begins when the
process is asked for. The first round does not count: it fills the caches of files and those of
compiled modules, which are kept in a folder of this measurement.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from tempfile import TemporaryDirectory

from engine.errors import InputError
from explorer.bench.process import FROZEN, command, environment
from explorer.bench.rows import Row, times_of

GOAL = 250.0
"""Milliseconds until the first frame."""
ROUNDS = 11
_LIMIT = 60

OURS: Sequence[str] = (
    [sys.executable, "--first-frame"] if FROZEN else command("explorer", "--first-frame")
)
BARE = "explorer.bench.bare_window"
PEERS: Mapping[str, Sequence[str]] = {
    "bare PySide6 window": command(BARE),
    "the same with numpy": command(BARE, "numpy"),
}


def cases(rounds: int = ROUNDS) -> tuple[tuple[Row, ...], str]:
    """A row for each peer, all of them started in turns; and the platform that Qt ran on.

    Raises:
        InputError: a window cannot be opened here.
    """
    if FROZEN:
        raise InputError("the packaged program cannot start its peers: measure from source")
    commands = {"": OURS, **PEERS}
    taken: dict[str, list[float]] = {name: [] for name in commands}
    platform = ""
    with TemporaryDirectory() as folder:
        for turn in range(rounds + 1):
            for name, words in commands.items():
                seconds, said = _seconds(words, folder)
                platform = said or platform
                if turn:
                    taken[name].append(seconds)
    ours = times_of(taken.pop(""))
    rows = tuple(
        Row("first frame", ours, peer, times_of(theirs), GOAL) for peer, theirs in taken.items()
    )
    return rows, platform


def _seconds(words: Sequence[str], compiled: str) -> tuple[float, str]:
    """Seconds to the first frame of a program, and what else it says of it."""
    around = {**environment(), "PYTHONPYCACHEPREFIX": compiled}
    around.pop("PYTHONDONTWRITEBYTECODE", None)
    begin = time.time()
    done = subprocess.run(
        words, capture_output=True, text=True, env=around, timeout=_LIMIT, check=False
    )
    painted, _, rest = done.stdout.strip().partition(" ")
    if not painted:
        reason = " ".join(done.stderr.split())[:200] or f"exit status {done.returncode}"
        raise InputError(
            f"no window can be opened ({reason}); set QT_QPA_PLATFORM=offscreen to measure without"
        )
    return float(painted) - begin, rest
