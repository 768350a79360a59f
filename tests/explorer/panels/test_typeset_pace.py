"""In fast play formulas wait, and plain text stands in for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from explorer.jobs import Jobs
from explorer.panels.typeset import Typeset, Typesetter
from explorer.theme import THEMES, Style


@pytest.fixture
def typesetter(program_fonts: object) -> Iterator[Typesetter]:
    jobs = Jobs()
    setter = Typesetter(jobs)
    yield setter
    setter.stop()
    assert jobs.shutdown(5.0)


def test_a_formula_asked_for_in_haste_is_set_when_there_is_time(
    qtbot: QtBot, typesetter: Typesetter
) -> None:
    label = Typeset(Style(THEMES["light"]), typesetter)
    qtbot.addWidget(label)
    label.resize(300, 40)
    typesetter.set_rushed(True)
    label.set_formula("h_{1} = \\tanh z_{1}", "h₁ = tanh(z₁)")
    assert label.is_plain
    assert label.accessibleName() == "h₁ = tanh(z₁)"
    typesetter.set_rushed(False)
    qtbot.waitUntil(lambda: not label.is_plain, timeout=20_000)


def test_of_several_formulas_the_last_one_is_shown(qtbot: QtBot, typesetter: Typesetter) -> None:
    label = Typeset(Style(THEMES["light"]), typesetter)
    qtbot.addWidget(label)
    label.resize(300, 40)
    for name in "abc":
        label.set_formula(name, name)
    qtbot.waitUntil(lambda: not label.is_plain, timeout=20_000)
    assert label.accessibleName() == "c"
