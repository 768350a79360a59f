from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.models.ngram import NGramModel, maximum_likelihood
from engine.models.ngram_counts import NGramCounts
from engine.text.corpus import load_corpus
from engine.text.tokenizer import WordTokenizer, line_sentences
from engine.text.vocabulary import Vocabulary

LETTERS = Vocabulary(tuple("abcd"))


def letters(text: str, order: int) -> NGramModel:
    return NGramModel.fit(LETTERS.encode(text), LETTERS, order)


def narwhals(order: int) -> NGramModel:
    return NGramModel.fit_sentences(
        line_sentences(load_corpus("narwhals").text, WordTokenizer()), order
    )


def test_the_lectures_distribution_after_narwhals_are() -> None:
    # "narwhals are" stands in all eight sentences, followed by big (twice: aquatic, fans),
    # a (twice: surprisingly, punk), hiding, coming, friendly, generated: p(big) = 2/8 = 1/4.
    model = narwhals(3)
    evidence = model.query(model.vocabulary.encode(["narwhals", "are"]).tolist())
    assert evidence.context_count == 8
    assert evidence.order_used == 3
    assert model.vocabulary.decode(evidence.tokens) == [
        "a", "big", "coming", "friendly", "generated", "hiding",
    ]  # fmt: skip
    assert evidence.counts.tolist() == [2, 2, 1, 1, 1, 1]
    assert evidence.probabilities.tolist() == [1 / 4, 1 / 4, 1 / 8, 1 / 8, 1 / 8, 1 / 8]


def test_sentences_count_as_kenlm_counts_them() -> None:
    # 33 words and . , ! ? are 37 types, with </s> and <unk> 39; 57 tokens and 8 </s> are 65 events.
    model = narwhals(3)
    assert len(model.vocabulary) == 39
    assert model.vocabulary.tokens[-2:] == ("</s>", "<unk>")
    assert model.events == 65
    assert model.start == 39
    # Without <unk>, which the text does not hold, and without <s>, which nothing predicts.
    assert model.ngram_counts()[0] == 38


@pytest.mark.parametrize(
    ("text", "order", "context", "expected"),
    [
        # a b a b a c: after a come b, b, c; after b always a; c ends the text.
        ("ababac", 2, "a", {"b": 2 / 3, "c": 1 / 3}),
        ("ababac", 2, "b", {"a": 1.0}),
        ("ababac", 3, "ab", {"a": 1.0}),
        ("ababac", 3, "ba", {"b": 1 / 2, "c": 1 / 2}),
        ("ababac", 1, "", {"a": 1 / 2, "b": 1 / 3, "c": 1 / 6}),
        # Only the last n - 1 tokens matter.
        ("ababac", 2, "ccca", {"b": 2 / 3, "c": 1 / 3}),
        # "ca" was never seen: back to "a".
        ("ababac", 3, "ca", {"b": 2 / 3, "c": 1 / 3}),
        # "c" has no follower, it ends the text: back to no context at all.
        ("ababac", 2, "c", {"a": 1 / 2, "b": 1 / 3, "c": 1 / 6}),
        ("ababac", 3, "dd", {"a": 1 / 2, "b": 1 / 3, "c": 1 / 6}),
        ("aaaa", 3, "aa", {"a": 1.0}),
        ("a", 1, "", {"a": 1.0}),
        # A text of one token has no bigram.
        ("a", 2, "a", {"a": 1.0}),
        ("ab", 9, "a", {"b": 1.0}),
    ],
)
def test_the_next_distribution_is_the_share_of_each_follower(
    text: str, order: int, context: str, expected: dict[str, float]
) -> None:
    p = letters(text, order).next_distribution(LETTERS.encode(context).tolist())
    assert {t: v for t, v in zip(LETTERS.tokens, p.tolist(), strict=True) if v} == expected


@pytest.mark.parametrize(
    ("context", "used", "dropped", "order_used"),
    [("ba", "ba", "", 3), ("ca", "a", "c", 2), ("dd", "", "dd", 1), ("", "", "", 1),
     ("cba", "ba", "", 3), ("a", "a", "", 2)],
)  # fmt: skip
def test_evidence_says_what_it_was_counted_from(
    context: str, used: str, dropped: str, order_used: int
) -> None:
    evidence = letters("ababac", 3).query(LETTERS.encode(context).tolist())
    assert "".join(LETTERS.decode(evidence.context)) == used
    assert "".join(LETTERS.decode(evidence.dropped)) == dropped
    assert evidence.order_used == order_used
    assert evidence.context_count == evidence.counts.sum()


def test_evidence_is_sorted_and_cannot_be_written() -> None:
    evidence = letters("cabacbad", 1).query(())
    # a three times, b and c twice, d once: equals by id.
    assert LETTERS.decode(evidence.tokens) == ["a", "b", "c", "d"]
    assert not any(
        array.flags.writeable
        for array in (evidence.tokens, evidence.counts, evidence.probabilities)
    )


def test_top_keeps_the_share_of_the_whole() -> None:
    # b of the three tokens after a: 2/3 though c is left out.
    top = letters("ababac", 2).top((0,), 1)
    assert (top.tokens.tolist(), top.probabilities.tolist()) == ([1], [2 / 3])
    assert top.context_count == 3


def test_counts_are_of_exactly_the_context_and_none_is_no_error() -> None:
    model = letters("ababac", 3)
    assert [a.tolist() for a in model.counts((0,))] == [[1, 2], [2, 1]]
    assert [a.tolist() for a in model.counts((2, 0))] == [[], []]
    assert model.context_count((2, 0)) == 0
    assert model.context_count(()) == 6
    with pytest.raises(InputError, match="at most 2"):
        model.counts((0, 1, 0))


TEXTS = st.lists(st.integers(0, 3), min_size=1, max_size=60)


@given(TEXTS, st.integers(1, 7))
def test_counts_are_those_of_a_plain_counter(text: list[int], order: int) -> None:
    model = NGramModel.fit(text, LETTERS, order)
    distinct = []
    for length in range(order):
        after: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        for i in range(len(text) - length):
            after[tuple(text[i : i + length])][text[i + length]] += 1
        distinct.append(sum(map(len, after.values())))
        for context, followers in after.items():
            tokens, counts = model.counts(context)
            assert dict(zip(tokens.tolist(), counts.tolist(), strict=True)) == followers
            assert model.context_count(context) == followers.total()
            p = model.next_distribution(context)
            assert abs(p.sum() - 1) <= 1e-12
            assert p[tokens].tolist() == [n / followers.total() for n in counts.tolist()]
        if length == order - 1:
            assert model.contexts() == len(after)
    assert model.ngram_counts() == tuple(distinct)


@given(TEXTS, st.lists(st.integers(-1, 3), max_size=20), st.integers(1, 5))
def test_a_score_is_the_log_of_each_tokens_next_distribution(
    text: list[int], tokens: list[int], order: int
) -> None:
    model = NGramModel.fit(text, LETTERS, order)
    scores = model.score(tokens)
    assert scores.shape == (len(tokens),)
    for i, token in enumerate(tokens):
        p = model.next_distribution(tokens[:i])[token] if token >= 0 else 0.0
        assert scores[i] == (pytest.approx(math.log(p), abs=1e-15) if p else -math.inf)


SENTENCES = st.lists(st.lists(st.sampled_from("abc"), max_size=6), min_size=1, max_size=6)


@given(SENTENCES, st.integers(1, 5), st.data())
def test_framed_sentences_score_as_their_next_distributions(
    sentences: list[list[str]], order: int, data: st.DataObject
) -> None:
    model = NGramModel.fit_sentences(sentences, order)
    ids = st.integers(0, len(model.vocabulary) - 1)
    tokens = data.draw(st.lists(ids, max_size=15))
    scores = model.score(tokens)
    for i, token in enumerate(tokens):
        p = model.next_distribution(tokens[:i])
        assert abs(p.sum() - 1) <= 1e-12
        assert scores[i] == (pytest.approx(math.log(p[token])) if p[token] else -math.inf)


@given(SENTENCES, st.integers(1, 4))
def test_framed_counts_are_those_of_a_plain_counter(sentences: list[list[str]], order: int) -> None:
    model = NGramModel.fit_sentences(sentences, order)
    number = {"<s>": model.start, **{t: i for i, t in enumerate(model.vocabulary.tokens)}}
    framed = [[number[w] for w in ("<s>", *s, "</s>")] for s in sentences]
    for length in range(order):
        counter = Counter(
            tuple(s[i : i + length + 1]) for s in framed for i in range(len(s) - length)
        )
        del counter[(model.start,)]
        assert model.ngram_counts()[length] == len(counter)
        for gram, count in counter.items():
            tokens, counts = model.counts(gram[:-1])  # type: ignore[arg-type]  # as above
            assert counts[tokens == gram[-1]].tolist() == [count]
    assert model.events == sum(len(s) + 1 for s in sentences)


def test_a_sentence_begins_again_after_its_end() -> None:
    model = NGramModel.fit_sentences([["a", "b"], ["a", "c"]], 3)
    a, b, _, end, _ = range(5)
    first = model.next_distribution(())
    assert first[a] == 1.0
    assert np.array_equal(model.next_distribution((a, b, end)), first)
    # After <s> a come b and c, once each.
    assert model.next_distribution((a, b, end, a)).tolist() == [0, 0.5, 0.5, 0, 0]
    assert model.score([a, b, end, a]).tolist() == [0.0, math.log(0.5), 0.0, 0.0]


@pytest.mark.parametrize("mark", ["<s>", "</s>", "<unk>"])
def test_a_text_that_holds_a_mark_is_refused(mark: str) -> None:
    with pytest.raises(InputError, match=mark):
        NGramModel.fit_sentences([["a", mark]], 2)


@pytest.mark.parametrize("order", [0, -1, 1001, 2.5, None])
def test_an_order_out_of_range_is_refused(order: int) -> None:
    with pytest.raises(InputError, match="order"):
        letters("ab", order)


@pytest.mark.parametrize("ids", [[], [-1], [0, 4], [0, 2**40], [0.5], [[0]]])
def test_a_text_that_is_empty_or_outside_the_vocabulary_is_refused(ids: list[int]) -> None:
    with pytest.raises(InputError):
        NGramModel.fit(ids, LETTERS, 2)


def test_no_sentence_is_refused_but_an_empty_one_ends_at_once() -> None:
    with pytest.raises(InputError):
        NGramModel.fit_sentences([], 2)
    model = NGramModel.fit_sentences([[]], 2)
    assert model.vocabulary.tokens == ("</s>", "<unk>")
    assert model.next_distribution(()).tolist() == [1.0, 0.0]


def test_one_type_repeated_is_certain_at_any_order() -> None:
    model = letters("a" * 2000, 50)
    assert model.ngram_counts() == (1,) * 50
    assert model.score([0] * 100).tolist() == [0.0] * 100
    # Of 2000 tokens 1951 come after 49 others.
    assert model.context_count([0] * 49) == 1951


def test_an_order_larger_than_the_text_counts_what_there_is() -> None:
    model = letters("abc", 10)
    assert model.ngram_counts() == (3, 2, 1, 0, 0, 0, 0, 0, 0, 0)
    assert model.contexts() == 0
    assert [d.token for d in model.sample(5, np.random.default_rng(0), prompt=(0,))][:2] == [1, 2]


def test_a_hundred_thousand_types_are_counted() -> None:
    types = 100_000
    vocabulary = Vocabulary(tuple(f"w{i}" for i in range(types)))
    model = NGramModel.fit(np.tile(np.arange(types), 2), vocabulary, 4)
    # Every n-gram of the circle w0 ... w99999 w0 ...: one begins at each type.
    assert model.ngram_counts() == (types,) * 4
    assert model.next_distribution((5, 6, 7))[8] == 1.0


def test_a_sample_only_says_what_was_seen_and_repeats_with_its_seed() -> None:
    model = letters("abacabadabacaba", 3)
    tokens = [d.token for d in model.sample(200, np.random.default_rng(7))]
    assert [d.token for d in model.sample(200, np.random.default_rng(7))] == tokens
    text = "".join(LETTERS.decode(tokens))
    seen = {"abacabadabacaba"[i : i + 3] for i in range(13)}
    # "ba" ends the text but has followers elsewhere, so no context is ever unseen.
    assert {text[i : i + 3] for i in range(198)} <= seen


def test_the_bigram_matrix_counts_pairs_of_the_most_frequent() -> None:
    # a b a b a c a: pairs ab 2, ba 2, ac 1, ca 1; a four times, b twice, c once.
    ids, counts, totals = letters("ababaca", 2).bigram_matrix(2)
    assert LETTERS.decode(ids) == ["a", "b"]
    assert counts.tolist() == [[0, 2], [2, 0]]
    assert totals.tolist() == [3, 2]
    chosen = letters("ababaca", 2).bigram_matrix([2, 0, 3])
    assert chosen.counts.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert chosen.totals.tolist() == [1, 3, 0]


def test_a_bigram_matrix_of_a_unigram_model_or_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="order 2"):
        letters("ab", 1).bigram_matrix(2)
    with pytest.raises(InputError, match="from 1 up"):
        letters("ab", 2).bigram_matrix(0)


def test_counting_is_the_maximum_likelihood_estimate() -> None:
    counts = np.array([3, 1, 4])
    best = counts @ np.log(maximum_likelihood(counts))
    rng = np.random.default_rng(0)
    others = rng.dirichlet(np.ones(3), 200)
    assert (np.log(others) @ counts <= best).all()


def test_a_smaller_order_read_from_counts_of_a_larger_one_scores_as_its_own() -> None:
    vocabulary = Vocabulary.of("abc")
    ids = vocabulary.encode(list("abababacabcab"))
    counted = NGramCounts.fit(ids, vocabulary, 5)
    for order in (1, 2, 3):
        smaller = NGramModel(replace(counted, order=order))
        own = NGramModel.fit(ids, vocabulary, order)
        assert smaller.score(ids).tolist() == own.score(ids).tolist()
