"""The sample becomes the next input: the last steps of the model, and the drawn token's way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting, rounded
from explorer.kit.tokens import shown_token
from explorer.mathtext import layout_name

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

BOX = 104.0
HIGH = 34.0
PITCH = 150.0


@dataclass(frozen=True, slots=True)
class Steps:
    """What the strip shows.

    Attributes:
        tokens: all inputs so far, x_1 to x_T, with the drawn one last if there is one.
        drawn: whether the last of them was drawn, from the distribution of the step before it.
        order: n of an n-gram model, 0 for a recurrent one.
        used: the order that the last draw came from, below ``order`` where the model backed off.
    """

    tokens: tuple[str, ...] = ()
    drawn: bool = False
    order: int = 0
    used: int = 0


class StepStrip(Styled):
    """Inputs below, hidden states across, distributions above, as the graph is drawn.

    Attributes:
        progress: how far the drawn token has flown, from 0 to 1.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.progress = 1.0
        self._steps = Steps()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_steps(self, steps: Steps) -> None:
        """Show other steps."""
        self._steps = steps
        if steps.drawn:
            token = shown_token(steps.tokens[-1])
            self.setAccessibleName(f"{token} was drawn and is read as the next input")
        self.update()

    def set_progress(self, progress: float) -> None:
        """Show the drawn token on its way."""
        self.progress = progress
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for three rows of boxes."""
        return QSize(self.look.ipx(400), self.look.ipx(150))

    def minimumSizeHint(self) -> QSize:
        """Return room for two columns."""
        return QSize(self.look.ipx(260), self.look.ipx(136))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the last columns that fit."""
        with painting(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        look = self.look
        last = len(self._steps.tokens)
        columns = max(1, int((self.width() + look.px(PITCH - BOX)) / look.px(PITCH)))
        first = max(0, last + 1 - columns)
        pitch = look.px(PITCH)
        span = (last - first) * pitch + look.px(BOX)
        # Few columns spread out, so that the strip is filled.
        if last > first:
            pitch = min((self.width() - look.px(BOX)) / (last - first), look.px(PITCH * 1.5))
            span = (last - first) * pitch + look.px(BOX)
        left = max(0.0, (self.width() - span) / 2) if first == 0 else self.width() - span
        for step in range(first, last + 1):
            x = left + (step - first) * pitch
            if self._steps.order:
                self._paint_window(painter, x, step, first, pitch)
            else:
                self._paint_recurrent(painter, x, step, first, pitch)
        if self._steps.drawn and last > first:
            self._paint_flight(painter, left + (last - 1 - first) * pitch, pitch)

    def _paint_recurrent(
        self, painter: QPainter, x: float, step: int, first: int, pitch: float
    ) -> None:
        """Draw x_t, h_t and p(. | h_t), and the arrows that lead to them."""
        top, middle, bottom = self._rows()
        new = self._steps.drawn and step == len(self._steps.tokens)
        hidden, above = self._box(x, middle), self._box(x, top)
        if step:
            self._input(painter, self._box(x, bottom), step, new=new)
            self._arrow(painter, self._box(x, bottom), hidden)
        if step > first:
            start = QPointF(hidden.left() - pitch + hidden.width(), hidden.center().y())
            self._line(painter, start, QPointF(hidden.left(), hidden.center().y()), forward=False)
        self._arrow(painter, hidden, above)
        self._named(painter, hidden, f"h_{step}", ring=new and self.progress >= 1.0)
        self._named(painter, above, f"p(·|h_{step})", ring=False)

    def _paint_window(
        self, painter: QPainter, x: float, step: int, first: int, pitch: float
    ) -> None:
        """Draw x_t and the distribution after it, with arrows from the n - 1 tokens it counts."""
        top, _, bottom = self._rows()
        last = len(self._steps.tokens)
        new = self._steps.drawn and step == last
        source = self._steps.drawn and step == last - 1
        above = self._box(x, top)
        looked_at = self._steps.used if source else self._steps.order
        for back in range(looked_at - 1):
            if step - back < max(1, first):
                break
            pill = self._box(x - back * pitch, bottom)
            spread = _spread(self.look.px(BOX), back)
            self._line(
                painter,
                QPointF(pill.center().x() + (0 if back == 0 else pill.width() * 0.2), pill.top()),
                QPointF(above.center().x() - spread, above.bottom()),
                forward=source,
            )
        if step:
            self._input(painter, self._box(x, bottom), step, new=new)
        name = "p(·)" if looked_at == 1 else f"p(·|{self._conditions(step, looked_at)})"
        self._named(painter, above, name, ring=source)

    def _conditions(self, step: int, order: int) -> str:
        count = min(order - 1, step)
        if not count:
            return "·"
        if count <= 2:
            return ", ".join(f"x_{t}" for t in range(step - count + 1, step + 1))
        return f"x_{step - count + 1}…x_{step}"

    def _paint_flight(self, painter: QPainter, x: float, pitch: float) -> None:
        """Draw the dotted way from the distribution to the next input, and the token on it."""
        look, theme = self.look, self.look.theme
        top, _, bottom = self._rows()
        start = self._box(x, top)
        end = self._box(x + pitch, bottom)
        between = (start.right() + end.left()) / 2
        path = QPainterPath(QPointF(start.right(), start.center().y()))
        path.cubicTo(
            QPointF(between + look.px(14), start.center().y()),
            QPointF(between - look.px(20), end.center().y()),
            QPointF(end.left(), end.center().y()),
        )
        pen = QPen(theme.color("forward"), look.px(2.4))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setDashPattern([0.1, 2.4])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        if self.progress >= 1.0:
            return
        place = path.pointAtPercent(min(max(self.progress, 0.0), 1.0))
        text = shown_token(self._steps.tokens[-1])
        font = look.font("text_strong")
        width = QFontMetricsF(font).horizontalAdvance(text) + look.px(22)
        chip = QRectF(place.x() - width / 2, place.y() - look.px(13), width, look.px(26))
        rounded(painter, chip, look.px(13), theme.color("forward"))
        painter.setFont(font)
        painter.setPen(theme.color("surface"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def _input(self, painter: QPainter, rect: QRectF, step: int, *, new: bool) -> None:
        look, theme = self.look, self.look.theme
        arrived = new and self.progress >= 1.0
        fill = theme.tint("forward") if arrived else theme.color("raised")
        outline = theme.color("forward") if arrived else None
        rounded(painter, rect, rect.height() / 2, fill, outline, look.px(1.4))
        if new and not arrived:
            return
        font = look.font("text_strong")
        painter.setFont(font)
        painter.setPen(theme.text("ink"))
        text = QFontMetricsF(font).elidedText(
            shown_token(self._steps.tokens[step - 1]),
            Qt.TextElideMode.ElideRight,
            rect.width() - look.px(14),
        )
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, text)

    def _named(self, painter: QPainter, rect: QRectF, name: str, *, ring: bool) -> None:
        look, theme = self.look, self.look.theme
        outline = theme.color("forward" if ring else "line")
        rounded(painter, rect, look.px(7), theme.color("surface"), outline,
                look.px(2 if ring else 1.2))  # fmt: skip
        size = look.px(15)
        line = layout_name(name, round(size * 4) / 4)
        if line.width > rect.width() - look.px(8):
            size *= (rect.width() - look.px(8)) / line.width
            line = layout_name(name, round(size * 4) / 4)
        start = QPointF(rect.center().x() - line.width / 2, rect.center().y() + size * 0.28)
        line.draw(painter, start, theme.text("ink"))

    def _arrow(self, painter: QPainter, lower: QRectF, upper: QRectF) -> None:
        x = lower.center().x()
        self._line(painter, QPointF(x, lower.top()), QPointF(x, upper.bottom()), forward=False)

    def _line(self, painter: QPainter, start: QPointF, end: QPointF, *, forward: bool) -> None:
        look, theme = self.look, self.look.theme
        color = theme.color("forward" if forward else "edge")
        way = end - start
        length = max(1.0, (way.x() ** 2 + way.y() ** 2) ** 0.5)
        unit = way / length
        tip, back = end - unit * look.px(2), end - unit * look.px(9)
        across = QPointF(-unit.y(), unit.x()) * look.px(3.6)
        painter.setPen(QPen(color, look.px(1.4)))
        painter.drawLine(start + unit * look.px(2), back)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([tip, back + across, back - across]))

    def _box(self, x: float, y: float) -> QRectF:
        return QRectF(x, y, self.look.px(BOX), self.look.px(HIGH))

    def _rows(self) -> tuple[float, float, float]:
        """The tops of the three rows, spread over the height."""
        room = self.height() - self.look.px(HIGH) - 2
        gap = min(room / 2, self.look.px(76))
        top = max(1.0, (room - 2 * gap) / 2)
        return top, top + gap, top + 2 * gap


def _spread(width: float, back: int) -> float:
    """How far left of the middle the arrow from a token further back arrives."""
    return min(back * width * 0.16, width * 0.44)
