from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import InputError
from engine.models import activations
from engine.models.activations import (
    Activations,
    is_gate,
    next_distribution,
    quantities,
    read,
    read_in_steps,
    saturation,
)
from engine.models.architecture import CELLS, Architecture, of_layer
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary(tuple("abcdefg"))
ARCHITECTURES = [
    Architecture(cell, 5, layers, embedding, learned)
    for cell, layers, embedding, learned in product(CELLS, (1, 2), (0, 3), (True, False))
] + [Architecture("elman", 4, phi=phi) for phi in ("relu", "sigmoid")]


def _model(architecture: Architecture, seed: int = 5) -> RecurrentLM:
    return RecurrentLM.fresh(architecture, VOCABULARY, np.random.default_rng(seed))


def _tokens(count: int) -> list[int]:
    drawn: list[int] = np.random.default_rng(9).integers(0, len(VOCABULARY), count).tolist()
    return drawn


def _same(read_once: Activations, again: Activations) -> None:
    for layer, other in zip(read_once.layers, again.layers, strict=True):
        for name in layer:
            assert_allclose(layer[name], other[name], rtol=0, atol=1e-14)
    assert_allclose(read_once.top_probabilities, again.top_probabilities, rtol=0, atol=1e-14)
    assert_allclose(read_once.log_probabilities, again.log_probabilities, rtol=0, atol=1e-13)
    assert_array_equal(read_once.ranks, again.ranks)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_every_activation_is_that_of_the_recorded_tape(architecture: Architecture) -> None:
    model, tokens = _model(architecture), _tokens(9)
    found = read(model, tokens)
    # The tape needs no state after the last token, so it is given one more.
    tape, _ = model.record([*tokens, 0])
    recorded = {node.name: np.asarray(node.value) for node in tape.nodes}
    for number, layer in enumerate(found.layers, start=1):
        assert tuple(layer) == quantities(architecture)
        for name, values in layer.items():
            for t, row in enumerate(values, start=1):
                wanted = recorded[of_layer(f"{name}_{t}", number)]
                assert_allclose(row, wanted, rtol=0, atol=1e-12)
    for t in range(len(tokens)):
        assert -found.log_probabilities[t] == pytest.approx(recorded[f"ℓ_{t + 1}"], abs=1e-12)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_every_activation_is_that_of_the_stepper(architecture: Architecture) -> None:
    model, tokens = _model(architecture), _tokens(7)
    found, stepper = read(model, tokens), model.stepper()
    for t, token in enumerate(tokens):
        stepper.advance(token)
        held = [layer[name][t] for layer in found.layers for name in architecture.states]
        for ours, theirs in zip(held, stepper.state, strict=True):
            assert_allclose(ours, theirs, rtol=0, atol=1e-12)
        p = stepper.distribution()
        assert_allclose(next_distribution(model, held[-len(architecture.states)]), p, atol=1e-12)
        order = np.argsort(-p, kind="stable")
        assert_array_equal(found.top_tokens[t + 1], order)
        assert_allclose(found.top_probabilities[t + 1], p[order], rtol=0, atol=1e-12)
    assert_allclose(found.log_probabilities, model.score(tokens), rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("count", [1, 2, 4, 5, 11])
def test_blocks_go_on_from_one_another(
    cell: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = _model(Architecture(cell, 5, 2, 3))  # type: ignore[arg-type]
    whole = read(model, _tokens(count))
    monkeypatch.setattr(activations, "BLOCK", 4)
    _same(read(model, _tokens(count)), whole)


def test_a_rank_is_the_place_by_probability() -> None:
    model, tokens = _model(Architecture(hidden=3)), _tokens(6)
    found = read(model, tokens)
    for t, token in enumerate(tokens):
        assert found.top_tokens[t][found.ranks[t] - 1] == token
    assert_allclose(found.surprisals, -model.score(tokens) / np.log(2))


def test_reading_pauses_after_each_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activations, "BLOCK", 2)
    assert len(list(read_in_steps(_model(Architecture(hidden=3)), _tokens(5)))) == 3


def test_what_was_read_cannot_be_written() -> None:
    found = read(_model(Architecture(hidden=3)), _tokens(4))
    with pytest.raises(ValueError, match="read-only"):
        found.layers[0]["h"][0] = 1


def test_single_precision_stays() -> None:
    model = _model(Architecture("lstm", 4)).astype(np.float32)
    found = read(model, _tokens(4))
    assert found.layers[0]["c"].dtype == np.float32
    assert_allclose(found.log_probabilities, model.score(_tokens(4)), atol=1e-5)


def test_no_token_is_refused() -> None:
    with pytest.raises(InputError, match="no token to read"):
        read(_model(Architecture(hidden=3)), [])


def test_gates_are_the_sigmoids_of_gated_cells() -> None:
    gru, lstm = Architecture("gru"), Architecture("lstm")
    assert [name for name in quantities(gru) if is_gate(gru, name)] == ["r", "z"]
    assert [name for name in quantities(lstm) if is_gate(lstm, name)] == ["i", "f", "o"]
    assert quantities(Architecture()) == ("h",)
    assert not is_gate(Architecture(phi="sigmoid"), "h")


def test_saturation_counts_shut_and_open() -> None:
    gates = np.array([[0.05, 0.95], [0.1, 0.99], [0.09, 0.5], [0.9, 0.2]])
    found = saturation(gates)
    # Unit 0: .05 and .09 lie below .1, .1 itself does not; .9 is not above .9.
    assert_allclose(found.left, [2 / 4, 0])
    assert_allclose(found.right, [0, 2 / 4])
    # (.05 + .1 + .09 + .9) / 4 = .285 and (.95 + .99 + .5 + .2) / 4 = .66
    assert_allclose(found.open, [0.285, 0.66])
