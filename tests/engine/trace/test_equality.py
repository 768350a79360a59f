"""Version A's adjoints are Version B's, bit for bit; where that is not so it is said."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import numpy as np
import pytest

from engine.autodiff.reverse import adjoints_by_pulling, adjoints_by_pushing
from engine.autodiff.tape import Tape
from engine.museum import EXHIBITS, Exhibit, plant, spread_of
from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.steps import finished
from engine.trace.equality import compared_in_steps, equality_of
from engine.trace.trace import Trace, record
from engine.trace.versus_words import doing, proof, waiting_for
from tests.engine.autodiff.random_programs import random_program


def square() -> Trace:
    tape = Tape()
    x = tape.input("x", 3.0)
    return record(tape, (x * x).named("y"))


def with_shown(trace: Trace, node: int, adjoint: float) -> Trace:
    """The trace with another adjoint on screen."""
    shown = list(trace.adjoints)
    shown[node] = np.array(adjoint)
    return dataclasses.replace(trace, adjoints=tuple(shown))


@pytest.mark.parametrize("seed", range(10))
def test_both_versions_agree_in_every_bit(seed: int) -> None:
    trace = record(*random_program(np.random.default_rng(seed)))
    found = equality_of(trace)
    assert found.equal[found.nodes].all()
    assert (found.difference[found.nodes] == 0).all()
    assert not len(found.shown_otherwise)


def test_nodes_without_an_adjoint_are_left_out_and_the_last_come_first() -> None:
    trace = run(RunSpec(text=DEFAULT_TEXT))
    found = equality_of(trace)
    defined = [i for i, adjoint in enumerate(trace.adjoints) if adjoint is not None]
    assert found.nodes.tolist() == defined[::-1]
    assert np.isnan(found.difference).sum() == len(trace) - len(defined)
    assert proof(trace, found) == f"All {len(defined)} adjoints are equal, bit for bit"


def test_a_difference_in_the_last_bit_is_found_and_told() -> None:
    trace = square()
    pulled = adjoints_by_pulling(trace.nodes, trace.output)
    pushed = adjoints_by_pushing(trace.nodes, trace.output)
    # dy/dx = 2 x = 6; the next number is 2^-50 away: eps 2^-52 times 4, the power of two below.
    pulled[0] = np.nextafter(np.asarray(pulled[0]), np.inf)
    found = finished(compared_in_steps(trace, pulled, pushed))
    assert found.differing.tolist() == [0]
    assert found.difference[0] == 2.0**-50
    assert proof(trace, found) == (
        "1 of 2 adjoints differ, by up to 8.9e-16: the first is that of `x`"
    )


def test_zeros_of_two_signs_are_not_the_same_bits() -> None:
    trace = square()
    pulled = adjoints_by_pulling(trace.nodes, trace.output)
    pushed = [*pulled]
    pulled[0], pushed[0] = np.array(0.0), np.array(-0.0)
    found = finished(compared_in_steps(trace, pulled, pushed))
    assert found.differing.tolist() == [0]
    assert found.difference[0] == 0


def test_nan_is_equal_to_the_same_nan() -> None:
    tape = Tape()
    x = tape.input("x", np.inf)
    with np.errstate(all="ignore"):
        trace = record(tape, (x - x).named("y") * x)
    found = equality_of(trace)
    assert np.isnan(np.asarray(trace.adjoints[0]))
    assert found.equal[found.nodes].all()
    assert not len(found.shown_otherwise)


@pytest.mark.parametrize(("shown", "error"), [(6.0, 0.0), (13.0, 1.0), (np.nan, np.inf)])
def test_the_adjoint_on_screen_is_held_to_both(shown: float, error: float) -> None:
    # |13 - 6| / (1 + 6) = 1.
    trace = with_shown(square(), 0, shown)
    found = equality_of(trace)
    assert found.shown_error[0] == error
    assert found.shown_otherwise.tolist() == ([0] if error else [])
    said = proof(trace, found)
    assert said.startswith("All 2 adjoints are equal, bit for bit")
    assert ("1 on screen are other numbers" in said) == bool(error)


@pytest.mark.parametrize("mistake", EXHIBITS, ids=lambda one: one.id)
def test_of_a_planted_mistake_only_what_is_true_is_said(mistake: Exhibit) -> None:
    planted = plant(mistake.reused.record(), mistake)
    wrong = len(spread_of(planted).wrong_adjoints)
    found = equality_of(planted.trace)
    said = proof(planted.trace, found, wrong)
    # The passes themselves are right; the rules that are planted in nodes serve both.
    assert not len(found.differing)
    if mistake.row is not None:
        assert not len(found.shown_otherwise)
        assert said.endswith("both versions use the same wrong rule") == bool(wrong)
    elif wrong:
        assert said.startswith("Without the mistake all ")
        assert said.endswith(f"; {wrong} on screen are other numbers")


@pytest.mark.parametrize(
    ("expected", "arrived", "said"),
    [
        (3, 0, "waiting for 3"),
        (3, 1, "still waiting for 2"),
        (3, 3, "has all 3: sums once"),
        (1, 0, "waiting for 1"),
        (1, 1, "has its only part"),
    ],
)
def test_a_node_that_pulls_says_what_it_waits_for(expected: int, arrived: int, said: str) -> None:
    assert waiting_for(expected, arrived) == said


def test_each_event_has_its_words_in_both_versions() -> None:
    trace = square()
    words = {v: [doing(trace, trace.frame(k, v)) for k in range(8)] for v in ("A", "B")}
    both = [
        "nothing computed yet",
        "forward is the same in both",
        "forward is the same in both",
        "start with `∂y/∂y = 1`",
    ]
    assert words["A"] == [
        *both,
        "`y` keeps the 1 it began with",
        "`x` still waiting for 1",
        "`x` has all 2: sums once",
        "`x` is written once, the sum of 2",
    ]
    assert words["B"] == [
        *both,
        "`y` is complete and pushes to 1 operand",
        "`y` adds to `x`: 1 of 2 there",
        "`y` adds to `x`: 2 of 2 there",
        "`x` is complete and has nobody to push to",
    ]


def test_one_adjoint_is_told_of_as_one() -> None:
    tape = Tape()
    trace = record(tape, tape.input("x", 1.0), MappingProxyType({}))
    assert proof(trace, equality_of(trace)) == "The only adjoint is equal, bit for bit"
