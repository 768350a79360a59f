from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.autodiff.tape import Tape, Variable
from engine.trace.trace import Trace, record
from explorer.layout import Kind, Layout, layout_of


def slides_expression() -> Trace:
    """exp(xz) + xz / log(x) + sin(log(x)) / xz, each intermediate once."""
    tape = Tape()
    x, z = tape.input("x", 2.0), tape.input("z", 3.0)
    a = (x * z).named("a")
    b = tape.apply("log", x).named("b")
    c = tape.apply("exp", a).named("c")
    d = (a / b).named("d")
    e = tape.apply("sin", b).named("e")
    y = (c + d + e / a).named("y")
    return record(tape, y)


def random_graph(seed: int, count: int) -> Trace:
    rng = np.random.default_rng(seed)
    tape = Tape()
    known: list[Variable] = [tape.input("x", 0.5), tape.input("z", 0.25)]
    for _ in range(count):
        left, right = (known[int(i)] for i in rng.integers(0, len(known), 2))
        known.append(left + right if rng.random() < 0.5 else left * right)
    total = known[-1]
    return record(tape, total)


def layer_of(layout: Layout) -> np.ndarray:
    return np.unique(layout.x + layout.w / 2, return_inverse=True)[1]


def test_operands_stand_left_of_their_consumers() -> None:
    trace = slides_expression()
    layer = layer_of(layout_of(trace))
    assert (layer[trace.graph.edge_operand] < layer[trace.graph.edge_consumer]).all()
    assert layer[0] == layer[1] == 0
    assert layer[trace.output] == layer.max()


def test_numbers_are_large_cards_and_there_are_neither_lanes_nor_rails() -> None:
    layout = layout_of(slides_expression())
    assert (layout.kind == Kind.SCALAR).all()
    assert layout.lanes == ()
    assert layout.rails == ()


def test_the_two_slots_of_x_times_x_are_two_ways() -> None:
    tape = Tape()
    x = tape.input("x", 3.0)
    layout = layout_of(record(tape, x * x))
    first, second = layout.routes.segments[layout.routes.offsets[:2]]
    assert first[3, 1] != second[3, 1]
    assert first[0, 1] != second[0, 1]


def test_a_constant_stands_just_before_its_use() -> None:
    tape = Tape()
    x = tape.input("x", 3.0)
    deep = tape.apply("exp", tape.apply("sin", tape.apply("log", x)))
    two = tape.constant("2", 2.0)
    trace = record(tape, deep * two)
    layer = layer_of(layout_of(trace))
    assert layer[two.index] == layer[trace.output] - 1


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 60))
def test_cards_of_any_graph_never_overlap_and_ways_hang_together(seed: int, count: int) -> None:
    trace = random_graph(seed, count)
    layout = layout_of(trace)
    x, y, w, h = layout.x, layout.y, layout.w, layout.h
    apart_x = np.minimum(x[:, None] + w[:, None], x + w) - np.maximum(x[:, None], x)
    apart_y = np.minimum(y[:, None] + h[:, None], y + h) - np.maximum(y[:, None], y)
    overlap = (apart_x > 0.01) & (apart_y > 0.01)
    np.fill_diagonal(overlap, val=False)
    assert not overlap.any()
    routes = layout.routes
    same = routes.edge[1:] == routes.edge[:-1]
    np.testing.assert_allclose(routes.segments[1:, 0][same], routes.segments[:-1, 3][same])
    assert (np.diff(routes.offsets) >= 1).all()


def test_the_same_graph_is_laid_out_the_same() -> None:
    first, second = (layout_of(random_graph(7, 40)) for _ in range(2))
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(first.y, second.y)
    np.testing.assert_array_equal(first.routes.segments, second.routes.segments)


def test_two_separate_chains_do_not_cross() -> None:
    """log then sin of x above, of z below: nothing needs to cross before the sum."""
    tape = Tape()
    x, z = tape.input("x", 2.0), tape.input("z", 3.0)
    first = [tape.apply("log", v) for v in (z, x)]
    second = [tape.apply("sin", v) for v in first]
    trace = record(tape, second[0] + second[1])
    y = layout_of(trace).y
    pairs = zip(trace.graph.edge_operand[:4], trace.graph.edge_consumer[:4], strict=True)
    rows = [y[o] < np.median(y) for o, _ in pairs]
    ends = [y[c] < np.median(y) for c in trace.graph.edge_consumer[:4]]
    assert rows == ends


@pytest.mark.parametrize("depth", [3000])
def test_a_deep_chain_is_laid_out_without_recursion(depth: int) -> None:
    tape = Tape()
    x = tape.input("x", 0.5)
    for _ in range(depth):
        x = tape.apply("sin", x)
    layout = layout_of(record(tape, x))
    assert layer_of(layout).max() == depth
