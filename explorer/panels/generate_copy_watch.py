"""Looking in jobs for what the columns have copied, as their texts grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.panels.generate_copies import (
    Copies,
    Seen,
    copies_of,
    counted_text,
    shortest_of,
    training_name,
    training_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from explorer.jobs import Jobs
    from explorer.panels.generate_column import Column
    from explorer.panels.generate_models import LoadedModel
    from explorer.panels.ngram_counting import Progress

READING, COMPARING = "generate training text", "generate copies"
KEPT = 2
"""Training texts that are kept sorted."""

PAUSE = 200
"""Milliseconds between two looks at texts that grow."""


class CopyWatch(QObject):
    """Finds the copied runs of all columns, one round of jobs after another.

    Attributes:
        copies: by the column's key; what was found last.
        progress: how far the reading of a training text is, None where none is read.
        unknown: why a training text was not to be had, by what names it.

    Signals:
        found(): there are other copies, or other progress.
    """

    found = Signal()

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.copies: dict[int, Copies] = {}
        self.progress: Progress | None = None
        self.unknown: dict[tuple[object, ...], str] = {}
        self._seen: dict[tuple[object, ...], Seen] = {}
        self._columns: tuple[Column, ...] = ()
        self._compared: dict[int, Column] = {}
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._next)

    @property
    def is_looking(self) -> bool:
        """Whether something is still to be found."""
        running = self._jobs.is_running
        return self._pause.isActive() or running(READING) or running(COMPARING)

    def look(self, columns: Sequence[Column]) -> None:
        """Look at these texts; what is under way is finished first."""
        self._columns = tuple(columns)
        here = {column.key: column for column in columns}
        for key in tuple(self.copies):
            if not _goes_on(self._compared.get(key), here.get(key)):
                del self.copies[key]
        if any(column.drawn for column in columns) and not self._pause.isActive():
            self._pause.start()

    def state_of(self, column: Column) -> str:
        """Why there are no copies of a column: ``reading``, ``unknown``, or nothing to say."""
        if column.model is None or column.model.counted is not None or not column.drawn:
            return ""
        name = training_name(column.model)
        if name in self.unknown:
            return "unknown"
        return "" if name in self._seen else "reading"

    def stop(self) -> None:
        """Look no more; what was found stays."""
        self._pause.stop()
        self._jobs.cancel(COMPARING)
        self._jobs.cancel(READING)
        self.progress = None

    def _next(self) -> None:
        """Read a training text that is lacking, and compare what can be compared."""
        ready = []
        for column in self._columns:
            if column.model is None or not column.drawn:
                continue
            seen = self._seen_by(column.model)
            if seen is not None:
                ready.append((column, seen, shortest_of(column.model)))
        if ready and not self._jobs.is_running(COMPARING):
            self._jobs.start(
                COMPARING, _compare, tuple(ready),
                on_result=self._take, on_done=self._again,
            )  # fmt: skip

    def _seen_by(self, model: LoadedModel) -> Seen | None:
        counted = counted_text(model)
        if counted is not None:
            return counted
        name = training_name(model)
        if name not in self._seen and name not in self.unknown:
            self._read(model, name)
        return self._seen.get(name)

    def _read(self, model: LoadedModel, name: tuple[object, ...]) -> None:
        if self._jobs.is_running(READING):
            return

        def take(step: Progress | Seen) -> None:
            if isinstance(step, Seen):
                self.progress = None
                self._seen[name] = step
                while len(self._seen) > KEPT:
                    del self._seen[next(iter(self._seen))]
            else:
                self.progress = step
            self.found.emit()

        def refuse(sentence: str) -> None:
            self.progress = None
            self.unknown[name] = sentence
            self.found.emit()
            self._next()

        self._jobs.start(
            READING, training_text, model,
            on_result=take, on_done=self._next, on_error=refuse, in_turn=True,
        )  # fmt: skip

    def _take(self, result: tuple[tuple[Column, ...], dict[int, Copies]]) -> None:
        looked_at, found = result
        self._compared = {column.key: column for column in looked_at}
        here = {column.key: column for column in self._columns}
        for key, copies in found.items():
            if _goes_on(self._compared[key], here.get(key)):
                self.copies[key] = copies
        self.found.emit()

    def _again(self) -> None:
        """Compare once more where the texts have changed meanwhile."""
        for column in self._columns:
            before = self._compared.get(column.key)
            changed = before is None or before.drawn is not column.drawn
            if changed and column.drawn and column.model and self._seen_by(column.model):
                self.look(self._columns)
                return


def _goes_on(before: Column | None, now: Column | None) -> bool:
    """Whether a text is the same as before, or that with more after it."""
    if before is None or now is None or before.model is not now.model:
        return False
    count = len(before.drawn)
    return 0 < count <= len(now.drawn) and before.drawn[count - 1] is now.drawn[count - 1]


def _compare(
    work: Sequence[tuple[Column, Seen, int]],
) -> Iterator[tuple[tuple[Column, ...], dict[int, Copies]]]:
    found = {
        column.key: copies_of(seen, [one.token for one in column.drawn], shortest)
        for column, seen, shortest in work
    }
    yield tuple(column for column, *_ in work), found
