"""Three witnesses: who speaks, who contradicts, and where an error is born."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from engine.museum.exhibits import exhibit as museum_exhibit
from engine.museum.planted import plant
from engine.oracle import Oracle, Verdict, compare
from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.trace.trace import Trace
from engine.witnesses import (
    Fault,
    WitnessVerdict,
    find_fault,
    first_bad_node,
    local_rule_off,
    rule_error,
    witness,
    witnesses,
)
from tests.engine.witnesses.planted import WRONG, at, with_adjoint, with_rules

SENTENCE = run(RunSpec(text=DEFAULT_TEXT))


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Oracle() as worker:
        yield worker


def judged(trace: Trace, verdict: Verdict | None = None) -> list[WitnessVerdict]:
    found = witnesses(trace, range(len(trace)), np.random.default_rng(0), verdict)
    return [verdict for verdict in found if verdict is not None]


def fault_of(trace: Trace, verdict: Verdict | None = None) -> Fault | None:
    search = find_fault(trace, np.random.default_rng(0), verdict)
    while True:
        try:
            next(search)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("ours", "torch", "differences", "status"),
    [
        (0.0, 0.0, 0.0, "agrees"),
        (None, None, None, "unverified"),
        (0.0, None, 1e-9, "unverified"),
        (0.0, 0.0, None, "unverified"),
        (0.0, 1e-9, None, "disagrees"),
        (0.0, 0.0, 2e-7, "disagrees"),
        (1.0, None, None, "disagrees"),
    ],
)
def test_a_node_is_right_only_when_all_three_have_said_so(
    ours: float | None, torch: float | None, differences: float | None, status: str
) -> None:
    assert WitnessVerdict(0, ours, torch, differences).status == status


def test_all_three_agree_on_every_node_of_a_sentence(oracle: Oracle) -> None:
    verdict = compare(SENTENCE, oracle.request(SENTENCE))
    found = judged(SENTENCE, verdict)
    assert {verdict.flags for verdict in found} == {(True, True, True)}
    assert len(found) == sum(adjoint is not None for adjoint in SENTENCE.adjoints)
    assert first_bad_node(SENTENCE, found) is None
    assert fault_of(SENTENCE, verdict) is None
    assert fault_of(SENTENCE) is None


def test_without_pytorch_a_node_stays_unverified() -> None:
    verdict = witness(SENTENCE, 0, np.random.default_rng(0))
    assert verdict.flags == (True, None, True)
    assert verdict.status == "unverified"


def test_a_wrong_rule_is_contradicted_by_the_two_others_and_born_at_its_operand(
    oracle: Oracle,
) -> None:
    trace = with_rules(SENTENCE, {op: WRONG[op] for op in ("tanh", "log_softmax")})
    verdict = compare(trace, oracle.request(trace))
    found = judged(trace, verdict)
    bad = first_bad_node(trace, found)
    assert bad is not None
    # The loss uses log_softmax last: its operand, y_5, is the first to be wrong.
    assert (trace.nodes[bad].name, found[-1].status) == ("y_5", "agrees")
    assert next(v for v in found if v.node == bad).flags == (True, False, False)
    fault = local_rule_off(trace, bad, np.random.default_rng(0))
    assert fault is not None
    assert (fault.kind, trace.nodes[fault.consumer].op, fault.slot) == ("rule", "log_softmax", 0)
    for found_fault in (fault_of(trace, verdict), fault_of(trace)):
        assert found_fault is not None
        assert (found_fault.node, found_fault.consumer) == (bad, fault.consumer)


def test_a_rule_that_is_wrong_at_one_node_only_is_named_by_its_edge() -> None:
    steps = [node.index for node in SENTENCE.nodes if node.op == "tanh"]
    third = steps[2]
    trace = with_rules(SENTENCE, WRONG, only=[third])
    fault = fault_of(trace)
    assert fault is not None
    assert (fault.node, fault.consumer) == (SENTENCE.nodes[third].operands[0], third)


def test_of_two_edges_the_one_with_the_wrong_rule_is_named() -> None:
    # In y = x x only the second slot's rule is wrong when it gives g z for g x; x = z hides it.
    hidden = with_rules(at(lambda tape, x: x * x, 3.0), WRONG)
    assert local_rule_off(hidden, 0, np.random.default_rng(0)) is None
    trace = with_rules(at(lambda tape, x: tape.apply("sin", x) * x, 3.0), WRONG, only=[2])
    fault = local_rule_off(trace, 0, np.random.default_rng(0))
    assert fault is not None
    assert (fault.kind, fault.consumer, fault.slot) == ("rule", 2, 1)


def test_contributions_that_are_missing_or_alone_or_too_many_are_told_apart() -> None:
    # y = x + exp x + sin x at 0: the adjoint is 1 + 1 + 1, each contribution being 1.
    def program(tape: object, x: object) -> object:
        rest = tape.apply("exp", x) + tape.apply("sin", x)  # type: ignore[attr-defined]
        return x + rest

    trace = at(program, 0.0)  # type: ignore[arg-type]
    rng = np.random.default_rng(0)
    kinds = {}
    for adjoint in (3.0, 2.0, 1.0, 6.0):
        held = with_adjoint(trace, 0, np.array(adjoint))
        fault = local_rule_off(held, 0, rng)
        kinds[adjoint] = fault and (fault.kind, fault.consumer >= 0)
        expected = (adjoint == 3.0, None, adjoint == 3.0)
        assert witness(held, 0, rng).flags == expected
    assert kinds == {3.0: None, 2.0: ("missing", True), 1.0: ("sum", True), 6.0: ("sum", False)}
    fault = local_rule_off(with_adjoint(trace, 0, np.array(2.0)), 0, rng)
    assert fault is not None
    # |2 - 3| / (1 + 3)
    assert fault.error == pytest.approx(1 / 4)


@pytest.mark.parametrize(
    ("exhibit", "kind", "node", "consumer"),
    [
        ("assigned", "missing", "c", "f"),
        ("once-in-a-set", "missing", "a", "y"),
        ("detached", "missing", "h_4", "W_hh h_4"),
        ("unordered", "sum", "z_4", ""),
        ("not-zeroed", "sum", "h_0", ""),
        ("exp-input", "rule", "a", "b"),
        ("tanh-input", "rule", "z_5", "h_5"),
        ("not-transposed", "rule", "h_4", "W_hh h_4"),
        ("not-summed", "rule", "b", "Z"),
        ("not-shifted", "value", "log p", ""),
    ],
)
def test_every_mistake_of_the_museum_is_found_where_it_is_born(
    oracle: Oracle, exhibit: str, kind: str, node: str, consumer: str
) -> None:
    mistake = museum_exhibit(exhibit)
    trace = plant(mistake.example.record(), mistake).trace
    fault = fault_of(trace, compare(trace, oracle.request(trace)))
    assert fault is not None
    named = trace.nodes[fault.consumer].name if fault.consumer >= 0 else ""
    assert (fault.kind, trace.nodes[fault.node].name, named) == (kind, node, consumer)
    if kind != "value":
        alone = fault_of(trace)
        assert alone is not None
        assert (alone.kind, alone.node, alone.consumer) == (kind, fault.node, fault.consumer)


def test_a_contribution_of_another_shape_is_a_wrong_rule() -> None:
    wrong = {"matmul": WRONG["matmul"]}
    matrix = np.arange(6.0).reshape(2, 3)

    def program(tape: object, x: object) -> object:
        weights = tape.parameter("W", matrix)  # type: ignore[attr-defined]
        return tape.apply("sum", weights @ x)  # type: ignore[attr-defined]

    right = at(program, [1.0, 2.0, 3.0])  # type: ignore[arg-type]
    product = next(node for node in right.nodes if node.op == "matmul").index
    nodes = list(right.nodes)
    nodes[product] = replace(nodes[product], primitive=wrong["matmul"])
    trace = Trace(tuple(nodes), right.adjoints, right.output)
    assert rule_error(trace, product, 1, np.random.default_rng(0)) == np.inf
    assert rule_error(trace, product, 0, np.random.default_rng(0)) < 1e-9


@pytest.mark.parametrize("op", ["softmax", "log_softmax", "div", "tanh", "exp"])
def test_each_right_rule_passes_alone_and_its_wrong_twin_does_not(op: str) -> None:
    def program(tape: object, x: object) -> object:
        result = x / x if op == "div" else tape.apply(op, x)  # type: ignore[attr-defined, operator]
        return tape.apply("sum", result)  # type: ignore[attr-defined]

    right = at(program, [0.3, -1.2, 2.0])  # type: ignore[arg-type]
    slot = len(right.nodes[1].operands) - 1
    assert rule_error(right, 1, slot, np.random.default_rng(0)) < 1e-9
    nodes = with_rules(right, {op: WRONG[op]})
    assert rule_error(nodes, 1, slot, np.random.default_rng(0)) > 1e-2


def test_a_search_can_be_left_before_its_end() -> None:
    search = find_fault(SENTENCE, np.random.default_rng(0))
    assert next(search) is None
    search.close()
