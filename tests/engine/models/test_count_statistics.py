from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.count_statistics import Sparsity, counts_of_counts, sparsity, zipf
from engine.models.fitting import fit_ngram
from engine.models.ngram_counts import NGramCounts
from engine.text.corpus import load_corpus
from engine.text.vocabulary import Vocabulary

LETTERS = Vocabulary(("a", "b", "c"))

NARWHALS = fit_ngram(load_corpus("narwhals"), 3).model.counted


def test_the_types_of_the_narwhals_by_rank() -> None:
    # 57 tokens: narwhals and are 8 times each; a, big, of, the, ! and . twice; 29 types once.
    found = zipf(NARWHALS)
    assert found.counts.tolist() == [8, 8, *[2] * 6, *[1] * 29]
    assert found.ranks.tolist() == list(range(1, 38))
    assert NARWHALS.vocabulary.decode(found.tokens[:4]) == ["are", "narwhals", "!", "."]
    assert not found.counts.flags.writeable


def test_how_many_ngrams_of_the_narwhals_occur_how_often() -> None:
    # Of the 56 pairs "narwhals are" occurs 8 times, "are big", "are a" and "the narwhals" twice,
    # the other 42 once. Of the 55 triples "narwhals are big", "narwhals are a" and "the narwhals
    # are" occur twice and 49 once.
    unigrams, bigrams, trigrams = counts_of_counts(NARWHALS)
    assert (unigrams.times.tolist(), unigrams.kinds.tolist()) == ([1, 2, 8], [29, 6, 2])
    assert (bigrams.times.tolist(), bigrams.kinds.tolist()) == ([1, 2, 8], [42, 3, 1])
    assert (trigrams.times.tolist(), trigrams.kinds.tolist()) == ([1, 2], [49, 3])


def test_how_sparse_the_contexts_of_the_narwhals_are() -> None:
    # One token: all 37 types have a follower. Of those seen more than once only "narwhals" and
    # "the" always go on alike; the second full stop ends the text, so the first is the only one
    # with a follower, and 29 types occur once: 32 contexts with one follower, 30 seen once.
    # Two tokens: of 46 pairs the last, "ai .", has no follower. "narwhals are", "are big" and
    # "are a" go on in several ways; "the narwhals" is the only one of the 42 others that is seen
    # more than once.
    assert sparsity(NARWHALS) == (
        Sparsity(1, 37, 29, 1, 0, 0),
        Sparsity(2, 46, 42, 37, 30, 32),
        Sparsity(3, 52, 49, 45, 41, 42),
    )


@given(
    st.lists(st.lists(st.sampled_from("abc"), max_size=20), min_size=1, max_size=4),
    st.integers(1, 6),
    st.booleans(),
)
def test_all_agrees_with_counting_one_by_one(
    texts: list[list[str]], order: int, sentences: bool
) -> None:
    if sentences:
        counted = NGramCounts.fit_sentences(texts, order)
        framed = [["<s>", *text, "</s>"] for text in texts]
    else:
        framed = [["a", *(token for text in texts for token in text)]]
        counted = NGramCounts.fit(LETTERS.encode(framed[0]), LETTERS, order)
    of_order = sparsity(counted)
    for n, kinds in enumerate(counts_of_counts(counted), 1):
        grams = Counter(tuple(text[i : i + n]) for text in framed for i in range(len(text) - n + 1))
        grams.pop(("<s>",), None)
        followers = Counter(gram[:-1] for gram in grams)
        seen = Counter[tuple[str, ...]]()
        for gram, count in grams.items():
            seen[gram[:-1]] += count
        assert dict(zip(kinds.times.tolist(), kinds.kinds.tolist(), strict=True)) == Counter(
            grams.values()
        )
        assert of_order[n - 1] == Sparsity(
            n,
            len(grams),
            sum(count == 1 for count in grams.values()),
            len(followers),
            sum(count == 1 for count in seen.values()),
            sum(count == 1 for count in followers.values()),
        )
    assert zipf(counted).counts.sum() == counted.events


@pytest.mark.parametrize("order", [1, 5])
def test_a_text_of_one_token_has_no_longer_ngram(order: int) -> None:
    counted = NGramCounts.fit([0], LETTERS, order)
    assert zipf(counted).counts.tolist() == [1]
    assert [each.ngrams for each in sparsity(counted)] == [1, 0, 0, 0, 0][:order]
    assert sparsity(counted)[-1].share_once == (1.0 if order == 1 else 0.0)
    assert [each.kinds.size for each in counts_of_counts(counted)] == [1, 0, 0, 0, 0][:order]


def test_shares_are_of_contexts() -> None:
    # Of the two-word contexts 41 of 45 are seen once, and 42 always go on alike.
    trigrams = sparsity(NARWHALS)[2]
    assert np.isclose(trigrams.share_once, 41 / 45)
    assert np.isclose(trigrams.share_one_follower, 42 / 45)
