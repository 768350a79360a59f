"""The comparison names the first node that differs and never calls the unknown right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.autodiff.primitives import PRIMITIVES, Array
from engine.oracle import Oracle, OracleAnswer, OracleUnavailable, compare
from engine.oracle.verdict import errors
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.expression import record_expression
from engine.trace.trace import Trace

FORMULA = record_expression("exp(x*z) + sin(x)/z", {"x": 2.0, "z": 3.0})


def own_answer(trace: Trace) -> OracleAnswer:
    """An answer that repeats our own numbers."""
    return OracleAnswer(tuple(n.value for n in trace.nodes), trace.adjoints, "2")


def changed(trace: Trace, kind: str, node: int, to: Array | None) -> OracleAnswer:
    answer = own_answer(trace)
    values: list[Any] = list(answer.values)
    adjoints = list(answer.adjoints)
    (values if kind == "values" else adjoints)[node] = to
    return OracleAnswer(tuple(values), tuple(adjoints), answer.torch)


def test_equal_numbers_agree_with_error_0() -> None:
    verdict = compare(FORMULA, own_answer(FORMULA))
    assert (verdict.status, verdict.max_value_error, verdict.max_adjoint_error) == ("agrees", 0, 0)
    assert verdict.first_disagreement is None
    assert verdict.tolerance == 1e-10
    single = run(RunSpec(text="a", dtype="float32"))
    assert compare(single, own_answer(single)).tolerance == 1e-5


def test_no_answer_is_unverified_and_never_green() -> None:
    verdict = compare(FORMULA, OracleUnavailable("PyTorch is absent.", "Install it."))
    assert verdict.status == "unverified"
    assert verdict.reason == "PyTorch is absent. Install it."
    assert verdict.value_errors is None


def test_values_are_compared_before_adjoints_and_in_the_order_of_evaluation() -> None:
    answer = own_answer(FORMULA)
    values, adjoints = list(answer.values), list(answer.adjoints)
    values[3], values[5], adjoints[6] = np.array(9.0), np.array(9.0), np.array(9.0)
    first = compare(FORMULA, OracleAnswer(tuple(values), tuple(adjoints), "2")).first_disagreement
    assert first is not None
    assert (first.node, first.kind) == (3, "value")
    assert first.name == FORMULA.nodes[3].name


def test_adjoints_are_compared_in_backward_order() -> None:
    answer = own_answer(FORMULA)
    adjoints = list(answer.adjoints)
    adjoints[1], adjoints[4] = np.array(9.0), np.array(9.0)
    verdict = compare(FORMULA, replace(answer, adjoints=tuple(adjoints)))
    assert verdict.first_disagreement is not None
    assert (verdict.first_disagreement.node, verdict.first_disagreement.kind) == (4, "adjoint")
    assert verdict.adjoint_errors is not None
    assert np.flatnonzero(verdict.adjoint_errors > 1e-10).tolist() == [1, 4]


@pytest.mark.parametrize("wrong", [np.array(np.nan), np.array(np.inf), np.ones(2), None])
@pytest.mark.parametrize("kind", ["values", "adjoints"])
def test_what_is_no_number_or_of_another_shape_disagrees(kind: str, wrong: Any) -> None:
    verdict = compare(FORMULA, changed(FORMULA, kind, 2, wrong))
    assert verdict.status == "disagrees"
    assert verdict.first_disagreement is not None
    assert verdict.first_disagreement.error == np.inf


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0, 3.0], [1.0, 2.0], 1 / 3),
        ([1e9 + 1], [1e9], 1 / (1 + 1e9)),
        ([np.nan], [np.nan], 0.0),
        ([np.nan, 1.0], [np.nan, 2.0], 1 / 3),
        ([np.inf], [np.inf], 0.0),
        ([-np.inf], [np.inf], np.inf),
        ([np.inf, 1.0], [np.inf, 2.0], 1 / 3),
        ([np.nan], [0.0], np.inf),
        ([0.0], [np.nan], np.inf),
        ([], [], 0.0),
        ([0.0], [0.0, 0.0], np.inf),
    ],
)
def test_the_error_is_relative_to_the_size_of_the_tensor(
    ours: list[float], theirs: list[float], expected: float
) -> None:
    found = errors([np.array(ours), None], [np.array(theirs), None])
    assert found[0] == pytest.approx(expected, rel=1e-15)
    assert np.isnan(found[1])


@pytest.mark.parametrize(
    ("op", "wrong"),
    [
        ("mul", lambda g, y, x, z: g * x),
        ("sin", lambda g, y, x: -g * np.cos(x)),
        ("div", lambda g, y, x, z: g * z),
    ],
)
def test_a_planted_wrong_rule_is_named_where_it_first_shows(
    oracle: Oracle, monkeypatch: pytest.MonkeyPatch, op: str, wrong: Callable[..., Array]
) -> None:
    row = PRIMITIVES[op]
    monkeypatch.setitem(PRIMITIVES, op, replace(row, vjps=(wrong, *row.vjps[1:])))
    trace = record_expression("exp(x*z) + sin(x)/z", {"x": 0.5, "z": 3.0})
    verdict = compare(trace, oracle.request(trace))
    assert verdict.status == "disagrees"
    first = verdict.first_disagreement
    assert first is not None
    planted = next(node for node in trace.nodes if node.op == op)
    assert first.kind == "adjoint"
    assert first.node == planted.operands[0]


def test_a_planted_wrong_value_is_named(oracle: Oracle, monkeypatch: pytest.MonkeyPatch) -> None:
    row = PRIMITIVES["tanh"]
    monkeypatch.setitem(PRIMITIVES, "tanh", replace(row, forward=lambda x: np.tanh(x) + 1e-9))
    trace = run(RunSpec(text="a b"))
    first = compare(trace, oracle.request(trace)).first_disagreement
    assert first is not None
    assert (first.kind, first.name) == ("value", "h_1")
