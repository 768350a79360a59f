"""Conditional probabilities as cells, and one row of them as bars, learned and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QSizePolicy

from explorer.colors import packed, probability_colors
from explorer.kit.styled import Styled, focus_ring, painting, plain_tip, rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

WIDEST_LABEL = 84.0
HEAD = 54.0


class TableCells(Styled):
    """p(after | before) as a grid of coloured cells; a row can be chosen.

    Attributes:
        row: the chosen one.

    Signals:
        chosen(row): a person chose another row.
    """

    chosen = Signal(int)
    own_keys: ClassVar = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})

    def __init__(self, style: Style, name: str, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.row = 0
        self._limit, self._left = 1.0, 0.0
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._table: NDArray[np.float64] = np.zeros((0, 0))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def show_labels(self, rows: tuple[str, ...], columns: tuple[str, ...]) -> None:
        """Show other tokens."""
        self._rows, self._columns = rows, columns
        self._left = self._label_width()
        self.row = min(self.row, len(rows) - 1)
        self.update()

    def show_table(self, table: NDArray[np.float64]) -> None:
        """Show other probabilities, (rows, columns)."""
        self._table = table
        self.update()

    def set_limit(self, limit: float) -> None:
        """Give the strongest colour to this probability and those above."""
        self._limit = limit
        self.update()

    def set_row(self, row: int) -> None:
        """Choose a row silently."""
        self.row = row
        self.setAccessibleDescription(f"row {self._rows[row]}" if self._rows else "")
        self.update()

    def reading(self, row: int, column: int) -> str:
        """A cell in words."""
        before, after = self._rows[row], self._columns[column]
        return f"p({after} | {before}) = {self._table[row, column]:.4f}"

    def apply_style(self) -> None:
        """Measure the labels anew."""
        self._left = self._label_width()

    def sizeHint(self) -> QSize:
        """Return room for cells that can be told apart."""
        return QSize(self.look.ipx(380), self.look.ipx(330))

    def minimumSizeHint(self) -> QSize:
        """Return the least."""
        return QSize(self.look.ipx(220), self.look.ipx(210))

    def cell(self, row: int, column: int) -> QRectF:
        """Where a cell is."""
        left, head = self._left, self.look.px(HEAD)
        width = (self.width() - left) / max(1, len(self._columns))
        height = (self.height() - head) / max(1, len(self._rows))
        return QRectF(left + column * width, head + row * height, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw labels and cells."""
        look, theme = self.look, self.look.theme
        if self._table.shape != (len(self._rows), len(self._columns)):
            return
        levels = np.rint(255 * np.minimum(self._table / self._limit, 1.0)).astype(np.uint8)
        colors = packed(probability_colors(theme))[levels].tolist()
        gap = max(1, round(look.px(1)))
        with painting(self) as painter:
            self._paint_labels(painter)
            # Whole pixels without smoothing: the table is drawn anew at each picture.
            painter.setRenderHint(painter.RenderHint.Antialiasing, False)
            for row, line in enumerate(colors):
                for column, color in enumerate(line):
                    box = self.cell(row, column)
                    left, top = round(box.left()), round(box.top())
                    width, height = round(box.right()) - left, round(box.bottom()) - top
                    painter.fillRect(left, top, width - gap, height - gap, QColor.fromRgb(color))
            painter.setRenderHint(painter.RenderHint.Antialiasing)
            if self._rows:
                chosen = self.cell(self.row, 0).united(self.cell(self.row, len(self._columns) - 1))
                rounded(painter, chosen, look.px(3), None, theme.color("backward"), look.px(2))
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), look.px(5), look)

    def _paint_labels(self, painter: QPainter) -> None:
        look, theme = self.look, self.look.theme
        painter.setFont(look.font("node_small"))
        metrics = QFontMetricsF(painter.font())
        for row, label in enumerate(self._rows):
            chosen = row == self.row
            painter.setFont(look.font("node_small"))
            painter.setPen(theme.text("backward" if chosen else "ink_2"))
            box = self.cell(row, 0)
            box.setLeft(0)
            box.setWidth(self._left - look.px(6))
            text = metrics.elidedText(label, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(theme.text("ink_2"))
        for column, label in enumerate(self._columns):
            box = self.cell(0, column)
            painter.save()
            painter.translate(box.center().x() - look.px(3), look.px(HEAD) - look.px(4))
            painter.rotate(-52)
            text = metrics.elidedText(label, Qt.TextElideMode.ElideRight, look.px(60))
            painter.drawText(0, 0, text)
            painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row under the pointer."""
        for row in range(len(self._rows)):
            box = self.cell(row, 0)
            if box.top() <= event.position().y() < box.bottom():
                self._choose(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the row above or below."""
        move = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
        elif 0 <= self.row + move < len(self._rows):
            self._choose(self.row + move)

    def event(self, event: QEvent) -> bool:
        """Tell the cell under the pointer."""
        if event.type() == QEvent.Type.ToolTip:
            self._tell(event)  # type: ignore[arg-type]  # of this type it is one
        return super().event(event)

    def _tell(self, event: QHelpEvent) -> None:
        tip = ""
        for row in range(len(self._rows)):
            for column in range(len(self._columns)):
                if self.cell(row, column).contains(event.pos()):
                    tip = plain_tip(self.reading(row, column))
        self.setToolTip(tip)

    def _choose(self, row: int) -> None:
        self.set_row(row)
        self.chosen.emit(row)

    def _label_width(self) -> float:
        metrics = QFontMetricsF(self.look.font("node_small"))
        widest = max((metrics.horizontalAdvance(label) for label in self._rows), default=0.0)
        return min(widest, self.look.px(WIDEST_LABEL)) + self.look.px(8)


class RowBars(Styled):
    """One context's distribution twice: learned bars, and a line where each count's share is."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._labels: tuple[str, ...] = ()
        self._learned: tuple[float, ...] = ()
        self._counted: tuple[float, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("The chosen row, learned and counted")

    def show_row(
        self, labels: tuple[str, ...], learned: NDArray[np.float64], counted: NDArray[np.float64]
    ) -> None:
        """Show another row; what is counted most often stands first."""
        order = np.argsort(-counted, kind="stable")
        self._labels = tuple(labels[i] for i in order)
        self._learned = tuple(float(learned[i]) for i in order)
        self._counted = tuple(float(counted[i]) for i in order)
        told = zip(self._labels, self._learned, self._counted, strict=True)
        self.setToolTip("\n".join(f"{a}: learned {b:.4f}, counted {c:.4f}" for a, b, c in told))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for a dozen bars."""
        return QSize(self.look.ipx(300), self.look.ipx(22 * max(4, len(self._labels))))

    def minimumSizeHint(self) -> QSize:
        """Return the least."""
        return QSize(self.look.ipx(220), self.look.ipx(120))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw bars, marks and numbers."""
        look, theme = self.look, self.look.theme
        if not self._labels:
            return
        # The least probable are left out where their rows would be too low to be read.
        most = min(len(self._labels), max(1, int(self.height() / look.px(16))))
        height = min(look.px(24), self.height() / most)
        left, right = look.px(82), self.width() - look.px(104)
        with painting(self) as painter:
            for place, label in enumerate(self._labels[:most]):
                top = place * height
                line = QRectF(0, top, left - look.px(8), height)
                painter.setFont(look.font("secondary"))
                painter.setPen(theme.text("ink"))
                text = QFontMetricsF(painter.font()).elidedText(
                    label, Qt.TextElideMode.ElideRight, line.width()
                )
                flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(line, flags, text)
                thick = height * 0.56
                track = QRectF(left, top + (height - thick) / 2, right - left, thick)
                rounded(painter, track, look.px(3), theme.color("raised"))
                bar = QRectF(track)
                bar.setWidth(max(look.px(1), track.width() * self._learned[place]))
                rounded(painter, bar, min(look.px(3), bar.width() / 2), theme.color("backward"))
                mark = track.left() + track.width() * self._counted[place]
                rounded(
                    painter,
                    QRectF(mark - look.px(1.5), top + height * 0.1, look.px(3), height * 0.8),
                    look.px(1.5), theme.color("forward"),
                )  # fmt: skip
                painter.setFont(look.font("mono_small"))
                painter.setPen(theme.text("ink_2"))
                numbers = QRectF(right, top, self.width() - right, height)
                told = f"{self._learned[place]:.3f} / {self._counted[place]:.3f}"
                painter.drawText(numbers, flags, told)
