"""The card of the representation: the hidden vector after a token, as cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSizePolicy, QToolTip

from explorer.cell_signs import SMALLEST, signs_of
from explorer.colors import colorize, largest_magnitude, value_colors
from explorer.kit.card import Card
from explorer.kit.prose import Prose
from explorer.kit.styled import Styled, focus_ring, painting, rounded
from explorer.panels.inside_colors import SignStamps
from explorer.panels.ngram_counting import grouped

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.autodiff.primitives import Array
    from explorer.panels.inside_reading import Reading
    from explorer.theme import Style

LARGEST_SIDE = 36
HEIGHT = 120


class VectorCells(Styled):
    """The numbers of a vector, row after row, as large as the room allows.

    Signals:
        picked(unit): a person clicked a cell or moved to it with the arrows.
    """

    picked = Signal(int)
    own_keys: ClassVar = frozenset(
        {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
    )

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._vector: Array = np.zeros(0)
        self._unit = 0
        self._stamps = SignStamps()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Hidden vector")

    def show_vector(self, vector: Array, unit: int) -> None:
        """Show other numbers, one of them framed."""
        self._vector, self._unit = vector, unit
        if len(vector):
            self.setAccessibleDescription(self.reading(unit))
        self.update()

    def reading(self, unit: int) -> str:
        """A cell in words."""
        return f"unit {unit + 1}: {float(self._vector[unit]):+.4f}"

    def cell_rect(self, unit: int) -> QRectF:
        """Where a cell is."""
        side, columns = self._fit()
        row, column = divmod(unit, columns)
        return QRectF(column * side, row * side, side, side)

    def sizeHint(self) -> QSize:
        """Return room for a few rows."""
        return QSize(self.look.ipx(280), self.look.ipx(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return a little."""
        return QSize(self.look.ipx(160), self.look.ipx(60))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cells."""
        vector, look = self._vector, self.look
        if not len(vector):
            return
        side, columns = self._fit()
        limit = largest_magnitude(vector)
        rows = -(-len(vector) // columns)
        pixels = np.zeros(rows * columns, np.uint32)
        pixels[: len(vector)] = colorize(vector, value_colors(look.theme), limit)
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32)
        with painting(self) as painter:
            painter.drawImage(
                QRectF(0, 0, columns * side, rows * side), image, QRectF(0, 0, columns, rows)
            )
            if side >= look.ipx(SMALLEST):
                row, column = np.divmod(np.arange(len(vector)), columns)
                corners = np.stack([column * side, row * side], axis=1).astype(np.float64)
                self._stamps.draw(painter, look, corners, signs_of(vector, limit), (side, side))
            wide = look.px(1.6)
            ring = self.cell_rect(self._unit).adjusted(-wide / 2, -wide / 2, wide / 2, wide / 2)
            rounded(painter, ring.adjusted(-wide, -wide, wide, wide), look.px(2), None,
                    look.theme.color("surface"), wide)  # fmt: skip
            rounded(painter, ring, look.px(2), None, look.theme.color("ink"), wide)
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), look.px(4), look)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the cell under the pointer."""
        unit = self._at(event.position())
        if unit < 0:
            QToolTip.hideText()
            return
        rect = self.cell_rect(unit).toRect()
        QToolTip.showText(self.mapToGlobal(rect.bottomRight()), self.reading(unit), self, rect)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the pointer."""
        unit = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and unit >= 0:
            self.picked.emit(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the cell beside, above or below."""
        columns = self._fit()[1]
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1,
                 Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif 0 <= self._unit + step < len(self._vector):
            self.picked.emit(self._unit + step)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        super().leaveEvent(event)
        QToolTip.hideText()

    def _at(self, place: QPointF) -> int:
        side, columns = self._fit()
        row, column = int(place.y() // side), int(place.x() // side)
        unit = row * columns + column
        inside = 0 <= column < columns and row >= 0 and unit < len(self._vector)
        return unit if inside else -1

    def _fit(self) -> tuple[int, int]:
        """The largest side at which all cells fit, and how many of them stand in a row."""
        count, side = max(1, len(self._vector)), self.look.ipx(LARGEST_SIDE)
        while side > 1:
            columns = max(1, self.width() // side)
            if -(-count // columns) * side <= self.height():
                return side, min(columns, count)
            side -= 1
        return 1, min(max(1, self.width()), count)


class StateCard(Card):
    """h after the position: its numbers, its length, and that nothing else is kept.

    Attributes:
        cells: the numbers.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "The representation of the past", parent=parent)
        self.cells = VectorCells(style)
        self._said = Prose(style, font="secondary", role="ink_2", lines=4, grows=True)
        self.body.addWidget(self.cells, 1)
        self.body.addWidget(self._said)

    @property
    def sentence(self) -> str:
        """What is said of the vector."""
        return self._said.sentence

    def show_state(self, reading: Reading, layer: int, position: int, unit: int) -> None:
        """Show the state of a layer after another token."""
        vector = reading.activations.layers[layer]["h"][position]
        self.cells.show_vector(vector, unit)
        norm = float(np.linalg.norm(vector.astype(np.float64)))
        self.set_note(f"length {norm:.3f}")
        self._said.set_sentence(_kept_sentence(reading, position + 1))


def _kept_sentence(reading: Reading, step: int) -> str:
    shape = reading.model.architecture
    numbers = shape.hidden * shape.layers * len(shape.states)
    parts = [f"`{state}_{step}`" for state in shape.states]
    where = " and ".join(parts) + (f" in {shape.layers} layers" if shape.layers > 1 else "")
    top = " of the top layer" if shape.layers > 1 else ""
    tokens = f"{grouped(step)} {reading.noun}{'' if step == 1 else 's'}"
    return (
        f"The {grouped(numbers)} numbers of {where} are all that the model keeps of {tokens}. "
        f"`p(·|h_{step})` is computed from `h_{step}`{top} alone."
    )
