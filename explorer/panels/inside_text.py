"""A text in flowing lines, each token on a cell in the colour of one unit's activation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from explorer import fonts
from explorer.kit.styled import Dressed, focus_ring, plain_tip, rounded
from explorer.panels.inside_colors import SignStamps
from explorer.panels.inside_columns import (
    MARGIN,
    NOTHING,
    PAD,
    Columns,
    columns_of,
    letters_of,
    moved,
)
from explorer.panels.inside_sheet import Sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import (
        QFocusEvent,
        QFont,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
    )
    from PySide6.QtWidgets import QWidget

    from explorer.panels.inside_reading import Quantity, Reading
    from explorer.theme import Style

SIZE, LARGE = 15.0, 20.0


class InsideText(Dressed, QAbstractScrollArea):
    """The text, in columns where there is room for several; only what is in view is painted.

    Signals:
        looked_at(index): a person clicked a token or moved to it with the arrows.
        selected(first, last): a person dragged over tokens, or moved on with Shift.
        clicked(): a person clicked without dragging, so that nothing is dragged over any more.
        cleared(): a person pressed Escape, so that no tokens are selected any more.
        stepped(by): the unit so many rows further on is wanted (Ctrl with up or down).
        hovered(index): the pointer is over a token, -1 for none.
    """

    looked_at = Signal(int)
    selected = Signal(int, int)
    clicked = Signal()
    cleared = Signal()
    stepped = Signal(int)
    hovered = Signal(int)
    own_keys: ClassVar = frozenset(
        {
            Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
            Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Return,
        }
    )  # fmt: skip

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self._reading: Reading | None = None
        self._quantity: Quantity | None = None
        self._unit = self._position = 0
        self._part: NDArray[np.bool_] | None = None
        self._columns = NOTHING
        self._letters: NDArray[np.str_] = np.zeros(0, "U1")
        self._large = False
        self._anchor, self._dragged, self._hovered = -1, False, -1
        self._stamps = SignStamps()
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Text, coloured by a hidden unit")
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)

    @property
    def columns(self) -> Columns:
        """Where the tokens stand."""
        return self._columns

    def show_reading(self, reading: Reading) -> None:
        """Show another text."""
        self._reading, self._quantity, self._part = reading, None, None
        self._anchor = -1
        self._letters = letters_of(reading)
        self._lay_out()
        self.verticalScrollBar().setValue(0)

    def show_unit(self, quantity: Quantity, unit: int) -> None:
        """Colour the tokens by another unit."""
        self._quantity, self._unit = quantity, unit
        self.viewport().update()

    def show_position(self, position: int) -> None:
        """Mark another token as the one looked at, and bring it into view."""
        self._position = position
        self._reach(position)
        self.viewport().update()

    def show_part(self, part: NDArray[np.bool_] | None) -> None:
        """Underline other tokens."""
        self._part = part
        self.viewport().update()

    def describe(self, sentence: str) -> None:
        """Say what is at the position, for screen readers."""
        self.setAccessibleDescription(sentence)

    def show_tip(self, text: str) -> None:
        """Read the token under the pointer out beside it."""
        if self._hovered >= 0:
            rect = self.token_rect(self._hovered).toRect()
            place = self.viewport().mapToGlobal(rect.bottomLeft() + QPoint(0, 2))
            QToolTip.showText(place, plain_tip(text), self.viewport(), rect)

    def set_large(self, large: bool) -> None:
        """Set the text for an audience, or for a desk."""
        if large != self._large:
            self._large = large
            self._lay_out()
            self._reach(self._position)

    def token_rect(self, token: int) -> QRectF:
        """The cell of a token, in the viewport."""
        lines, pitch = self._columns.lines, self._pitch
        column, row = divmod(int(lines.line[token]) - self.verticalScrollBar().value(), self._rows)
        left = self.look.px(MARGIN) + float(lines.left[token]) + column * self._columns.width
        top = row * pitch + self._gap / 2
        return QRectF(left, top, float(lines.width[token]), pitch - self._gap)

    def apply_style(self) -> None:
        """Lay out again in the new font."""
        self._lay_out()
        self._reach(self._position)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out again at the new width."""
        super().resizeEvent(event)
        if event.size() != event.oldSize():
            self._lay_out()
            self._reach(self._position)

    def minimumSizeHint(self) -> QSize:
        """Return room for three lines."""
        return QSize(self.look.ipx(220), int(3 * self._pitch))

    def sizeHint(self) -> QSize:
        """Return room for ten lines."""
        return QSize(self.look.ipx(620), int(10 * self._pitch))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines in view, column by column."""
        painter = QPainter(self.viewport())
        try:
            first, rows = self.verticalScrollBar().value(), self._rows
            for column in range(self._columns.count):
                self._paint_column(painter, column, first + column * rows)
            self._paint_rings(painter, self._columns.lines.of(first, first + self._seen - 1))
            if self.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                focus_ring(painter, QRectF(self.viewport().rect()), self.look.px(6), self.look)
        finally:
            painter.end()

    def _paint_column(self, painter: QPainter, column: int, first: int) -> None:
        columns = self._columns
        seen = columns.lines.of(first, first + self._rows - 1)
        if seen.start == seen.stop or self._reading is None:
            return
        sheet = Sheet(
            self.look, self._reading, columns.lines, self._letters, self._font(), self._pitch,
            self._gap, self.look.px(MARGIN), self.look.px(PAD), first * self._pitch,
        )  # fmt: skip
        painter.save()
        painter.translate(column * columns.width, 0)
        if self._quantity is not None:
            sheet.paint_cells(
                painter, seen, self._quantity, self._unit, columns.width, self._stamps
            )
        if self._part is not None:
            sheet.paint_part(painter, seen, self._part)
        sheet.paint_words(painter, seen)
        painter.restore()

    def _paint_rings(self, painter: QPainter, seen: slice) -> None:
        """Frame the token under the pointer and the one looked at."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, theme = self.look, self.look.theme
        if self._hovered >= 0 and seen.start <= self._hovered < seen.stop:
            ring = self.token_rect(self._hovered).adjusted(-1, -1, 1, 1)
            rounded(painter, ring, look.px(2), None, theme.color("ink_2"), look.px(1.2))
        if seen.start <= self._position < seen.stop:
            wide = look.px(2)
            ring = self.token_rect(self._position).adjusted(-wide, -wide, wide, wide)
            rounded(painter, ring, look.px(4), None, theme.color("surface"), 2 * wide)
            rounded(painter, ring, look.px(4), None, theme.color("ink"), wide)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the token under the pointer, or drag a selection."""
        place = event.position()
        if self._anchor >= 0 and event.buttons() & Qt.MouseButton.LeftButton:
            token = self._at(place, nearest=True)
            if token != self._anchor or self._dragged:
                self._dragged = True
                self._select(token)
            return
        self._hover(self._at(place))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look at the token under the pointer; with Shift select up to it."""
        if event.button() != Qt.MouseButton.LeftButton or not self._columns.tokens:
            return
        token = self._at(event.position(), nearest=True)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._anchor = self._position if self._anchor < 0 else self._anchor
            self._dragged = True
            self._select(token)
            return
        self._anchor, self._dragged = token, False
        self.looked_at.emit(token)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click without a drag takes a dragged selection back."""
        if event.button() == Qt.MouseButton.LeftButton and not self._dragged:
            self._anchor = -1
            self.clicked.emit()
        self._dragged = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by token and line, with Shift selecting; with Ctrl, up and down change the unit.

        Return selects the token looked at.
        """
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier and key in (
            Qt.Key.Key_Up, Qt.Key.Key_Down,
        ):  # fmt: skip
            self.stepped.emit(-1 if key == Qt.Key.Key_Up else 1)
            return
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._columns.tokens:
            self.selected.emit(self._position, self._position)
            return
        wanted = moved(self._columns.lines, self._position, key, max(1, self._seen - 1))
        if wanted is None:
            if key == Qt.Key.Key_Escape and self._part is not None:
                self._anchor = -1
                self.cleared.emit()
                return
            super().keyPressEvent(event)
            return
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._anchor = self._position if self._anchor < 0 else self._anchor
            self._select(wanted)
        else:
            self._anchor = -1
            self.looked_at.emit(wanted)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        super().leaveEvent(event)
        self._hover(-1)

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Show the focus."""
        self.viewport().update()

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """Show that it has gone."""
        self.viewport().update()

    def _select(self, token: int) -> None:
        self.looked_at.emit(token)
        self.selected.emit(min(self._anchor, token), max(self._anchor, token))

    def _hover(self, token: int) -> None:
        if token != self._hovered:
            self._hovered = token
            self.viewport().update()
            if token < 0:
                QToolTip.hideText()
            self.hovered.emit(token)

    def _at(self, place: QPointF, *, nearest: bool = False) -> int:
        columns = self._columns
        column = min(max(int(place.x() // columns.width), 0), columns.count - 1)
        row = min(max(int(place.y() // self._pitch), -1), self._rows)
        line = self.verticalScrollBar().value() + column * self._rows + row
        x = place.x() - column * columns.width - self.look.px(MARGIN)
        return columns.lines.at(line, x, nearest=nearest)

    def _reach(self, token: int) -> None:
        """Scroll as little as it takes to show a token's line, and a line around it."""
        if token >= self._columns.tokens:
            return
        bar, line = self.verticalScrollBar(), int(self._columns.lines.line[token])
        if line - 1 < bar.value():
            bar.setValue(max(0, line - 1))
        elif line + 2 > bar.value() + self._seen:
            bar.setValue(line + 2 - self._seen)

    def _lay_out(self) -> None:
        if self._reading is not None:
            width = self.viewport().width()
            self._columns = columns_of(self._reading, self.look, self._font(), width, self._rows)
            self._set_range()
            self.viewport().update()

    def _set_range(self) -> None:
        """Scroll by whole lines, so that each column goes on where the one before ends."""
        bar, policies = self.verticalScrollBar(), Qt.ScrollBarPolicy
        count = self._columns.lines.count
        # Without the bar there is more room, so that what fits goes on to fit.
        fits = count <= self._seen
        self.setVerticalScrollBarPolicy(
            policies.ScrollBarAlwaysOff if fits else policies.ScrollBarAlwaysOn
        )
        bar.setRange(0, max(0, count - self._seen))
        bar.setPageStep(max(1, self._seen - 1))
        bar.setSingleStep(1)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802  (Qt's name)
        """Draw the lines that have come into view."""
        self._hover(-1)
        self.viewport().update()

    def _font(self) -> QFont:
        chars = self._reading is None or self._reading.loaded.kind == "char"
        return fonts.font("mono" if chars else "text", self.look.px(LARGE if self._large else SIZE))

    @property
    def _pitch(self) -> float:
        """From one line to the next, whole pixels."""
        return float(self.look.ipx(LARGE * 1.8 if self._large else SIZE * 1.8))

    @property
    def _rows(self) -> int:
        """Lines of a column."""
        return max(1, int(self.viewport().height() // self._pitch))

    @property
    def _seen(self) -> int:
        """Lines of all columns."""
        return self._columns.count * self._rows

    @property
    def _gap(self) -> float:
        """Between the cells of two lines."""
        return float(self.look.ipx(6))
