"""Operations opened into numbers: every primitive gives the same values and adjoints."""

from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.gradcheck import check_modules
from engine.autodiff.primitives import Array
from engine.autodiff.tape import Role, Tape
from engine.errors import InputError
from engine.oracle import Oracle, compare
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.codec import trace_from_json
from engine.trace.json_text import trace_to_json
from engine.trace.narration import equation
from engine.trace.scalar_forms import MOST_NODES
from engine.trace.scalars import Opened, obstacle, opened, operations_in
from engine.trace.trace import Trace, record
from tests.engine.autodiff.cases import CASES, Case

SENTENCE = run(RunSpec(text="a b c a", hidden=3))
ALREADY = "made of single numbers already"


def trace_of(case: Case, dtype: str = "float64") -> tuple[Trace, int]:
    """A run in which a primitive's result is squared and added up with weights."""
    rng = np.random.default_rng(5)
    tape, leaves, operands = Tape(dtype), {}, []
    drawn = case.draw(rng)
    for slot, array in enumerate(drawn):
        same = next((s for s in range(slot) if drawn[s] is array), slot)
        if same not in leaves:
            leaves[same] = tape.input(f"x_{slot}", array)
        operands.append(leaves[same])
    y = tape.apply(case.op, *operands, **case.attributes).named("y")
    weights = tape.constant("w", rng.standard_normal(y.value.shape))
    return record(tape, tape.apply("sum", y * y * weights).named("L")), y.index


def all_opened(trace: Trace) -> Opened:
    return opened(trace, [n.index for n in trace.nodes if not obstacle(trace, n.index)])


def furthest(trace: Trace, found: Opened) -> float:
    """The largest difference of a value or an adjoint, relative to the tensor's size."""
    worst = 0.0
    for node in trace.nodes:
        place = int(found.new_of[node.index])
        pairs = [(node.value, found.trace.nodes[place].value)]
        ours, theirs = trace.adjoints[node.index], found.trace.adjoints[place]
        assert (ours is None) == (theirs is None)
        if ours is not None and theirs is not None:
            pairs.append((ours, theirs))
        for a, b in pairs:
            assert a.shape == b.shape
            assert a.dtype == b.dtype
            worst = max(worst, float(np.abs(a - b).max() / (1 + np.abs(a).max())))
    return worst


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_primitive_opens_into_numbers_that_say_the_same(case: Case, dtype: str) -> None:
    trace, index = trace_of(case, dtype)
    if obstacle(trace, index):
        assert obstacle(trace, index).endswith(ALREADY)
        return
    found = opened(trace, [index])
    assert furthest(trace, found) <= (1e-13 if dtype == "float64" else 1e-5)
    operation = found.operations[index]
    assert operation.path == "y"
    shapes = {found.trace.nodes[i].value.shape for i in operation.nodes[:-1].tolist()}
    assert shapes <= {()}


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_pytorch_agrees_with_a_model_opened_everywhere(oracle: Oracle, cell: str) -> None:
    spec = RunSpec(text="a b c a", hidden=3, cell=cell, layers=2, embedding=2)  # type: ignore[arg-type]  # parametrized
    trace = run(spec)
    found = all_opened(trace)
    assert len(found.trace) > 5 * len(trace)
    assert furthest(trace, found) <= 1e-14
    verdict = compare(found.trace, oracle.request(found.trace), 1e-12)
    assert verdict.status == "agrees", verdict


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.op in {"nll", "cross_entropy", "max", "lookup"}], ids=str
)
def test_pytorch_agrees_with_what_a_place_or_a_tie_decides(oracle: Oracle, case: Case) -> None:
    trace, index = trace_of(case)
    if not obstacle(trace, index):
        found = opened(trace, [index])
        assert compare(found.trace, oracle.request(found.trace), 1e-12).status == "agrees"


def test_a_tie_of_max_is_shared_in_numbers_too() -> None:
    tape = Tape()
    x = tape.input("x", [2.0, 1.0, 2.0])
    trace = record(tape, tape.apply("max", x).named("y"))
    found = opened(trace, [trace.output])
    adjoint = found.trace.adjoints[0]
    assert adjoint is not None
    # Two entries are the largest: each gets half of dy/dy = 1.
    assert adjoint.tolist() == [0.5, 0, 0.5]


def test_huge_logits_do_not_overflow() -> None:
    tape = Tape()
    y = tape.input("y", [1e4, -1e4, 0.0])
    trace = record(tape, tape.apply("cross_entropy", y, tape.input("x", 2)).named("L"))
    found = all_opened(trace)
    # log sum exp is 1e4, so that the loss is 1e4 - 0.
    assert found.trace.loss == 1e4
    assert furthest(trace, found) == 0


def test_a_product_is_taken_apart_multiplied_added_and_put_together() -> None:
    tape = Tape()
    with tape.module("step[2]", step=2), tape.module("cell"):
        w = tape.parameter("W_h", [[1.0, 2.0], [3.0, 4.0]])
        h = tape.parameter("h_1", [5.0, 6.0])
        y = (w @ h).named("W_h h_1")
    trace = record(tape, tape.apply("sum", y).named("L"))
    found = opened(trace, [y.index])
    operation = found.operations[y.index]
    assert operation.path == "step[2].cell.W_h h_1"
    inside = [found.trace.nodes[i] for i in operation.nodes.tolist()]
    assert [equation(found.trace, node) for node in inside] == [
        "W_h[1,1]",
        "W_h[1,2]",
        "W_h[2,1]",
        "W_h[2,2]",
        "h_1[1]",
        "h_1[2]",
        "W_h[1,1] · h_1[1]",
        "W_h[1,2] · h_1[2]",
        "(W_h h_1)[1] = W_h[1,1] · h_1[1] + W_h[1,2] · h_1[2]",
        "W_h[2,1] · h_1[1]",
        "W_h[2,2] · h_1[2]",
        "(W_h h_1)[2] = W_h[2,1] · h_1[1] + W_h[2,2] · h_1[2]",
        "W_h h_1 = ((W_h h_1)[1], (W_h h_1)[2])",
    ]
    # 1 * 5 + 2 * 6 and 3 * 5 + 4 * 6.
    assert inside[-1].value.tolist() == [17, 39]
    assert {(node.module, node.step) for node in inside} == {(operation.path, 2)}
    assert operation.result == found.new_of[y.index]


def test_a_softmax_is_written_in_its_stable_form() -> None:
    tape = Tape()
    p = tape.apply("softmax", tape.input("y_1", [1.0, 3.0])).named("p_1")
    trace = record(tape, tape.apply("sum", p * p).named("L"))
    found = opened(trace, [p.index])
    said = [equation(found.trace, found.trace.nodes[i]) for i in found.operations[p.index].nodes]
    assert said == [
        "y_1[1]",
        "y_1[2]",
        "m = max(y_1[1], y_1[2])",
        "d[1] = y_1[1] - m",
        "d[2] = y_1[2] - m",
        "e[1] = exp(d[1])",
        "e[2] = exp(d[2])",
        "s = e[1] + e[2]",
        "p_1[1] = e[1] / s",
        "p_1[2] = e[2] / s",
        "p_1 = (p_1[1], p_1[2])",
    ]


def test_a_token_keeps_its_edges() -> None:
    found = all_opened(SENTENCE)
    graph = found.trace.graph
    for node in SENTENCE.nodes:
        if node.name.startswith("x_"):
            before = len(SENTENCE.graph.consumer_edges(node.index))
            assert (len(graph.consumer_edges(int(found.new_of[node.index]))) > 0) == (before > 0)


def test_every_node_of_the_original_has_its_place() -> None:
    found = all_opened(SENTENCE)
    for node in SENTENCE.nodes:
        again = found.trace.nodes[found.new_of[node.index]]
        assert (again.name, again.role, again.step) == (node.name, node.role, node.step)
        assert found.old_of[again.index] == node.index
    scalars = np.flatnonzero(found.old_of < 0)
    for place in scalars.tolist():
        old = found.operation_at(place)
        assert place in found.operations[old].nodes
    assert found.operation_at(0) == -1
    assert found.trace.nodes[found.trace.output].role is Role.LOSS
    assert found.trace.provenance == SENTENCE.provenance


def test_opening_nothing_is_closing_everything() -> None:
    again = opened(SENTENCE, ()).trace
    assert again.nodes == SENTENCE.nodes
    for ours, theirs in zip(again.adjoints, SENTENCE.adjoints, strict=True):
        assert ours is theirs is None or np.array_equal(ours, theirs)  # type: ignore[arg-type]  # both None or neither


def test_closing_one_of_two_leaves_the_other_open() -> None:
    z = [n.index for n in SENTENCE.nodes if n.op == "add"]
    both, one = opened(SENTENCE, z[:2]), opened(SENTENCE, z[1:2])
    assert set(both.operations) == set(z[:2])
    assert set(one.operations) == {z[1]}
    assert len(SENTENCE) < len(one.trace) < len(both.trace)


def test_an_opened_run_is_checked_and_saved_like_any_other() -> None:
    trace = all_opened(SENTENCE).trace
    assert all(check.ok for check in check_modules(trace, np.random.default_rng(0)))
    again = trace_from_json(trace_to_json(trace))
    assert [n.attributes for n in again.nodes] == [dict(n.attributes) for n in trace.nodes]


def test_opened_operations_are_found_again_in_any_run() -> None:
    found = all_opened(SENTENCE)
    again = operations_in(trace_from_json(trace_to_json(found.trace)).nodes)
    assert set(again) == {operation.path for operation in found.operations.values()}
    for operation in found.operations.values():
        assert again[operation.path].tolist() == operation.nodes.tolist()
    assert operations_in(SENTENCE.nodes) == {}


def test_modules_of_one_name_are_kept_apart() -> None:
    tape = Tape()
    x = tape.input("x", [1.0, 2.0])
    with tape.module("y"):
        z = tape.apply("exp", x).named("z.1")
    first, second = tape.apply("exp", x).named("y"), tape.apply("tanh", x).named("y")
    trace = record(tape, tape.apply("sum", first * second * z).named("L"))
    found = opened(trace, [z.index, first.index, second.index])
    paths = [operation.path for operation in found.operations.values()]
    assert paths == ["y.z·1", f"y {first.index}", f"y {second.index}"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("x_2", "there is no operation to open: `x_2` is given, not computed"),
        ("W_hh", "there is no operation to open: `W_hh` is given, not computed"),
        ("ℓ", "there is nothing to open: `ℓ` is made of single numbers already"),
    ],
)
def test_what_holds_nothing_to_open_says_so(name: str, sentence: str) -> None:
    index = next(node.index for node in SENTENCE.nodes if node.name == name)
    with pytest.raises(InputError, match=sentence):
        opened(SENTENCE, [index])


def test_a_number_put_together_is_not_opened_again() -> None:
    found = all_opened(SENTENCE)
    for node in found.trace.nodes:
        assert obstacle(found.trace, node.index)


@pytest.mark.parametrize(
    ("left", "right"), [((20, 20), (20,)), ((600, 600), (600, 600)), ((2, 3000), (3000,))]
)
def test_a_large_operation_is_refused_before_it_is_written(
    left: tuple[int, ...], right: tuple[int, ...]
) -> None:
    def drawn(shape: tuple[int, ...]) -> Array:
        return np.zeros(shape)

    tape = Tape()
    y = (tape.input("A", drawn(left)) @ tape.input("B", drawn(right))).named("A B")
    trace = record(tape, tape.apply("sum", y).named("L"))
    with pytest.raises(InputError, match=f"`A B` would open into more than {MOST_NODES} numbers"):
        opened(trace, [y.index])
