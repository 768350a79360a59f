"""What the page shows of a distribution: its most probable tokens, and the line of all pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.text.sampling import reshape
from explorer.kit.tokens import shown_token

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.text.vocabulary import Vocabulary

CANDIDATES = 40
"""How many of the most probable tokens are kept for the bars."""

NARROW = 0.004
"""Pieces below this share of the line are drawn together with their neighbours."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a distribution is reshaped, and the seed of the random numbers.

    Attributes:
        temperature: from 0 up.
        top_k, top_p: None keeps all.
        seed: from 0 up.
    """

    temperature: float = 0.8
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 17


@dataclass(frozen=True, slots=True)
class Candidate:
    """A token that could come next.

    Attributes:
        token, label: its id, and as shown.
        probability: its share of what is drawn from; 0 where cut.
        cut: whether top-k or top-p (or temperature 0) took it away.
    """

    token: int
    label: str
    probability: float
    cut: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the line from 0 to 1 on which the probabilities lie end to end.

    Attributes:
        token: whose it is, or -1 for several narrow neighbours.
        label: as shown.
        start, end: from where to where.
    """

    token: int
    label: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """What the next token is drawn from; a few small arrays, as every drawn token keeps one.

    Attributes:
        vocabulary: the tokens.
        shown: ids of the most probable ones, in that order, cut ones included, shape (m,).
        shares: what they hold of what is drawn from, 0 where cut, shape (m,).
        wide: ids of the tokens that have a piece of the line to themselves, shape (w,).
        starts, ends: from where to where those pieces are, shape (w,).
        kept, cut: how many tokens can and cannot be drawn, of those the model deems possible.
        cut_share: how much probability the cut tokens had, after the temperature.
        temperature: the one used.
        context: how many tokens before it the model looked at; -1 for all.
        wanted: how many it would look at if the text had them so: n - 1 of an n-gram model.
    """

    vocabulary: Vocabulary
    shown: NDArray[np.int32]
    shares: NDArray[np.float64]
    wide: NDArray[np.int32]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    kept: int
    cut: int
    cut_share: float
    temperature: float
    context: int = -1
    wanted: int = -1

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The most probable tokens, in that order, cut ones included."""
        tokens = self.vocabulary.tokens
        return tuple(
            Candidate(i, shown_token(tokens[i]), share, cut=not share > 0)
            for i, share in zip(self.shown.tolist(), self.shares.tolist(), strict=True)
        )

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The line, in the vocabulary's order: what lies between two pieces is one of its own."""
        tokens = self.vocabulary.tokens
        pieces, at = [], 0.0
        rows = zip(self.wide.tolist(), self.starts.tolist(), self.ends.tolist(), strict=True)
        for i, start, end in rows:
            if start > at:
                pieces.append(Piece(-1, "", at, start))
            pieces.append(Piece(i, shown_token(tokens[i]), start, end))
            at = end
        if at < 1.0:
            pieces.append(Piece(-1, "", at, 1.0))
        return tuple(pieces)


def shaped(raw: NDArray[np.float64], settings: Settings) -> NDArray[np.float64]:
    """What is drawn from: the model's own distribution after temperature and cuts, shape (V,).

    Raises:
        InputError: settings that cannot be used.
    """
    return reshape(
        raw, temperature=settings.temperature, top_k=settings.top_k, top_p=settings.top_p
    )


def describe(
    vocabulary: Vocabulary,
    raw: NDArray[np.float64],
    drawn_from: NDArray[np.float64],
    settings: Settings,
    token: int | None,
    *,
    context: int = -1,
    wanted: int = -1,
) -> Distribution:
    """What the page shows of a distribution.

    Args:
        vocabulary: the tokens.
        raw: the model's own probabilities, shape (V,).
        drawn_from: those after temperature and cuts, shape (V,).
        settings: what made the one of the other.
        token: the one drawn, which is always shown; None before the draw.
        context, wanted: as in `Distribution`.
    """
    count = min(CANDIDATES, raw.size)
    top = np.argpartition(-raw, count - 1)[:count]
    top = top[np.lexsort((top, -raw[top]))]
    top = top[raw[top] > 0]
    if token is not None and token not in top:
        top = np.append(top, token)
    cut = (raw > 0) & ~(drawn_from > 0)
    number = int(np.count_nonzero(cut))
    tempered = raw
    if number and settings.temperature > 0:
        tempered = reshape(raw, temperature=settings.temperature)
    ends = np.add.accumulate(drawn_from)
    ends /= ends[-1]
    lone = drawn_from >= NARROW
    if token is not None and drawn_from[token] > 0:
        lone[token] = True
    wide = np.flatnonzero(lone)
    starts = np.where(wide > 0, ends[wide - 1], 0.0)
    return Distribution(
        vocabulary,
        top.astype(np.int32),
        drawn_from[top],
        wide.astype(np.int32),
        starts,
        ends[wide],
        int(np.count_nonzero(drawn_from)),
        number,
        float(tempered[cut].sum()),
        settings.temperature,
        context,
        wanted,
    )
