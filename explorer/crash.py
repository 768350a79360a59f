"""A fault is reported once, stops the player, and leaves a trace; the session stays.

Under PySide an exception in a slot or an event handler neither ends the program nor reaches the
caller: Python's hook is called, and the next repaint raises it again. The hook is therefore part
of the design. A crash of the process itself leaves ``crash.log``, which the next start can offer.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from PySide6.QtCore import QCoreApplication, QObject, Signal

from explorer.folders import log_folder

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

LARGEST = 200_000
"""Characters of an old log that are read back."""


class CrashGuard(QObject):
    """The exception hooks and the crash log of one program.

    Call `install` first of all, `open_log` once the window stands, and `close` at a clean end.

    Args:
        folder: where the log goes; the system's log folder when None.

    Signals:
        caught(message): a fault was met for the first time; one line that names it.
    """

    caught = Signal(str)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._file: TextIO | None = None
        self._path: Path | None = None
        self._previous: str | None = None
        self._unwritten: list[str] = []
        self._seen: set[tuple[object, ...]] = set()
        self._hooks = (sys.excepthook, threading.excepthook)

    @property
    def path(self) -> Path | None:
        """The log file, None before `open_log` or where none could be made."""
        return self._path

    def install(self) -> None:
        """Take over Python's exception hooks."""
        sys.excepthook = self.report
        threading.excepthook = self._report_thread

    def open_log(self) -> None:
        """Begin the log and let the interpreter write there if the process dies."""
        folder = self._folder or log_folder()
        path = folder / "crash.log"
        try:
            if path.exists():
                if _belongs_to_a_running_program(path):
                    path = folder / f"crash-{os.getpid()}.log"
                else:
                    self._previous = _body(path)
            self._file = path.open("w", encoding="utf-8", errors="backslashreplace")
        except OSError:
            return
        self._path = path
        self._write(f"process {os.getpid()} began {_now()}\n")
        faulthandler.enable(self._file)
        for text in self._unwritten:
            self._write(text)
        self._unwritten.clear()

    def previous_crash(self) -> str | None:
        """Return what the last start left in the log when it died, None when it ended well."""
        return self._previous

    def report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Report a fault the first time it is met: on stderr, in the log, and by `caught`."""
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        frames = traceback.extract_tb(trace)
        identity = (kind, *((frame.filename, frame.lineno) for frame in frames))
        if identity in self._seen:
            return
        self._seen.add(identity)
        text = "".join(traceback.format_exception(kind, error, trace))
        self._write(f"\n{_now()}\n{text}")
        if sys.stderr is not None:
            sys.stderr.write(text)
        self.caught.emit("".join(traceback.format_exception_only(kind, error)).strip())

    def close(self) -> None:
        """End cleanly: give the hooks back, and remove the log unless it holds faults.

        Faults met in a session that ended well stay in ``faults.log``; they are no crash.
        """
        sys.excepthook, threading.excepthook = self._hooks
        if self._file is None or self._path is None:
            return
        faulthandler.disable()
        self._file.close()
        self._file = None
        try:
            if self._seen:
                self._path.replace(self._path.with_name("faults.log"))
            else:
                self._path.unlink()
        except OSError:
            return

    def _report_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_type, args.exc_value, args.exc_traceback)

    def _write(self, text: str) -> None:
        if self._file is None:
            self._unwritten.append(text)
            return
        try:
            self._file.write(text)
            self._file.flush()
        except (OSError, ValueError):
            return


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _body(path: Path) -> str | None:
    """Return what follows the first line of a log, None when nothing does."""
    with path.open(encoding="utf-8", errors="replace") as file:
        file.readline()
        text = file.read(LARGEST).strip()
    return text or None


def _belongs_to_a_running_program(path: Path) -> bool:
    """Whether the process named in a log's first line still runs."""
    if os.name == "nt":
        try:
            path.rename(path)
        except OSError:
            return True
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        words = file.readline().split()
    if len(words) < 2 or not words[1].isdigit() or int(words[1]) == os.getpid():
        return False
    try:
        os.kill(int(words[1]), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
