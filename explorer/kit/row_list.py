"""A list whose rows are values that a subclass draws: keys, scrolling and speech come with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from explorer.kit.styled import Dressed, focus_ring, plain_tip, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Role, Style

Index = QModelIndex | QPersistentModelIndex


class Spoken(Protocol):
    """A row."""

    @property
    def spoken(self) -> str:
        """The row in words, for tips and screen readers."""
        ...


R = TypeVar("R", bound=Spoken)


class RowList(Dressed, QListView, Generic[R]):
    """A scrollable list of rows of one height; only the visible ones cost anything.

    A subclass says ``ROW``, the height in pixels at 100 %, and draws a row in `paint_row`.

    Args:
        name: what it shows, for screen readers.
    """

    ROW: ClassVar[int]
    own_keys: ClassVar = frozenset(
        {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return}
    )

    def __init__(self, style: Style, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self._model: _Rows[R] = _Rows(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.clicked.connect(self._pick)
        self.activated.connect(self._pick)

    @property
    def rows(self) -> tuple[R, ...]:
        """The rows shown, in their order."""
        return self._model.rows

    def show_rows(self, rows: tuple[R, ...]) -> None:
        """Show other rows; while their number stays, the place in the list stays too."""
        self._model.show(rows)

    def scroll_to_row(self, row: int) -> None:
        """Bring a row into view."""
        self.scrollTo(self._model.index(row))

    def apply_style(self) -> None:
        """Lay the rows out at the new height."""
        self.doItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows; the ring of the focus goes around all while it is on none of them."""
        super().paintEvent(event)
        if self.hasFocus() and not self.currentIndex().isValid():
            painter = QPainter(self.viewport())
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                rect = QRectF(self.viewport().rect())
                focus_ring(painter, rect, self.look.px(5), self.look)
            finally:
                painter.end()

    def fill(self, row: R) -> Role | None:
        """The role whose tint stands behind a row, if any."""
        return None

    def paint_row(self, painter: QPainter, rect: QRectF, row: R) -> None:
        """Draw a row into a rectangle."""
        raise NotImplementedError

    def picked_row(self, place: int) -> None:
        """A person clicked a row or pressed Return on it."""
        raise NotImplementedError

    def _pick(self, index: QModelIndex) -> None:
        self.picked_row(index.row())


class _Rows(QAbstractListModel, Generic[R]):
    """The rows as Qt's model, so that keys, scrolling and screen readers work as in any list."""

    def __init__(self, parent: RowList[R]) -> None:
        super().__init__(parent)
        self.rows: tuple[R, ...] = ()

    def show(self, rows: tuple[R, ...]) -> None:
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
        spoken = self.rows[index.row()].spoken
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return spoken
        return plain_tip(spoken) if role == Qt.ItemDataRole.ToolTipRole else None


class _Delegate(QStyledItemDelegate):
    """Draws what is behind a row and around it, and lets the list draw the row."""

    def __init__(self, view: RowList[Any]) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height of a row."""
        return QSize(self._view.look.ipx(100), self._view.look.ipx(self._view.ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        view = self._view
        look, theme, row = view.look, view.look.theme, view.rows[index.row()]
        rect, state = QRectF(option.rect), option.state
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            role = view.fill(row)
            if role is not None:
                rounded(painter, rect.adjusted(0, 1, 0, -1), look.px(5), theme.tint(role))
            elif state & QStyle.StateFlag.State_MouseOver:
                rounded(painter, rect, look.px(5), theme.tint("ink", "lane"))
            if state & QStyle.StateFlag.State_HasFocus and view.hasFocus():
                rounded(painter, rect, look.px(5), None, theme.color("forward"), look.px(1.5))
            view.paint_row(painter, rect, row)
        finally:
            painter.restore()
