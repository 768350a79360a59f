"""The next-token distribution as a table that sorts by any column and searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from explorer.kit.styled import Dressed, plain_tip
from explorer.panels.ngram_counting import grouped

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from engine.models.ngram_lm import Evidence
    from explorer.panels.ngram_answers import TokenNames
    from explorer.theme import Style

Index = QModelIndex | QPersistentModelIndex

COLUMNS = ("token", "count", "p", "order")
TOKEN, COUNT, PROBABILITY, ORDER = range(4)

_TIPS = (
    "The token",
    "How often it was seen after the context that was looked up",
    "Its probability",
    "The order of the longest n-gram known with it",
)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class FollowerRows(QAbstractTableModel):
    """The rows of an `Evidence` in the order of a column, those whose token holds some letters.

    Attributes:
        places: the place in the evidence of each row shown.
    """

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = style
        self.places: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self._evidence: Evidence | None = None
        self._names: TokenNames | None = None
        self._letters = ""
        self._column, self._down = PROBABILITY, True

    def show(self, evidence: Evidence, names: TokenNames) -> None:
        """Take another distribution; order and letters stay."""
        self._evidence, self._names = evidence, names
        self._arrange()

    def search(self, letters: str) -> None:
        """Show only the tokens that hold some letters, in whatever case."""
        self._letters = letters.casefold()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column; equal ones stay as probable as they are."""
        self._column, self._down = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def turn(self, column: int) -> None:
        """Order the rows by a column: tokens from a, numbers from the largest, or turned round."""
        down = not self._down if column == self._column else column != TOKEN
        self.sort(column, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def token(self, row: int) -> int:
        """The id of a row's token, -1 where there is no such row."""
        if self._evidence is None or not 0 <= row < self.places.size:
            return -1
        return int(self._evidence.tokens[self.places[row]])

    def row_of(self, token: int) -> int:
        """The row of a token, -1 where it is not shown."""
        if self._evidence is None:
            return -1
        rows = np.flatnonzero(self._evidence.tokens[self.places] == token)
        return int(rows[0]) if rows.size else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        """Return the number of rows."""
        return 0 if parent.isValid() else int(self.places.size)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's name, and what it means as its tip."""
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = ("↓" if self._down else "↑") if section == self._column else ""
            return f"{COLUMNS[section]} {arrow}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if section == TOKEN else _RIGHT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, or how it is set."""
        evidence, names = self._evidence, self._names
        if not index.isValid() or evidence is None or names is None:
            return None
        column, place = index.column(), int(self.places[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column == TOKEN else _RIGHT
        if role == Qt.ItemDataRole.FontRole:
            return self.look.font("text_strong" if column == TOKEN else "mono")
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(place, column, evidence, names)
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            words = ", ".join(
                f"{name} {self._text(place, each, evidence, names)}"
                for each, name in enumerate(COLUMNS)
            )
            return plain_tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return None

    @staticmethod
    def _text(place: int, column: int, evidence: Evidence, names: TokenNames) -> str:
        if column == TOKEN:
            return names.labels[int(evidence.tokens[place])]
        if column == COUNT:
            return grouped(int(evidence.counts[place]))
        if column == PROBABILITY:
            return short(float(evidence.probabilities[place]))
        return str(int(evidence.orders[place]))

    def _keys(self, evidence: Evidence, names: TokenNames) -> NDArray[np.integer]:
        """What the rows are sorted by."""
        if self._column == TOKEN:
            return names.ranks[evidence.tokens]
        return evidence.counts if self._column == COUNT else evidence.orders

    def _arrange(self) -> None:
        evidence, names = self._evidence, self._names
        if evidence is None or names is None:
            return
        places = np.arange(evidence.tokens.size)
        if self._letters:
            letters, folded = self._letters, names.folded
            held = [letters in folded[token] for token in evidence.tokens.tolist()]
            places = places[np.array(held, dtype=bool)]
        if self._column == PROBABILITY:
            places = places if self._down else places[::-1]
        else:
            key = self._keys(evidence, names)[places]
            places = places[np.argsort(-key if self._down else key, kind="stable")]
        self.beginResetModel()
        self.places = places
        self.endResetModel()


class FollowerTable(Dressed, QTableView):
    """A table of tokens; arrows move, space sorts by the column, Return appends the token.

    Attributes:
        rows: its model.

    Signals:
        looked_at(token): the keyboard or a click is on another token.
        picked(token): a person pressed Return on a token, or clicked it twice.
    """

    looked_at = Signal(int)
    picked = Signal(int)
    own_keys: ClassVar = frozenset(
        {
            Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
            Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space,
            Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
        }
    )  # fmt: skip

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self.rows = FollowerRows(style, self)
        self.setModel(self.rows)
        self.setAccessibleName("Next tokens as a table")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across = self.horizontalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setSectionResizeMode(TOKEN, QHeaderView.ResizeMode.Stretch)
        across.setHighlightSections(False)
        across.setSectionsClickable(True)
        across.sectionClicked.connect(self.sort_by)
        self.doubleClicked.connect(self._pick)
        self.selectionModel().currentRowChanged.connect(self._look_at)
        self.apply_style()

    @property
    def token(self) -> int:
        """The id of the token the keyboard is on, -1 for none."""
        return self.rows.token(self.currentIndex().row())

    def show_evidence(self, evidence: Evidence, names: TokenNames) -> None:
        """List another distribution from its top."""
        self.rows.show(evidence, names)
        self.scrollToTop()

    def search(self, letters: str) -> None:
        """List only the tokens that hold some letters."""
        token = self.token
        self.rows.search(letters)
        self.go_to(token)

    def sort_by(self, column: int) -> None:
        """Sort by a column, or the other way round where the rows are sorted by it."""
        token = self.token
        self.rows.turn(column)
        self.go_to(token)
        if self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(self.currentIndex().row(), column))

    def go_to(self, token: int) -> None:
        """Put the keyboard on a token, where it is listed."""
        row = self.rows.row_of(token)
        if row >= 0:
            with QSignalBlocker(self.selectionModel()):
                self.setCurrentIndex(self.rows.index(row, TOKEN))
            self.viewport().update()

    def apply_style(self) -> None:
        """Set fonts, row height and the widths of the numbers."""
        look = self.look
        self.rows.look = look
        self.setFont(look.font("text"))
        across = self.horizontalHeader()
        across.setFont(look.font("secondary"))
        across.setFixedHeight(look.ipx(26))
        self.verticalHeader().setDefaultSectionSize(look.ipx(25))
        for column, width in ((COUNT, 66), (PROBABILITY, 84), (ORDER, 58)):
            across.resizeSection(column, look.ipx(width))

    def sizeHint(self) -> QSize:
        """Return room for ten rows."""
        return QSize(self.look.ipx(300), self.look.ipx(276))

    def minimumSizeHint(self) -> QSize:
        """Return room for three rows."""
        return QSize(self.look.ipx(280), self.look.ipx(153))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Append with Return, sort with space; the rest moves."""
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._pick(self.currentIndex())
        elif key == Qt.Key.Key_Space:
            self.sort_by(max(self.currentIndex().column(), 0))
        else:
            super().keyPressEvent(event)

    def _look_at(self, current: QModelIndex, _before: QModelIndex) -> None:
        token = self.rows.token(current.row())
        if token >= 0:
            self.looked_at.emit(token)

    def _pick(self, index: QModelIndex) -> None:
        token = self.rows.token(index.row())
        if token >= 0:
            self.picked.emit(token)


def short(probability: float) -> str:
    """A probability in four decimals, or with its power of ten where those would be zeros."""
    if probability == 0 or probability >= 5e-4:
        return f"{probability:.4f}"
    mantissa, power = f"{probability:.1e}".split("e")
    return f"{mantissa}e{int(power)}"
