from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.models.fitting import fit_ngram
from engine.models.ngram import NGramModel
from engine.models.ngram_sampling import CorpusSampler
from engine.text.corpus import load_corpus
from engine.text.vocabulary import Vocabulary

LETTERS = Vocabulary(("a", "b", "c"))


class Given(np.random.Generator):
    """Random numbers that were chosen."""

    def __init__(self, *uniforms: float) -> None:
        super().__init__(np.random.PCG64())
        self._uniforms = list(uniforms)

    def random(self, count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:  # type: ignore[override]  # one of its forms
        taken, self._uniforms = self._uniforms[:count], self._uniforms[count:]
        return np.array(taken)


def model_of(texts: list[str], order: int, *, sentences: bool) -> NGramModel:
    if sentences:
        return NGramModel.fit_sentences([list(text) for text in texts], order)
    return NGramModel.fit(LETTERS.encode(["a", *"".join(texts)]), LETTERS, order)


TEXTS = st.lists(st.text("abc", max_size=12), min_size=1, max_size=4)


@given(TEXTS, st.integers(1, 5), st.booleans(), st.data())
def test_every_token_is_drawn_as_often_as_the_distribution_says(
    texts: list[str], order: int, sentences: bool, data: st.DataObject
) -> None:
    model = model_of(texts, order, sentences=sentences)
    sampler = CorpusSampler.of(model.counted)
    before = data.draw(st.lists(st.floats(0, 1, exclude_max=True), max_size=8))
    prompt = data.draw(st.lists(st.sampled_from([0, 1, 99]), max_size=3))
    length = len(before) + 1
    context = [*prompt, *sampler.generate(length - 1, Given(*before), prompt=prompt).tolist()]
    # Uniform numbers at the middle of each of M equal parts, M a multiple of the context's count.
    parts = model.events * 60
    drawn = Counter(
        int(sampler.generate(length, Given(*before, (j + 0.5) / parts), prompt=prompt)[-1])
        for j in range(parts)
    )
    for token, probability in enumerate(model.next_distribution(context).tolist()):
        exact = Fraction(probability).limit_denominator(model.events)
        assert abs(Fraction(drawn[token], parts) - exact) <= Fraction(2, parts)


@pytest.mark.parametrize("order", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("sentences", ["none", "lines"])
@pytest.mark.parametrize("prompt", [(), (5, 6)])
def test_the_draws_are_those_of_sample(order: int, sentences: str, prompt: tuple[int, ...]) -> None:
    corpus = load_corpus("narwhals")
    model = fit_ngram(corpus, order, sentences="lines" if sentences == "lines" else "none").model
    sampler = CorpusSampler.of(model.counted)
    ours = sampler.generate(500, np.random.default_rng(3), prompt=prompt)
    theirs = [d.token for d in model.sample(500, np.random.default_rng(3), prompt=prompt)]
    assert ours.tolist() == theirs


def test_the_same_seed_gives_the_same_text() -> None:
    sampler = CorpusSampler.of(fit_ngram(load_corpus("narwhals"), 3).model.counted)
    first, second, other = (sampler.generate(200, np.random.default_rng(s)) for s in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_a_text_of_one_token_goes_on_forever() -> None:
    sampler = CorpusSampler.of(NGramModel.fit([1], LETTERS, 4).counted)
    assert sampler.generate(5, np.random.default_rng(0)).tolist() == [1] * 5


def test_no_length_is_no_text_and_a_negative_one_is_refused() -> None:
    sampler = CorpusSampler.of(NGramModel.fit([1, 2], LETTERS, 2).counted)
    assert sampler.generate(0, np.random.default_rng(0)).tolist() == []
    with pytest.raises(InputError, match="from 0 up, not -1"):
        sampler.generate(-1, np.random.default_rng(0))
