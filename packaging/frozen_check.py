"""Try a frozen program: it starts, paints, finds its fonts, assets and corpus, and its oracle.

``python packaging/frozen_check.py FOLDER`` checks a folder that is already there.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SENTENCE = "Narwhals are way cooler than parrots"
SECONDS = 180


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command of the frozen program did."""

    status: int
    stdout: str
    stderr: str


Judge = Callable[[Outcome], str | None]


@dataclass(frozen=True, slots=True)
class Check:
    """One command, and what must be true of its outcome.

    Attributes:
        arguments: the command line after the program's name.
        judge: gives the complaint, or None when all is well.
        window: the command opens a window.
        torch: the command finds the build machine's torch.
    """

    arguments: tuple[str, ...]
    judge: Judge
    window: bool = False
    torch: bool = False


def run(folder: Path) -> int:
    """Run every check on the program in ``folder``; 0 when all pass, otherwise 1."""
    torch = torch_folder()
    failures = 0
    for check in checks(with_torch=torch is not None):
        outcome = start(folder, check, torch if check.torch else None)
        complaint = complaint_about(outcome, check)
        print(
            f"{'FAILED' if complaint else 'ok':6} tapestry {' '.join(check.arguments)}", flush=True
        )
        if complaint:
            failures += 1
            print(f"{complaint}\n{outcome.stdout[-2000:]}\n{outcome.stderr[-2000:]}", flush=True)
    return 1 if failures else 0


def checks(*, with_torch: bool) -> tuple[Check, ...]:
    """The trial: what a person does first, then what a frozen program is most likely to lack."""
    compare = ("check", "--text", SENTENCE, "--json")
    count = ("ngram", "--corpus", "shakespeare", "--order", "3", "--context", "to be", "--json")
    generate = ("generate", "--length", "40", "--seed", "1")
    return (
        Check(("--version",), says_something),
        Check(("--smoke-test",), succeeds, window=True),
        Check(count, has("next")),
        Check(generate, says_something),
        Check(compare, is_unverified),
        *([Check(compare, agrees, torch=True)] if with_torch else []),
    )


def start(folder: Path, check: Check, torch: Path | None) -> Outcome:
    """Run one command in an empty folder, with no Python of the build machine in sight."""
    hidden = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "TAPESTRY_TORCH", "WAYLAND_DISPLAY"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    if torch is not None:
        environment["TAPESTRY_TORCH"] = str(torch)
    command = [str(folder / "tapestry"), *check.arguments]
    if check.window and sys.platform == "linux":
        environment["QT_QPA_PLATFORM"] = "xcb"
        command = ["xvfb-run", "--auto-servernum", *command]
    with tempfile.TemporaryDirectory() as empty:
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                check=False,
                cwd=empty,
                encoding="utf-8",
                env=environment,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            return Outcome(-1, "", f"no end within {SECONDS} s")
    return Outcome(done.returncode, done.stdout, done.stderr)


def complaint_about(outcome: Outcome, check: Check) -> str | None:
    """What is wrong with an outcome: a traceback anywhere, or what the check itself finds."""
    if "Traceback (most recent call last)" in outcome.stdout + outcome.stderr:
        return "it printed a traceback"
    return check.judge(outcome)


def succeeds(outcome: Outcome) -> str | None:
    """Complain unless the exit status is 0."""
    return None if outcome.status == 0 else f"exit status {outcome.status}"


def says_something(outcome: Outcome) -> str | None:
    """Complain unless the command succeeds and prints more than white space."""
    return succeeds(outcome) or (None if outcome.stdout.strip() else "it printed nothing")


def has(key: str) -> Judge:
    """Complain unless the command succeeds with a JSON object that has something under ``key``."""

    def judge(outcome: Outcome) -> str | None:
        return succeeds(outcome) or (
            None if report(outcome).get(key) else f"no {key!r} in its JSON"
        )

    return judge


def agrees(outcome: Outcome) -> str | None:
    """Complain unless the oracle was asked and every number agreed."""
    status = report(outcome).get("status")
    return succeeds(outcome) or (None if status == "agrees" else f"status {status!r}")


def is_unverified(outcome: Outcome) -> str | None:
    """Complain unless the command says, with exit status 3, that it could not compare."""
    status = report(outcome).get("status")
    if outcome.status == 3 and status == "unverified":
        return None
    return f"exit status {outcome.status}, status {status!r}; expected 3 and 'unverified'"


def report(outcome: Outcome) -> dict[str, object]:
    """The JSON object on stdout; empty when there is none."""
    try:
        value = json.loads(outcome.stdout)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def torch_folder() -> Path | None:
    """The folder that holds the build machine's torch, or None."""
    spec = importlib.util.find_spec("torch")
    return Path(spec.origin).parent.parent if spec and spec.origin else None


if __name__ == "__main__":
    if shutil.which("xvfb-run") is None and sys.platform == "linux":
        sys.exit("frozen_check.py: needs xvfb-run (Debian: apt-get install xvfb xauth)")
    sys.exit(run(Path(sys.argv[1]).resolve()))
