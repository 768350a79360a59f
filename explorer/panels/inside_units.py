"""The card of the units that are on exactly in a part of the text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal

from explorer.kit.bar_list import Bar, BarList
from explorer.kit.card import Card
from explorer.kit.notice import EmptyState
from explorer.kit.prose import Prose
from explorer.kit.tokens import shown_token
from explorer.panels.ngram_counting import grouped

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from explorer.panels.inside_reading import Reading
    from explorer.theme import Style

HINT = (
    "Select a part of the text: drag over it, hold Shift with the arrows, or choose one by its "
    "name. The units that are on exactly there are then ranked here."
)
ALL = "This is the whole text. Select a part of it, so that units can tell it from the rest."
WAIT = "Ranking the units …"
MEANING = (
    "Area under the ROC curve: the share of pairs, one {noun} inside and one outside, in which "
    "the unit is higher inside. 1 is on exactly there, 0 is off exactly there."
)


class UnitsCard(Card):
    """Units ranked by how exactly they are on, or off, at the selected tokens.

    Attributes:
        list: a row for each unit, the clearest first.

    Signals:
        picked(unit): a person chose one.
    """

    picked = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Units on exactly there", parent=parent)
        self._order: tuple[int, ...] = ()
        self._bars: tuple[Bar, ...] = ()
        self._empty = EmptyState(style, HINT)
        self._where = Prose(style, role="ink_2", lines=1)
        self.list = BarList(style, name="Units by how exactly they are on there")
        self._meaning = Prose(style, font="secondary", role="ink_2", lines=4, grows=True)
        self.list.picked.connect(self._pick)
        for widget, stretch in (
            (self._empty, 1), (self._where, 0), (self.list, 1), (self._meaning, 0),
        ):  # fmt: skip
            self.body.addWidget(widget, stretch)
        self._show_list(shown=False)

    @property
    def order(self) -> tuple[int, ...]:
        """The units in the order of the rows, empty while there are none."""
        return self._order

    def show_none(self, part: NDArray[np.bool_] | None) -> None:
        """Say why there is no ranking: nothing or everything is selected, or it is under way."""
        self._order, self._bars = (), ()
        sentence = HINT if part is None or not part.any() else ALL if part.all() else WAIT
        self._empty.say(sentence)
        self._show_list(shown=False)

    def show_units(
        self, reading: Reading, part: NDArray[np.bool_], pattern: str,
        separation: NDArray[np.float64], unit: int,
    ) -> None:  # fmt: skip
        """Show the ranking of another part."""
        from engine.models.units import clearest

        self._order = tuple(clearest(separation).tolist())
        self._bars = tuple(_bar(one, float(separation[one])) for one in self._order)
        self.list.set_bars(self._bars)
        self._where.set_sentence(_where_sentence(reading, part, pattern))
        self._meaning.set_sentence(MEANING.format(noun=reading.noun))
        self._show_list(shown=True)
        self.show_unit(unit)
        self.list.scrollToTop()

    def show_unit(self, unit: int) -> None:
        """Highlight another unit."""
        if unit in self._order:
            row = self._order.index(unit)
            chosen = replace(self._bars[row], highlighted=True)
            self.list.show_rows((*self._bars[:row], chosen, *self._bars[row + 1 :]))
            self.list.scroll_to_row(row)

    def _show_list(self, *, shown: bool) -> None:
        self._empty.setVisible(not shown)
        for widget in (self._where, self.list, self._meaning):
            widget.setVisible(shown)

    def _pick(self, row: int) -> None:
        self.picked.emit(self._order[row])


def _bar(unit: int, area: float) -> Bar:
    side = "on" if area >= 0.5 else "off"
    return Bar(str(unit + 1), abs(2 * area - 1), (side, f"{area:.3f}"), mark="chosen")


def _where_sentence(reading: Reading, part: NDArray[np.bool_], pattern: str) -> str:
    inside = np.flatnonzero(part)
    count = f"{grouped(len(inside))} {reading.noun}{'' if len(inside) == 1 else 's'}"
    title = next((one.title for one, _ in reading.patterns if one.name == pattern), "")
    if title:
        return f"{title}: {count}"
    first, last = int(inside[0]), int(inside[-1]) + 1
    text = reading.text(first, min(last, first + 40))
    shown = shown_token(text) if len(inside) == 1 else text.replace("\n", "↵")
    return f"“{shown}{'…' if last > first + 40 else ''}”: {count}".replace("`", "'")
