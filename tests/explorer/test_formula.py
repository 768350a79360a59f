from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from explorer.formula import LONGEST, FormulaLabel, formula_svg
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ELMAN = r"z_4 = W_{\mathrm{xh}} x_4 + W_{\mathrm{hh}} h_3 + b_{\mathrm{h}}"


@pytest.fixture
def label(qtbot: QtBot, program_fonts: tuple[str, ...]) -> FormulaLabel:
    widget = FormulaLabel(Style(THEMES["light"]), ELMAN, plain="z₄ = …")
    qtbot.addWidget(widget)
    widget.resize(400, 60)
    widget.show()
    widget.finish()
    return widget


def _ink(label: FormulaLabel) -> int:
    image = label.grab().toImage()
    background = image.pixelColor(image.width() - 1, 0)
    return sum(
        image.pixelColor(x, y) != background
        for x in range(image.width())
        for y in range(image.height())
    )


def test_a_formula_is_drawn(label: FormulaLabel) -> None:
    assert not label.is_plain
    assert _ink(label) > 1000
    assert label.accessibleName() == "z₄ = …"


def test_a_formula_shrinks_to_the_width(label: FormulaLabel) -> None:
    natural = label.sizeHint().width()
    label.resize(int(natural * 0.7), 60)
    assert not label._elided
    assert label.toolTip() == ""
    assert _ink(label) > 300


def test_a_formula_too_long_ends_in_an_ellipsis_and_a_tip(label: FormulaLabel) -> None:
    label.resize(int(label.sizeHint().width() * 0.3), 60)
    assert label._elided
    assert label.toolTip() == "z₄ = …"


@pytest.mark.parametrize(
    "tex", ["", r"\frac{a}", "x_{", r"\left(", r"\begin{pmatrix}", "x+" * LONGEST]
)
def test_a_bad_formula_falls_back_to_plain_text(label: FormulaLabel, tex: str) -> None:
    label.set_formula(tex, "plain words")
    label.finish()
    assert label.is_plain
    assert _ink(label) > 50


def test_a_formula_scales_with_the_style(label: FormulaLabel) -> None:
    before = label.sizeHint().width()
    label.set_style(Style(THEMES["dark"], 2.0))
    label.finish()
    assert label.sizeHint().width() == pytest.approx(2 * before, rel=0.05)


def test_a_formula_is_set_once_for_a_size_and_colour() -> None:
    assert formula_svg("x^2", 24.0, "#000000") is formula_svg("x^2", 24.0, "#000000")
    assert formula_svg("x^2", 24.0, "#000000") != formula_svg("x^2", 24.0, "#FF0000")


def test_importing_the_module_loads_neither_ziamath_nor_svg() -> None:
    program = (
        "import sys, explorer.formula;"
        "print(sorted({'ziamath', 'latex2mathml', 'PySide6.QtSvg'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
