"""Two bars on one scale: what the adjoint predicts of a change, and what is true.

The first is drawn as an outline in the colour of the backward pass, the second filled in that of
the forward pass; numbers with their signs stand beside them. Drawn in pixels at 100 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen

from explorer.canvas.labels import draw, draw_right, words

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from explorer.theme import Role, Theme

HEIGHT = 76.0
PREDICTS, TRUTH = "the adjoint predicts", "the truth"
_ROW, _BAR, _LABEL = 38.0, 11.0, 13.0


@dataclass(frozen=True, slots=True)
class TwinBars:
    """Two changes of the loss.

    Attributes:
        predicted, truth: as said; they may be infinite or NaN.
        scale: the magnitude at the end of both bars.
    """

    predicted: float = 0.0
    truth: float = 0.0
    scale: float = 1.0

    @property
    def spoken(self) -> str:
        """The bars in words."""
        return f"{PREDICTS} {signed(self.predicted)}, {TRUTH} {signed(self.truth)}"


def signed(value: float, digits: int = 4) -> str:
    """A change as a number with its sign, in so many digits."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    magnitude = abs(value)
    text = f"{float(f'{magnitude:.{digits}g}'):g}"
    if not 1e-4 <= magnitude < 1e5:
        mantissa, exponent = f"{magnitude:.{min(digits, 3) - 1}e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    return ("+" if value > 0 else "−") + text


def plain(value: float) -> str:
    """A number in six digits with a true minus."""
    return f"{value:.6g}".replace("-", "−").replace("inf", "∞").replace("nan", "NaN")


def round_up(value: float) -> float:
    """The next of 1, 2 and 5 times a power of ten; 1 where there is none."""
    if not math.isfinite(value) or value < 1e-300:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((m * power for m in (1.0, 2.0, 5.0) if m * power >= value), 10.0 * power)


def paint_twin_bars(painter: QPainter, bars: TwinBars, width: float, theme: Theme) -> None:
    """Draw into ``width`` by :data:`HEIGHT` from the origin."""
    rows: tuple[tuple[str, float, Role], ...] = (
        (PREDICTS, bars.predicted, "backward"),
        (TRUTH, bars.truth, "forward"),
    )
    for place, (name, value, role) in enumerate(rows):
        top = place * _ROW
        draw(painter, words(name, "text", 11.5, 500), 0, top + _LABEL, theme.text("ink_2"))
        number = words(signed(value), "mono", 12.0, 650)
        draw_right(painter, number, width, top + _LABEL, theme.text(role))
        track = QRectF(0, top + _LABEL + 6, width, _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(track, 3, 3)
        _paint_bar(painter, track, value / bars.scale, role, theme, solid=role == "forward")
    painter.setPen(QPen(theme.color("ink_3"), 1.2))
    painter.drawLine(
        QRectF(width / 2, _LABEL + 3, 0, _ROW + _BAR + 6).topLeft(),
        QRectF(width / 2, _LABEL + 3, 0, _ROW + _BAR + 6).bottomLeft(),
    )


def _paint_bar(
    painter: QPainter, track: QRectF, share: float, role: Role, theme: Theme, *, solid: bool
) -> None:
    """A bar from the middle; what is not finite goes to the end."""
    if math.isnan(share) or share == 0:
        return
    length = max(abs(max(-1.0, min(1.0, share))) * track.width() / 2, 1.5)
    middle = track.center().x()
    body = QRectF(middle if share > 0 else middle - length, track.top(), length, track.height())
    color = theme.color(role)
    painter.setPen(Qt.PenStyle.NoPen if solid else QPen(color, 1.8))
    painter.setBrush(color if solid else theme.tint(role, "track"))
    inset = 0.0 if solid else min(0.9, length / 2)
    painter.drawRect(body.adjusted(inset, inset, -inset, -inset))
