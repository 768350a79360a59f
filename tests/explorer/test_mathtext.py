from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.mathtext import Run, layout, layout_name, paint, parse, to_html, to_unicode, width


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("x", (Run("x", italic=True),)),
        ("h_4", (Run("h", italic=True), Run("4", -1))),
        ("W_xh", (Run("W", italic=True), Run("xh", -1))),
        ("ℓ_2", (Run("ℓ"), Run("2", -1))),
        ("α", (Run("α"),)),
        ("h_{t-1}", (Run("h", italic=True), Run("t−1", -1))),
        ("h_(t-1)", (Run("h", italic=True), Run("t−1", -1))),
        ("x^2", (Run("x", italic=True), Run("2", 1))),
        (
            "log p(·|h_0)",
            (
                Run("log "),
                Run("p", italic=True),
                Run("(·\u2009|\u2009"),
                Run("h", italic=True),
                Run("0", -1),
                Run(")"),
            ),
        ),
        (
            "W_xh x_3",
            (
                Run("W", italic=True),
                Run("xh", -1),
                Run(" "),
                Run("x", italic=True),
                Run("3", -1),
            ),
        ),
        ("", ()),
    ],
)
def test_a_name_is_parsed_into_runs(name: str, runs: tuple[Run, ...]) -> None:
    assert parse(name) == runs


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("h_4", "h₄"),
        ("h_10", "h₁₀"),
        ("W_xh x_3", "Wₓₕ x₃"),
        ("W_hy", "W_hy"),
        ("h_{t-1}", "hₜ₋₁"),
        ("x^2", "x²"),
        ("p(·|h_3)", "p(·|h₃)"),
        ("∂ℓ/∂h_4", "∂ℓ/∂h₄"),
    ],
)
def test_a_name_as_plain_text(name: str, text: str) -> None:
    assert to_unicode(name) == text


def test_a_name_as_html_escapes_what_came_from_a_file() -> None:
    assert to_html("h_4") == "<i>h</i><sub>4</sub>"
    assert to_html("<img src=x>") == "&lt;img src=<i>x</i>&gt;"


@given(st.text(max_size=30))
def test_any_text_parses_and_loses_no_word(name: str) -> None:
    runs = parse(name)
    assert all(run.script in {-1, 0, 1} for run in runs)
    letters = [character for character in name if character.isalpha()]
    assert [c for run in runs for c in run.text if c.isalpha()] == letters


def test_width_grows_in_proportion_to_the_size(program_fonts: tuple[str, ...]) -> None:
    runs = parse("W_xh x_3")
    # Font sizes are whole pixels, so 70 % of a size is only nearly proportional.
    assert width(runs, 40) == pytest.approx(2 * width(runs, 20), rel=0.02)


def test_a_subscript_is_lower_and_smaller(program_fonts: tuple[str, ...]) -> None:
    sub = layout_name("h_4", 20)
    both = width(parse("h"), 20) + width(parse("4"), 20)
    assert sub.width < both
    (_, letter), (_, lowered) = sub.glyphs
    assert lowered.x() > letter.x()
    assert _lowest_ink("h_4") > _lowest_ink("h")


def test_names_are_drawn_in_the_colour_asked_for(program_fonts: tuple[str, ...]) -> None:
    image = _drawn("h_4", QColor("#FF0000"))
    colors = {image.pixelColor(x, y).red() for x in range(60) for y in range(60)}
    assert 255 in colors


def test_a_layout_is_made_once(program_fonts: tuple[str, ...]) -> None:
    assert layout(parse("h_77"), 17.0) is layout(parse("h_77"), 17.0)


def test_a_program_that_drew_names_ends_quietly() -> None:
    program = (
        "from PySide6.QtGui import QGuiApplication; app = QGuiApplication([]);"
        "from explorer import fonts, mathtext; fonts.load_fonts();"
        "[mathtext.layout_name(f'h_{i}', 17) for i in range(50)]"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (0, b"")


def _drawn(name: str, color: QColor) -> QImage:
    image = QImage(60, 60, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        paint(painter, QPointF(5, 40), parse(name), 30, color)
    finally:
        painter.end()
    return image


def _lowest_ink(name: str) -> int:
    image = _drawn(name, QColor("black"))
    return max(y for y in range(60) for x in range(60) if image.pixelColor(x, y).alpha() > 100)
