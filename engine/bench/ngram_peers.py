"""Others counting n-grams and using them: NLTK, plain Counters of tuples, and KenLM.

NLTK and KenLM are imported here only, when they are asked for, in a process of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from engine.bench.fresh import measured

NLTK_DRAWN = 20
"""Tokens that NLTK draws: each takes milliseconds."""


def count_with_counters(tokens: Sequence[str], order: int) -> dict[str, Any]:
    """A ``Counter`` of tuples for each order."""

    def work() -> list[Counter[tuple[str, ...]]]:
        return [
            Counter(zip(*(tokens[start:] for start in range(n)), strict=False))
            for n in range(1, order + 1)
        ]

    counts, seconds, megabytes = measured(work)
    return {"seconds": seconds, "mb": megabytes, "ngrams": [len(each) for each in counts]}


def count_with_nltk(tokens: Sequence[str], order: int) -> dict[str, Any]:
    """NLTK's maximum-likelihood model; then some tokens drawn from it."""
    from nltk.lm import MLE
    from nltk.util import everygrams

    def work() -> Any:
        model = MLE(order)
        model.fit([everygrams(tokens, max_len=order)], tokens)
        return model

    model, seconds, megabytes = measured(work)
    longer = (sum(map(len, model.counts[n].values())) for n in range(2, order + 1))
    ngrams = [len(set(tokens)), *longer]
    begun = perf_counter()
    model.generate(NLTK_DRAWN, random_seed=1)
    drawing = (perf_counter() - begun) / NLTK_DRAWN
    return {"seconds": seconds, "mb": megabytes, "ngrams": ngrams, "draw_seconds": drawing}


class KenLM:
    """KenLM's model of an ARPA file, asked through its Python module.

    Raises:
        ImportError: the module is not installed.
    """

    def __init__(self, path: Path) -> None:
        import kenlm

        config = kenlm.Config()
        config.show_progress = False
        config.arpa_complain = kenlm.ARPALoadComplain.NONE
        self._new_state = kenlm.State
        self._model = kenlm.Model(str(path), config)

    def scoring(self, words: Sequence[str]) -> Callable[[], float]:
        """The logarithm of the probability of a text."""
        text = " ".join(words)
        return lambda: float(self._model.score(text, bos=False, eos=False))

    def distribution(
        self, context: Sequence[str], vocabulary: Sequence[str]
    ) -> Callable[[], list[float]]:
        """The logarithm of each word's probability after a context, word by word."""
        score, after = self._model.BaseScore, self._new_state()

        def work() -> list[float]:
            state, following = self._new_state(), self._new_state()
            self._model.NullContextWrite(state)
            for word in context:
                score(state, word, following)
                state, following = following, state
            return [score(state, word, after) for word in vocabulary]

        return work
