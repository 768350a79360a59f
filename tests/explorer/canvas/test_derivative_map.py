from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.trace.trace import Trace, record
from explorer.canvas.derivative_map import derivative_map


def mapped(trace: Trace, consumer: str, operand: str) -> np.ndarray:
    found = derivative_map(trace, edge(trace, consumer, operand))
    assert found is not None
    return found


def edge(trace: Trace, consumer: str, operand: str) -> int:
    names = [node.name for node in trace.nodes]
    graph = trace.graph
    return next(
        e
        for e in graph.operand_edges(names.index(consumer))
        if names[int(graph.edge_operand[e])] == operand
    )


def network() -> Trace:
    """y = softmax(tanh(W x)), its first component the loss."""
    tape = Tape()
    w = tape.parameter("W", [[1.0, 2.0], [0.5, -1.0]])
    x = tape.parameter("x", [0.25, 0.5])
    z = tape.apply("matmul", w, x).named("z")
    h = tape.apply("tanh", z).named("h")
    p = tape.apply("softmax", h).named("p")
    return record(tape, tape.apply("sum", p).named("s"))


def test_of_an_elementwise_primitive_it_is_the_diagonal() -> None:
    trace = network()
    # z = (1.25, -0.375), and the derivative of tanh is 1 - tanh^2.
    expected = 1 - np.tanh([[1.25, -0.375]]) ** 2
    np.testing.assert_allclose(mapped(trace, "h", "z"), expected)


def test_of_a_product_it_is_the_other_factor_transposed() -> None:
    trace = network()
    assert mapped(trace, "z", "x").tolist() == [[1.0, 0.5], [2.0, -1.0]]
    assert mapped(trace, "z", "W").tolist() == [[0.25, 0.5]]


def test_else_it_is_the_jacobian() -> None:
    trace = network()
    p = trace.nodes[edge_consumer(trace, "p")].value
    # d p_i / d h_j = p_i (1[i = j] - p_j).
    expected = np.diag(p) - np.outer(p, p)
    np.testing.assert_allclose(mapped(trace, "p", "h"), expected, atol=1e-16)
    assert mapped(trace, "s", "p").tolist() == [[1.0, 1.0]]


def edge_consumer(trace: Trace, name: str) -> int:
    return [node.name for node in trace.nodes].index(name)


@pytest.mark.parametrize("size", [1, 100])
def test_one_number_and_too_many_are_not_drawn(size: int) -> None:
    tape = Tape()
    x = tape.parameter("x", np.linspace(0, 1, size))
    p = tape.apply("softmax", x).named("p")
    trace = record(tape, tape.apply("sum", p).named("s"))
    assert derivative_map(trace, edge(trace, "p", "x")) is None
