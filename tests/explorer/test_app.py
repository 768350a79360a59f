"""The whole program in a process of its own, as a person starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# Runs the application; `step(window)` is called again and again until it closes the window.
BEGIN = """
import sys
import explorer.app
from PySide6.QtCore import QTimer

class Begun(explorer.app._Start):
    def go(self):
        super().go()
        self.timer = QTimer(interval=10)
        self.timer.timeout.connect(self.again)
        self.timer.start()

    def again(self):
        if self._window.isVisible():
            step(self._window)

explorer.app._Start = Begun
"""


def start(
    folder: Path, body: str, *, file: str | None = None, smoke: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run the program with settings and log under a folder."""
    code = BEGIN + textwrap.dedent(body)
    code += f"\nstatus = explorer.app.run_application({file!r}, smoke_test={smoke})\n"
    code += "print('status', status); sys.exit(status)\n"
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
        env={
            **os.environ,
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            "QT_QPA_PLATFORM": "offscreen",
        },
    )


def wrote(result: subprocess.CompletedProcess[str]) -> list[str]:
    """What went to stderr but what the offscreen plugin cannot do."""
    return [line for line in result.stderr.splitlines() if "plugin does not support" not in line]


def left(folder: Path, name: str) -> list[Path]:
    return list(folder.rglob(name))


PLAY_AND_CLOSE = """
def step(window):
    if window.session.verdict is None:
        return
    if window.player.cursor == 0:
        window.player.set_speed(16)
        window.player.to_loss()
        window.commands["theme.dark"].trigger()
        bad = {"torch", "pyqtgraph", "networkx", "matplotlib"} & set(sys.modules)
        print(sorted(bad), window.session.verdict.status)
        window.commands["file.quit"].trigger()
"""


def test_a_session_ends_cleanly_and_the_next_one_remembers(tmp_path: Path) -> None:
    result = start(tmp_path, PLAY_AND_CLOSE)
    assert (result.stdout, result.returncode) == ("[] agrees\nstatus 0\n", 0)
    assert wrote(result) == []
    assert left(tmp_path, "crash*.log") == left(tmp_path, "faults.log") == []
    (settings,) = left(tmp_path, "settings.json")
    assert json.loads(settings.read_text())["theme"] == "dark"


@pytest.mark.parametrize(
    "content", ["{", '{"version": 1, "theme": 5, "geometry": "%%%", "speed": []}']
)
def test_settings_of_garbage_keep_nobody_from_starting(tmp_path: Path, content: str) -> None:
    for folder in (tmp_path / "config" / "tapestry", tmp_path / "Library" / "tapestry"):
        folder.mkdir(parents=True)
        (folder / "settings.json").write_text(content)
    result = start(tmp_path, "def step(window): window.close()")
    assert (result.stdout, wrote(result), result.returncode) == ("status 0\n", [], 0)


FAULTS = """
def step(window):
    if window.session.run is None:
        return
    if not window.player.playing and not hasattr(window, "told"):
        window.told = 0
        window.player.play()
    window.told += 1
    if window.told == 5:
        print(window.player.playing, window.session.run is not None)
        print(window._notice.sentence)
        window.close()
    raise ZeroDivisionError("planted")
"""


def test_a_fault_in_a_slot_is_reported_once_and_the_session_stays(tmp_path: Path) -> None:
    result = start(tmp_path, FAULTS)
    lines = result.stdout.splitlines()
    assert lines[0] == "False True"
    assert "ZeroDivisionError: planted" in lines[1]
    assert "still here" in lines[1]
    assert result.stderr.count("ZeroDivisionError: planted") == 1
    assert left(tmp_path, "crash.log") == []
    (log,) = left(tmp_path, "faults.log")
    assert log.read_text().count("ZeroDivisionError: planted") == 1


def test_a_fault_during_the_smoke_test_fails_it(tmp_path: Path) -> None:
    body = """
    def step(window):
        if window.session.run is not None:
            raise ZeroDivisionError("planted")
    """
    result = start(tmp_path, body, smoke=True)
    assert result.returncode == 1
    assert "smoke test: ZeroDivisionError: planted" in result.stderr
    assert "passed" not in result.stdout


def test_a_file_named_at_the_start_is_opened(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("one fish two fish", encoding="utf-8")
    body = """
    def step(window):
        run = window.session.run
        if run is not None and run.trace.provenance["tokens"][0] == "one":
            print(window.graph.run_bar.text)
            window.close()
    """
    result = start(tmp_path, body, file=str(tmp_path / "words.txt"))
    assert (result.stdout, wrote(result)) == ("one fish two fish\nstatus 0\n", [])


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_the_start_after_a_crash_says_so(tmp_path: Path) -> None:
    died = start(tmp_path, "def step(window):\n    import faulthandler; faulthandler._sigsegv()")
    assert died.returncode < 0
    body = """
    def step(window):
        if window.session.run is not None:
            print(window._notice.sentence)
            window.close()
    """
    result = start(tmp_path, body)
    assert "did not close properly the last time (Fatal Python error" in result.stdout
    assert left(tmp_path, "crash*.log") == []


def test_closing_while_pytorch_is_loading_does_not_wait_for_it(tmp_path: Path) -> None:
    body = """
    import time
    def step(window):
        if window.session.checking == "checking":
            began = time.perf_counter()
            window.close()
            print(time.perf_counter() - began < 2.5)
    """
    result = start(tmp_path, body)
    assert (result.stdout, wrote(result)) == ("True\nstatus 0\n", [])
