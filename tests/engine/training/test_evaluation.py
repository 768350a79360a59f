"""Judging a model on a text."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.architecture import CELLS, Architecture, CellName
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.training.evaluation import evaluate, perplexity, token_losses

LETTERS = Vocabulary(tuple("abcde"))
TOKENS = np.random.default_rng(0).integers(0, 5, 103)


def model_of(cell: CellName) -> RecurrentLM:
    return RecurrentLM.fresh(Architecture(cell, 6, 2), LETTERS, np.random.default_rng(1))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("chunk", [1, 7, 103, 256])
def test_the_losses_are_the_scores_however_the_text_is_cut(cell: CellName, chunk: int) -> None:
    model = model_of(cell)
    scores = -model.score([int(token) for token in TOKENS])
    np.testing.assert_allclose(token_losses(model, TOKENS, chunk=chunk), scores, atol=1e-5)


@pytest.mark.parametrize("lanes", [2, 4, 103, 500])
def test_lanes_are_pieces_that_each_begin_at_the_start(lanes: int) -> None:
    model = model_of("gru")
    length = -(-len(TOKENS) // min(lanes, len(TOKENS)))
    pieces = [TOKENS[i : i + length] for i in range(0, len(TOKENS), length)]
    expected = np.concatenate([-model.score([int(t) for t in piece]) for piece in pieces])
    found = token_losses(model, TOKENS, lanes=lanes, chunk=10)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_unknown_tokens_are_read_but_judged_apart() -> None:
    model = model_of("lstm")
    losses = token_losses(model, TOKENS)
    judged = evaluate(model, TOKENS, unknown=2)
    assert judged.tokens == 103
    assert judged.unknown == int((TOKENS == 2).sum()) > 0
    assert judged.loss == losses.mean()
    assert judged.known_loss == losses[TOKENS != 2].mean()
    assert judged.perplexity == pytest.approx(np.exp(losses.mean()))
    assert judged.known_perplexity == pytest.approx(np.exp(losses[TOKENS != 2].mean()))


def test_without_an_unknown_token_all_are_known() -> None:
    judged = evaluate(model_of("elman"), TOKENS)
    assert judged.unknown == 0
    assert judged.known_loss == judged.loss


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(InputError, match="not empty"):
        evaluate(model_of("elman"), TOKENS[:0])


def test_a_perplexity_beyond_all_numbers_is_infinite() -> None:
    assert perplexity(math.log(50)) == pytest.approx(50)
    assert perplexity(1e4) == math.inf
    assert math.isnan(perplexity(math.nan))
