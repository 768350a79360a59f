"""A measure of each node on its card: a gauge at its left edge, and its number in a badge.

The gauge's colour and its length say the same. Far out the card is filled. What is not known at
the moment has no gauge. A group's card has the sum of its nodes, or their mean.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explorer.canvas.buffers import draw_rects
from explorer.canvas.far import is_far
from explorer.canvas.labels import draw, words
from explorer.canvas.moment import COMPLETE, UNKNOWN
from explorer.canvas.sprites import SpriteBook
from explorer.colors import NONFINITE, measure_colors
from explorer.layout import Kind
from explorer.theme import contrast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.trace.measures import Measures
    from explorer.canvas.moment import Moment
    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Floats, Ints, Scene
    from explorer.mathtext import MathLayout
    from explorer.theme import Theme

Subject = Literal["adjoints", "saturation", "bytes", "flops", "reuse"]

NUMBERS_FROM = 0.56
"""Zoom from which the numbers are legible."""

MOST_NUMBERS = 144
"""Cards in sight up to which each has its number."""

DECADES = 6.0
"""Decades below the largest that a logarithmic scale reaches down at most."""

INFINITE, NOT_A_NUMBER = 1, 2
_BROKEN = {INFINITE: "∞", NOT_A_NUMBER: "NaN"}
_SHADES = 24
_LEAST = 0.06
_WIDTH = 4.5
_NARROWEST = 3.0
_INSET = 1.4
_ENDS = 9.0
_BADGE = 15.0
_LARGE = 1.6


@dataclass(frozen=True, slots=True)
class Scale:
    """From numbers to shares of the gauge.

    Attributes:
        low, high: its ends; equal where nothing differs.
        logarithmic: equal steps are equal factors.
    """

    low: float
    high: float
    logarithmic: bool = True

    def share(self, values: Floats) -> Floats:
        """Of the gauge, in [0, 1]; 0 for a zero, 1 for what is not finite, NaN stays NaN."""
        with np.errstate(all="ignore"):
            if not self.logarithmic:
                share = values / (self.high or 1.0)
            elif self.high > self.low:
                share = np.log(values / self.low) / np.log(self.high / self.low)
            else:
                share = np.ones_like(values)
        share = np.where(values > 0, _LEAST + (1 - _LEAST) * np.clip(share, 0, 1), 0.0)
        return np.where(np.isnan(values), np.nan, share)


@dataclass(frozen=True, slots=True, eq=False)
class Gauges:
    """One measure of the N nodes of a trace, as a layer over the cards.

    Attributes:
        subject: which.
        values: (N,); NaN where a node has none.
        weights: (N,) components, by which means are weighted.
        broken: (N,) `INFINITE` or `NOT_A_NUMBER` where the number is there but is not finite.
        scale: of all cards of the scene.
        book: keeps the badges once they are drawn.
    """

    subject: Subject
    values: Floats
    weights: Floats
    broken: NDArray[np.int8]
    scale: Scale
    book: SpriteBook = field(default_factory=SpriteBook)

    def of_cards(self, scene: Scene, moment: Moment | None) -> tuple[Floats, NDArray[np.int8]]:
        """(M,) the number of each card, NaN for none, and how it is broken, 0 where it is not.

        Args:
            scene: of the trace that was measured.
            moment: what is known; None: all of it.
        """
        known = ~np.isnan(self.values) | (self.broken > 0)
        if moment is not None and self.subject == "adjoints":
            known &= moment.node == COMPLETE
        elif moment is not None and self.subject == "saturation":
            known &= moment.node != UNKNOWN
        single = np.where(known & (self.broken == 0), self.values, np.nan)
        wrong = np.where(known, self.broken, np.int8(0))
        crowds = scene.crowds
        if not len(crowds.starts):
            return single, wrong
        inside, starts = crowds.members, crowds.starts
        joined = self._joined(single[inside], self.weights[inside], starts)
        worst = np.maximum.reduceat(wrong[inside], starts)
        return np.append(single, joined), np.append(wrong, worst)

    def total(self, known: NDArray[np.bool_]) -> tuple[float, int]:
        """The sum or mean over all nodes that are known, (N,), and how many those are."""
        known = known & np.isfinite(self.values)
        if not known.any():
            return float("nan"), 0
        start = np.zeros(1, np.intp)
        joined = self._joined(self.values[known], self.weights[known], start)
        return float(joined[0]), int(known.sum())

    def paint(self, sheet: Sheet, cards: Ints) -> None:
        """Draw the gauges of the cards in sight."""
        scene = sheet.scene
        if len(self.values) != len(scene.trace) or not len(cards):
            return
        values, broken = self.of_cards(scene, sheet.moment)
        values, broken = values[cards], broken[cards]
        share = np.where(broken > 0, 1.0, self.scale.share(values))
        far = is_far(sheet.window, len(cards))
        _paint_bars(sheet, cards, share, broken > 0, far=far)
        some = ~np.isnan(share)
        near = sheet.window.k >= NUMBERS_FROM * sheet.window.ratio and len(cards) <= MOST_NUMBERS
        if near:
            self.book.open(sheet.style.theme, sheet.window.k)
            rows = zip(cards[some].tolist(), values[some].tolist(), share[some].tolist(),
                       broken[some].tolist(), strict=True)  # fmt: skip
            for card, value, part, wrong in rows:
                text = _BROKEN[wrong] if wrong else shown(self.subject, value)
                color = shade(sheet.style.theme, part, broken=wrong > 0)
                _paint_badge(sheet, self.book, card, text, color)

    def _joined(self, values: Floats, weights: Floats, starts: Ints) -> Floats:
        """Sums of the stretches that begin at ``starts``, or means; NaN where nothing is known."""
        known = ~np.isnan(values)
        filled = np.where(known, values, 0.0)
        if self.subject in {"flops", "bytes", "reuse"}:
            result = np.add.reduceat(filled, starts)
        else:
            weight = np.add.reduceat(np.where(known, weights, 0.0), starts)
            power = 2.0 if self.subject == "adjoints" else 1.0
            with np.errstate(all="ignore"):
                mean = np.add.reduceat(filled**power * weights, starts) / weight
                result = mean ** (1 / power)
        return np.where(np.add.reduceat(known, starts, dtype=int) > 0, result, np.nan)


def gauges_of(subject: Subject, measures: Measures, scene: Scene) -> Gauges:
    """One of the measures of a scene's trace, on the scale of all its cards."""
    values = {
        "adjoints": measures.magnitude,
        "saturation": measures.saturation,
        "bytes": measures.kept,
        "flops": measures.forward + measures.backward,
        "reuse": measures.reuse,
    }[subject].astype(np.float64)
    broken = np.zeros(len(values), np.int8)
    if subject == "adjoints":
        adjoint = scene.cells.has_adjoint
        broken[adjoint & np.isinf(values)] = INFINITE
        broken[adjoint & np.isnan(values)] = NOT_A_NUMBER
    gauges = Gauges(subject, values, measures.size.astype(np.float64), broken, Scale(1.0, 1.0))
    return replace(gauges, scale=_scale_of(subject, gauges, scene))


def _scale_of(subject: Subject, gauges: Gauges, scene: Scene) -> Scale:
    """The scale on which all cards of a scene can be compared, whatever is known by now."""
    if subject == "saturation":
        return Scale(0.0, 1.0, logarithmic=False)
    values, _ = gauges.of_cards(scene, None)
    values = values[scene.shown & (values > 0)]
    if not len(values):
        return Scale(1.0, 1.0)
    high = float(values.max())
    return Scale(max(float(values.min()), high * 10**-DECADES), high)


def shown(subject: Subject, value: float) -> str:
    """A measure as a badge has it, with its unit where that is short."""
    if value != value:  # noqa: PLR0124 - NaN
        return "–"
    if subject == "saturation":
        return f"{value:.0%}"
    if subject == "reuse":
        return f"× {value:.0f}"
    if subject == "adjoints":
        return _short(value)
    return f"{_counted(value)}B" if subject == "bytes" else _counted(value).rstrip()


def shade(theme: Theme, share: float, *, broken: bool = False) -> QColor:
    """The colour of a share of the gauge."""
    if broken:
        return QColor.fromRgba(NONFINITE)
    red, green, blue, _ = measure_colors(theme)[round(40 + 215 * share)].tolist()
    return QColor(red, green, blue)


def _short(value: float) -> str:
    if value == 0 or not np.isfinite(value):
        return f"{value:g}"
    if 1e-3 <= value < 1e4:
        return f"{value:.3g}" if value >= 1 else f"{value:.4f}"[:6]
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _counted(value: float) -> str:
    """A count in at most four digits and a space, with k, M or G."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= size:
            return f"{value / (1e3 if letter == 'k' else size):.3g} {letter}"
    return f"{value:.0f} "


def _paint_bars(
    sheet: Sheet, cards: Ints, share: Floats, broken: NDArray[np.bool_], *, far: bool
) -> None:
    """A track at each left edge, filled from below; far out the whole card."""
    painter, window, theme = sheet.painter, sheet.window, sheet.style.theme
    low = window.snapped(sheet.scene.corner[cards])
    high = low + np.rint(sheet.scene.size[cards] * window.k)
    known = ~np.isnan(share)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(painter.RenderHint.Antialiasing, False)
    if far:
        painter.setBrush(theme.color("line"))
        draw_rects(painter, low[~known], high[~known])
    else:
        width = max(round(_WIDTH * window.k), round(_NARROWEST * sheet.unit))
        ends = np.rint(np.minimum(_ENDS * window.k, (high - low)[:, 1] * 0.2))
        low = low + np.stack([np.full(len(low), round(_INSET * window.k)), ends], axis=1)
        high = np.stack([low[:, 0] + width, high[:, 1] - ends], axis=1)
        painter.setBrush(theme.color("raised"))
        draw_rects(painter, low[known], high[known])
    full = np.where(known, share, 0.0)
    steps = np.where(broken, _SHADES + 1, np.rint(full * _SHADES).astype(int))
    top = low if far else np.stack([low[:, 0], high[:, 1] - full * (high - low)[:, 1]], axis=1)
    for step in np.unique(steps[known]).tolist():
        chosen = known & (steps == step) & (far | (full > 0))
        painter.setBrush(shade(theme, min(step / _SHADES, 1.0), broken=step > _SHADES))
        draw_rects(painter, top[chosen], high[chosen])
    painter.setRenderHint(painter.RenderHint.Antialiasing)


def _paint_badge(sheet: Sheet, book: SpriteBook, card: int, text: str, color: QColor) -> None:
    """A pill across the lower edge of a card, at its right end."""
    k = sheet.window.k * (_LARGE if sheet.scene.layout.kind[card] == Kind.SCALAR else 1.0)
    label = words(text, "mono", 10.0, 600)
    width, height = (label.width + 11) * k, _BADGE * k
    draw_pill = partial(_draw_badge, theme=sheet.style.theme, label=label, color=color, k=k)
    size = (int(width + 2 * k) + 2, int(height + 2 * k) + 2)
    pill = book.other(("measure", text, color.rgba(), k), *size, draw_pill)
    box = sheet.box(card)
    left, top = box.right() - width + 2 * k, box.bottom() - height * 0.42 - k
    sheet.painter.drawPixmap(round(left), round(top), pill)


def _draw_badge(
    painter: QPainter, theme: Theme, label: MathLayout, color: QColor, k: float
) -> None:
    """The pill with its corner at (k, k), a rim of the cards' colour around it."""
    pill = QRectF(k, k, (label.width + 11) * k, _BADGE * k)
    radius = pill.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(pill.adjusted(-k, -k, k, k), radius + k, radius + k)
    painter.setBrush(color)
    painter.drawRoundedRect(pill, radius, radius)
    inks = theme.color("ink"), theme.color("surface")
    ink = max(inks, key=lambda one: contrast(one, color))
    painter.translate(pill.left(), pill.center().y())
    painter.scale(k, k)
    draw(painter, label, 5.5, 3.6, ink)
