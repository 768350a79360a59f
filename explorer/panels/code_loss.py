"""A loss before and after a step, as two bars on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt

from explorer.kit.styled import Styled, painting, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Role, Style

_ROW = 30.0
_LABEL = 64.0


class LossBars(Styled):
    """Two numbers, the second beside what the first was."""

    def __init__(self, style: Style, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._role = role
        self._before, self._after = 0.0, 0.0

    def show_losses(self, before: float, after: float) -> None:
        """Show a step's two losses; both are 0 or more."""
        self._before, self._after = before, after
        self.setAccessibleName(f"loss before {before:.4f}, after {after:.4f}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for two rows."""
        return QSize(self.look.ipx(260), self.look.ipx(2 * _ROW))

    def minimumSizeHint(self) -> QSize:
        """Return the height needed; the width adapts."""
        return QSize(self.look.ipx(160), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bars."""
        with painting(self) as painter:
            largest = max(self._before, self._after)
            rows: tuple[tuple[str, float, Role], ...] = (
                ("before", self._before, "ink_3"),
                ("after", self._after, self._role),
            )
            for place, (label, loss, role) in enumerate(rows):
                px, theme = self.look.px, self.look.theme
                row = QRectF(0, px(_ROW) * place, self.width(), px(_ROW))
                painter.setFont(self.look.font("text"))
                painter.setPen(theme.text("ink_2"))
                painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, label)
                room = self.width() - px(_LABEL + 84)
                share = loss / largest if largest > 0 else 0.0
                width = max(px(3), room * share)
                bar = QRectF(px(_LABEL), row.top() + px(6), width, px(_ROW - 12))
                rounded(painter, bar, px(4), theme.tint(role, "bar"))
                painter.setFont(self.look.font("code"))
                painter.setPen(theme.text("ink"))
                beside = QRectF(bar.right() + px(10), row.top(), px(90), row.height())
                painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, f"{loss:.4f}")
