"""What all smoothed models answer alike: scores, evidence, explanations, degenerate texts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.models.ngram import NGramModel
from engine.models.ngram_counts import NGramCounts
from engine.models.smoothing import SMOOTHINGS, NGramLM, Smoothing, smoothed, smoothing_steps
from engine.text.corpus import load_corpus
from engine.text.tokenizer import WordTokenizer, line_sentences
from engine.text.vocabulary import Vocabulary

LETTERS = Vocabulary(tuple("abcd"))
OPEN = Vocabulary((*"abcd", "<unk>"))
SMOOTH = [Smoothing(name) for name in SMOOTHINGS if name != "mle"]
EVERY = [Smoothing(), *SMOOTH, Smoothing("kneser-ney", discount=1.0)]
SENTENCES = st.lists(st.lists(st.sampled_from("abc"), max_size=6), min_size=1, max_size=6)


def of_letters(text: str, order: int, smoothing: Smoothing) -> NGramLM:
    return smoothed(NGramCounts.fit(LETTERS.encode(text), LETTERS, order), smoothing)


@pytest.fixture(scope="module")
def lecture() -> NGramCounts:
    lines = line_sentences(load_corpus("narwhals").text, WordTokenizer())
    return NGramCounts.fit_sentences(lines, 3)


def test_without_smoothing_it_is_the_counted_model() -> None:
    shares: list[float] = []
    counted = NGramCounts.fit([0, 1], LETTERS, 2)
    model = smoothed(counted, progress=shares.append)
    assert isinstance(model, NGramModel)
    assert model.counted is counted
    assert model.smoothing == Smoothing()
    assert model.note == ""
    assert shares == [1.0]


@pytest.mark.parametrize("smoothing", SMOOTH, ids=str)
def test_progress_rises_to_one(smoothing: Smoothing) -> None:
    shares: list[float] = []
    smoothed(NGramCounts.fit([0, 1, 0, 2], LETTERS, 3), smoothing, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("smoothing", SMOOTH, ids=str)
def test_smoothing_can_be_left_between_two_steps(smoothing: Smoothing) -> None:
    steps = smoothing_steps(NGramCounts.fit([0, 1, 0, 2], LETTERS, 7), smoothing)
    shares = [next(steps) for _ in range(5)]
    assert 0 < shares[0] < shares[4] < 1
    steps.close()


@pytest.mark.parametrize("smoothing", EVERY, ids=str)
@given(st.lists(st.integers(0, 3), min_size=1), st.lists(st.integers(-1, 9)), st.integers(1, 5))
def test_a_score_is_the_log_of_each_tokens_next_distribution(
    smoothing: Smoothing, text: list[int], tokens: list[int], order: int
) -> None:
    model = smoothed(NGramCounts.fit(text, LETTERS, order), smoothing)
    scores = model.score(tokens)
    assert scores.shape == (len(tokens),)
    for i, token in enumerate(tokens):
        p = model.next_distribution(tokens[:i])[token] if 0 <= token < 4 else 0.0
        assert scores[i] == (pytest.approx(math.log(p)) if p else -math.inf)


@pytest.mark.parametrize("smoothing", EVERY, ids=str)
@given(SENTENCES, st.integers(1, 5), st.lists(st.integers(-1, 9), max_size=15))
def test_framed_sentences_score_as_their_next_distributions(
    smoothing: Smoothing, sentences: list[list[str]], order: int, tokens: list[int]
) -> None:
    model = smoothed(NGramCounts.fit_sentences(sentences, order), smoothing)
    size, unknown = len(model.vocabulary), model.vocabulary.unknown
    tokens = [token for token in tokens if token != model.start]
    scores = model.score(tokens)
    for i, token in enumerate(tokens):
        p = model.next_distribution(tokens[:i])
        assert abs(p.sum() - 1) < 1e-12
        known = 0 <= token < size
        share = p[token if known else unknown] if known or smoothing.name != "mle" else 0.0
        assert scores[i] == (pytest.approx(math.log(share)) if share else -math.inf)


def test_an_unknown_token_of_a_stream_has_the_share_of_unk_if_there_is_one() -> None:
    text = OPEN.encode(list("abacab"))
    for smoothing in SMOOTH:
        model = smoothed(NGramCounts.fit(text, OPEN, 2), smoothing)
        after_a = model.next_distribution((0,))
        assert model.score([0, -1])[1] == pytest.approx(math.log(after_a[4]))
        assert model.score([0, 17])[1] == model.score([0, 4])[1]
        assert model.explain((0,), -1).probability == pytest.approx(after_a[4])
        shut = of_letters("abacab", 2, smoothing)
        assert shut.score([0, -1])[1] == -math.inf
        assert shut.explain((0,), -1).probability == 0


@pytest.mark.parametrize("smoothing", EVERY, ids=str)
@given(st.lists(st.integers(0, 3), min_size=1), st.lists(st.integers(-1, 4)), st.integers(1, 5))
def test_the_terms_of_an_explanation_sum_to_the_probability(
    smoothing: Smoothing, text: list[int], context: list[int], order: int
) -> None:
    model = smoothed(NGramCounts.fit(text, LETTERS, order), smoothing)
    evidence = model.query(context)
    p = dict(zip(evidence.tokens.tolist(), evidence.probabilities.tolist(), strict=True))
    orders = dict(zip(evidence.tokens.tolist(), evidence.orders.tolist(), strict=True))
    for token in range(4):
        explanation = model.explain(context, token)
        assert explanation.probability == pytest.approx(p.get(token, 0.0), abs=1e-12)
        contributions = [term.contribution for term in explanation.terms]
        assert sum(contributions) == pytest.approx(explanation.probability, abs=1e-12)
        assert [term.order for term in explanation.terms] == sorted(
            (term.order for term in explanation.terms), reverse=True
        )
        for term in explanation.terms:
            assert term.contribution == pytest.approx(term.weight * term.share)
            assert len(term.context) == max(term.order - 1, 0)
        if token in orders:
            assert explanation.order == orders[token]


def test_an_explanation_shows_the_counts_and_weights_of_each_order(lecture: NGramCounts) -> None:
    are = lecture.vocabulary.encode(["narwhals", "are"]).tolist()
    big = lecture.vocabulary.encode(["big"]).tolist()[0]
    explanation = smoothed(lecture, Smoothing("kneser-ney", discount=0.75)).explain(are, big)
    # As in test_exact: shares 5/32, 1/24, 1/200, 1/39; 9/16, then 3/4, then 57/100 is left.
    rows = [(t.order, t.count, t.context_count, t.share, t.weight) for t in explanation.terms]
    left = 9 / 16, 9 / 16 * 3 / 4, 9 / 16 * 3 / 4 * 57 / 100
    expected = [
        (3, 2, 8, 5 / 32, 1.0),
        (2, 1, 6, 1 / 24, left[0]),
        (1, 1, 50, 1 / 200, left[1]),
        (0, 1, 39, 1 / 39, left[2]),
    ]
    for row, wanted in zip(rows, expected, strict=True):
        assert row == pytest.approx(wanted)
    assert explanation.order == 3
    assert [term.context for term in explanation.terms] == [tuple(are), (are[1],), (), ()]


def test_a_query_ranks_all_tokens_and_says_which_order_each_comes_from(
    lecture: NGramCounts,
) -> None:
    model = smoothed(lecture, Smoothing("witten-bell"))
    words = model.vocabulary.encode(["who", "narwhals", "are"]).tolist()
    evidence = model.query(words)
    assert evidence.order_used == 3
    assert evidence.context == tuple(words[1:])
    assert evidence.context_count == 8
    assert evidence.dropped == ()
    assert evidence.tokens.size == len(model.vocabulary)
    assert (np.diff(evidence.probabilities) <= 0).all()
    # The six followers of "narwhals are"; all others are known as unigrams, <unk> not at all.
    assert evidence.orders.tolist() == [3] * 6 + [1] * 33
    assert evidence.counts.tolist() == [2, 2, 1, 1, 1, 1] + [0] * 33
    top = model.top(words, 4)
    assert np.array_equal(top.tokens, evidence.tokens[:4])
    assert np.array_equal(top.probabilities, evidence.probabilities[:4])
    assert not top.counts.flags.writeable
    with pytest.raises(InputError, match="from 1 up"):
        model.top(words, 0)


def test_a_query_says_what_it_dropped(lecture: NGramCounts) -> None:
    words = lecture.vocabulary.encode(["the", "are"]).tolist()
    backed_off = smoothed(lecture, Smoothing("kneser-ney")).query(words)
    assert (backed_off.order_used, backed_off.dropped) == (2, (words[0],))
    # Add-k does not back off: after an unseen context all 39 tokens are alike.
    added = smoothed(lecture, Smoothing("add-k")).query(words)
    assert (added.order_used, added.dropped, added.context_count) == (3, (), 0)
    assert added.probabilities == pytest.approx(np.full(39, 1 / 39))
    assert added.tokens.tolist() == list(range(39))


@pytest.mark.parametrize("smoothing", SMOOTH, ids=str)
@pytest.mark.parametrize(
    "text", ["a", "aa", "a" * 500, "abcd", "dcbaabcd"], ids=lambda text: text[:8]
)
@pytest.mark.parametrize("order", [1, 2, 9, 40])
def test_degenerate_texts_leave_every_token_a_share(
    text: str, order: int, smoothing: Smoothing
) -> None:
    model = of_letters(text, order, smoothing)
    for context in ((), (0,), (3, 2, 1), (-1,), (9,), (0,) * 50):
        p = model.next_distribution(context)
        assert abs(p.sum() - 1) < 1e-12
        assert p.min() > 0
    assert np.isfinite(model.score([0, 1, 2, 3] * 20)).all()
    drawn = [d.token for d in model.sample(20, np.random.default_rng(3))]
    assert len(drawn) == 20


def test_a_hundred_thousand_types_are_smoothed() -> None:
    types = 100_000
    vocabulary = Vocabulary(tuple(f"w{i}" for i in range(types)))
    counted = NGramCounts.fit(np.tile(np.arange(types), 2), vocabulary, 4)
    for smoothing in SMOOTH:
        model = smoothed(counted, smoothing)
        p = model.next_distribution((5, 6, 7))
        assert abs(p.sum() - 1) < 1e-12
        assert p.min() > 0
        assert p.argmax() == 8


def test_a_discount_of_nothing_is_no_smoothing_where_a_context_was_seen() -> None:
    model = of_letters("abacabadabacaba", 3, Smoothing("kneser-ney", discount=0))
    p = model.next_distribution((0, 1))
    # After "ab" only a was ever seen.
    assert p.tolist() == [1, 0, 0, 0]
    assert model.score([0, 1, 3])[2] == -math.inf
    assert model.next_distribution((3, 3)).sum() == pytest.approx(1)


def test_a_smaller_order_reads_the_same_counts() -> None:
    from dataclasses import replace

    counted = NGramCounts.fit(LETTERS.encode("abacabadabacaba"), LETTERS, 6)
    for smoothing in SMOOTH:
        small = smoothed(replace(counted, order=2), smoothing)
        alone = of_letters("abacabadabacaba", 2, smoothing)
        for token in range(4):
            ours, theirs = (m.next_distribution((token,)) for m in (small, alone))
            assert np.array_equal(ours, theirs)
