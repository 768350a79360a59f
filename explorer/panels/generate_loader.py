"""Loading the models of Generate's columns in jobs; counted texts are kept for the next model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.panels.generate_models import LoadedModel, load

if TYPE_CHECKING:
    from explorer.jobs import Jobs
    from explorer.panels.generate_models import ModelChoice
    from explorer.panels.ngram_counting import CountedText, Progress, TextChoice

KEPT = 3
"""Counted texts that are kept; one of five million characters takes some 60 MB."""


def loading(key: int) -> str:
    """The name of the job that loads a column's model."""
    return f"generate model {key}"


class Loader(QObject):
    """Loads at most one model a column.

    Signals:
        progressed(key, progress): how far it is.
        loaded(key, model): it is there.
        refused(key, sentence): it is not to be had.
    """

    progressed = Signal(int, object)
    loaded = Signal(int, object)
    refused = Signal(int, str)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._counted: dict[tuple[TextChoice, str], CountedText] = {}
        self._loading: set[int] = set()

    def load(self, key: int, choice: ModelChoice) -> None:
        """Load a column's model, in place of one that is being loaded for it."""
        counted = None
        if choice.text is not None:
            counted = self._counted.get((choice.text, choice.kind))

        def take(step: Progress | LoadedModel) -> None:
            if isinstance(step, LoadedModel):
                self._loading.discard(key)
                self._keep(step.counted)
                self.loaded.emit(key, step)
            else:
                self.progressed.emit(key, step)

        def refuse(sentence: str) -> None:
            self._loading.discard(key)
            self.refused.emit(key, sentence)

        self._loading.add(key)
        self._jobs.start(loading(key), load, choice, counted, on_result=take, on_error=refuse)

    def cancel(self, key: int) -> None:
        """Stop loading a column's model."""
        self._loading.discard(key)
        self._jobs.cancel(loading(key))

    def is_loading(self, key: int) -> bool:
        """Whether a column's model is on its way."""
        return key in self._loading

    def _keep(self, counted: CountedText | None) -> None:
        if counted is None:
            return
        name = counted.choice, counted.kind
        self._counted.pop(name, None)
        self._counted[name] = counted
        while len(self._counted) > KEPT:
            del self._counted[next(iter(self._counted))]
