"""Names as mathematics: the engine's plain names set in STIX Two Math.

A name is written ``h_4``, ``W_xh x_3``, ``p(·|h_{t-1})``, ``∂ℓ/∂z_4``. A single Latin letter is a
variable and set italic; words (``log``), digits, Greek and everything lowered or raised stand
upright. After ``_`` or ``^`` come letters and digits, or anything in braces or parentheses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QGlyphRun, QTextLayout

from explorer import fonts

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

Script = Literal[-1, 0, 1]

SCRIPT_SIZE = 0.7
SUBSCRIPT_DROP = 0.2
SUPERSCRIPT_RISE = 0.36
ASCENT = 0.76
DESCENT = 0.3

_TOKEN = re.compile(
    r"(?P<script>[_^])(?:\{(?P<braced>[^{}]*)\}|\((?P<round>[^()]*)\)|(?P<plain>\w+?(?=_|\b|$)))"
    r"|(?P<word>[A-Za-z]+)|(?P<other>.)",
    re.DOTALL,
)
_SYMBOLS = {"-": "\u2212", "*": "\u00b7", "|": "\u2009|\u2009", "'": "\u2032"}
_DIGITS_DOWN = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_DIGITS_UP = str.maketrans("0123456789+-=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a name set in one way.

    Attributes:
        text: plain characters, an italic variable as its ordinary letter.
        script: -1 lowered, +1 raised, 0 on the line.
        italic: set in the italic of mathematics.
    """

    text: str
    script: Script = 0
    italic: bool = False


@dataclass(frozen=True, slots=True)
class MathLayout:
    """A name laid out at one size; lengths in pixels.

    Attributes:
        width: advance of the whole name.
        ascent, descent: what it needs above and below the baseline.
        glyphs: glyph runs, each with its place relative to the start of the baseline.
    """

    width: float
    ascent: float
    descent: float
    glyphs: tuple[tuple[QGlyphRun, QPointF], ...]

    @property
    def height(self) -> float:
        """Ascent and descent together."""
        return self.ascent + self.descent

    def draw(self, painter: QPainter, baseline: QPointF, color: QColor) -> None:
        """Draw the name with the start of its baseline at a point."""
        painter.setPen(color)
        for run, offset in self.glyphs:
            painter.drawGlyphRun(baseline + offset, run)


@lru_cache(maxsize=4096)
def parse(name: str) -> tuple[Run, ...]:
    """Return the runs of a name, neighbours of one kind joined."""
    runs: list[Run] = []
    for match in _TOKEN.finditer(name):
        run = _run(match)
        if runs and (runs[-1].script, runs[-1].italic) == (run.script, run.italic):
            run = Run(runs.pop().text + run.text, run.script, run.italic)
        runs.append(run)
    return tuple(runs)


@lru_cache(maxsize=4096)
def layout(runs: tuple[Run, ...], size: float) -> MathLayout:
    """Return runs laid out at a size in pixels; cached, so that painting only draws."""
    glyphs: list[tuple[QGlyphRun, QPointF]] = []
    x = 0.0
    for run in runs:
        pixels = size * SCRIPT_SIZE if run.script else size
        line = QTextLayout(_letters(run), fonts.font("math", pixels))
        line.setCacheEnabled(True)
        line.beginLayout()
        first = line.createLine()
        line.endLayout()
        rise = {0: 0.0, -1: size * SUBSCRIPT_DROP, 1: -size * SUPERSCRIPT_RISE}[run.script]
        place = QPointF(x, rise - first.ascent())
        glyphs.extend((glyph_run, place) for glyph_run in line.glyphRuns())
        x += first.naturalTextWidth()
    return MathLayout(x, size * ASCENT, size * DESCENT, tuple(glyphs))


def layout_name(name: str, size: float) -> MathLayout:
    """Return the layout of a name; the two steps above in one."""
    return layout(parse(name), size)


def width(runs: tuple[Run, ...], size: float) -> float:
    """Return the advance of runs at a size, in pixels."""
    return layout(runs, size).width


def paint(
    painter: QPainter, baseline: QPointF, runs: tuple[Run, ...], size: float, color: QColor
) -> None:
    """Draw runs at a size in pixels with the start of the baseline at a point."""
    layout(runs, size).draw(painter, baseline, color)


def to_html(name: str) -> str:
    """Return a name as HTML with ``<i>``, ``<sub>`` and ``<sup>``; everything else is escaped."""
    parts = []
    for run in parse(name):
        text = escape(run.text)
        if run.italic:
            text = f"<i>{text}</i>"
        tag = {0: "", -1: "sub", 1: "sup"}[run.script]
        parts.append(f"<{tag}>{text}</{tag}>" if tag else text)
    return "".join(parts)


def to_unicode(name: str) -> str:
    """Return a name as plain text: ``h₄`` where Unicode has the characters, else ``W_hy``."""
    parts = []
    for run in parse(name):
        if run.script:
            parts.append(_scripted(run))
        else:
            parts.append(run.text.replace("\u2009", ""))
    return "".join(parts)


def _run(match: re.Match[str]) -> Run:
    if match["script"]:
        text = next(
            part for key in ("braced", "round", "plain") if (part := match[key]) is not None
        )
        return Run(text.replace("-", "\u2212"), -1 if match["script"] == "_" else 1)
    word = match["word"]
    if word is not None:
        return Run(word, 0, italic=len(word) == 1)
    other: str = match["other"]
    return Run(_SYMBOLS.get(other, other))


def _letters(run: Run) -> str:
    return "".join(_italic(letter) for letter in run.text) if run.italic else run.text


def _italic(letter: str) -> str:
    """Return the mathematical italic of a Latin letter; ``h`` has its own older character."""
    if letter == "h":
        return "\u210e"
    first = 0x1D434 - ord("A") if letter.isupper() else 0x1D44E - ord("a")
    return chr(first + ord(letter))


def _scripted(run: Run) -> str:
    text = run.text.replace("\u2212", "-")
    table, mark = (_DIGITS_DOWN, "_") if run.script < 0 else (_DIGITS_UP, "^")
    if all(ord(character) in table for character in text):
        return text.translate(table)
    return f"{mark}{text}"
