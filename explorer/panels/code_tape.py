"""Notes on a tape, one a line; those that were never left stand as gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen

from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

_ROW = 27.0
MOST_NOTES = 9


class NoteList(Styled):
    """The first notes of a tape, numbered in the order in which they were left."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._notes: tuple[tuple[str, bool], ...] = ()
        self.setAccessibleName("tape")

    def show_notes(self, notes: Sequence[tuple[str, bool]]) -> None:
        """Show these notes; one that is False was never left."""
        self._notes = tuple(notes)
        said = [text if left else f"no note for {text}" for text, left in self._notes]
        self.setAccessibleDescription("; ".join(said))
        self.updateGeometry()
        self.update()

    @property
    def gaps(self) -> int:
        """How many notes are missing."""
        return sum(not left for _, left in self._notes)

    def sizeHint(self) -> QSize:
        """Return room for the notes shown, and a line on the others."""
        rows = min(len(self._notes), MOST_NOTES) + (len(self._notes) > MOST_NOTES)
        return QSize(self.look.ipx(260), self.look.ipx(_ROW * max(rows, 1) + 2))

    def minimumSizeHint(self) -> QSize:
        """Return the height needed; the width adapts."""
        return QSize(self.look.ipx(160), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the notes."""
        look, theme = self.look, self.look.theme
        with painting(self) as painter:
            painter.setFont(look.font("code"))
            number = 0
            for place, (text, left) in enumerate(self._notes[:MOST_NOTES]):
                row = QRectF(0, look.px(_ROW) * place, self.width(), look.px(_ROW))
                if left:
                    number += 1
                    self._paint_note(painter, row, str(number), text)
                else:
                    self._paint_gap(painter, row)
            if len(self._notes) > MOST_NOTES:
                row = QRectF(0, look.px(_ROW) * MOST_NOTES, self.width(), look.px(_ROW))
                painter.setPen(theme.text("ink_2"))
                others = self._notes[MOST_NOTES:]
                there = sum(left for _, left in others)
                gone = f", {len(others) - there} missing" if there < len(others) else ""
                painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, f"   … {there} more{gone}")

    def _paint_note(self, painter: QPainter, row: QRectF, number: str, text: str) -> None:
        look, theme = self.look, self.look.theme
        align = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.text("ink_2"))
        beside = QRectF(0, row.top(), look.px(22), row.height())
        painter.drawText(beside, align | Qt.AlignmentFlag.AlignRight, number)
        room = row.adjusted(look.px(34), 0, 0, 0)
        metrics = QFontMetricsF(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(theme.text("ink"))
        painter.drawText(room, align, shown)

    def _paint_gap(self, painter: QPainter, row: QRectF) -> None:
        look, theme = self.look, self.look.theme
        box = row.adjusted(look.px(30), look.px(3), -look.px(2), -look.px(3))
        painter.setPen(QPen(theme.color("disagrees"), look.px(1.2), Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        painter.setPen(theme.text("disagrees"))
        painter.drawText(
            box.adjusted(look.px(8), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, "no note was left"
        )
