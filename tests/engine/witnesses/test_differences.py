"""Adjoints by finite differences: right ones pass whatever the scale, wrong ones do not."""

from __future__ import annotations

import numpy as np
import pytest

from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.trace.trace import record
from engine.witnesses import differences_in_steps, finite_difference_adjoint
from engine.witnesses.differences import DIRECTIONS, downstream
from tests.engine.autodiff.random_programs import random_program
from tests.engine.autodiff.test_gradcheck import FUNCTIONS, curve
from tests.engine.witnesses.planted import WRONG, at, with_adjoint, with_rules


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_adjoint_of_a_language_model_passes(dtype: str) -> None:
    trace = run(RunSpec(text=DEFAULT_TEXT, dtype=dtype))  # type: ignore[arg-type]
    rng = np.random.default_rng(0)
    for node, adjoint in enumerate(trace.adjoints):
        if adjoint is not None:
            found = finite_difference_adjoint(trace, node, rng)
            assert found.ok, (trace.nodes[node].name, found.error)


def test_every_adjoint_of_a_hundred_random_programs_passes() -> None:
    for seed in range(100):
        tape, y = random_program(np.random.default_rng(seed))
        trace = record(tape, y)
        for node, adjoint in enumerate(trace.adjoints):
            if adjoint is not None:
                found = finite_difference_adjoint(trace, node, np.random.default_rng(seed))
                assert found.ok, (seed, node, found.error)


@pytest.mark.parametrize("x", [1e-9, 1e-4, 0.1, 2.0, 700.0, 1e5])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_right_adjoint_passes_however_steep_or_large_the_function(name: str, x: float) -> None:
    trace = curve(name, x)
    found = finite_difference_adjoint(trace, 0, np.random.default_rng(0))
    assert found.ok, found.error


def test_all_components_of_a_small_node_are_moved() -> None:
    # d/dx sum x^2 = 2x.
    trace = at(lambda tape, x: tape.apply("sum", x * x), [1.0, -2.0, 3.0])
    found = finite_difference_adjoint(trace, 0, np.random.default_rng(0))
    assert found.probes == 3
    assert found.estimate is not None
    np.testing.assert_allclose(found.estimate, [2.0, -4.0, 6.0], atol=1e-9)


def test_a_large_node_is_moved_along_a_few_directions() -> None:
    trace = at(lambda tape, x: tape.apply("sum", x * x), np.linspace(-1, 1, 65))
    found = finite_difference_adjoint(trace, 0, np.random.default_rng(0))
    assert (found.probes, found.estimate, found.ok) == (DIRECTIONS, None, True)


def test_only_what_depends_on_a_node_and_leads_to_the_output_is_evaluated_again() -> None:
    def program(tape: object, x: object) -> object:
        _unused = tape.apply("exp", x)  # type: ignore[attr-defined]
        other = tape.input("z", 2.0)  # type: ignore[attr-defined]
        before = other * other
        return tape.apply("sin", x) + before  # type: ignore[attr-defined]

    trace = at(program, 0.5)  # type: ignore[arg-type]
    assert [trace.nodes[i].op for i in downstream(trace, 0).nodes] == ["sin", "add"]


def test_a_node_that_the_output_does_not_depend_on_has_adjoint_0() -> None:
    def program(tape: object, x: object) -> object:
        tape.apply("exp", x)  # type: ignore[attr-defined]
        return x * x  # type: ignore[operator]

    trace = at(program, 0.5)  # type: ignore[arg-type]
    found = finite_difference_adjoint(trace, 1, np.random.default_rng(0))
    assert (found.error, float(found.estimate)) == (0.0, 0.0)  # type: ignore[arg-type]


def test_a_kink_is_followed_along_its_branch() -> None:
    trace = at(lambda tape, x: tape.apply("sum", tape.apply("relu", x)), [0.0, -1.0, 1.0])
    found = finite_difference_adjoint(trace, 0, np.random.default_rng(0))
    assert found.ok
    assert found.estimate is not None
    np.testing.assert_allclose(found.estimate, [0, 0, 1], atol=1e-9)


@pytest.mark.parametrize("op", ["exp", "tanh", "sin"])
def test_a_planted_rule_is_caught(op: str) -> None:
    trace = with_rules(at(lambda tape, x: tape.apply(op, x), 0.7), WRONG)
    assert not finite_difference_adjoint(trace, 0, np.random.default_rng(0)).ok


def test_an_adjoint_of_another_shape_is_wrong_by_infinity() -> None:
    trace = with_adjoint(at(lambda tape, x: tape.apply("sum", x), [1.0, 2.0]), 0, np.ones((2, 2)))
    assert finite_difference_adjoint(trace, 0, np.random.default_rng(0)).error == np.inf


def test_an_adjoint_that_is_no_number_is_wrong() -> None:
    trace = with_adjoint(at(lambda tape, x: x * x, 1.0), 0, np.array(np.nan))
    assert finite_difference_adjoint(trace, 0, np.random.default_rng(0)).error == np.inf


def test_in_single_precision_a_right_adjoint_passes_and_a_wrong_one_does_not() -> None:
    right = at(lambda tape, x: tape.apply("exp", x), 0.7)
    rng = np.random.default_rng(0)
    assert finite_difference_adjoint(right, 0, rng, dtype="float32").ok
    assert not finite_difference_adjoint(with_rules(right, WRONG), 0, rng, dtype="float32").ok


def test_a_node_without_adjoint_cannot_be_judged() -> None:
    trace = run(RunSpec(text="a b"))
    node = next(i for i, adjoint in enumerate(trace.adjoints) if adjoint is None)
    with pytest.raises(IndexError, match="no adjoint"):
        finite_difference_adjoint(trace, node, np.random.default_rng(0))


def test_the_work_pauses_after_every_component() -> None:
    trace = at(lambda tape, x: tape.apply("sum", x * x), np.arange(5.0))
    assert len(list(differences_in_steps(trace, 0, np.random.default_rng(0)))) == 5
