"""Drawing tokens in a job, each with the evidence that the page shows.

The draws are the engine's own. The k-th one always takes the k-th number of the seed's generator,
so a text is the same whether it was streamed or drawn token by token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.models.language_model import sample_from
from engine.models.recurrent import RecurrentLM
from engine.text.sampling import reshape
from explorer.kit.tokens import shown_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.models.language_model import Draw, LanguageModel
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


@dataclass(frozen=True, slots=True)
class Distribution:
    """What the next token is drawn from.

    Attributes:
        candidates: the most probable tokens, in that order, cut ones included.
        pieces: the line of probabilities, in the vocabulary's order, as the engine lays them.
        kept, cut: how many tokens can and cannot be drawn, of those the model deems possible.
        cut_share: how much probability the cut tokens had, after the temperature.
        temperature: the one used.
    """

    candidates: tuple[Candidate, ...]
    pieces: tuple[Piece, ...]
    kept: int
    cut: int
    cut_share: float
    temperature: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn token.

    Attributes:
        token, text: its id and itself.
        probability: its share of the distribution it was drawn from.
        surprise: -log2 of what the model itself gave it, before temperature and cuts, in bits.
        uniform: the number in [0, 1) that chose it.
        distribution: what it was drawn from.
    """

    token: int
    text: str
    probability: float
    surprise: float
    uniform: float
    distribution: Distribution


class ContextReader:
    """A model's next distributions along one growing context; the recurrent state is kept.

    Attributes:
        latest: the distribution returned last, before any reshaping.
    """

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._stepper = model.stepper() if isinstance(model, RecurrentLM) else None
        self._read = 0
        self.latest: NDArray[np.float64] = np.empty(0)

    def next_distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """p(. | context), shape (V,); the context begins with the one asked for before."""
        if self._stepper is None:
            self.latest = self._model.next_distribution(context)
            return self.latest
        for token in context[self._read :]:
            self._stepper.advance(token)
        self._read = len(context)
        self.latest = self._stepper.distribution()
        return self.latest


def generate(
    model: LanguageModel,
    prompt: Sequence[int],
    settings: Settings,
    before: Sequence[int],
    length: int,
) -> Iterator[Drawn]:
    """Draw tokens one after another.

    Args:
        model: what they are drawn from.
        prompt: the tokens of the prompt.
        settings: how each distribution is reshaped, and the seed.
        before: the tokens drawn already; as many random numbers are skipped.
        length: how many more.

    Raises:
        InputError: settings that cannot be used.
    """
    rng = _generator(settings.seed)
    rng.random(len(before))
    reader = ContextReader(model)
    draws = sample_from(
        reader.next_distribution,
        length,
        rng,
        prompt=(*prompt, *before),
        temperature=settings.temperature,
        top_k=settings.top_k,
        top_p=settings.top_p,
    )
    for draw in draws:
        yield _drawn(model.vocabulary, reader.latest, draw, settings)


def preview(
    model: LanguageModel, context: Sequence[int], settings: Settings
) -> Iterator[Distribution]:
    """The distribution that the next token would be drawn from.

    Raises:
        InputError: settings that cannot be used.
    """
    raw = model.next_distribution(context)
    shaped = _reshape(raw, settings)
    yield describe(model.vocabulary, raw, shaped, settings, None)


def describe(
    vocabulary: Vocabulary,
    raw: NDArray[np.float64],
    shaped: NDArray[np.float64],
    settings: Settings,
    token: int | None,
) -> Distribution:
    """What the page shows of a distribution.

    Args:
        vocabulary: the tokens.
        raw: the model's own probabilities, shape (V,).
        shaped: those that are drawn from, shape (V,).
        settings: what made the one of the other.
        token: the one drawn, which is always shown; None before the draw.
    """
    count = min(CANDIDATES, raw.size)
    top = np.argpartition(-raw, count - 1)[:count]
    top = top[np.lexsort((top, -raw[top]))]
    shown = [int(i) for i in top if raw[i] > 0]
    if token is not None and token not in shown:
        shown.append(token)
    candidates = tuple(
        Candidate(i, shown_token(vocabulary.tokens[i]), float(shaped[i]), cut=not shaped[i] > 0)
        for i in shown
    )
    cut = (raw > 0) & ~(shaped > 0)
    number = int(np.count_nonzero(cut))
    tempered = raw
    if number and settings.temperature > 0:
        tempered = reshape(raw, temperature=settings.temperature)
    return Distribution(
        candidates,
        _pieces(vocabulary, shaped, token),
        int(np.count_nonzero(shaped)),
        number,
        float(tempered[cut].sum()),
        settings.temperature,
    )


def perplexity_of(drawn: Sequence[Drawn]) -> float | None:
    """Two to the mean surprise, None without a token: the model's own perplexity on its text."""
    if not drawn:
        return None
    return float(2 ** (sum(one.surprise for one in drawn) / len(drawn)))


def _drawn(
    vocabulary: Vocabulary, raw: NDArray[np.float64], draw: Draw, settings: Settings
) -> Drawn:
    return Drawn(
        draw.token,
        vocabulary.tokens[draw.token],
        draw.probability,
        float(-np.log2(raw[draw.token])),
        draw.uniform,
        describe(vocabulary, raw, draw.distribution, settings, draw.token),
    )


def _pieces(
    vocabulary: Vocabulary, shaped: NDArray[np.float64], token: int | None
) -> tuple[Piece, ...]:
    """The line: a piece for each wide token and the one drawn, one for what lies between two."""
    ends = np.add.accumulate(shaped)
    ends /= ends[-1]
    wide = shaped >= NARROW
    if token is not None:
        wide[token] = True
    pieces = []
    at = 0.0
    for i in np.flatnonzero(wide).tolist():
        start = float(ends[i - 1]) if i else 0.0
        if start > at:
            pieces.append(Piece(-1, "", at, start))
        at = float(ends[i])
        pieces.append(Piece(i, shown_token(vocabulary.tokens[i]), start, at))
    if at < 1.0:
        pieces.append(Piece(-1, "", at, 1.0))
    return tuple(pieces)


def _reshape(raw: NDArray[np.float64], settings: Settings) -> NDArray[np.float64]:
    return reshape(
        raw, temperature=settings.temperature, top_k=settings.top_k, top_p=settings.top_p
    )


def _generator(seed: int) -> np.random.Generator:
    if seed < 0:
        raise InputError(f"the seed must be a whole number from 0 up, not {seed}.")
    return np.random.default_rng(seed)
