"""How a token was drawn: a random number falls into the probabilities laid end to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.generate_distribution import Distribution, Piece
    from explorer.theme import Style


class DrawLine(Styled):
    """The line from 0 to 1, a piece for each token, and the number that was drawn.

    Attributes:
        progress: how far the number has fallen, from 0 to 1.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.progress = 1.0
        self._pieces: tuple[Piece, ...] = ()
        self._uniform: float | None = None
        self._token: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_draw(
        self, distribution: Distribution | None, uniform: float | None, token: int | None
    ) -> None:
        """Show a distribution, and the number and the token it chose where there was a draw."""
        self._pieces = () if distribution is None else distribution.pieces
        self._uniform, self._token = uniform, token
        self.update()

    def set_progress(self, progress: float) -> None:
        """Show the number on its way down."""
        self.progress = progress
        self.update()

    def sizeHint(self) -> QSize:
        """Return the line with room for the number above and the ends below."""
        return QSize(self.look.ipx(220), self.look.ipx(76))

    def minimumSizeHint(self) -> QSize:
        """Return the same height, narrower."""
        return QSize(self.look.ipx(140), self.look.ipx(76))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pieces, the number and the ends of the line."""
        look, theme = self.look, self.look.theme
        inset = look.px(6)
        bar = QRectF(inset, look.px(24), self.width() - 2 * inset, look.px(32))
        with painting(self) as painter:
            if not self._pieces:
                painter.fillRect(bar, theme.color("raised"))
            for piece in self._pieces:
                self._paint_piece(painter, bar, piece)
            painter.setFont(look.font("mono_small"))
            painter.setPen(theme.text("ink_2"))
            below = QRectF(bar.left(), bar.bottom() + look.px(3), bar.width(), look.px(16))
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, "1")
            if self._uniform is not None:
                self._paint_number(painter, bar, self._uniform)

    def _paint_piece(self, painter: QPainter, bar: QRectF, piece: Piece) -> None:
        look, theme = self.look, self.look.theme
        chosen = piece.token == self._token and self._token is not None
        landed = chosen and self.progress >= 1.0
        left = bar.left() + piece.start * bar.width()
        width = (piece.end - piece.start) * bar.width()
        gap = look.px(1) if width > look.px(4) else 0.0
        rect = QRectF(
            left, bar.top(), max(width - gap, look.px(1.5) if landed else 0.4), bar.height()
        )
        several = theme.tint("forward", "track" if piece.token >= 0 else "soft")
        painter.fillRect(rect, theme.color("forward") if landed else several)
        text = piece.label
        font = look.font("secondary_strong" if landed else "secondary")
        if text and QFontMetricsF(font).horizontalAdvance(text) <= rect.width() - look.px(4):
            painter.setFont(font)
            painter.setPen(theme.color("surface") if landed else theme.text("ink"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_number(self, painter: QPainter, bar: QRectF, uniform: float) -> None:
        look, theme = self.look, self.look.theme
        x = bar.left() + uniform * bar.width()
        fall = (1.0 - self.progress) * look.px(14)
        color = theme.text("backward")
        painter.setPen(color)
        painter.setFont(look.font("mono_small"))
        text = f"u = {uniform:.4f}"
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text)
        right = x + look.px(9) + wide <= bar.right()
        left = x + look.px(9) if right else x - look.px(9) - wide
        painter.drawText(QRectF(left, -fall * 0.2, wide + 2, look.px(18)),
                         Qt.AlignmentFlag.AlignVCenter, text)  # fmt: skip
        top = look.px(4) - fall * 0.3
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        half, high = look.px(5.5), look.px(15)
        painter.drawPolygon(
            QPolygonF([QPointF(x - half, top), QPointF(x + half, top), QPointF(x, top + high)])
        )
        if self.progress >= 1.0:
            painter.fillRect(
                QRectF(x - look.px(0.9), top + high - look.px(3), look.px(1.8),
                       bar.bottom() + look.px(3) - top - high + look.px(3)),
                color,
            )  # fmt: skip
