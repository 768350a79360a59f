"""The page and the strip of the bug museum: what they offer, and what they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.museum import EXHIBITS, Diagnosis, Exhibit, PlantedRun, diagnose, exhibit, plant
from engine.museum.examples import formula
from explorer.panels.museum_banner import MuseumBanner
from explorer.panels.museum_page import MuseumPage
from explorer.panels.museum_parts import CodeLine
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LIGHT = Style(THEMES["light"])


def planted_in(item: Exhibit, trace: object = None) -> tuple[PlantedRun, Diagnosis]:
    planted = plant(item.example.record() if trace is None else trace, item)  # type: ignore[arg-type]
    return planted, diagnose(planted, np.random.default_rng(0))


@pytest.fixture
def page(qtbot: QtBot, program_fonts: object) -> MuseumPage:
    made = MuseumPage(LIGHT)
    qtbot.addWidget(made)
    made.resize(384, 1200)
    made.show()
    return made


def test_without_a_mistake_it_offers_every_exhibit(page: MuseumPage) -> None:
    assert [row.identity for row in page.rows] == [item.id for item in EXHIBITS]
    assert all(row.isVisible() for row in page.rows)
    assert page.told == ""
    assert not page._remove.isVisible()


def test_choosing_a_row_asks_to_plant_it_in_the_run_on_screen(
    page: MuseumPage, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(page.chosen) as heard:
        page.rows[4].click()
    assert heard.args == ["exp-input", False]


@pytest.mark.parametrize("item", EXHIBITS, ids=lambda item: item.id)
def test_a_planted_mistake_is_told_whole(page: MuseumPage, item: Exhibit) -> None:
    planted, diagnosis = planted_in(item)
    page.show_planted(planted, diagnosis, None)
    assert [row.identity for row in page.rows if row._planted] == [item.id]
    assert page._title.full_text == item.title
    assert page._wrong._code.full_text.split("  #")[0] == item.wrong.split("#")[0].rstrip()
    told = page.told
    assert told.startswith("Born ")
    assert "Something is wrong, and it cannot say where." in told
    assert "PyTorch is being asked." in told
    assert page._go.isVisible()


def test_while_the_checks_run_it_says_so(page: MuseumPage) -> None:
    item = EXHIBITS[0]
    page.show_planted(plant(item.example.record(), item), None, None)
    assert "The checks are running" in page.told
    assert not page._go.isVisible()
    assert not page._modular.isVisible()
    assert page._remove.isVisible()


def test_a_harmless_mistake_says_why_and_offers_its_example(page: MuseumPage, qtbot: QtBot) -> None:
    planted, diagnosis = planted_in(exhibit("exp-input"), formula("x*sin(x)", x=1.0).record())
    page.show_planted(planted, diagnosis, None)
    assert page.told.startswith("This run computes no exp.")
    assert not page._go.isVisible()
    with qtbot.waitSignal(page.chosen) as heard:
        page._example.click()
    assert heard.args == ["exp-input", True]


def test_its_buttons_lead_to_the_birth_and_out(page: MuseumPage, qtbot: QtBot) -> None:
    planted, diagnosis = planted_in(exhibit("exp-input"))
    page.show_planted(planted, diagnosis, None)
    with qtbot.waitSignal(page.node_chosen) as heard:
        page._go.click()
    assert heard.args == [diagnosis.born]
    with qtbot.waitSignal(page.removed):
        page._remove.click()
    page.show_planted(None, None, None)
    assert page.told == ""


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_nothing_is_wider_than_the_sheet(page: MuseumPage, scale: float) -> None:
    planted, diagnosis = planted_in(exhibit("not-transposed"))
    page.show_planted(planted, diagnosis, None)
    page.set_style(Style(THEMES["dark"], scale))
    assert page.minimumSizeHint().width() <= 384 * scale


def test_a_line_of_code_loses_the_spaces_before_its_remark(qtbot: QtBot) -> None:
    line = CodeLine(LIGHT, wrong=True)
    qtbot.addWidget(line)
    line.set_code("dx = dy * x              # y = exp(x)")
    assert line._code.full_text == "dx = dy * x  # y = exp(x)"
    assert line.accessibleName() == "wrong: dx = dy * x  # y = exp(x)"


def test_the_strip_says_what_is_planted_and_where(qtbot: QtBot) -> None:
    banner = MuseumBanner(LIGHT)
    qtbot.addWidget(banner)
    assert banner.sentence == ""
    banner.show_title("= where += was needed")
    assert banner.sentence == "A mistake is planted: = where += was needed"
    banner.show_title("softmax", "`x · x`")
    assert banner.sentence == "A mistake is planted: softmax. On screen is its example, x · x"
    with qtbot.waitSignal(banner.removed):
        banner._remove.click()
    banner.show_title("")
    assert banner.isHidden()
