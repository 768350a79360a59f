"""The badge of the comparison with PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.button import PaintedButton, draw_icon
from explorer.kit.styled import plain_tip, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from explorer.icons import IconName
    from explorer.theme import Role, Style

Verdict = Literal["checking", "agrees", "disagrees", "unverified"]

# Icon, role of the text, role of the tint (a neutral background when None).
_LOOKS: dict[Verdict, tuple[IconName, Role, Role | None]] = {
    "checking": ("checking", "ink_2", None),
    "agrees": ("check", "agrees", "agrees"),
    "disagrees": ("warning", "disagrees", "disagrees"),
    "unverified": ("question", "ink_2", None),
}


class Badge(PaintedButton):
    """A pill that says how a comparison stands; a click asks for more."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "", parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._verdict: Verdict = "checking"
        self._detail = ""
        self._compact = self._bare = False

    @property
    def verdict(self) -> Verdict:
        """What the badge shows."""
        return self._verdict

    def set_verdict(self, verdict: Verdict, text: str, detail: str = "", tip: str = "") -> None:
        """Show a verdict.

        Args:
            verdict: decides icon and colour.
            text: a few words, for example ``Agrees with PyTorch``.
            detail: a number after it, for example ``max 3.3e-16``.
            tip: a sentence on what it means or what to do.
        """
        self._verdict, self._detail = verdict, detail
        self.setText(text)
        self.setAccessibleName(f"{text} {detail}".strip())
        self.setAccessibleDescription(tip)
        self.setToolTip(plain_tip(f"{text}. {tip}" if self._bare else tip))
        self.updateGeometry()
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Leave the detail out, where the window is narrow."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    def set_bare(self, bare: bool) -> None:
        """Show the icon alone, where even words have no room; the tip has them."""
        if bare != self._bare:
            self._bare = bare
            self.set_verdict(self._verdict, self.text(), self._detail, self.accessibleDescription())

    @property
    def radius(self) -> float:
        """Half of the height: the ends are round."""
        return self.height() / 2

    def sizeHint(self) -> QSize:
        """Return what icon, text and detail need."""
        look = self.look
        if self._bare:
            return QSize(look.ipx(15 + 16 + 15), look.ipx(34))
        width = look.px(15 + 16 + 6 + 15)
        width += QFontMetricsF(look.font("text_strong")).horizontalAdvance(self.text())
        if self._shown_detail:
            detail = QFontMetricsF(look.font("mono")).horizontalAdvance(self._shown_detail)
            width += look.px(10) + detail
        return QSize(int(width) + 1, look.ipx(34))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: a verdict is never cut off."""
        return self.sizeHint()

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw icon, text and detail on the verdict's tint."""
        look, theme = self.look, self.look.theme
        icon, role, tint = _LOOKS[self._verdict]
        fill = theme.color("raised") if tint is None else theme.tint(tint)
        line = theme.color("line") if tint is None or self.underMouse() else None
        rounded(painter, rect, self.radius, fill, line)
        color = theme.text(role)
        left = rect.left() + look.px(15)
        draw_icon(painter, icon, QRectF(left, rect.top(), look.px(16), rect.height()), color,
                  look.px(16), self)  # fmt: skip
        if self._bare:
            return
        left += look.px(22)
        painter.setPen(color)
        painter.setFont(look.font("text_strong"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect.adjusted(left, 0, 0, 0), flags, self.text())
        if self._shown_detail:
            left += QFontMetricsF(look.font("text_strong")).horizontalAdvance(self.text())
            painter.setFont(look.font("mono"))
            painter.drawText(rect.adjusted(left + look.px(10), 0, 0, 0), flags, self._shown_detail)

    @property
    def _shown_detail(self) -> str:
        return "" if self._compact else self._detail
