"""Drawing tokens in a job, each with the evidence that the page shows.

The draws are the engine's own. The token at place k is always chosen by the k-th random number,
so a text is the same whether it was streamed or drawn token by token, and all models that draw
side by side use the same number at the same place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.models.recurrent import RecurrentLM
from engine.text.sampling import check_sampling, chosen
from explorer.panels.generate_distribution import Distribution, Settings, describe, shaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.models.language_model import LanguageModel
    from explorer.panels.generate_numbers import Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """Where a recurrent model stands.

    Attributes:
        read: how many tokens it has read.
        state: every layer's h, or h and c, after them.
    """

    read: int
    state: tuple[NDArray[np.floating], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One token of the text after the prompt.

    Attributes:
        token, text: its id and itself.
        probability: its share of the distribution it was drawn from.
        surprise: -log2 of what the model itself gave it, before temperature and cuts, in bits;
            infinite for one put in by hand that it deems impossible.
        uniform: the number in [0, 1) that chose it, or would have.
        distribution: what it was drawn from.
        settings: how that was reshaped.
        attempt: how many times another number was asked for at this place before it.
        by_hand: whether a person put it in, so that no number chose it.
    """

    token: int
    text: str
    probability: float
    surprise: float
    uniform: float
    distribution: Distribution
    settings: Settings
    attempt: int = 0
    by_hand: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """One model that draws.

    Attributes:
        model: it.
        context: all tokens so far, the prompt's and those after it.
        mark: where it stood when it was last asked, None if it was not.
    """

    model: LanguageModel
    context: tuple[int, ...]
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """The tokens of one place, one for each model, and where the models stand after it."""

    drawn: tuple[Drawn, ...]
    marks: tuple[Mark | None, ...]


class _Reading:
    """A model that reads along a growing context; a recurrent one from where it stood."""

    def __init__(self, reader: Reader) -> None:
        self.model = reader.model
        self.context = list(reader.context)
        self._stepper = None
        if isinstance(self.model, RecurrentLM):
            self._stepper = self.model.stepper()
            first = 0
            if reader.mark is not None and reader.mark.read <= len(self.context):
                self._stepper.state = reader.mark.state
                first = reader.mark.read
            for token in self.context[first:]:
                self._stepper.advance(token)

    def distribution(self) -> NDArray[np.float64]:
        """p(. | context), shape (V,)."""
        if self._stepper is None:
            return self.model.next_distribution(self.context)
        return self._stepper.distribution()

    def advance(self, token: int) -> None:
        """Read one more token."""
        self.context.append(token)
        if self._stepper is not None:
            self._stepper.advance(token)

    @property
    def mark(self) -> Mark | None:
        """Where it stands."""
        if self._stepper is None:
            return None
        return Mark(len(self.context), self._stepper.state)

    def regarded(self) -> tuple[int, int]:
        """How many tokens before the next one are looked at, and would be; -1 for all."""
        counted = getattr(self.model, "counted", None)
        if counted is None:
            return -1, -1
        return len(counted.longest_seen(self.context)), counted.order - 1

    def draw(self, settings: Settings, uniform: float, attempt: int, by_hand: int | None) -> Drawn:
        """Draw the next token, or take the one put in by hand, and read it."""
        raw = self.distribution()
        drawn_from = shaped(raw, settings)
        token = chosen(drawn_from, uniform) if by_hand is None else by_hand
        context, wanted = self.regarded()
        own = float(raw[token])
        one = Drawn(
            token,
            self.model.vocabulary.tokens[token],
            float(drawn_from[token]),
            -math.log2(own) + 0.0 if own > 0 else math.inf,
            uniform,
            describe(
                self.model.vocabulary, raw, drawn_from, settings, token,
                context=context, wanted=wanted,
            ),
            settings,
            attempt,
            by_hand is not None,
        )  # fmt: skip
        self.advance(token)
        return one


def draw_rows(
    readers: Sequence[Reader],
    settings: Settings,
    numbers: Numbers,
    first: int,
    length: int,
    by_hand: Sequence[int | None] = (),
) -> Iterator[Row]:
    """Draw tokens one place after another, at each place one for every model.

    Args:
        readers: the models, each with its own text so far.
        settings: how each distribution is reshaped.
        numbers: the random number of each place.
        first: how many tokens stand after the prompt already.
        length: how many more places.
        by_hand: for each model the token to put at the first place, or None to draw it.

    Raises:
        InputError: settings that cannot be used.
    """
    check_sampling(settings.temperature, settings.top_k, settings.top_p)
    readings = [_Reading(reader) for reader in readers]
    hands = tuple(by_hand) or (None,) * len(readings)
    for place, uniform in enumerate(numbers.block(first, length), first):
        attempt = numbers.attempt(place)
        drawn = tuple(
            reading.draw(settings, uniform, attempt, hand)
            for reading, hand in zip(readings, hands, strict=True)
        )
        yield Row(drawn, tuple(reading.mark for reading in readings))
        hands = (None,) * len(readings)


def preview(reader: Reader, settings: Settings) -> Iterator[Distribution]:
    """The distribution that the next token would be drawn from.

    Raises:
        InputError: settings that cannot be used.
    """
    reading = _Reading(reader)
    raw = reading.distribution()
    context, wanted = reading.regarded()
    yield describe(
        reader.model.vocabulary, raw, shaped(raw, settings), settings, None,
        context=context, wanted=wanted,
    )  # fmt: skip
