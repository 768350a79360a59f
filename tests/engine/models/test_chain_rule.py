from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.models.architecture import Architecture, CellName
from engine.models.chain_rule import Chain, chain, cut_history, evidence
from engine.models.ngram_counts import NGramCounts
from engine.models.recurrent import RecurrentLM
from engine.models.smoothing import MLE, Smoothing, smoothed
from engine.steps import reported
from engine.text.corpus import load_corpus
from engine.text.tokenizer import tokenizer
from engine.text.vocabulary import Vocabulary

WORDS = tokenizer("word").tokenize(load_corpus("narwhals").text)
VOCABULARY = Vocabulary.of(WORDS)
SENTENCE = "Narwhals are big fans of machine learning"

# The eight sentences have 57 tokens, marks included. "narwhals" is 8 of them, always before
# "are"; 2 of the 8 "are" go on with "big", one "big" of the two with "fans", which goes on with
# "of"; of the two "of" one goes on with "machine", and that always with "learning".
BIGRAM = [(8, 57), (8, 8), (2, 8), (1, 2), (1, 1), (1, 2), (1, 1)]
# With one more token of context nothing changes but "fans of", which only goes on with "machine".
TRIGRAM = [(8, 57), (8, 8), (2, 8), (1, 2), (1, 1), (1, 1), (1, 1)]
# Each token's count over 57: "big", "of" 2 times, the last ones once.
UNIGRAM = [(8, 57), (8, 57), (2, 57), (1, 57), (2, 57), (1, 57), (1, 57)]
HAND = [(1, UNIGRAM), (2, BIGRAM), (3, TRIGRAM)]


def encoded(text: str) -> list[int]:
    return [
        -1 if (number := VOCABULARY.index(word)) is None else number
        for word in tokenizer("word").tokenize(text)
    ]


def counted(order: int) -> NGramCounts:
    return NGramCounts.fit(VOCABULARY.encode(WORDS), VOCABULARY, order)


@pytest.mark.parametrize(("order", "counts"), HAND)
def test_each_factor_is_a_count_over_that_of_its_context(
    order: int, counts: list[tuple[int, int]]
) -> None:
    found = chain(smoothed(counted(order)), encoded(SENTENCE))
    assert found.probabilities == pytest.approx([a / b for a, b in counts], rel=1e-14)


@pytest.mark.parametrize(("order", "counts"), HAND)
def test_product_perplexity_and_bits_follow_from_the_factors(
    order: int, counts: list[tuple[int, int]]
) -> None:
    found = chain(smoothed(counted(order)), encoded(SENTENCE))
    product = math.prod((Fraction(*count) for count in counts), start=Fraction(1))
    if order > 1:
        # 8/57 * 1/4 * 1/2 * 1/2 = 1/114, and without the last half 1/57
        assert product == (Fraction(1, 114) if order == 2 else Fraction(1, 57))
    assert found.probability == pytest.approx(float(product), rel=1e-13)
    assert found.log_probability == pytest.approx(math.log(product), rel=1e-13)
    assert found.perplexity == pytest.approx(float(product) ** (-1 / 7), rel=1e-13)
    assert found.bits == pytest.approx(-math.log2(product), rel=1e-13)
    assert found.bits_per_token == pytest.approx(-math.log2(product) / 7, rel=1e-13)


@pytest.mark.parametrize(("order", "counts"), HAND)
def test_the_evidence_holds_the_counts(order: int, counts: list[tuple[int, int]]) -> None:
    found = evidence(smoothed(counted(order)), encoded(SENTENCE))
    assert [(e.terms[0].count, e.terms[0].context_count) for e in found] == counts
    assert [e.order for e in found] == [min(order, place + 1) for place in range(7)]


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "smoothing", [MLE, Smoothing("add-k", k=0.5), Smoothing("witten-bell"), Smoothing("kneser-ney")]
)
def test_contributions_sum_to_the_factor(order: int, smoothing: Smoothing) -> None:
    model, tokens = smoothed(counted(order), smoothing), encoded(SENTENCE)
    factors = chain(model, tokens).probabilities
    for factor, explanation in zip(factors, evidence(model, tokens), strict=True):
        assert explanation.probability == pytest.approx(factor, rel=1e-12)
        assert sum(t.contribution for t in explanation.terms) == pytest.approx(factor, rel=1e-12)


def test_evidence_knows_where_sentences_begin() -> None:
    sentences = [["a", "b"], ["a", "c"], ["b"]]
    model = smoothed(NGramCounts.fit_sentences(sentences, 2))
    tokens = model.vocabulary.encode(["a", "b"]).tolist()
    # After <s> come a, a and b: 2/3; after a come b and c: 1/2.
    assert chain(model, tokens).probabilities == pytest.approx([2 / 3, 1 / 2])
    assert [e.probability for e in evidence(model, tokens)] == pytest.approx([2 / 3, 1 / 2])


def test_a_factor_of_zero_makes_the_product_zero_and_the_perplexity_infinite() -> None:
    # "are" is never before "fans".
    found = chain(smoothed(counted(3)), encoded("narwhals are fans"))
    assert found.impossible == (2,)
    assert (found.probability, found.perplexity) == (0.0, math.inf)
    assert (found.bits, found.log_probability) == (math.inf, -math.inf)
    assert found.surprisals[:2] == (-math.log2(8 / 57), 0.0)
    assert not chain(
        smoothed(counted(3), Smoothing("witten-bell")), encoded("narwhals are fans")
    ).impossible


def test_no_token_is_refused() -> None:
    with pytest.raises(InputError, match="no token"):
        chain(smoothed(counted(2)), [])


def test_certain_tokens_cost_nothing() -> None:
    found = Chain((0.0, 0.0))
    assert [str(number) for number in (*found.surprisals, found.bits)] == ["0.0", "0.0", "0.0"]


@given(st.lists(st.floats(-50, 0), min_size=1, max_size=60))
def test_the_product_is_the_exponential_of_the_sum(logs: list[float]) -> None:
    found = Chain(tuple(logs))
    assert found.probability == pytest.approx(math.prod(found.probabilities), rel=1e-9, abs=1e-300)
    assert math.fsum(found.surprisals) == pytest.approx(found.bits, rel=1e-9, abs=1e-9)
    assert found.perplexity == pytest.approx(2**found.bits_per_token, rel=1e-9)


def recurrent(cell: CellName = "elman", layers: int = 1, embedding: int = 0) -> RecurrentLM:
    vocabulary = Vocabulary(tuple("abcdefg"))
    architecture = Architecture(cell, hidden=6, layers=layers, embedding=embedding)
    return RecurrentLM.fresh(architecture, vocabulary, np.random.default_rng(2))


TEXT = [0, 3, 2, 6, 6, 1, 4, 0, 5, 3, 2, 2]


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
@pytest.mark.parametrize("history", [0, 1, 2, 5, 11, 40])
@pytest.mark.parametrize("sizes", [{}, {"layers": 2}, {"embedding": 3}])
def test_a_cut_history_is_the_score_of_the_last_tokens_alone(
    cell: CellName, history: int, sizes: dict[str, int]
) -> None:
    model = recurrent(cell, **sizes)
    expected = [
        model.score(TEXT[max(0, place - history) : place + 1])[-1] for place in range(len(TEXT))
    ]
    found = reported(cut_history(model, TEXT, history))
    assert found.logs == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("history", [len(TEXT) - 1, len(TEXT)])
def test_a_history_of_all_tokens_is_the_score_itself(history: int) -> None:
    model = recurrent("lstm")
    assert reported(cut_history(model, TEXT, history)) == chain(model, TEXT)


def test_windows_are_read_in_batches_that_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    model = recurrent("gru")
    at_once = reported(cut_history(model, TEXT, 3))
    monkeypatch.setattr("engine.models.chain_rule._LOGITS_AT_ONCE", 7 * 4 * 2)
    shares = list(cut_history(model, TEXT, 3))
    assert shares == sorted(shares)
    # The eight windows of tokens 5 to 12, two at a time.
    assert len(shares) == 4
    assert reported(cut_history(model, TEXT, 3)).logs == pytest.approx(at_once.logs, rel=1e-13)


def test_a_negative_history_is_refused() -> None:
    with pytest.raises(InputError, match="from 0 up"):
        reported(cut_history(recurrent(), TEXT, -1))
