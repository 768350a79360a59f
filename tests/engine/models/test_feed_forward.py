from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.tape import Role
from engine.models.feed_forward import CLASSES, HIDDEN, INPUTS, initial_example, record_feed_forward
from engine.trace.trace import record


def test_the_example_has_the_shapes_of_the_equations() -> None:
    example = initial_example(np.random.default_rng(3))
    shapes = {name: array.shape for name, array in example.items()}
    assert shapes == {
        "x": (INPUTS,),
        "y": (CLASSES,),
        "α": (HIDDEN, INPUTS),
        "β": (CLASSES, HIDDEN),
    }
    assert sorted(example["y"]) == [0.0, 0.0, 1.0]


def test_a_network_of_zeros_is_worked_out_by_hand() -> None:
    example = initial_example(np.random.default_rng(3))
    example |= {"α": np.zeros((HIDDEN, INPUTS)), "β": np.zeros((CLASSES, HIDDEN))}
    trace = record(*record_feed_forward(example))
    # sigmoid(0) = 1/2, softmax(0) = 1/3 each, so J = log 3 and dJ/db = 1/3 - y.
    values = {node.name: node.value for node in trace.nodes}
    np.testing.assert_array_equal(values["z"], np.full(HIDDEN, 0.5))
    np.testing.assert_allclose(values["ŷ"], np.full(CLASSES, 1 / 3), rtol=1e-15)
    assert trace.loss == pytest.approx(np.log(3), rel=1e-15)
    b = next(node.index for node in trace.nodes if node.name == "b")
    np.testing.assert_allclose(trace.adjoints[b], 1 / 3 - example["y"], atol=1e-15)  # type: ignore[arg-type]


def test_the_target_is_held_fixed_and_the_input_is_not() -> None:
    trace = record(*record_feed_forward(initial_example(np.random.default_rng(3))))
    roles = {node.name: node.role for node in trace.nodes[:4]}
    assert roles == {
        "x": Role.INPUT,
        "y": Role.CONSTANT,
        "α": Role.PARAMETER,
        "β": Role.PARAMETER,
    }
    assert trace.nodes[-1].role is Role.LOSS
