"""Modules with the error of each: a mark, the module's path, the number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter

from explorer.canvas.marks import AGREES, DISAGREES, UNASKED, draw_mark
from explorer.kit.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from explorer.theme import Role, Style


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


class CheckList(RowList[Checked]):
    """A scrollable list of modules.

    Signals:
        picked(place): a person clicked a module or pressed Return on it.
    """

    picked = Signal(int)
    ROW: ClassVar = 27

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, name="modules and their errors", parent=parent)

    def set_rows(self, rows: Sequence[Checked]) -> None:
        """Show other rows."""
        self.show_rows(tuple(rows))

    def sizeHint(self) -> QSize:
        """Return room for eight rows."""
        return QSize(self.look.ipx(300), self.look.ipx(self.ROW) * 8)

    def minimumSizeHint(self) -> QSize:
        """Return room for four rows."""
        return QSize(self.look.ipx(160), self.look.ipx(self.ROW) * 4)

    def fill(self, row: Checked) -> Role | None:
        """Tint what disagrees."""
        return "disagrees" if row.ok is False else None

    def picked_row(self, place: int) -> None:
        """Tell which module it is."""
        self.picked.emit(self.rows[place].place)

    def paint_row(self, painter: QPainter, rect: QRectF, row: Checked) -> None:
        """Draw mark, name and error."""
        look, theme = self.look, self.look.theme
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
