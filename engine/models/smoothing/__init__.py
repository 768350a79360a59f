"""Smoothed n-gram models: what an unseen n-gram is worth, in five ways."""

from __future__ import annotations

from engine.models.ngram_lm import Evidence, Explanation, NGramLM, Term
from engine.models.smoothing.choice import MLE, SMOOTHINGS, Smoothing, SmoothingName
from engine.models.smoothing.fit import smoothed

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
]
