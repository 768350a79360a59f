from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from explorer.crash import CrashGuard

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = """
import os, sys, threading
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from explorer.crash import CrashGuard

app = QCoreApplication([])
guard = CrashGuard(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
guard.install()
guard.caught.connect(lambda message: print("caught:", message))
"""


def run(body: str, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN + textwrap.dedent(body), *args],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


SLOTS = """
class Painter(QObject):
    def paint(self):
        self.left -= 1
        if not self.left:
            app.quit()
        raise ValueError("a fault")

painter = Painter()
painter.left = 5
timer = QTimer(interval=0)
timer.timeout.connect(painter.paint)
timer.start()
guard.open_log()
app.exec()
timer.stop()
print("still here", guard.path.read_text().count("ValueError: a fault"))
"""


def test_a_fault_repeated_at_each_repaint_is_reported_once(tmp_path: Path) -> None:
    result = run(SLOTS, str(tmp_path))
    assert result.stdout.splitlines() == ["caught: ValueError: a fault", "still here 1"]
    assert result.stderr.count("ValueError: a fault") == 1
    assert result.returncode == 0


def test_a_clean_end_leaves_no_log(tmp_path: Path) -> None:
    result = run("guard.open_log(); print(guard.path.exists()); guard.close()", str(tmp_path))
    assert (result.stdout, result.stderr) == ("True\n", "")
    assert list(tmp_path.iterdir()) == []


def test_faults_of_a_session_that_ended_well_are_kept_but_are_no_crash(tmp_path: Path) -> None:
    run(SLOTS + "guard.close()", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["faults.log"]
    assert _previous(tmp_path) is None


def test_a_fault_in_a_thread_is_reported(tmp_path: Path) -> None:
    result = run(
        """
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start(); thread.join()
        app.processEvents()
        """,
        str(tmp_path),
    )
    assert result.stdout == "caught: ZeroDivisionError: division by zero\n"


def test_a_fault_before_the_log_is_open_is_in_it_afterwards(tmp_path: Path) -> None:
    run("guard.report(ValueError, ValueError('early'), None); guard.open_log()", str(tmp_path))
    assert "early" in (tmp_path / "crash.log").read_text()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_the_next_start_is_told_of_a_crash_of_the_process(tmp_path: Path) -> None:
    result = run("guard.open_log(); import faulthandler; faulthandler._sigsegv()", str(tmp_path))
    assert result.returncode == -signal.SIGSEGV
    previous = _previous(tmp_path)
    assert previous is not None
    assert "Segmentation fault" in previous


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_program_that_was_killed_has_not_crashed(tmp_path: Path) -> None:
    run("guard.open_log(); os.kill(os.getpid(), 9)", str(tmp_path))
    assert (tmp_path / "crash.log").exists()
    assert _previous(tmp_path) is None


def test_a_second_window_leaves_the_first_ones_log_alone(tmp_path: Path) -> None:
    log = tmp_path / "crash.log"
    log.write_text(f"process {os.getppid()} began\nnot for us\n")
    guard = CrashGuard(tmp_path)
    guard.open_log()
    assert guard.path == tmp_path / f"crash-{os.getpid()}.log"
    assert guard.previous_crash() is None
    guard.close()
    assert "not for us" in log.read_text()


@pytest.mark.parametrize("first_line", ["", "process", "process x began", "process 999999999999"])
def test_a_log_of_garbage_is_read_as_a_crash_or_not_at_all(tmp_path: Path, first_line: str) -> None:
    (tmp_path / "crash.log").write_bytes(first_line.encode() + b"\n\xff\x00 garbage")
    assert "garbage" in str(_previous(tmp_path))


def test_without_a_home_the_log_goes_to_a_temporary_folder(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    result = run(
        "guard.open_log(); print(guard.path); guard.close()",
        HOME=str(blocked),
        XDG_STATE_HOME=str(blocked / "state"),
        TMPDIR=str(tmp_path),
    )
    assert result.stdout.strip() == str(tmp_path / "tapestry" / "crash.log")


def test_ctrl_c_ends_the_program_quietly(tmp_path: Path) -> None:
    result = run(
        """
        QTimer.singleShot(0, lambda: guard.report(KeyboardInterrupt, KeyboardInterrupt(), None))
        app.exec(); print("ended")
        """,
        str(tmp_path),
    )
    assert (result.stdout, result.stderr) == ("ended\n", "")


def _previous(folder: Path) -> str | None:
    guard = CrashGuard(folder)
    guard.open_log()
    previous = guard.previous_crash()
    guard.close()
    return previous
