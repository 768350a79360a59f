"""The files of a window: opened on the page that can use them, saved from the page on screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.saving import open_path, save_trace_job

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

    from explorer.actions import Actions
    from explorer.pages import Pages
    from explorer.workspaces.graph import GraphWorkspace

HOMES = {".ngrams": "ngram", ".arpa": "generate"}
"""Which page alone can use a kind of file."""

_KINDS = (
    "Traces, weights, trainings, n-grams and texts"
    " (*.json *.safetensors *.ngrams *.arpa *.txt *.md);;All files (*)"
)


class WindowFiles(QObject):
    """Opens and saves; what is on screen stays if a file cannot be used.

    Signals:
        page_wanted(identity): a page is to come on screen for a file.
        saved(sentence): the run on screen was saved.
        refused(sentence): a file could not be used or written.
    """

    page_wanted = Signal(str)
    saved = Signal(str)
    refused = Signal(str)

    def __init__(self, pages: Pages, graph: GraphWorkspace, window: QWidget) -> None:
        super().__init__(window)
        self._pages, self._graph = pages, graph

    def connect_actions(self, actions: Actions) -> None:
        """Answer the commands that ask for a file's name."""
        actions.add("file.open", self.choose)
        actions.add("file.save", self.choose_where_to_save)

    def choose(self) -> None:
        """Ask for a file and open it."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open", "", _KINDS)
        if path:
            self.open(path)

    def open(self, path: str) -> None:
        """Open a file on the page on screen, or on the one that is made for its kind."""
        page = self._pages.current
        if page is not self._graph and page.open_file(path):
            return
        suffix = Path(path).suffix.lower()
        if suffix in HOMES:
            self.open_on(HOMES[suffix], path)
        elif suffix == ".safetensors" and _holds_runs(path):
            self.open_on("train", path)
        else:
            self.page_wanted.emit("graph")
            graph = self._graph
            open_path(path, graph.jobs, graph.session, graph.run_bar, self.refused.emit)

    def open_on(self, identity: str, path: str) -> None:
        """Bring a page on screen and let it use a file."""
        self.page_wanted.emit(identity)
        self._pages.current.open_file(path)

    def choose_where_to_save(self) -> None:
        """Ask for a name and save what the page is about, else the run on screen as a trace."""
        if self._pages.current.save_as():
            return
        path, _ = QFileDialog.getSaveFileName(
            self._window, "Save trace", "run.json", "Traces (*.json)"
        )
        if path:
            self.save_trace(path)

    def save_trace(self, path: str) -> None:
        """Save the run on screen as a trace."""
        run = self._graph.session.run
        if run is not None:
            self._graph.jobs.start(
                "save", save_trace_job, run.trace, path,
                on_result=self._tell_saved, on_error=self.refused.emit,
            )  # fmt: skip

    @property
    def _window(self) -> QWidget:
        return cast("QWidget", self.parent())

    def _tell_saved(self, path: Path) -> None:
        self.saved.emit(f"Saved as {path.name}.")


def dropped(data: QMimeData) -> list[str]:
    """The files of this machine among what is dragged."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def _holds_runs(path: str) -> bool:
    from explorer.panels.train_jobs import is_training

    return is_training(path)
