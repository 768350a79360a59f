"""What the page Inside looks at: the reading, a quantity, a unit, a position and a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from explorer.panels.inside_reading import (
    Quantity,
    Reading,
    TextSource,
    default_source,
    quantity_of,
    read_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from explorer.jobs import Jobs
    from explorer.panels.generate_models import ModelChoice
    from explorer.panels.ngram_counting import Progress

READING, PREPARING, RANKING, SORTING = (
    "inside reading", "inside quantity", "inside units", "inside rows",
)  # fmt: skip
BY_NUMBER, BY_PART, BY_LIKENESS = "number", "part", "likeness"


class InsideSession(QObject):
    """The state of the page; whoever shows a piece of it follows the signals.

    Attributes:
        reading: the text that was read, None before the first.
        quantity: what is coloured, None before the first.
        unit: which row of it, from 0.
        position: the looked-at token, from 0; the state is the one after it.
        part: the tokens (T,) that units are to be on at, None where none are chosen.
        pattern: the name of the part where it has one.
        separation: (H,) of every unit for the part, None where there is none.
        sorting: how rows are sorted.
        rows: the units in the order of the rows.

    Signals:
        progressed(progress): a model is being loaded or a text read.
        read(): another text, or the same with another model, was read.
        refused(sentence): it could not be.
        quantity_changed(), unit_changed(), position_changed(): as said.
        part_changed(): another part, or none; its units follow.
        ranked(): the separations of the part are there, or gone.
        rows_changed(): the rows are in another order.
    """

    progressed = Signal(object)
    read = Signal()
    refused = Signal(str)
    quantity_changed = Signal()
    unit_changed = Signal()
    position_changed = Signal()
    part_changed = Signal()
    ranked = Signal()
    rows_changed = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.reading: Reading | None = None
        self.quantity: Quantity | None = None
        self.unit = self.position = 0
        self.part: NDArray[np.bool_] | None = None
        self.pattern = ""
        self.separation: NDArray[np.float64] | None = None
        self.sorting = BY_NUMBER
        self.rows: NDArray[np.intp] = np.zeros(0, np.intp)

    @property
    def is_reading(self) -> bool:
        """Whether a text is being read."""
        return self._jobs.is_running(READING)

    def open(self, choice: ModelChoice, source: TextSource | None = None) -> None:
        """Let a model read a text, its own usual one if none is named."""
        self._jobs.start(
            READING, read_text, choice, source or default_source(choice), self.reading,
            on_result=self._take, on_error=self.refused.emit,
        )  # fmt: skip

    def cancel(self) -> None:
        """Stop reading; what was read before stays."""
        self._jobs.cancel(READING)

    def show_quantity(self, name: str, layer: int) -> None:
        """Colour by another quantity or layer."""
        if self.reading is not None:
            self._jobs.start(
                PREPARING, quantity_of, self.reading, name, layer, on_result=self._take_quantity
            )

    def choose_unit(self, unit: int) -> None:
        """Look at another unit, the nearest one that there is; rows by likeness follow it."""
        if self._move_to(unit) and self.sorting == BY_LIKENESS:
            self._sort()

    def step_unit(self, by: int) -> None:
        """Look at a unit some rows further on."""
        place = np.flatnonzero(self.rows == self.unit)
        if len(place):
            row = min(max(int(place[0]) + by, 0), len(self.rows) - 1)
            self._move_to(int(self.rows[row]))

    def look_at(self, position: int) -> None:
        """Look at the state after another token."""
        if self.reading is not None:
            position = min(max(position, 0), len(self.reading.surfaces) - 1)
            if position != self.position:
                self.position = position
                self.position_changed.emit()

    def select(self, first: int, last: int) -> None:
        """Choose a run of tokens, the last one included, as the part."""
        if self.reading is not None:
            part = np.zeros(len(self.reading.surfaces), bool)
            part[max(0, first) : last + 1] = True
            self._choose_part(part, "")

    def choose_pattern(self, name: str) -> None:
        """Choose a part by its name; none for a name that this text has nothing of."""
        patterns = () if self.reading is None else self.reading.patterns
        found = {pattern.name: mask for pattern, mask in patterns}
        self._choose_part(found.get(name), name if name in found else "")

    def clear_part(self) -> None:
        """Choose no part."""
        self._choose_part(None, "")

    def clear_passage(self) -> None:
        """Choose no part, unless it is one with a name."""
        if self.part is not None and not self.pattern:
            self.clear_part()

    def sort_rows(self, sorting: str) -> None:
        """Put the rows in another order."""
        self.sorting = sorting
        self._sort()

    def _move_to(self, unit: int) -> bool:
        if self.quantity is None:
            return False
        unit = min(max(unit, 0), self.quantity.units - 1)
        moved = unit != self.unit
        if moved:
            self.unit = unit
            self.unit_changed.emit()
        return moved

    def _take(self, step: Progress | Reading) -> None:
        if not isinstance(step, Reading):
            self.progressed.emit(step)
            return
        before, self.reading = self.reading, step
        same = before is not None and before.loaded is step.loaded
        name, layer = "h", len(step.activations.layers) - 1
        if same and self.quantity is not None:
            name, layer = self.quantity.name, self.quantity.layer
        self.quantity, self.separation, self.part = None, None, None
        self.unit = self.unit if same else 0
        if before is None or before.surfaces != step.surfaces:
            self.position = 0
        self.read.emit()
        # A pattern goes on in the next part of a play.
        self.choose_pattern(self.pattern)
        self.show_quantity(name, layer)

    def _take_quantity(self, quantity: Quantity) -> None:
        same = self.quantity is not None and self.quantity.values is quantity.values
        before, self.quantity = self.quantity, quantity
        if not same:
            self.unit = min(self.unit, quantity.units - 1)
            if before is None or before.units != quantity.units:
                self.rows = np.arange(quantity.units)
            self.quantity_changed.emit()
            self._take_separation(None)
            self._sort()
        if quantity.ranks is not None:
            self._rank()

    def _choose_part(self, part: NDArray[np.bool_] | None, pattern: str) -> None:
        self.part, self.pattern = part, pattern
        self.part_changed.emit()
        self._rank()

    def _rank(self) -> None:
        self._jobs.cancel(RANKING)
        part, quantity = self.part, self.quantity
        if part is None or part.all() or not part.any():
            self._take_separation(None)
        elif quantity is not None and quantity.ranks is not None:
            self._jobs.start(
                RANKING, _separate, quantity.ranks, part, on_result=self._take_separation
            )

    def _take_separation(self, separation: NDArray[np.float64] | None) -> None:
        self.separation = separation
        self.ranked.emit()
        if self.sorting == BY_PART:
            self._sort()

    def _sort(self) -> None:
        if self.quantity is not None:
            self._jobs.start(
                SORTING, _sorted, self.quantity, self.sorting, self.unit, self.separation,
                on_result=self._take_rows,
            )  # fmt: skip

    def _take_rows(self, rows: NDArray[np.intp]) -> None:
        if self.quantity is not None and len(rows) == self.quantity.units:
            self.rows = rows
            self.rows_changed.emit()


def _separate(ranks: NDArray[np.float64], part: NDArray[np.bool_]) -> Iterator[NDArray[np.float64]]:
    from engine.models.units import separations

    yield separations(ranks, part)


def _sorted(
    quantity: Quantity, sorting: str, unit: int, separation: NDArray[np.float64] | None
) -> Iterator[NDArray[np.intp]]:
    """The units in the order of the rows."""
    from engine.models.units import clearest, correlations

    if sorting == BY_PART and separation is not None:
        yield clearest(separation)
    elif sorting == BY_LIKENESS:
        yield np.argsort(-correlations(quantity.values, unit), kind="stable")
    else:
        yield np.arange(quantity.units)
