"""The jobs of the n-gram page: counting with the plots' library, fitting, looking up."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from engine.models.smoothing import MLE, smoothing_steps
from explorer.kit.tokens import shown_token
from explorer.panels.ngram_counting import PATIENCE, BigramTable, Progress, count_text
from explorer.panels.ngram_lookup import look_up

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from engine.models.ngram_lm import NGramLM
    from engine.models.smoothing import Smoothing
    from explorer.panels.ngram_counting import CountedText, TextChoice, TokenKind
    from explorer.panels.ngram_lookup import Lookup

PLOTTING = ("pyqtgraph", "explorer.kit.plot", "explorer.panels.ngram_heatmap")

HEAD = 16
"""How many characters of a token decide its alphabetical place."""


@dataclass(frozen=True, slots=True, eq=False)
class TokenNames:
    """The tokens of a text as they are listed, sorted and searched.

    Attributes:
        labels: as shown, shape (V,).
        folded: the same without case, for searching.
        ranks: the place of each in alphabetical order, shape (V,).
    """

    labels: tuple[str, ...]
    folded: tuple[str, ...]
    ranks: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A model of a counted text, ready to be asked.

    Attributes:
        counted: the text.
        model: of its counts.
        names: of its tokens.
        table: the bigrams, with the probabilities that the smoothing gives them.
    """

    counted: CountedText
    model: NGramLM
    names: TokenNames
    table: BigramTable

    def answers(self, counted: CountedText, order: int, smoothing: Smoothing) -> bool:
        """Whether it is the model of a text, an order and a smoothing."""
        mine = self.model
        return self.counted is counted and (mine.order, mine.smoothing) == (order, smoothing)


def count_to_plot(choice: TextChoice, kind: TokenKind) -> Iterator[Progress | CountedText]:
    """`count_text`, after the library of plots was loaded: the window does not wait for it."""
    for name in PLOTTING:
        yield Progress("Opening the page", 0.0)
        import_module(name)
    yield from count_text(choice, kind)


def answer(
    counted: CountedText, order: int, smoothing: Smoothing, text: str, before: Fitted | None
) -> Iterator[Progress | Fitted | Lookup]:
    """Look a context up, in a model that is fitted first unless it is the one of ``before``.

    Raises:
        InputError: a token that counts never occurs in the text.
    """
    fitted = before
    if fitted is None or not fitted.answers(counted, order, smoothing):
        fitted = yield from fit(counted, order, smoothing, before)
        yield fitted
    yield from look_up(counted, order, text, fitted.model)


def fit(
    counted: CountedText, order: int, smoothing: Smoothing, before: Fitted | None = None
) -> Generator[Progress, None, Fitted]:
    """The model of an order, and what the page lists and colours with it, told as it goes.

    Args:
        counted: the text.
        order: n.
        smoothing: what unseen n-grams get.
        before: what it has in common with another one is taken from there.
    """
    same = before if before is not None and before.counted is counted else None
    model = yield from _told(counted, order, smoothing)
    names = named(counted) if same is None else same.names
    if same is not None and same.model.smoothing == smoothing:
        table = same.table
    else:
        table = yield from _smoothed_table(counted, smoothing)
    return Fitted(counted, model, names, table)


def _told(
    counted: CountedText, order: int, smoothing: Smoothing
) -> Generator[Progress, None, NGramLM]:
    """A model of a text, told as it is fitted."""
    steps = smoothing_steps(replace(counted.counts, order=order), smoothing)
    told = time.monotonic()
    while True:
        try:
            share = next(steps)
        except StopIteration as stop:
            model: NGramLM = stop.value
            return model
        if time.monotonic() - told > PATIENCE:
            told = time.monotonic()
            yield Progress(f"Smoothing: {smoothing.title}", share)


def named(counted: CountedText) -> TokenNames:
    """The tokens of a text, and their alphabetical order; tokens that begin alike keep theirs."""
    labels = tuple(shown_token(token) for token in counted.vocabulary.tokens)
    folded = tuple(label.casefold() for label in labels)
    # Of a fixed length, because numpy then sorts without holding up the window.
    heads = np.array([label[:HEAD] for label in folded], dtype=f"U{HEAD}")
    ranks = np.empty(len(labels), dtype=np.int32)
    ranks[np.argsort(heads, kind="stable")] = np.arange(len(labels), dtype=np.int32)
    ranks.flags.writeable = False
    return TokenNames(labels, folded, ranks)


def _smoothed_table(
    counted: CountedText, smoothing: Smoothing
) -> Generator[Progress, None, BigramTable]:
    """The bigrams of a text with the probabilities of a smoothed model of order 2."""
    table = counted.table
    if smoothing == MLE:
        return table
    model = yield from _told(counted, 2, smoothing)
    columns = list(table.tokens)
    probabilities = np.array([model.next_distribution([one])[columns] for one in table.tokens])
    probabilities.flags.writeable = False
    return replace(table, probabilities=probabilities)
