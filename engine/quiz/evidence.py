"""What speaks for and against a passage: how a model judges it, and what of it is copied."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.models.recurrent import RecurrentLM
from engine.quiz.sentences import sentences
from engine.quiz.speeches import speeches_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.models.language_model import LanguageModel
    from engine.quiz.passages import Passage
    from engine.quiz.sentences import Form
    from engine.quiz.writers import Writer
    from engine.text.corpus import Corpus

__all__ = ["Copy", "Judged", "Training", "judged", "longest_copy", "training_text"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One token of a passage, and how surprising it is to a model.

    Attributes:
        text: as it stands in the passage, with the white space before it.
        surprise: -log2 of its probability, in bits; infinite where the model rules it out, None
            where the model does not know the token.
    """

    text: str
    surprise: float | None


@dataclass(frozen=True, slots=True)
class Copy:
    """Characters of a passage that stand side by side in a training text too.

    Attributes:
        start, length: where, in characters of the passage.
        title: of the training document.
    """

    start: int
    length: int
    title: str


@dataclass(frozen=True, slots=True)
class Training:
    """A training text as passages look: its speeches, each sentence of it in the form shown.

    Attributes:
        text: all of them.
        starts, titles: where each document begins, and what it is called.
    """

    text: str
    starts: tuple[int, ...]
    titles: tuple[str, ...]


def judged(passage: Passage, writer: Writer) -> tuple[Judged, ...]:
    """The passage token by token under a model, from the beginning of a line on."""
    vocabulary = writer.model.vocabulary
    tokens = writer.cutter.tokenize(passage.source)
    before = [i for mark in ("\n",) if (i := vocabulary.index(mark)) is not None]
    ids = [vocabulary.index(token) for token in tokens]
    read = [_unknown(writer.model) if i is None else i for i in ids]
    scores = np.asarray(writer.model.score([*before, *read]))[len(before) :]
    surfaces = _surfaces(passage.shown, writer.cutter.surfaces(passage.source))
    return tuple(
        Judged(text, None if i is None else _bits(score))
        for text, i, score in zip(surfaces, ids, scores.tolist(), strict=True)
    )


def training_text(corpus: Corpus, form: Form) -> Training:
    """A corpus as its passages would be shown."""
    *_, made = training_steps(corpus, form)
    assert made is not None
    return made


def training_steps(corpus: Corpus, form: Form) -> Iterator[Training | None]:
    """The same in steps: None after each document, then the text."""
    parts: dict[str, list[str]] = {}
    for document in corpus.documents:
        for speech in speeches_of(document.text, document.title):
            cut = sentences(speech.text, form)
            parts.setdefault(speech.origin.title, []).append(" ".join(one.shown for one in cut))
        yield None
    starts, pieces, at = [], [], 0
    for spoken in parts.values():
        starts.append(at)
        pieces.append("\n".join(spoken) + "\n")
        at += len(pieces[-1])
    yield Training("".join(pieces), tuple(starts), tuple(parts))


def longest_copy(passage: Passage, training: Training) -> Copy | None:
    """The longest stretch of whole words of the passage that stands in the training text.

    Of several the first; None where not one word does.
    """
    shown = passage.shown
    edges = [0, *(i + 1 for i, letter in enumerate(shown) if letter == " ")]
    ends = [*(edge - 1 for edge in edges[1:]), len(shown)]
    best: tuple[int, int, int] | None = None
    last = 0
    for first, start in enumerate(edges):
        last = max(last, first)
        # A stretch no longer than the best is of no interest, so the end only moves on.
        while last < len(ends):
            found = training.text.find(shown[start : ends[last]])
            if found < 0:
                break
            if best is None or ends[last] - start > best[1]:
                best = start, ends[last] - start, found
            last += 1
    if best is None:
        return None
    start, length, found = best
    return Copy(start, length, training.titles[bisect_right(training.starts, found) - 1])


def _unknown(model: LanguageModel) -> int:
    """What is read in place of a token that is not in the vocabulary."""
    if model.vocabulary.unknown is not None:
        return model.vocabulary.unknown
    return 0 if isinstance(model, RecurrentLM) else -1


def _bits(score: float) -> float:
    return math.inf if score == -math.inf else max(0.0, -score / math.log(2))


def _surfaces(shown: str, tokens: Sequence[str]) -> list[str]:
    """The stretches of the passage that the tokens are, white space going with what follows."""
    low = shown.lower()
    texts, at = [], 0
    for token in tokens:
        wanted = token.replace("\n", " ").lower()
        end = low.find(wanted, at)
        end = at if end < 0 else end + len(wanted)
        texts.append(shown[at:end])
        at = end
    if texts:
        texts[-1] += shown[at:]
    return texts
