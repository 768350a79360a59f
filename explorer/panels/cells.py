"""The numbers of one array as coloured cells, each with its number where there is room."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPen
from PySide6.QtWidgets import QToolTip

from explorer.cell_signs import NEGATIVE, SMALLEST, fenced, paint_sign, signs_of
from explorer.colors import adjoint_colors, colorize, largest_magnitude, value_colors
from explorer.kit.styled import Styled, focus_ring, painting

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Role, Style

Kind = Literal["value", "adjoint"]

PER_ROW = 8
WITH_NUMBERS = 32
PLAIN_PER_ROW = 20
PLAIN_LIMIT = 200
MAP_SIDE = 96


def short_number(value: float) -> str:
    """A number in at most six characters: ``+2.23``, ``-2e-4``, ``NaN``."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    magnitude = abs(value)
    if 0.0095 <= magnitude < 1000:
        return f"{value:+.2f}" if magnitude < 100 else f"{value:+.0f}"
    mantissa, exponent = f"{value:+.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"


class Cells(Styled):
    """A scalar as its number, a short vector as a strip with numbers, else a heat map.

    One component can be chosen by mouse or by the arrow keys. What is not finite has a letter,
    what is beyond the colours + or −, and a negative number a notch, where cells are large enough.

    Signals:
        chosen(index): place of the chosen component in the flattened array.
    """

    chosen = Signal(int)

    def __init__(self, style: Style, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._kind = kind
        self._array: NDArray[np.float64] | None = None
        self._shape: tuple[int, ...] = ()
        self._partial = False
        self._component = 0
        self._image: QImage | None = None
        self._labels: tuple[str, ...] = ()
        self._clipped = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(kind)

    def show_array(
        self,
        array: NDArray[np.float64] | None,
        shape: tuple[int, ...],
        *,
        component: int = 0,
        partial: bool = False,
        labels: tuple[str, ...] = (),
    ) -> None:
        """Show these numbers, or ghosts of ``shape`` while they are not known (None).

        Args:
            array: the numbers, or None.
            shape: of the array, known or not.
            component: place of the chosen one in the flattened array.
            partial: they are a sum still growing: shown at half opacity.
            labels: what each component stands for, such as tokens; for the tooltip.
        """
        self._array, self._shape, self._partial = array, shape, partial
        self._component, self._labels = component, labels
        self._image = self._picture() if array is not None else None
        self.setAccessibleDescription(self._spoken())
        self.updateGeometry()
        self.update()

    def set_clipped(self, clipped: bool) -> None:
        """Let the strongest colour be the largest number that is no outlier, or the largest."""
        if clipped != self._clipped:
            self._clipped = clipped
            self.apply_style()
            self.update()

    @property
    def count(self) -> int:
        """Number of components."""
        return math.prod(self._shape)

    def sizeHint(self) -> QSize:
        """Return the height that the cells need at the present width."""
        px = self.look.px
        if self._shape == ():
            return QSize(int(px(120)), int(px(26)))
        if self.count <= WITH_NUMBERS and len(self._shape) == 1:
            rows = math.ceil(self.count / PER_ROW)
            return QSize(int(px(240)), int(px(40) * rows))
        if self._is_map:
            return QSize(int(px(240)), int(px(min(160, max(24, 240 * self._aspect)))))
        rows = math.ceil(min(self.count, PLAIN_LIMIT) / PLAIN_PER_ROW)
        return QSize(int(px(240)), int(px(15) * rows + px(2)))

    def minimumSizeHint(self) -> QSize:
        """Return the height needed; the width adapts."""
        return QSize(self.look.ipx(120), self.sizeHint().height())

    def apply_style(self) -> None:
        """Colour the cells anew."""
        if self._array is not None:
            self._image = self._picture()

    @property
    def _is_map(self) -> bool:
        return len(self._shape) >= 2 or self.count > PLAIN_LIMIT

    @property
    def _aspect(self) -> float:
        rows, columns = self._map_shape()
        return rows / columns

    def _map_shape(self) -> tuple[int, int]:
        if len(self._shape) >= 2:
            return math.prod(self._shape[:-1]), self._shape[-1]
        columns = math.ceil(math.sqrt(self.count * 2))
        return math.ceil(self.count / columns), columns

    def _colors(self, numbers: NDArray[np.float64]) -> NDArray[np.uint32]:
        """Colours of some of the array's numbers, by the range of all of them."""
        theme = self.look.theme
        table = value_colors(theme) if self._kind == "value" else adjoint_colors(theme)
        return colorize(numbers, table, self._limit())

    def _limit(self) -> float:
        """The magnitude of the strongest colour."""
        if self._array is None:
            return 0.0
        return fenced(self._array) if self._clipped else largest_magnitude(self._array)

    def _signs(self, count: int) -> NDArray[np.int8]:
        """The signs of the first components' cells."""
        if self._array is None:
            return np.zeros(count, np.int8)
        signs = signs_of(self._array.reshape(-1)[:count], self._limit())
        if not self.look.notches:
            signs[signs == NEGATIVE] = 0
        return signs

    def _paint_sign(self, painter: QPainter, cell: QRectF, sign: int) -> None:
        theme = self.look.theme
        adjoint, behind = self._kind == "adjoint", theme.color("surface")
        paint_sign(painter, cell, sign, theme, adjoint=adjoint, behind=behind)

    def _picture(self) -> QImage:
        """All cells as pixels: one row for strips, the rows and columns for maps."""
        assert self._array is not None
        numbers = self._array.reshape(1, -1)
        if self._is_map:
            rows, columns = self._map_shape()
            numbers = np.pad(numbers, ((0, 0), (0, rows * columns - numbers.size)))
            down, across = -(-rows // MAP_SIDE), -(-columns // (2 * MAP_SIDE))
            numbers = numbers.reshape(rows, columns)[::down, ::across]
        pixels = np.ascontiguousarray(self._colors(numbers))
        if pixels.size >= self._array.size:
            # The last row of a long vector ends before the picture does.
            pixels.reshape(-1)[self._array.size :] = 0
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32)
        return image.copy()

    def _cell(self, index: int) -> QRectF:
        """Where a component of a strip is drawn."""
        px = self.look.px
        if self.count <= WITH_NUMBERS:
            per_row, height, step = PER_ROW, px(20), px(40)
        else:
            per_row, height, step = PLAIN_PER_ROW, px(13), px(15)
        columns = min(per_row, max(self.count, 1)) if self.count >= per_row else per_row
        width = self.width() / columns
        row, column = divmod(index, per_row)
        return QRectF(column * width, row * step, width - px(2), height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the number, the strip or the map."""
        with painting(self) as painter:
            if self._shape == ():
                self._paint_scalar(painter)
            elif self._is_map:
                self._paint_map(painter)
            else:
                self._paint_strip(painter)
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), self.look.px(4), self.look)

    def _paint_scalar(self, painter: QPainter) -> None:
        theme = self.look.theme
        if self._array is None:
            painter.setPen(QPen(theme.color("ghost"), 1, Qt.PenStyle.DashLine))
            box = QRectF(0.5, self.look.px(3), self.look.px(96), self.look.px(18))
            painter.drawRoundedRect(box, 3, 3)
            return
        role: Role = "forward" if self._kind == "value" else "backward"
        painter.setFont(self.look.font("mono_strong"))
        painter.setPen(theme.text(role))
        number = f"{float(self._array.reshape(-1)[0]):.10g}"
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, number)

    def _paint_strip(self, painter: QPainter) -> None:
        theme, px = self.look.theme, self.look.px
        shown = min(self.count, PLAIN_LIMIT)
        numbers = self.count <= WITH_NUMBERS
        signs = self._signs(shown)
        for index in range(shown):
            cell = self._cell(index)
            if self._array is None or self._image is None:
                painter.setPen(QPen(theme.color("ghost"), 1, Qt.PenStyle.DashLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), px(2), px(2))
                continue
            painter.setOpacity(0.5 if self._partial else 1.0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._image.pixelColor(index, 0))
            painter.drawRoundedRect(cell, px(2), px(2))
            painter.setOpacity(1.0)
            self._paint_sign(painter, cell, int(signs[index]))
            if index == self._component:
                painter.setPen(QPen(theme.color("ink"), px(1.4)))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(cell.adjusted(0.7, 0.7, -0.7, -0.7), px(2), px(2))
            if numbers:
                painter.setFont(self.look.font("mono_small"))
                painter.setPen(theme.text("ink" if index == self._component else "ink_2"))
                place = QRectF(
                    cell.left() - px(4), cell.bottom() + px(2), cell.width() + px(8), px(15)
                )
                number = short_number(float(self._array.reshape(-1)[index]))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, number)

    def _paint_map(self, painter: QPainter) -> None:
        theme = self.look.theme
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._image is None:
            painter.setPen(QPen(theme.color("ghost"), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(box, 3, 3)
            return
        painter.setOpacity(0.5 if self._partial else 1.0)
        painter.drawImage(box, self._image)
        painter.setOpacity(1.0)
        rows, columns = self._map_shape()
        width, height = box.width() / columns, box.height() / rows
        if min(width, height) >= SMALLEST:
            for index, sign in enumerate(self._signs(self.count).tolist()):
                row, column = divmod(index, columns)
                left, top = box.left() + column * width, box.top() + row * height
                self._paint_sign(painter, QRectF(left, top, width, height), sign)
        if rows <= MAP_SIDE and columns <= 2 * MAP_SIDE and self.count:
            row, column = divmod(self._component, columns)
            painter.setPen(QPen(theme.color("ink"), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(
                QRectF(box.left() + column * width, box.top() + row * height, width, height)
            )

    def _index_at(self, place: QPointF) -> int:
        """The component at a place, -1 where there is none."""
        if self._shape == () or self.count == 0:
            return -1
        if self._is_map:
            rows, columns = self._map_shape()
            row = int(place.y() / max(1, self.height()) * rows)
            column = int(place.x() / max(1, self.width()) * columns)
            index = row * columns + column
            return index if 0 <= row < rows and 0 <= column < columns and index < self.count else -1
        for index in range(min(self.count, PLAIN_LIMIT)):
            if self._cell(index).adjusted(0, 0, 2, self.look.px(16)).contains(place):
                return index
        return -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the component under the pointer."""
        index = self._index_at(event.position())
        if index >= 0:
            self.chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a neighbour by the arrow keys."""
        columns = self._map_shape()[1] if self._is_map else PER_ROW
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not 0 <= self._component + step < self.count:
            super().keyPressEvent(event)
            return
        self.chosen.emit(self._component + step)

    def event(self, event: QHelpEvent) -> bool:  # type: ignore[override]  # Qt hands over any event
        """Answer a tooltip request with the component under the pointer."""
        if event.type() == event.Type.ToolTip:
            index = self._index_at(QPointF(event.pos()))
            text = self._said(index) if index >= 0 and self._array is not None else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _said(self, index: int) -> str:
        assert self._array is not None
        place = ", ".join(str(int(i) + 1) for i in np.unravel_index(index, self._shape))
        label = f" “{self._labels[index]}”" if index < len(self._labels) else ""
        return f"[{place}]{label} {float(self._array.reshape(-1)[index])!r}".replace("<", "‹")

    def _spoken(self) -> str:
        if self._array is None:
            return "not computed yet"
        if self.count == 1:
            return f"{float(self._array.reshape(-1)[0]):.6g}"
        return (
            f"{self.count} numbers from {float(np.min(self._array)):.4g}"
            f" to {float(np.max(self._array)):.4g}"
        )
