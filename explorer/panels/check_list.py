"""Modules with the error of each: a mark, the module's path, the number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from explorer.canvas.ticks import AGREES, DISAGREES, UNASKED, draw_mark
from explorer.kit.styled import Dressed, plain_tip, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

Index = QModelIndex | QPersistentModelIndex

ROW = 27


@dataclass(frozen=True, slots=True)
class Checked:
    """One row.

    Attributes:
        place: of the module among the modules of the run, in the order recorded.
        name: its path.
        last: the last node it computes; modules are met in falling order of it by backward.
        error: of its backward pass, None while it is not known.
        ok: whether the error is allowed, None while it is not known.
    """

    place: int
    name: str
    last: int
    error: float | None = None
    ok: bool | None = None

    @property
    def spoken(self) -> str:
        """The row in words."""
        if self.error is None:
            return f"{self.name}: not checked yet"
        return f"{self.name}: {'agrees' if self.ok else 'disagrees'}, error {self.error:.1e}"


class CheckList(Dressed, QListView):
    """A scrollable list of modules; only the visible ones cost anything.

    Signals:
        picked(place): a person clicked a module or pressed Return on it.
    """

    picked = Signal(int)
    own_keys: ClassVar = frozenset(
        {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return}
    )

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self._model = _Rows(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName("modules and their errors")
        self.clicked.connect(self._pick)
        self.activated.connect(self._pick)

    @property
    def rows(self) -> tuple[Checked, ...]:
        """The rows shown, in their order."""
        return self._model.rows

    def set_rows(self, rows: Sequence[Checked]) -> None:
        """Show other rows."""
        self._model.show(tuple(rows))

    def apply_style(self) -> None:
        """Lay the rows out at the new height."""
        self.doItemsLayout()

    def sizeHint(self) -> QSize:
        """Return room for eight rows."""
        return QSize(self.look.ipx(300), self.look.ipx(ROW) * 8)

    def minimumSizeHint(self) -> QSize:
        """Return room for four rows."""
        return QSize(self.look.ipx(160), self.look.ipx(ROW) * 4)

    def _pick(self, index: QModelIndex) -> None:
        self.picked.emit(self.rows[index.row()].place)


class _Rows(QAbstractListModel):
    """The rows as Qt's model, so that keys, scrolling and screen readers work as in any list."""

    def __init__(self, parent: CheckList) -> None:
        super().__init__(parent)
        self.rows: tuple[Checked, ...] = ()

    def show(self, rows: tuple[Checked, ...]) -> None:
        """Take other rows; while their number stays, the place in the list stays too."""
        if len(rows) == len(self.rows):
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row's words; painting reads the rows themselves."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return row.spoken
        return plain_tip(row.spoken) if role == Qt.ItemDataRole.ToolTipRole else None


class _Delegate(QStyledItemDelegate):
    """Draws one row from the list's style."""

    def __init__(self, view: CheckList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height of a row."""
        return QSize(self._view.look.ipx(100), self._view.look.ipx(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw mark, name and error."""
        look, theme = self._view.look, self._view.look.theme
        row = self._view.rows[index.row()]
        rect, state = QRectF(option.rect), option.state
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if row.ok is False:
                rounded(painter, rect.adjusted(0, 1, 0, -1), look.px(5), theme.tint("disagrees"))
            elif state & QStyle.StateFlag.State_MouseOver:
                rounded(painter, rect, look.px(5), theme.tint("ink", "lane"))
            if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
                rounded(painter, rect, look.px(5), None, theme.color("forward"), look.px(1.5))
            self._write(painter, rect, row)
        finally:
            painter.restore()

    def _write(self, painter: QPainter, rect: QRectF, row: Checked) -> None:
        look, theme = self._view.look, self._view.look.theme
        mark = UNASKED if row.ok is None else AGREES if row.ok else DISAGREES
        painter.save()
        painter.translate(rect.left() + look.px(13), rect.center().y())
        painter.scale(look.scale * 1.1, look.scale * 1.1)
        draw_mark(painter, theme, mark, 0, 0)
        painter.restore()
        error = "" if row.error is None else f"{row.error:.1e}" if row.error else "0"
        painter.setFont(look.font("mono"))
        painter.setPen(theme.text("disagrees" if row.ok is False else "ink_2"))
        width = QFontMetricsF(look.font("mono")).horizontalAdvance("0.0e-00")
        right = rect.right() - look.px(8)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(right - width, rect.top(), width, rect.height()),
                         flags | Qt.AlignmentFlag.AlignRight, error)  # fmt: skip
        name = QRectF(rect.left() + look.px(28), rect.top(), 0, rect.height())
        name.setRight(right - width - look.px(10))
        font = look.font("text")
        painter.setFont(font)
        painter.setPen(theme.text("ink" if row.error is not None else "ink_2"))
        text = QFontMetricsF(font).elidedText(row.name, Qt.TextElideMode.ElideMiddle, name.width())
        painter.drawText(name, flags | Qt.AlignmentFlag.AlignLeft, text)
