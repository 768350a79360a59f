"""Reading one token at a time at speed gives what the model itself gives."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import DTypeLike

from engine.errors import InputError
from engine.models.architecture import CELLS, Activation, Architecture, CellName, of_layer
from engine.models.recurrent import RecurrentLM
from engine.models.stepper import Stepper
from engine.text.sampling import draw, reshape
from engine.text.vocabulary import Vocabulary

V = 7
VOCABULARY = Vocabulary(tuple("abcdefg"))
TOKENS = (3, 0, 6, 6, 1, 2, 5, 4, 3, 3)
ARCHITECTURES = [
    Architecture(cell, hidden=5, layers=layers, embedding=embedding)
    for cell in CELLS
    for layers, embedding in ((1, 0), (3, 0), (1, 4), (2, 4))
] + [Architecture("elman", hidden=5, phi="relu"), Architecture("elman", hidden=5, phi="sigmoid")]


def model_of(architecture: Architecture, dtype: DTypeLike = np.float64) -> RecurrentLM:
    rng = np.random.default_rng(11)
    model = RecurrentLM.fresh(architecture, VOCABULARY, rng, dtype)
    # No bias may be 0, or a forgotten one would pass.
    parameters = {
        name: (value + rng.normal(0, 0.3, value.shape)).astype(dtype)
        for name, value in model.parameters.items()
    }
    return RecurrentLM(parameters, VOCABULARY, architecture)


def stepper_of(model: RecurrentLM) -> Stepper:
    return Stepper(model.parameters, model.architecture)


def recorded_scores(model: RecurrentLM) -> list[float]:
    """Log-probability of each token, from the recorded equations."""
    tape, _ = model.record(TOKENS)
    return [-float(node.value) for node in tape.nodes if node.op == "nll"]


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_scores_are_those_of_the_recorded_equations(architecture: Architecture) -> None:
    model = model_of(architecture)
    scores = stepper_of(model).score(TOKENS)
    np.testing.assert_allclose(scores, recorded_scores(model), rtol=0, atol=1e-13)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_state_and_distribution_are_those_of_the_recorded_equations(
    architecture: Architecture,
) -> None:
    model = model_of(architecture)
    tape, _ = model.record(TOKENS)
    recorded = {node.name: node.value for node in tape.nodes}
    top = architecture.layers
    stepper = stepper_of(model)
    for t, token in enumerate(TOKENS):
        log_p = recorded[f"log p(·|{of_layer(f'h_{t}', top)})"]
        distribution = stepper.distribution()
        assert distribution.sum() == pytest.approx(1, abs=1e-14)
        np.testing.assert_allclose(distribution, np.exp(log_p), rtol=0, atol=1e-13)
        for name, ours in zip(architecture.starts(), stepper.state, strict=True):
            theirs = recorded[name.replace("_0", f"_{t}")]
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-13)
        stepper.advance(token)


@pytest.mark.parametrize("cell", CELLS)
def test_a_state_can_be_kept_and_taken_up_again(cell: CellName) -> None:
    stepper = stepper_of(model_of(Architecture(cell, hidden=5, layers=2)))
    first = stepper.state
    stepper.advance(3)
    kept, expected = stepper.state, stepper.distribution()
    stepper.advance(1)
    assert not np.array_equal(stepper.distribution(), expected)
    stepper.state = kept
    assert np.array_equal(stepper.distribution(), expected)
    stepper.start()
    assert all(np.array_equal(a, b) for a, b in zip(stepper.state, first, strict=True))


def test_a_state_handed_out_does_not_change() -> None:
    stepper = stepper_of(model_of(Architecture("lstm", hidden=5)))
    before = stepper.state
    copies = [array.copy() for array in before]
    stepper.generate(20, np.random.default_rng(1))
    assert all(np.array_equal(a, b) for a, b in zip(before, copies, strict=True))


@pytest.mark.parametrize("phi", ["tanh", "relu"])
@pytest.mark.parametrize("temperature", [1.0, 0.6, 2.5])
@pytest.mark.parametrize("cell", CELLS)
def test_generated_tokens_are_those_drawn_one_at_a_time(
    cell: CellName, temperature: float, phi: Activation
) -> None:
    model = model_of(Architecture(cell, hidden=5, phi=phi))
    rng, slow, expected = np.random.default_rng(8), stepper_of(model), []
    for _ in range(300):
        p = reshape(slow.distribution(), temperature=temperature)
        token, _ = draw(p, rng)
        expected.append(token)
        slow.advance(token)
    stepper = stepper_of(model)
    assert stepper.generate(300, np.random.default_rng(8), temperature) == expected
    for ours, theirs in zip(stepper.state, slow.state, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_generating_goes_on_where_it_stopped() -> None:
    model = model_of(Architecture("gru", hidden=5))
    at_once = stepper_of(model).generate(50, np.random.default_rng(2))
    stepper, rng = stepper_of(model), np.random.default_rng(2)
    assert stepper.generate(20, rng) + stepper.generate(0, rng) + stepper.generate(30, rng) == (
        at_once
    )


def test_temperature_0_takes_the_most_probable_token() -> None:
    model = model_of(Architecture("lstm", hidden=5))
    slow, expected = stepper_of(model), []
    for _ in range(20):
        expected.append(int(slow.distribution().argmax()))
        slow.advance(expected[-1])
    assert stepper_of(model).generate(20, np.random.default_rng(0), 0.0) == expected


def test_huge_logits_do_not_overflow() -> None:
    model = model_of(Architecture("elman", hidden=5))
    parameters = dict(model.parameters) | {"W_hy": model.parameters["W_hy"] * 1e5}
    tokens = Stepper(parameters, model.architecture).generate(50, np.random.default_rng(3), 0.5)
    assert all(0 <= token < V for token in tokens)


@pytest.mark.parametrize("cell", CELLS)
def test_float32_models_stay_in_float32(cell: CellName) -> None:
    model = model_of(Architecture(cell, hidden=5, layers=2), np.float32)
    stepper = stepper_of(model)
    scores = stepper.score(TOKENS)
    assert {array.dtype for array in stepper.state} == {np.dtype(np.float32)}
    np.testing.assert_allclose(scores, recorded_scores(model), rtol=0, atol=1e-5)


@pytest.mark.parametrize(("length", "temperature"), [(-1, 1.0), (3, -1.0), (3, float("nan"))])
def test_settings_that_cannot_be_used_are_refused(length: int, temperature: float) -> None:
    stepper = stepper_of(model_of(Architecture("elman", hidden=2)))
    with pytest.raises(InputError, match="must be"):
        stepper.generate(length, np.random.default_rng(0), temperature)
