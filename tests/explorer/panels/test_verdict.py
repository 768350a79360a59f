from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.oracle.answers import OracleAnswer, OracleUnavailable
from engine.oracle.verdict import compare
from explorer.canvas.scene import scene_of
from explorer.jobs import Jobs
from explorer.layout import layout_of
from explorer.panels.verdict import badge_words, explanation
from explorer.session import Run, Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.trace.trace import Trace


@pytest.fixture
def session(qapp: object, trace: Trace) -> Iterator[Session]:
    """A session that shows the run and has asked nobody."""
    jobs = Jobs()
    made = Session(jobs)
    layout = layout_of(trace)
    made.run = Run(None, trace, layout, scene_of(trace, layout))
    yield made
    jobs.shutdown()


def answer(trace: Trace) -> OracleAnswer:
    return OracleAnswer(tuple(node.value for node in trace.nodes), trace.adjoints, "2.13")


def test_before_the_answer_it_is_on_its_way(session: Session) -> None:
    assert badge_words(session)[0] == "checking"
    assert "on its way" in explanation(session)


def test_agreement_names_the_largest_difference_and_counts_what_was_compared(
    session: Session, trace: Trace
) -> None:
    session.verdict = compare(trace, answer(trace))
    assert badge_words(session)[:3] == ("agrees", "Agrees with PyTorch", "max 0")
    # Three tokens and constants have no adjoint.
    with_adjoint = sum(adjoint is not None for adjoint in trace.adjoints)
    said = explanation(session)
    assert f"{len(trace)} values and {with_adjoint} adjoints agree" in said
    session.verdict = replace(session.verdict, max_value_error=2e-16, max_adjoint_error=3.25e-15)
    assert badge_words(session)[2] == "max 3.2e-15"


def test_disagreement_names_the_first_node_that_differs(session: Session, trace: Trace) -> None:
    values = list(answer(trace).values)
    wrong = next(node.index for node in trace.nodes if node.name == "h_1")
    values[wrong] = values[wrong] + 1.0
    session.verdict = compare(trace, OracleAnswer(tuple(values), trace.adjoints, "2.13"))
    kind, text, detail, tip = badge_words(session)
    assert (kind, text, detail) == ("disagrees", "Disagrees with PyTorch", "at h₁")
    assert "Click to go there" in tip
    assert explanation(session).startswith("The value of h₁ differs from PyTorch's by")


def test_without_pytorch_nothing_is_green_and_the_reason_is_given(
    session: Session, trace: Trace
) -> None:
    session.verdict = compare(trace, OracleUnavailable("PyTorch is not installed.", "Install it."))
    assert badge_words(session)[0] == "unverified"
    assert explanation(session) == "PyTorch is not installed. Install it."
