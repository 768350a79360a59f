"""The lists of the sheet "What if": the changes that were made, and the tokens to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF

from explorer.kit.button import draw_icon
from explorer.kit.row_list import RowList
from explorer.mathtext import layout_name, to_unicode

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Role, Style

_REMOVE = 30.0
_MOST = 5


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change.

    Attributes:
        node, component: which number.
        name: of the node.
        place: the component in words, empty for a single number.
        before, after: the number or the token, as shown.
    """

    node: int
    component: int
    name: str
    place: str
    before: str
    after: str

    @property
    def spoken(self) -> str:
        """The row in words."""
        return f"{to_unicode(self.name)}{self.place}: {self.before} → {self.after}"


class ChangeList(RowList[ChangeRow]):
    """What was changed; a click looks at the node, one on the cross takes the change back.

    Signals:
        picked(node, component): a row was clicked, or Return pressed on it.
        removed(node, component): the cross was clicked, or Delete pressed.
    """

    picked = Signal(int, int)
    removed = Signal(int, int)
    ROW: ClassVar = 30

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, name="changes", parent=parent)

    def set_rows(self, rows: tuple[ChangeRow, ...]) -> None:
        """Show other changes."""
        self.show_rows(rows)
        self.setFixedHeight(self.sizeHint().height())

    def apply_style(self) -> None:
        """Be as high as the rows are at another text size."""
        super().apply_style()
        self.setFixedHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """Return room for the rows, five at most; more can be scrolled to."""
        shown = min(max(len(self.rows), 1), _MOST)
        return QSize(self.look.ipx(260), self.look.ipx(self.ROW) * shown + 2)

    def picked_row(self, place: int) -> None:
        """Tell which change it is."""
        row = self.rows[place]
        self.picked.emit(row.node, row.component)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take a change back by its cross."""
        index = self.indexAt(event.position().toPoint())
        across = self.viewport().width() - event.position().x()
        if index.isValid() and across <= self.look.px(_REMOVE):
            self._remove(index.row())
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a change back by Delete."""
        index = self.currentIndex()
        deletes = event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
        if deletes and index.isValid() and index.row() < len(self.rows):
            self._remove(index.row())
        else:
            super().keyPressEvent(event)

    def paint_row(self, painter: QPainter, rect: QRectF, row: ChangeRow) -> None:
        """Draw the name, the number before and after, and the cross."""
        look, theme = self.look, self.look.theme
        name = layout_name(row.name, look.size("text") * 1.15)
        baseline = rect.center().y() + (name.ascent - name.descent) / 2
        left = rect.left() + look.px(8)
        name.draw(painter, QPointF(left, baseline), theme.color("ink"))
        left += name.width + look.px(3)
        painter.setFont(look.font("mono_small"))
        metrics = QFontMetricsF(painter.font())
        painter.setPen(theme.text("ink_2"))
        painter.drawText(QPointF(left, baseline), row.place)
        left += metrics.horizontalAdvance(row.place) + look.px(8)
        cross = QRectF(rect.right() - look.px(_REMOVE), rect.top(), look.px(_REMOVE), rect.height())
        draw_icon(painter, "close", cross, theme.color("ink_2"), look.px(15), self)
        painter.setFont(look.font("mono"))
        room = QRectF(left, rect.top(), cross.left() - left, rect.height())
        text = QFontMetricsF(painter.font()).elidedText(
            f"{row.before} → {row.after}", Qt.TextElideMode.ElideLeft, room.width()
        )
        painter.setPen(theme.text("ink"))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _remove(self, place: int) -> None:
        row = self.rows[place]
        self.removed.emit(row.node, row.component)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token of the vocabulary.

    Attributes:
        identity: its place there.
        word: as shown.
        state: "" or which one it is: "original" or "now".
    """

    identity: int
    word: str
    state: str = ""

    @property
    def spoken(self) -> str:
        """The row in words."""
        return f"{self.word}{', ' if self.state else ''}{self.state}"


class TokenList(RowList[TokenRow]):
    """The vocabulary.

    Signals:
        picked(identity): a token was clicked, or Return pressed on it.
    """

    picked = Signal(int)
    ROW: ClassVar = 25

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, name="vocabulary", parent=parent)

    def sizeHint(self) -> QSize:
        """Return room for eight rows."""
        return QSize(self.look.ipx(260), self.look.ipx(self.ROW) * 8)

    def minimumSizeHint(self) -> QSize:
        """Return room for six rows."""
        return QSize(self.look.ipx(160), self.look.ipx(self.ROW) * 6)

    def fill(self, row: TokenRow) -> Role | None:
        """Tint the token that is read now."""
        return "forward" if row.state == "now" else None

    def picked_row(self, place: int) -> None:
        """Tell which token it is."""
        self.picked.emit(self.rows[place].identity)

    def paint_row(self, painter: QPainter, rect: QRectF, row: TokenRow) -> None:
        """Draw the token, and at the right which one it is."""
        look, theme = self.look, self.look.theme
        inside = rect.adjusted(look.px(8), 0, -look.px(8), 0)
        painter.setFont(look.font("text_strong" if row.state else "text"))
        painter.setPen(theme.text("ink"))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, row.word)
        painter.setFont(look.font("secondary"))
        painter.setPen(theme.text("ink_2"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(inside, right, row.state)
