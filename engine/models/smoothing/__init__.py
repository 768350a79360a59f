"""Smoothed n-gram models: what an unseen n-gram is worth, in five ways.

Counted n-grams and a `Smoothing` give a model, which answers with its evidence. Of two sentences,
"a b" and "a", the marks ``</s>`` and ``<unk>`` are tokens too, so V = 4:

    >>> from engine.models.ngram_counts import NGramCounts
    >>> counted = NGramCounts.fit_sentences([["a", "b"], ["a"]], 2)
    >>> model = smoothed(counted, Smoothing("witten-bell"))
    >>> a, b = model.vocabulary.encode(["a", "b"]).tolist()

After a came b and ``</s>``, so p(b | a) = (1 + 2 p(b)) / (2 + 2), and p(b) = (1 + 3/4) / (5 + 3):

    >>> explanation = model.explain((a,), b)
    >>> round(explanation.probability, 6) == round((1 + 2 * (1 + 3 / 4) / 8) / 4, 6)
    True
    >>> [(term.order, term.share, term.weight) for term in explanation.terms]
    [(2, 0.25, 1.0), (1, 0.125, 0.5), (0, 0.25, 0.1875)]
"""

from __future__ import annotations

from engine.models.ngram_lm import Evidence, Explanation, NGramLM, Term
from engine.models.smoothing.choice import MLE, SMOOTHINGS, Smoothing, SmoothingName
from engine.models.smoothing.fit import smoothed, smoothing_steps

__all__ = [
    "MLE",
    "SMOOTHINGS",
    "Evidence",
    "Explanation",
    "NGramLM",
    "Smoothing",
    "SmoothingName",
    "Term",
    "smoothed",
    "smoothing_steps",
]
