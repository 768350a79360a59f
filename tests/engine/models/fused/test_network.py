"""The coarse grain against the fine grain, differences, and itself cut otherwise."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.autodiff.primitives import Array
from engine.models.architecture import CELLS, Activation, Architecture, CellName
from engine.models.fused import FusedNetwork
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.trace.trace import record

TOLERANCE = 1e-12


def model_of(architecture: Architecture, size: int) -> RecurrentLM:
    """A model whose every parameter, biases too, is random."""
    letters = Vocabulary(tuple("abcdefghijklmnopqrstuvwxyz"[:size]))
    model = RecurrentLM.fresh(architecture, letters, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    moved = {
        name: value + rng.normal(0, 0.3, value.shape) for name, value in model.parameters.items()
    }
    return RecurrentLM(moved, letters, architecture)


def starts_of(model: RecurrentLM) -> dict[str, Array]:
    return {name: model.parameters[name] for name in model.architecture.starts()}


def run(model: RecurrentLM, tokens: Array) -> tuple[float, dict[str, Array], dict[str, Array]]:
    """Loss, last states, and adjoints with those of the start states summed over texts."""
    size, (steps, batch) = len(model.vocabulary), tokens.shape
    network = FusedNetwork(model.architecture, size, steps, batch, np.float64)
    loss, last = network.run(model.parameters, tokens, starts_of(model))
    begun = {name: value.sum(axis=0) for name, value in network.start_adjoints.items()}
    return loss, last, {**network.adjoints, **begun}


def assert_close(ours: Array, theirs: Array, what: str) -> None:
    error = np.abs(ours - theirs).max(initial=0) / (1 + np.abs(theirs).max(initial=0))
    assert error <= TOLERANCE, f"{what}: {error}"


ARCHITECTURES = [
    Architecture(cell, 4, layers, embedding)
    for cell, layers, embedding in product(CELLS, (1, 2, 3), (0, 3))
] + [Architecture("elman", 4, 2, 0, phi=phi) for phi in ("sigmoid", "relu")]


def named(architecture: Architecture) -> str:
    a = architecture
    return f"{a.cell}-{a.phi}-{a.layers}-layers-{a.embedding or 'one-hot'}"


@pytest.mark.parametrize("length", [1, 2, 9])
@pytest.mark.parametrize("small", [256, 0], ids=["table", "columns"])
@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=named)
def test_both_grains_agree_on_the_loss_the_states_and_every_adjoint(
    architecture: Architecture, small: int, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Twenty tokens are more than a window's, so without the limit only those read are multiplied.
    monkeypatch.setattr("engine.models.fused.inputs._SMALL", small)
    model = model_of(architecture, 20)
    tokens = np.random.default_rng(2).integers(0, 20, length)
    trace = record(*model.record([int(token) for token in tokens]))
    loss, last, adjoints = run(model, tokens[:, np.newaxis])
    assert loss == pytest.approx(trace.loss, rel=1e-14)
    for ours, theirs in zip(last.values(), model.state([int(t) for t in tokens]), strict=True):
        assert_close(ours[0], theirs, "the last state")
    fine = {node.name: trace.adjoints[node.index] for node in trace.nodes}
    for name in model.parameters:
        recorded = fine[name]
        assert recorded is not None
        assert_close(adjoints[name], recorded, name)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=named)
def test_adjoints_are_the_slopes_of_the_loss(architecture: Architecture) -> None:
    model = model_of(architecture, 5)
    rng = np.random.default_rng(3)
    tokens = rng.integers(0, 5, (7, 3))
    _, _, adjoints = run(model, tokens)
    along = {name: rng.normal(0, 1, value.shape) for name, value in model.parameters.items()}

    def loss_at(step: float) -> float:
        moved = {name: v + step * along[name] for name, v in model.parameters.items()}
        return run(RecurrentLM(moved, model.vocabulary, architecture), tokens)[0]

    slope = (loss_at(1e-6) - loss_at(-1e-6)) / 2e-6
    ours = sum(float((adjoints[name] * along[name]).sum()) for name in along)
    assert ours == pytest.approx(slope, abs=1e-7)


@pytest.mark.parametrize("cell", CELLS)
def test_a_batch_is_the_mean_of_its_texts(cell: CellName) -> None:
    model = model_of(Architecture(cell, 3), 4)
    tokens = np.random.default_rng(4).integers(0, 4, (5, 3))
    together = run(model, tokens)
    alone = [run(model, tokens[:, lane : lane + 1]) for lane in range(3)]
    assert together[0] == pytest.approx(np.mean([one[0] for one in alone]), rel=1e-14)
    for name, adjoint in together[2].items():
        assert_close(adjoint, np.mean([one[2][name] for one in alone], axis=0), name)


@pytest.mark.parametrize("cell", CELLS)
@given(cut=st.integers(1, 8))
def test_a_text_read_in_two_windows_costs_as_much_as_in_one(cell: CellName, cut: int) -> None:
    # Truncated backpropagation cuts the adjoints, not the values: carried states make it exact.
    model = model_of(Architecture(cell, 3, 2), 4)
    tokens = np.random.default_rng(5).integers(0, 4, (9, 2))
    whole = FusedNetwork(model.architecture, 4, 9, 2, np.float64)
    loss, last = whole.run(model.parameters, tokens, starts_of(model))
    first = FusedNetwork(model.architecture, 4, cut, 2, np.float64)
    second = FusedNetwork(model.architecture, 4, 9 - cut, 2, np.float64)
    one, carried = first.run(model.parameters, tokens[:cut], starts_of(model))
    two, end = second.run(model.parameters, tokens[cut:], carried)
    assert cut * one + (9 - cut) * two == pytest.approx(9 * loss, rel=1e-13)
    for name, state in last.items():
        assert_close(end[name], state, name)


@pytest.mark.parametrize("embedding", [0, 3])
def test_sums_by_token_are_the_same_by_product_and_by_sorting(
    embedding: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = model_of(Architecture("gru", 3, embedding=embedding), 6)
    tokens = np.random.default_rng(6).integers(0, 6, (6, 2))
    by_product = run(model, tokens)[2]
    monkeypatch.setattr("engine.models.fused.inputs._SMALL", 0)
    by_sorting = run(model, tokens)[2]
    for name, adjoint in by_product.items():
        assert_close(by_sorting[name], adjoint, name)


@pytest.mark.parametrize("cell", CELLS)
def test_blocks_that_fit_the_cache_change_no_number(
    cell: CellName, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = model_of(Architecture(cell, 3, 2), 6)
    tokens = np.random.default_rng(7).integers(0, 6, (8, 2))
    one_block = run(model, tokens)
    monkeypatch.setattr("engine.models.fused.recurrence._BLOCK", 18)
    monkeypatch.setattr("engine.models.fused.output._BLOCK", 20)
    blocks = run(model, tokens)
    assert blocks[0] == pytest.approx(one_block[0], rel=1e-15)
    for name, adjoint in one_block[2].items():
        assert_close(blocks[2][name], adjoint, name)


@pytest.mark.parametrize("cell", CELLS)
def test_a_second_window_sees_nothing_of_the_first(cell: CellName) -> None:
    model = model_of(Architecture(cell, 3, 2), 5)
    rng = np.random.default_rng(8)
    tokens = rng.integers(0, 5, (6, 2))
    network = FusedNetwork(model.architecture, 5, 6, 2, np.float64)
    network.run(model.parameters, rng.integers(0, 5, (6, 2)), starts_of(model))
    loss, last = network.run(model.parameters, tokens, starts_of(model))
    fresh = run(model, tokens)
    assert loss == fresh[0]
    for name, state in last.items():
        assert state.tobytes() == fresh[1][name].tobytes()
    for name, adjoint in network.adjoints.items():
        assert adjoint.tobytes() == fresh[2][name].tobytes(), name


@pytest.mark.parametrize("cell", CELLS)
def test_float32_stays_within_its_rounding(cell: CellName) -> None:
    model = model_of(Architecture(cell, 8), 7)
    tokens = np.random.default_rng(9).integers(0, 7, (20, 4))
    loss, _, adjoints = run(model, tokens)
    single = model.astype(np.float32)
    network = FusedNetwork(model.architecture, 7, 20, 4)
    rough, _ = network.run(single.parameters, tokens, starts_of(single))
    assert rough == pytest.approx(loss, abs=1e-6)
    for name, adjoint in network.adjoints.items():
        assert adjoint.dtype == np.float32
        assert np.abs(adjoint - adjoints[name]).max() <= 1e-6 * (1 + np.abs(adjoints[name]).max())


def test_each_tokens_loss_is_its_score() -> None:
    model = model_of(Architecture("lstm", 4, 2, 3), 5)
    tokens = np.random.default_rng(10).integers(0, 5, (6, 1))
    network = FusedNetwork(model.architecture, 5, 6, 1, np.float64)
    network.forward(model.parameters, tokens, starts_of(model))
    scores = -model.score([int(token) for token in tokens[:, 0]])
    np.testing.assert_allclose(network.token_losses[:, 0], scores, rtol=1e-12)


@pytest.mark.parametrize("phi", ["tanh", "relu"])
def test_logits_too_large_for_exp_are_no_trouble(phi: Activation) -> None:
    # The largest logit is taken off before exp, so 1e4 costs nothing and overflows nothing.
    model = model_of(Architecture("elman", 2, phi=phi), 3)
    parameters = dict(model.parameters)
    parameters["b_y"] = np.array([1e4, -1e4, 0.0])
    parameters["W_hy"] = np.zeros((3, 2))
    network = FusedNetwork(model.architecture, 3, 3, 1, np.float64)
    loss, _ = network.run(parameters, np.array([[0], [1], [2]]), starts_of(model))
    # log softmax of (1e4, -1e4, 0) is (0, -2e4, -1e4); the mean of 0, 2e4 and 1e4 is 1e4.
    assert loss == 1e4
    # The mean of (1,0,0) - one-hot over the three tokens.
    np.testing.assert_allclose(network.adjoints["b_y"], [2 / 3, -1 / 3, -1 / 3], rtol=1e-15)
    assert math.isfinite(float(network.start_adjoints["h_0"].sum()))
