from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.jobs import Jobs
from explorer.panels.typeset import JOB, Typeset, Typesetter

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.theme import Style


def test_of_formulas_asked_for_in_a_hurry_the_last_is_set(qtbot: QtBot, style: Style) -> None:
    jobs = Jobs()
    typesetter = Typesetter(jobs)
    labels = [Typeset(style, typesetter) for _ in range(3)]
    for label in labels:
        qtbot.addWidget(label)
    began: list[str] = []
    jobs.started.connect(began.append)
    for number in range(20):
        for place, label in enumerate(labels):
            label.set_formula(f"x_{{{number}}} + {place}")
    labels[2].set_formula("")
    qtbot.waitUntil(lambda: began == [JOB] and not jobs.is_running(JOB), timeout=20_000)
    assert labels[0]._asked == ("x_{19} + 0", "")
    assert not labels[0].sizeHint().isEmpty()
    assert labels[2]._asked == ("", "")
    jobs.shutdown(10.0)


def test_stopped_it_sets_nothing_that_still_waits(qtbot: QtBot, style: Style) -> None:
    jobs = Jobs()
    typesetter = Typesetter(jobs)
    label = Typeset(style, typesetter)
    qtbot.addWidget(label)
    label.set_formula("x")
    typesetter.stop()
    assert not jobs.is_running(JOB)
    assert not typesetter._pause.isActive()
    jobs.shutdown()
