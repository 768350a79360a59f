"""The inside of an opened operation: cards apart, ways that hang together, few crossings."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.scalars import obstacle, opened, operations_in
from engine.trace.trace import Trace, record
from explorer.layout import Kind
from explorer.layout.cards import SIZES, kinds_of, sizes_of
from explorer.layout.scalars import MARGIN, ScalarBox, scalar_box
from tests.engine.autodiff.cases import CASES, Case
from tests.engine.trace.test_scalars import trace_of

SENTENCE = run(RunSpec(text="a b c a", hidden=4))


def box_of(trace: Trace, node: int, *, upward: bool = True) -> tuple[Trace, ScalarBox]:
    found = opened(trace, [node])
    members = found.operations[node].nodes
    kinds = kinds_of(found.trace.nodes, len(trace.provenance.get("vocabulary", ())))
    sizes = sizes_of(found.trace.nodes, kinds)[members]
    return found.trace, scalar_box(found.trace, members, sizes, upward=upward)


def product(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[Trace, int]:
    rng = np.random.default_rng(0)
    tape = Tape()
    a, b = (tape.parameter(n, rng.normal(size=s)) for n, s in (("A", left), ("B", right)))
    y = (a @ b).named("Y")
    return record(tape, tape.apply("sum", y).named("s")), y.index


def assert_sound(trace: Trace, box: ScalarBox) -> None:
    """No two cards overlap, all lie in the box, and ways lead from operand to consumer."""
    low, high = box.corner, box.corner + box.size
    assert low[:-1].min(initial=MARGIN) >= MARGIN - 1e-9
    assert (high[:-1] <= np.array([box.width, box.height]) - MARGIN + 1e-9).all()
    upward = abs(low[-1, 1]) < 1e-9
    ends = (0.0, box.width / 2) if upward else (box.width, box.height / 2)
    middle = (low[-1] + high[-1]) / 2
    found = (low[-1, 1], middle[0]) if upward else (high[-1, 0], middle[1])
    assert found == pytest.approx(ends)
    over = (low[:, None] < high - 1e-9) & (high[:, None] > low + 1e-9)
    together = np.asarray(over.all(axis=2))
    np.fill_diagonal(together, False)
    assert not together.any()
    local = {int(member): place for place, member in enumerate(box.members)}
    inside = np.isin(trace.graph.edge_operand, box.members)
    inside &= np.isin(trace.graph.edge_consumer, box.members)
    assert box.edges.tolist() == np.flatnonzero(inside).tolist()
    assert len(box.routes.kind) == len(box.edges)
    for place, edge in enumerate(box.edges.tolist()):
        first, last = box.routes.offsets[place : place + 2]
        segments = box.routes.segments[first:last]
        for ends, node in (
            (segments[0, 0], trace.graph.edge_operand[edge]),
            (segments[-1, 3], trace.graph.edge_consumer[edge]),
        ):
            card = local[int(node)]
            assert (low[card] - 1e-6 <= ends).all()
            assert (ends <= high[card] + 1e-6).all()
        assert all(np.allclose(a[3], b[0]) for a, b in pairwise(segments))


@pytest.mark.parametrize("upward", [True, False])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_numbers_of_any_operation_have_places(case: Case, upward: bool) -> None:
    trace, node = trace_of(case)
    if not obstacle(trace, node):
        assert_sound(*box_of(trace, node, upward=upward))


def test_operands_stand_below_their_consumers_or_left_of_them() -> None:
    for node in SENTENCE.nodes:
        if obstacle(SENTENCE, node.index) or node.op == "matmul":
            continue
        for upward in (True, False):
            trace, box = box_of(SENTENCE, node.index, upward=upward)
            place = np.full(len(trace), np.nan)
            middle = box.corner + box.size / 2
            place[box.members] = -middle[:, 1] if upward else middle[:, 0]
            graph = trace.graph
            below = place[graph.edge_operand[box.edges]]
            assert (below < place[graph.edge_consumer[box.edges]]).all()


def test_the_layout_is_the_same_every_time() -> None:
    trace, node = product((4, 4), (4, 4))
    (_, first), (_, second) = box_of(trace, node), box_of(trace, node)
    assert first.corner.tobytes() == second.corner.tobytes()
    assert first.routes.segments.tobytes() == second.routes.segments.tobytes()


def test_the_numbers_of_a_matrix_stand_in_their_rows() -> None:
    trace, node = product((2, 3), (3,))
    again, box = box_of(trace, node)
    at = {again.nodes[i].name: box.corner[place] for place, i in enumerate(box.members.tolist())}
    for column in (1, 2, 3):
        heights = {at[f"A[{row},{column}]"][1] for row in (1, 2)} | {at[f"B[{column}]"][1]}
        assert len(heights) == 1
        (height,) = heights
        assert at[f"A[1,{column}] · B[{column}]"][1] == height
    assert at["B[1]"][1] < at["B[2]"][1] < at["B[3]"][1]
    assert at["B[1]"][0] < at["A[1,1]"][0] < at["A[2,1]"][0]
    # The sums stand above their products, the result above all.
    assert at["Y[1]"][0] == at["A[1,1] · B[1]"][0]
    assert at["Y"][1] < at["Y[1]"][1] < at["B[1]"][1]


def crossings(box: ScalarBox) -> int:
    """Places where straight stretches of different ways cross, each place counted once."""
    lines = box.routes.segments[box.routes.straight]
    owner = box.routes.edge[box.routes.straight]
    flat = np.abs(lines[:, 0, 1] - lines[:, 3, 1]) < 1e-6
    found = set()
    for a, i in zip(lines[flat], owner[flat], strict=True):
        for b, j in zip(lines[~flat], owner[~flat], strict=True):
            (left, right), (top, bottom) = sorted(a[[0, 3], 0]), sorted(b[[0, 3], 1])
            if i != j and left < b[0, 0] < right and top < a[0, 1] < bottom:
                found.add((round(float(b[0, 0])), round(float(a[0, 1]))))
    return len(found)


def test_the_wires_of_a_product_cross_seldom() -> None:
    # The wire of h_j passes the risers of the columns before its last one: of 4 rows and 3 such
    # columns. The highest products begin below that wire too. In layers it would be 36 or more.
    trace, node = product((4, 4), (4,))
    _, box = box_of(trace, node)
    assert crossings(box) <= 4 * 3


def test_a_large_product_is_no_wider_than_a_screen_or_two() -> None:
    trace, node = product((8, 8), (8,))
    _, box = box_of(trace, node)
    assert box.width < 1700
    assert box.height < 700


def test_grains_are_small_and_the_result_keeps_its_card() -> None:
    y = next(node.index for node in SENTENCE.nodes if node.name == "y_1")
    found = opened(SENTENCE, [y])
    kinds = kinds_of(found.trace.nodes, 3)
    (members,) = operations_in(found.trace.nodes).values()
    assert (kinds[members[:-1]] == Kind.GRAIN).all()
    assert kinds[members[-1]] == Kind.VECTOR
    assert (sizes_of(found.trace.nodes, kinds)[members[:-1]] == SIZES[Kind.GRAIN]).all()
    assert not (kinds_of(SENTENCE.nodes, 3) == Kind.GRAIN).any()
