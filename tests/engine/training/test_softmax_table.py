from __future__ import annotations

import math
from itertools import islice

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.ngram import NGramModel
from engine.text.corpus import load_corpus
from engine.text.tokenizer import tokenizer
from engine.text.vocabulary import Vocabulary
from engine.training.softmax_table import (
    OTHER,
    BigramCounts,
    begin,
    gradient,
    learn,
    record_step,
)

# After a came a 3 times and b once; after b came only b, twice: 6 bigrams.
SMALL = BigramCounts(("a", "b"), ("a", "b"), np.array([[3, 1], [0, 2]]))


def narwhals(most: int = 12) -> BigramCounts:
    tokens = tokenizer("word").tokenize(load_corpus("narwhals").text)
    vocabulary = Vocabulary.of(tokens)
    model = NGramModel.fit(vocabulary.encode(tokens), vocabulary, 2)
    order = sorted(range(len(vocabulary)), key=lambda i: -tokens.count(vocabulary.tokens[i]))
    matrix = model.bigram_matrix(order)
    totals = np.array([model.context_count([i]) for i in order])
    labels = tuple(vocabulary.tokens[i] for i in order)
    return BigramCounts.of_top(labels, matrix.counts, totals, most)


def test_the_gradient_of_a_row_is_its_share_times_softmax_minus_counted() -> None:
    # At W = 0 every p is 1/2. Row a: 4/6 (1/2 - 3/4, 1/2 - 1/4) = (-1/6, 1/6).
    # Row b: 2/6 (1/2 - 0, 1/2 - 1) = (1/6, -1/6).
    expected = np.array([[-1, 1], [1, -1]]) / 6
    assert np.abs(gradient(SMALL, np.zeros((2, 2))) - expected).max() < 1e-15


def test_at_the_logarithms_of_the_counts_nothing_is_left_to_learn() -> None:
    counts = BigramCounts(("a",), ("a", "b"), np.array([[3, 1]]))
    assert np.abs(gradient(counts, np.log([[3.0, 1.0]]))).max() < 1e-15


def test_the_least_loss_is_the_entropy_of_the_counts() -> None:
    # - (3/6 log 3/4 + 1/6 log 1/4 + 2/6 log 1)
    entropy = -(math.log(3 / 4) / 2 + math.log(1 / 4) / 6)
    assert SMALL.entropy == pytest.approx(entropy, abs=1e-15)


def test_the_first_table_is_even_and_its_loss_the_logarithm_of_v() -> None:
    first = begin(SMALL)
    assert first.table.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert first.loss == pytest.approx(math.log(2))
    assert first.gap == 0.5
    assert first.excess == pytest.approx(math.log(2) - SMALL.entropy)


def test_gradient_descent_comes_to_the_counted_table_of_the_narwhals() -> None:
    counts = narwhals()
    last = start = begin(counts)
    before = start.loss
    for last in islice(learn(counts, start, 8.0), 4000):
        # The loss never rises at this rate, and never falls below the entropy.
        assert counts.entropy <= last.loss <= before + 1e-12
        before = last.loss
    assert last.iteration == 4000
    assert last.gap < 0.01
    assert last.excess < 0.005
    assert np.abs(last.table - counts.counted).max() == pytest.approx(last.gap)


def test_it_can_be_stopped_and_gone_on_with() -> None:
    straight = list(islice(learn(SMALL, begin(SMALL), 1.0), 6))
    half = list(islice(learn(SMALL, begin(SMALL), 1.0), 3))
    rest = list(islice(learn(SMALL, half[-1], 1.0), 3))
    assert rest[-1].iteration == 6
    assert np.array_equal(rest[-1].table, straight[-1].table)


def test_all_other_followers_are_one_column() -> None:
    counts = BigramCounts.of_top(
        ("a", "b", "c"),
        np.array([[1, 2, 3], [0, 0, 0], [1, 1, 1]]),
        np.array([6, 0, 3]),
        2,
    )
    # b never has a follower, so it is no context; of a's six, three are none of a and b.
    assert counts.contexts == ("a",)
    assert counts.tokens == ("a", "b", OTHER)
    assert counts.counts.tolist() == [[1, 2, 3]]


def test_with_every_token_there_is_no_other() -> None:
    counts = BigramCounts.of_top(("a",), np.array([[2]]), np.array([2]), 5)
    assert counts.tokens == ("a",)


def test_a_step_is_recorded_as_a_graph_with_its_exact_numbers() -> None:
    step = next(learn(SMALL, begin(SMALL), 1.0))
    trace = record_step(SMALL, step)
    names = [node.name for node in trace.nodes]
    assert names == ["W", "f", "log p", "ℓ", "f ℓ", "L"]
    assert float(trace.nodes[-1].value) == step.loss
    adjoint = trace.adjoints[0]
    assert adjoint is not None
    assert np.array_equal(adjoint, gradient(SMALL, step.logits))


@pytest.mark.parametrize("rate", [0.0, -1.0, math.nan, math.inf])
def test_a_learning_rate_that_is_not_positive_is_refused(rate: float) -> None:
    with pytest.raises(InputError, match="positive number"):
        next(learn(SMALL, begin(SMALL), rate))


@pytest.mark.parametrize(
    ("contexts", "counts"),
    [(("a",), [[0, 0]]), (("a",), [[-1, 2]]), (("a", "b"), [[1, 2]]), ((), [])],
)
def test_counts_that_are_no_table_are_refused(
    contexts: tuple[str, ...], counts: list[list[int]]
) -> None:
    with pytest.raises(InputError):
        BigramCounts(contexts, ("a", "b"), np.array(counts, dtype=np.int64))


def test_a_text_without_a_pair_is_refused_with_what_to_do() -> None:
    nothing = np.zeros(1, np.int64)
    with pytest.raises(InputError, match="count one of two tokens or more"):
        BigramCounts.of_top(("once",), np.zeros((1, 1), np.int64), nothing, 12)
