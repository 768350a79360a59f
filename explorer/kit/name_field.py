"""A field that chooses one of several names, set as mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, QSize
from PySide6.QtWidgets import QStyle, QStyledItemDelegate

from explorer.kit.combo_field import ComboField
from explorer.kit.prose import MATH_SIZE
from explorer.kit.styled import painting
from explorer.mathtext import layout_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

    from explorer.theme import Style

_Index = QModelIndex | QPersistentModelIndex


class NameField(ComboField):
    """Chooses one of several names; the options' labels are names of the engine, ``W_hh``."""

    def __init__(
        self, style: Style, label: str, options: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(style, label, options, parent)
        self._combo.setItemDelegate(_Names(self))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Draw the chosen name as mathematics."""
        if event.type() == QEvent.Type.Paint and watched is self._combo:
            theme, combo = self.look.theme, self._combo
            name = layout_name(combo.currentText(), self.look.size("text") * MATH_SIZE)
            with painting(combo) as painter:
                middle = (combo.height() + name.ascent - name.descent) / 2
                name.draw(painter, QPointF(0, middle), theme.text("ink"))
            return True
        return super().eventFilter(watched, event)


class _Names(QStyledItemDelegate):
    """Draws the options of a field of names."""

    def __init__(self, field: NameField) -> None:
        super().__init__(field)
        self._field = field

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the room of a name with its padding."""
        look = self._field.look
        name = layout_name(str(index.data()), look.size("text") * MATH_SIZE)
        return QSize(int(name.width) + look.ipx(24), look.ipx(28))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw a name, on a tint where it is pointed at or chosen."""
        look = self._field.look
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.theme.tint("forward"))
        name = layout_name(str(index.data()), look.size("text") * MATH_SIZE)
        middle = rect.top() + (rect.height() + name.ascent - name.descent) / 2
        place = QPointF(rect.left() + look.px(12), middle)
        name.draw(painter, place, look.theme.text("ink"))
