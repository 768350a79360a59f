"""What the two pictures of an adjoint's slices have in common: pointing, keys, colours."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QToolTip

from engine.trace.origin_words import signed
from explorer.colors import NONFINITE, adjoint_colors, packed
from explorer.kit.styled import Styled, plain_tip

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style, Theme

_SHADE = 0.12
"""How far from the ends of the table of adjoints the colours of slices are."""


@dataclass(frozen=True, slots=True, eq=False)
class Slices:
    """K slices as they are shown.

    Attributes:
        values: (K,).
        names: of each, ``t = 3`` or a consumer in plain notation.
        labels: the same as short as it goes, for the pictures.
        total: what the slices sum to.
        before: (K,) the slices of the original where another run is on screen, else None.
    """

    values: NDArray[np.float64]
    names: tuple[str, ...]
    labels: tuple[str, ...]
    total: float
    before: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Neighbouring slices together, where there are more than can be told apart.

    Attributes:
        starts: (B + 1,) bin b holds the slices starts[b] : starts[b + 1].
        sums: (B,) of their values.
        peaks: (B,) the place of the largest by magnitude; the first that is not finite, if any is.
    """

    starts: NDArray[np.intp]
    sums: NDArray[np.float64]
    peaks: NDArray[np.intp]

    @property
    def each(self) -> int:
        """Slices in a bin."""
        return int(self.starts[1] - self.starts[0])

    def bin_of(self, place: int) -> int:
        """The bin of a slice."""
        return int(np.searchsorted(self.starts, place, side="right")) - 1


def binned(values: NDArray[np.float64], most: int) -> Bins:
    """Put slices together, as many in each bin as are needed to have no more bins than ``most``."""
    count = len(values)
    each = max(1, -(-count // max(most, 1)))
    starts = np.append(np.arange(0, count, each), count)
    with np.errstate(all="ignore"):
        sums = np.add.reduceat(values, starts[:-1]) if count else np.zeros(0)
    size = np.where(np.isfinite(values), np.abs(values), np.inf)
    peaks = [int(a + size[a:b].argmax()) for a, b in pairwise(starts.tolist())]
    return Bins(starts, sums, np.array(peaks, np.intp))


class SliceView(Styled):
    """A picture of slices, one of which is the present one; subclasses draw it.

    Signals:
        pointed(place): the pointer, or an arrow key, has come to another slice.
        chosen(place): a slice was clicked, or Return pressed on it.
    """

    pointed = Signal(int)
    chosen = Signal(int)
    own_keys: ClassVar = frozenset(
        {
            Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        }
    )  # fmt: skip

    def __init__(self, style: Style, name: str, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.slices: Slices | None = None
        self.place = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(name)

    def show_slices(self, slices: Slices | None) -> None:
        """Show other slices; the present one stays, if there still is one of its place."""
        self.slices = slices
        if slices is None or self.place >= len(slices):
            self.place = -1
        self._tell()
        self.update()

    def set_place(self, place: int) -> None:
        """Mark a slice, or none with -1; says nothing by signal."""
        if place != self.place:
            self.place = place
            self._tell()
            self.update()

    def place_at(self, point: QPointF) -> int:
        """The slice at a point, -1 where there is none."""
        raise NotImplementedError

    def center_of(self, place: int) -> QPointF:
        """A point on a slice, in pixels of the widget."""
        raise NotImplementedError

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at a slice."""
        self._point(self.place_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the slice under the pointer."""
        place = self.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._point(place)
            self.chosen.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from slice to slice, or choose the present one."""
        key = Qt.Key(event.key())
        if self.slices is None or not len(self.slices) or key not in self.own_keys:
            super().keyPressEvent(event)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.place >= 0:
                self.chosen.emit(self.place)
        else:
            last = len(self.slices) - 1
            goal = {
                Qt.Key.Key_Home: 0,
                Qt.Key.Key_End: last,
                Qt.Key.Key_Left: self.place - 1 if self.place >= 0 else last,
                Qt.Key.Key_Right: self.place + 1,
            }[key]
            self._point(min(max(goal, 0), last))

    def event(self, event: QEvent) -> bool:
        """Answer a tooltip request with the slice under the pointer."""
        if event.type() == QEvent.Type.ToolTip:
            self._show_tip(event)  # type: ignore[arg-type]  # of this type it is one
            return True
        return super().event(event)

    def said(self, place: int) -> str:
        """A slice in words."""
        if self.slices is None or not 0 <= place < len(self.slices):
            return ""
        return f"{self.slices.names[place]}: {signed(float(self.slices.values[place]))}"

    def _point(self, place: int) -> None:
        if place >= 0 and place != self.place:
            self.set_place(place)
            self.pointed.emit(place)

    def _show_tip(self, event: QHelpEvent) -> None:
        place = self.place_at(QPointF(event.pos()))
        QToolTip.showText(event.globalPos(), plain_tip(self.said(place)), self)

    def _tell(self) -> None:
        if self.slices is None:
            self.setAccessibleDescription("nothing is split yet")
            return
        total = signed(self.slices.total)
        one = self.said(self.place)
        self.setAccessibleDescription(
            f"{len(self.slices)} slices, together {total}" + (f"; {one}" if one else "")
        )


def fill_of(theme: Theme, value: float) -> QColor:
    """The colour of a slice: of its sign, or that of what is not finite."""
    if not np.isfinite(value):
        return QColor.fromRgb(NONFINITE & 0xFFFFFF)
    table = packed(adjoint_colors(theme))
    row = round((_SHADE if value < 0 else 1 - _SHADE) * (len(table) - 1))
    return QColor.fromRgb(int(table[row]) & 0xFFFFFF)


def fill_slice(painter: QPainter, box: QRectF, value: float, theme: Theme) -> None:
    """Draw a slice: negative ones are hatched, so that the sign is seen without the hue."""
    painter.fillRect(box, fill_of(theme, value))
    if value < 0 and np.isfinite(value):
        painter.fillRect(box, QBrush(theme.color("surface", 0.55), Qt.BrushStyle.BDiagPattern))
