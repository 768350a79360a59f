"""Saving what the n-gram page has counted and fitted, off the window's thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from engine.models.arpa import write_arpa
from engine.models.counts_file import EXTENSION
from explorer.panels.ngram_counting import Progress, save_counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget

    from explorer.jobs import Jobs
    from explorer.panels.ngram_answers import Fitted
    from explorer.panels.ngram_bar import JobNote

JOB = "ngram file"
COUNTS = f"Counted n-grams (*{EXTENSION})"
ARPA = "ARPA model (*.arpa)"


class NGramFiles(QObject):
    """Asks for a name and writes there, whole or not at all.

    Args:
        page: what the dialogs belong to.
        jobs: writes.
        note: says how far it is.

    Signals:
        opened(path): saved counts are to be shown.
        saved(sentence), failed(sentence): what became of it.
        ended(): nothing is written any more.
    """

    opened = Signal(str)
    saved = Signal(str)
    failed = Signal(str)
    ended = Signal()

    def __init__(self, page: QWidget, jobs: Jobs, note: JobNote) -> None:
        super().__init__(page)
        self._page, self.jobs, self._note = page, jobs, note
        self._path = ""

    def ask_to_save(self, fitted: Fitted) -> None:
        """Ask where the counts go, and write them."""
        path = self._ask("Save counts", fitted.counted.title, EXTENSION, COUNTS)
        if path:
            self.save_counts(fitted, path)

    def ask_for_arpa(self, fitted: Fitted) -> None:
        """Ask where the model goes, and write it."""
        path = self._ask("Save as ARPA", fitted.counted.title, ".arpa", ARPA)
        if path:
            self.save_arpa(fitted, path)

    def ask_to_open(self) -> None:
        """Ask for saved counts."""
        path, _ = QFileDialog.getOpenFileName(self._page.window(), "Open counts", "", COUNTS)
        if path:
            self.opened.emit(path)

    def save_counts(self, fitted: Fitted, path: str) -> None:
        """Write the counts of the text on screen."""
        self._write(path, save_counted, fitted.counted)

    def save_arpa(self, fitted: Fitted, path: str) -> None:
        """Write the model on screen."""
        self._write(path, write_model, fitted)

    def cancel(self) -> None:
        """Stop writing; the old file, if any, is untouched."""
        if self.jobs.is_running(JOB):
            self.jobs.cancel(JOB)
            self.ended.emit()

    def _ask(self, title: str, text: str, suffix: str, kinds: str) -> str:
        name = "".join(c if c.isalnum() else "-" for c in text.lower()).strip("-") or "text"
        path, _ = QFileDialog.getSaveFileName(self._page.window(), title, f"{name}{suffix}", kinds)
        return path if not path or path.lower().endswith(suffix) else path + suffix

    def _write(self, path: str, job: Callable[..., Iterator[Progress]], what: object) -> None:
        self._path = path
        self.jobs.start(
            JOB, job, what, path,
            on_result=self._note.show_progress, on_done=self._finish, on_error=self._fail,
        )  # fmt: skip

    def _finish(self) -> None:
        self.saved.emit(f"Saved as {Path(self._path).name}.")
        self.ended.emit()

    def _fail(self, sentence: str) -> None:
        self.failed.emit(sentence)
        self.ended.emit()


def write_model(fitted: Fitted, path: str) -> Iterator[Progress]:
    """Write a model as an ARPA file.

    Raises:
        InputError: it is no back-off model, or the file cannot be written.
    """
    yield Progress("Writing the ARPA file", 0.1)
    write_arpa(fitted.model, path)
