from __future__ import annotations

import numpy as np

from engine.autodiff.tape import Tape
from engine.trace.trace import Trace, record
from explorer.canvas.cells import cells_of, pooled, sampled
from explorer.canvas.distributions import distributions_of, shown_token
from explorer.canvas.scene import scene_of
from explorer.layout import Kind, layout_of


def test_a_strip_of_up_to_32_numbers_is_the_vector_itself(elman: Trace) -> None:
    scene = scene_of(elman, layout_of(elman))
    for node in elman.nodes:
        if scene.layout.kind[node.index] in {Kind.VECTOR, Kind.NARROW}:
            count = scene.cells.count[node.index]
            np.testing.assert_allclose(
                scene.cells.values[node.index, :count], node.value, rtol=1e-6
            )


def test_a_longer_vector_shows_the_largest_magnitude_of_each_stretch() -> None:
    # Eight numbers in four cells: -5 beats 1, 2 beats -1, 0 is 0, 7 beats -6.
    row = np.array([[1.0, -5.0, 2.0, -1.0, 0.0, 0.0, 7.0, -6.0]])
    assert pooled(row, 4).tolist() == [[-5.0, 2.0, 0.0, 7.0]]


def test_a_number_that_is_not_finite_is_never_pooled_away() -> None:
    row = np.ones((1, 100))
    row[0, 50], row[0, 99] = np.nan, -np.inf
    strip = pooled(row)
    assert np.isnan(strip).any()
    assert np.isneginf(strip).any()


def test_a_tensor_becomes_a_matrix_of_at_most_32_by_32() -> None:
    assert sampled(np.zeros((3, 50, 40))).shape == (32, 32)
    assert sampled(np.zeros((2, 5))).shape == (2, 5)


def test_a_value_that_is_not_finite_is_marked() -> None:
    tape = Tape()
    x = tape.input("x", np.array([1.0, np.inf]))
    trace = record(tape, tape.apply("sum", x))
    scene = scene_of(trace, layout_of(trace))
    assert scene.finite.tolist() == [False, False]
    assert cells_of(trace, scene.layout.kind).value_limit[0] == 1.0


def test_the_four_most_probable_tokens_and_the_one_that_came(elman: Trace) -> None:
    nodes = [node for node in elman.nodes if node.op == "log_softmax"]
    table = distributions_of(elman, np.array([node.index for node in nodes]))
    assert table.target.tolist() == [2, 0, 1]
    for row, node in enumerate(nodes):
        p = np.exp(node.value)
        best = np.argsort(-p)[:4]
        shown = table.token[row]
        outside = table.target[row] not in best
        assert bool(table.outside[row]) == outside
        assert shown[:3].tolist() == best[:3].tolist()
        assert shown[3] == (table.target[row] if outside else best[3])
        np.testing.assert_allclose(table.probability[row], p[shown])


def test_fewer_than_four_tokens_leave_rows_empty() -> None:
    tape = Tape()
    y = tape.input("y", np.array([1.0, 2.0]))
    p = tape.apply("softmax", y)
    trace = record(tape, tape.apply("sum", p), {"vocabulary": ["a", "b"]})
    table = distributions_of(trace, np.array([p.index]))
    assert table.token.tolist() == [[1, 0, -1, -1]]


def test_blank_tokens_are_shown_as_signs() -> None:
    assert [shown_token(token) for token in (" ", "\n", "\t", "")] == ["␣", "↵", "⇥", "∅"]
