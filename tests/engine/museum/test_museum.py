"""Every exhibit: planted it is caught where and by whom it is said, unplanted all is clean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.museum import (
    EXHIBITS,
    Diagnosis,
    Exhibit,
    PlantedRun,
    birth,
    diagnose,
    evidence,
    exhibit,
    modular,
    obstacle,
    on_graphs,
    plant,
    procedural,
)
from engine.museum.diagnosis import check_modules, check_whole, trial
from engine.museum.examples import formula
from engine.museum.mistake import RIGHT, run_whole
from engine.oracle import Oracle, compare
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.trace import Trace

every = pytest.mark.parametrize("item", EXHIBITS, ids=lambda item: item.id)


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.fixture(scope="module")
def shown() -> dict[str, tuple[PlantedRun, Diagnosis]]:
    """Every exhibit planted in its own example, and the diagnosis."""
    result = {}
    for item in EXHIBITS:
        planted = plant(item.example.record(), item)
        result[item.id] = planted, diagnose(planted, rng())
    return result


def same(ours: Array | None, theirs: Array) -> None:
    assert ours is not None
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


CAUGHT: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    ("assigned", "c", "adjoint", (), "the wiring between them is wrong"),
    ("unordered", "z_4", "adjoint", (), "the wiring between them is wrong"),
    ("not-zeroed", "h_0", "adjoint", (), "between two passes"),
    ("once-in-a-set", "a", "adjoint", ("mul y",), "mul y fails"),
    ("exp-input", "a", "adjoint", ("exp b",), "exp b fails"),
    (
        "tanh-input", "z_5", "adjoint", tuple(f"step[{t}].cell" for t in (5, 4, 3, 2, 1)),
        "step[5].cell fails",
    ),
    (
        "not-transposed", "h_4", "adjoint", tuple(f"step[{t}].cell" for t in (5, 4, 3, 2, 1)),
        "Look at its matrix product",
    ),
    ("detached", "h_4", "adjoint", (), "the wiring between them is wrong"),
    ("not-summed", "b", "adjoint", ("linear",), "linear fails"),
    ("not-shifted", "log p", "value", ("softmax", "loss"), "softmax fails"),
)  # fmt: skip
"""Exhibit, node and number where the error is born, modules that fail, what the modular style says.

In the sentence of six words h_5 is the last state that is read: W_hy h_5 and the loss come after
it, so z_5 is the first node below a tanh in backward order and h_4 the first below another step.
"""


@pytest.mark.parametrize(("name", "node", "kind", "failing", "said"), CAUGHT)
def test_a_planted_mistake_is_caught_at_its_node_by_its_witnesses(
    shown: dict[str, tuple[PlantedRun, Diagnosis]],
    name: str,
    node: str,
    kind: str,
    failing: tuple[str, ...],
    said: str,
) -> None:
    planted, diagnosis = shown[name]
    assert planted.trace.nodes[diagnosis.born].name == node
    assert diagnosis.spread.kind == kind
    assert diagnosis.born in diagnosis.spread.faults
    assert tuple(module.name for module in diagnosis.failing) == failing
    assert said in modular(planted, diagnosis)
    assert not diagnosis.whole.ok
    assert "cannot say where" in procedural(diagnosis)


def test_every_exhibit_stands_in_the_table_of_what_catches_it() -> None:
    assert [row[0] for row in CAUGHT] == [item.id for item in EXHIBITS]
    assert len(EXHIBITS) >= 9


@every
def test_pytorch_disagrees_first_where_the_error_is_born(
    shown: dict[str, tuple[PlantedRun, Diagnosis]], item: Exhibit, oracle: Oracle
) -> None:
    planted, diagnosis = shown[item.id]
    verdict = compare(planted.trace, oracle.request(planted.trace))
    assert verdict.status == "disagrees"
    assert verdict.first_disagreement is not None
    assert verdict.first_disagreement.node == diagnosis.born
    said = evidence(planted, diagnosis, verdict)[1]
    assert said.finding == "caught"
    assert "where the error is born" in said.sentence


@every
def test_the_run_without_the_mistake_is_clean(item: Exhibit) -> None:
    trace = item.example.record()
    right = plant(trace, exhibit_of_nothing(item))
    assert all(module.ok for module in check_modules(right, rng()))
    assert check_whole(right, rng()).ok
    assert diagnose(right, rng()).harmless


@every
def test_what_is_said_of_chains_is_what_the_one_check_finds(item: Exhibit) -> None:
    chain, reused = trial(item, item.chain, rng()), trial(item, item.reused, rng())
    assert reused.caught
    assert chain.caught is not item.hides_on_chain
    used = item.chain.record().graph
    below = used.edge_operand[used.edge_differentiable]
    assert (np.bincount(below) <= 1).all(), "a chain uses every node once"
    used = item.reused.record().graph
    assert (np.bincount(used.edge_operand[used.edge_differentiable]) > 1).any()


def test_the_note_on_chains_names_both_runs(
    shown: dict[str, tuple[PlantedRun, Diagnosis]],
) -> None:
    note = on_graphs(*shown["assigned"])
    assert note.startswith("It passes on a chain, `exp(sin(x))`")
    assert "fails on a re-used node, `x · sin(x)`" in note
    assert on_graphs(*shown["exp-input"]).startswith("It fails on a chain already")


@every
def test_contributions_and_partial_sums_are_those_of_the_wrong_pass(
    shown: dict[str, tuple[PlantedRun, Diagnosis]], item: Exhibit
) -> None:
    trace = shown[item.id][0].trace
    for node, adjoint in enumerate(trace.adjoints):
        edges = trace.graph.contributing_edges(node)
        if adjoint is None or len(edges) == 0 or node == trace.output:
            continue
        summed = trace.summed_edges(node, len(edges))
        total = np.zeros_like(adjoint) if trace.leftover(node) is None else trace.leftover(node)
        with np.errstate(all="ignore"):
            for edge in summed:
                total = total + trace.contribution(int(edge))
        same(total, adjoint)
        assert trace.partial_sum(node, 0) is None


@every
def test_the_events_of_a_wrong_pass_have_each_contribution_and_completion_once(
    shown: dict[str, tuple[PlantedRun, Diagnosis]], item: Exhibit
) -> None:
    trace = shown[item.id][0].trace
    last = trace.frame(len(trace.events()))
    assert last.completed[trace.graph.differentiable].all()
    assert (last.arrived == last.expected).all()
    middle = trace.frame(trace.events().seed_index + 3)
    assert middle.phase == "backward"


def test_without_order_a_node_pushes_before_all_of_its_adjoint_is_there() -> None:
    # y = a b, a = sin x, b = exp a: y pushes to a and b, then a has its turn before b pushes to it.
    item = exhibit("unordered")
    trace = plant(item.reused.record(), item).trace
    x, a, b, _ = (node.index for node in trace.nodes)
    with_b = trace.nodes[b].value
    same(trace.passed_on(a), with_b)
    same(trace.adjoints[a], with_b + trace.nodes[a].value * with_b)
    same(trace.adjoints[x], with_b * np.cos(trace.nodes[x].value))
    assert list(trace.events("A").kind) == list(trace.events("B").kind)


def test_assignment_keeps_the_last_contribution_alone() -> None:
    # y = x sin x: mul pushes sin x to x first, then sin pushes x cos x, which is all that stays.
    trace = plant(formula("x*sin(x)", x=0.5).record(), exhibit("assigned")).trace
    same(trace.partial_sum(0, 1), np.sin(0.5))
    same(trace.partial_sum(0, 2), 0.5 * np.cos(0.5))


def test_a_second_pass_without_zeroing_doubles_the_leaves_only() -> None:
    item = exhibit("not-zeroed")
    planted = plant(item.example.record(), item)
    for node, wrong in enumerate(planted.trace.adjoints):
        right = planted.original.adjoints[node]
        if right is not None and wrong is not None:
            leaf = planted.trace.nodes[node].primitive is None
            np.testing.assert_allclose(wrong, 2 * right if leaf else right, rtol=1e-12)


def test_forgotten_zeroing_is_invisible_in_a_first_pass(
    shown: dict[str, tuple[PlantedRun, Diagnosis]],
) -> None:
    planted, diagnosis = shown["not-zeroed"]
    assert diagnosis.first_pass.ok
    assert all(module.ok for module in diagnosis.modules)
    assert "second" in evidence(planted, diagnosis, None)[3].sentence


def test_a_detached_state_gets_nothing_from_later_steps() -> None:
    item = exhibit("detached")
    trace = plant(item.example.record(), item).trace
    node = {n.name: n.index for n in trace.nodes}
    assert len(trace.graph.contributing_edges(node["h_3"])) == 1
    assert len(trace.graph.contributing_edges(node["W_hh"])) == 5


ELSEWHERE = (
    ("exp-input", formula("x*sin(x)", x=1.0), "no exp"),
    ("tanh-input", formula("exp(x)", x=1.0), "no tanh"),
    ("not-transposed", formula("exp(x)", x=1.0), "no square matrix"),
    ("detached", formula("exp(x)", x=1.0), "Nothing goes from one time step"),
    ("not-summed", formula("exp(x)", x=1.0), "Nothing is broadcast"),
    ("not-shifted", formula("exp(x)", x=1.0), "no softmax"),
    ("once-in-a-set", formula("x*sin(x)", x=1.0), "in two slots"),
)


@pytest.mark.parametrize(("name", "example", "said"), ELSEWHERE)
def test_a_run_that_lacks_what_would_break_says_so_and_stays_right(
    name: str, example: object, said: str
) -> None:
    trace: Trace = example.record()  # type: ignore[attr-defined]
    item = exhibit(name)
    assert said in obstacle(trace, item)
    planted = plant(trace, item)
    diagnosis = diagnose(planted, rng())
    assert diagnosis.harmless
    assert said in birth(planted, diagnosis)
    assert planted.replaced == ()


def test_on_a_chain_a_missing_sum_is_there_and_does_no_harm() -> None:
    planted = plant(formula("exp(sin(x))", x=0.5).record(), exhibit("assigned"))
    diagnosis = diagnose(planted, rng())
    assert diagnosis.harmless
    assert "used once" in birth(planted, diagnosis)
    assert "chain too" in on_graphs(planted, diagnosis)


def test_small_logits_do_not_overflow_and_the_words_say_how_far_away_they_are() -> None:
    planted = plant(run(RunSpec(text="one two three")), exhibit("not-shifted"))
    diagnosis = diagnose(planted, rng())
    assert diagnosis.harmless
    assert "exp overflows above 710" in birth(planted, diagnosis)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
@every
def test_exhibits_stand_in_gated_cells_too(item: Exhibit, cell: str) -> None:
    trace = run(RunSpec(text="one two three four", cell=cell, hidden=3))  # type: ignore[arg-type]
    planted = plant(trace, item)
    diagnosis = diagnose(planted, rng())
    expected = bool(obstacle(trace, item)) or item.id == "not-shifted"
    assert diagnosis.harmless is expected
    assert diagnosis.whole.ok is expected


def test_a_run_in_float32_is_judged_at_its_own_precision() -> None:
    trace = run(RunSpec(text="one two three", dtype="float32"))
    diagnosis = diagnose(plant(trace, exhibit("tanh-input")), rng())
    assert diagnosis.spread.tolerance == 1e-5
    assert not diagnosis.harmless
    assert diagnose(plant(trace, exhibit("exp-input")), rng()).harmless


def test_the_right_pass_is_bit_for_bit_that_of_the_engine() -> None:
    trace = run(RunSpec(text="one two three"))
    found = run_whole(trace.nodes, trace.output, RIGHT)
    for node, adjoint in enumerate(trace.adjoints):
        if adjoint is not None:
            assert found.adjoints[node].tobytes() == adjoint.tobytes()


def test_provenance_names_the_exhibit_and_a_second_mistake_is_refused() -> None:
    planted = plant(run(RunSpec(text="one two")), exhibit("tanh-input"))
    assert planted.trace.provenance["planted"] == "tanh-input"
    assert "planted" not in planted.original.provenance
    with pytest.raises(InputError, match="already"):
        plant(planted.trace, exhibit("exp-input"))
    with pytest.raises(InputError, match="there is no exhibit 'nothing'"):
        exhibit("nothing")


def test_every_exhibit_is_told_in_two_sentences_and_with_two_different_lines() -> None:
    for item in EXHIBITS:
        assert item.wrong != item.right
        assert item.story.count(". ") == 1, item.id
        assert max(len(item.wrong), len(item.right)) <= 52


def exhibit_of_nothing(item: Exhibit) -> Exhibit:
    return replace(item, row=None, mistake=RIGHT)


def test_the_diagnosis_tells_each_modules_error_as_the_check_does() -> None:
    planted = plant(run(RunSpec(text="a b a", cell="gru", hidden=3)), exhibit("assigned"))
    steps = list(check_modules(planted, rng()))
    assert diagnose(planted, rng()).modules == tuple(steps)


def test_a_trial_does_not_depend_on_the_run() -> None:
    short = plant(run(RunSpec(text="a b")), exhibit("assigned"))
    long = plant(run(RunSpec(text="a b a b c")), exhibit("assigned"))
    assert diagnose(short, rng()).reused == diagnose(long, rng()).reused
