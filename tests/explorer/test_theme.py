from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF, QPalette

from explorer.stylesheet import stylesheet
from explorer.theme import THEMES, Level, Role, Style, Theme, contrast, palette, theme_for

THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
TEXT: tuple[Role, ...] = ("ink", "ink_2", "forward", "backward", "agrees", "disagrees")
CODE: tuple[Role, ...] = ("ink", "code_keyword", "code_string", "code_number", "code_comment")


@THEME
@pytest.mark.parametrize("role", TEXT)
@pytest.mark.parametrize("background", ["window", "canvas", "surface", "raised"])
def test_text_reads_on_every_background(theme: Theme, role: Role, background: Role) -> None:
    assert contrast(theme.text(role), theme.color(background)) >= theme.floor


@THEME
@pytest.mark.parametrize("role", ["forward", "backward", "agrees", "disagrees"])
def test_accent_and_ink_read_on_the_soft_tint(theme: Theme, role: Role) -> None:
    assert contrast(theme.text(role), theme.tint(role)) >= theme.floor
    assert contrast(theme.text("ink"), theme.tint(role)) >= theme.floor


@THEME
@pytest.mark.parametrize("role", CODE)
@pytest.mark.parametrize("background", ["window", "canvas", "surface", "raised"])
def test_code_reads_on_every_background(theme: Theme, role: Role, background: Role) -> None:
    assert contrast(theme.text(role), theme.color(background)) >= theme.floor


@THEME
@pytest.mark.parametrize("role", CODE)
@pytest.mark.parametrize("running", ["forward", "backward"])
@pytest.mark.parametrize("level", ["lane", "soft"])
def test_code_reads_on_the_line_that_runs(
    theme: Theme, role: Role, running: Role, level: Level
) -> None:
    assert contrast(theme.text(role), theme.tint(running, level)) >= theme.floor


@THEME
@pytest.mark.parametrize("role", ["forward", "backward"])
def test_surface_reads_on_a_filled_accent(theme: Theme, role: Role) -> None:
    # Glyphs and bold labels on a filled button are large: WCAG asks 3:1 of them, we ask 4.5:1.
    assert contrast(theme.color("surface"), theme.color(role)) >= 4.5


def test_the_projector_theme_asks_for_seven_to_one() -> None:
    assert THEMES["projector"].floor == 7.0
    assert THEMES["light"].floor == THEMES["dark"].floor == 4.5


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


@THEME
@pytest.mark.parametrize("role", ["forward", "backward"])
def test_a_tint_lies_between_the_surface_and_the_role(theme: Theme, role: Role) -> None:
    tint, surface, full = theme.tint(role), theme.color("surface"), theme.color(role)
    assert contrast(tint, surface) < contrast(full, surface)
    assert tint != surface


def test_an_opacity_is_kept() -> None:
    assert THEMES["light"].color("ink", 0.5).alphaF() == pytest.approx(0.5, abs=1e-4)


@pytest.mark.parametrize(
    ("choice", "dark", "name"),
    [
        ("system", False, "light"),
        ("system", True, "dark"),
        ("light", True, "light"),
        ("dark", False, "dark"),
        ("projector", True, "projector"),
    ],
)
def test_a_choice_names_a_theme(choice: str, dark: bool, name: str) -> None:
    assert theme_for(choice, system_dark=dark).name == name  # type: ignore[arg-type]


@THEME
def test_the_palette_follows_the_roles(theme: Theme) -> None:
    colors = palette(theme)
    assert colors.color(QPalette.ColorRole.Window) == theme.color("surface")
    assert colors.color(QPalette.ColorRole.Text) == theme.color("ink")
    disabled = colors.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled == theme.color("ink_3")


@THEME
def test_the_stylesheet_is_short_and_names_no_font(theme: Theme) -> None:
    sheet = stylesheet(Style(theme, 1.5))
    assert len(sheet.splitlines()) < 100
    assert "font" not in sheet


def test_lengths_and_fonts_scale_together(program_fonts: tuple[str, ...]) -> None:
    one, two = Style(THEMES["light"]), Style(THEMES["light"], 2.0)
    assert two.px(7) == 14
    assert one.ipx(10.5) == 11
    assert two.font("text").pixelSize() == 2 * one.font("text").pixelSize() == 26
    assert two.size("formula") == 48


def test_a_strong_font_is_wider_and_figures_are_tabular(program_fonts: tuple[str, ...]) -> None:
    style = Style(THEMES["light"])
    plain, strong = (QFontMetricsF(style.font(role)) for role in ("text", "text_strong"))
    assert strong.horizontalAdvance("Tapestry") > plain.horizontalAdvance("Tapestry")
    assert plain.horizontalAdvance("1111") == plain.horizontalAdvance("8888")


def test_a_font_handed_out_may_be_changed(program_fonts: tuple[str, ...]) -> None:
    style = Style(THEMES["light"])
    mine = style.font("text")
    mine.setPixelSize(40)
    assert style.font("text").pixelSize() == 13
