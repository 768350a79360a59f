"""All runs on one text, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.panels.ngram_counting import TextChoice

if TYPE_CHECKING:
    from engine.training.baselines import Baseline
    from engine.training.live import LiveRun, LiveText

Key = tuple[TextChoice, str]
"""A text and its tokens, as they were asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """All runs on one text.

    Attributes:
        key: the text and its tokens.
        text: the same, read.
        runs: parents before their branches.
        baselines: the n-gram models to beat, so far.
        judged: whether these are all.
        selected: place of the run that is looked at and trained on.
    """

    key: Key
    text: LiveText
    runs: tuple[LiveRun, ...]
    baselines: tuple[Baseline, ...] = ()
    judged: bool = False
    selected: int = 0

    @property
    def run(self) -> LiveRun:
        """The selected run."""
        return self.runs[self.selected]

    def with_runs(self, *runs: LiveRun) -> Tree:
        """The same with more runs, the last of them selected."""
        both = (*self.runs, *runs)
        return replace(self, runs=both, selected=len(both) - 1)


def key_of(text: LiveText) -> Key:
    """What a text was asked for as."""
    from engine.text.corpus import CORPORA

    named = text.corpus in CORPORA
    return (TextChoice(text.corpus) if named else TextChoice("file", text.title), text.tokens)


def same_text(one: LiveText, other: LiveText) -> bool:
    """Whether two texts are the same tokens, so that losses on them can be compared."""
    a, b = one.text, other.text
    return (
        a.vocabulary.tokens == b.vocabulary.tokens
        and np.array_equal(a.train, b.train)
        and np.array_equal(a.held_out, b.held_out)
    )
