"""A text set into columns beside one another, each of them as high as the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from explorer.panels.inside_lines import Lines, lines_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QFont

    from explorer.panels.inside_reading import Reading
    from explorer.theme import Style

MARGIN = 4.0
PAD = 3.0
COLUMN, BETWEEN = 54, 4
"""Characters that a column has room for at least, and between two columns."""

LINE_END = "↵"


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Lines of tokens in columns.

    Attributes:
        lines: where the tokens stand, as in one column.
        count: how many columns there are.
        width: from the left of one to the left of the next.
    """

    lines: Lines
    count: int
    width: float

    @property
    def tokens(self) -> int:
        """T."""
        return len(self.lines.line)


NOTHING = Columns(Lines(np.zeros(0, np.intp), np.zeros(0), np.zeros(0), 0), 1, 1.0)
"""No text at all."""


def columns_of(reading: Reading, style: Style, font: QFont, width: float, rows: int) -> Columns:
    """Set a text into as many columns as there is room for.

    Args:
        reading: the text.
        style: lengths.
        font: of the tokens.
        width: of all columns.
        rows: lines of a column.
    """
    metrics, kind = QFontMetricsF(font), reading.loaded.kind
    cell, margin = metrics.horizontalAdvance("n"), 2 * style.px(MARGIN)
    chars, pad = kind == "char", 2 * style.px(PAD)
    space = cell if chars else style.px(1.5)
    widths: dict[str, float] = {}

    def measure(token: str) -> float:
        if token not in widths:
            widths[token] = cell if chars else metrics.horizontalAdvance(token) + pad
        return widths[token]

    def fitted(count: int) -> Columns:
        free = (2 if count == 1 else BETWEEN) * cell
        room = max(cell, width / count - margin - free)
        lines = lines_of(reading.surfaces, kind, room, space, measure)
        return Columns(lines, count, width / count)

    found = fitted(max(1, int(width // ((COLUMN + BETWEEN) * cell))))
    if found.count > 1 and not chars and found.lines.count <= rows:
        # What fills part of one column is set across all of them.
        return fitted(1)
    return found


def letters_of(reading: Reading) -> NDArray[np.str_]:
    """The characters of a text as they are shown, (T,)."""
    shown = (LINE_END if one == "\n" else one for one in reading.surfaces)
    return np.array([one if one.isprintable() else "·" for one in shown], dtype="U1")


def moved(lines: Lines, here: int, key: Qt.Key, page: int) -> int | None:
    """Where a key leads from a token; None for another key, or without a token.

    Args:
        lines: where the tokens stand.
        here: the token.
        key: an arrow, Home, End, or a page up or down.
        page: how many lines a page moves by.
    """
    keys, last = Qt.Key, len(lines.line) - 1
    by_line = {keys.Key_Up: -1, keys.Key_Down: 1, keys.Key_PageUp: -page, keys.Key_PageDown: page}
    places = {keys.Key_Left: here - 1, keys.Key_Right: here + 1, keys.Key_Home: 0,
              keys.Key_End: last}  # fmt: skip
    if last < 0:
        return None
    if key in by_line:
        return lines.beside(here, by_line[key])
    return min(max(places[key], 0), last) if key in places else None
