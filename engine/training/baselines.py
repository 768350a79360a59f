"""What n-grams counted in the same text reach: the lines that a trained model is to beat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.models.ngram_counts import NGramCounts
from engine.models.smoothing import MLE, Smoothing, smoothed
from engine.training.live import LiveText

ORDERS = (1, 2, 3, 5)
_KNESER_NEY = Smoothing("modified-kneser-ney")


@dataclass(frozen=True, slots=True)
class Baseline:
    """How well an n-gram model does.

    Attributes:
        order: n.
        smoothing: of the model; none where it is judged on the text that it was counted in.
        loss: mean negative log-likelihood of a token in nats.
        held_out: judged on the held-out tokens of every look, else on the text trained on.
    """

    order: int
    smoothing: Smoothing
    loss: float
    held_out: bool

    @property
    def title(self) -> str:
        """Such as ``3-gram, modified Kneser-Ney``."""
        plain = "counted" if self.smoothing == MLE else self.smoothing.title
        return f"{self.order}-gram, {plain}"


def baselines(text: LiveText, orders: tuple[int, ...] = ORDERS) -> Iterator[Baseline]:
    """One n-gram model after another, the lowest order first.

    On held-out tokens the models are smoothed, because a single n-gram never seen would make the
    loss infinite. A text without a held-out part is judged on itself, by the plain counts: no
    model that sees n - 1 tokens can do better there.
    """
    held_out = bool(len(text.judged))
    judged = text.judged if held_out else text.text.train
    smoothing = _KNESER_NEY if held_out else MLE
    counted = NGramCounts.fit(text.text.train, text.text.vocabulary, max(orders))
    for order in orders:
        model = smoothed(replace(counted, order=order), smoothing)
        loss = -float(np.mean(model.score(judged.tolist())))
        yield Baseline(order, smoothing, loss, held_out)
