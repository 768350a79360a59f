"""Passages: a few whole sentences in a row, picked so that their length tells nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.quiz.sentences import Form, Sentence, quotes_close, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np

    from engine.quiz.speeches import Origin, Speech

SHORTEST, LONGEST = 110, 280
"""Characters of a passage."""

MOST_SENTENCES = 3
TOLERANCE = 0.06
"""Share of the target length by which a passage may miss it."""

WIDER = 0.15
"""The same for a model that writes few whole sentences."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a passage is to be like, whoever wrote it.

    Attributes:
        length: in characters, met to within ``TOLERANCE``.
        sentences: how many.
    """

    length: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences that stand in a row in one speech.

    Attributes:
        shown, source: as of a `Sentence`, joined by one space or newline.
        speech, first, sentences: which speech, its first sentence, and how many there are.
        origin: where the speech stands, None where a model wrote it.
    """

    shown: str
    source: str
    speech: int
    first: int
    sentences: int
    origin: Origin | None = None

    @property
    def places(self) -> frozenset[tuple[int, int]]:
        """Every (speech, sentence) in it."""
        return frozenset(
            (self.speech, place) for place in range(self.first, self.first + self.sentences)
        )

    def meets(self, target: Target, tolerance: float = TOLERANCE, apart: int = 0) -> bool:
        """Whether it is as long as wanted, and of as many sentences but for some ``apart``."""
        off = abs(len(self.shown) - target.length)
        return abs(self.sentences - target.sentences) <= apart and off <= tolerance * target.length


def passages(spoken: Iterable[Speech], form: Form) -> Iterator[Passage]:
    """Every passage of a usual length in real speeches."""
    for number, speech in enumerate(spoken):
        yield from _runs(sentences(speech.text, form), number, speech.origin)


def passages_of(texts: Iterable[str], form: Form) -> tuple[Passage, ...]:
    """Every passage of a usual length in speeches that a model wrote."""
    return tuple(
        passage
        for number, text in enumerate(texts)
        for passage in _runs(sentences(text, form), number, None)
    )


def pick(
    found: Sequence[Passage],
    target: Target,
    rng: np.random.Generator,
    *,
    shown: frozenset[str] = frozenset(),
    tolerance: float = TOLERANCE,
    apart: int = 0,
) -> Passage | None:
    """One of the passages that meet the target, each equally likely; None where there is none.

    Args:
        found: to choose from.
        target: what is wanted.
        rng: decides.
        shown: texts, in lower case, that must not come again.
        tolerance, apart: how far the length and the number of sentences may be off.
    """
    fitting = [
        passage
        for passage in found
        if passage.meets(target, tolerance, apart) and passage.shown.lower() not in shown
    ]
    return fitting[int(rng.integers(len(fitting)))] if fitting else None


def _runs(cut: Sequence[Sentence], speech: int, origin: Origin | None) -> Iterator[Passage]:
    for first in range(len(cut)):
        shown = source = ""
        for count, sentence in enumerate(cut[first : first + MOST_SENTENCES], start=1):
            if not sentence.clean:
                break
            shown = f"{shown} {sentence.shown}" if shown else sentence.shown
            source = f"{source} {sentence.source}" if source else sentence.source
            if SHORTEST <= len(shown) <= LONGEST and quotes_close(shown):
                yield Passage(shown, source, speech, first, count, origin)
