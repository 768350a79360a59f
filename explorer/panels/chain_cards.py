"""What the card of each token shows, as values that are painted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.kit.tokens import shown_token
from explorer.panels.chain_reading import uses
from explorer.panels.chain_words import shown_bits, shown_probability, spoken_factor

if TYPE_CHECKING:
    from explorer.panels.chain_reading import (
        NGramReading,
        Recurrent,
        RecurrentReading,
        Sentence,
        Use,
    )

_DECADES = 4.0
"""A bar of no length stands for 10^-4, or for less where a factor is smaller."""


@dataclass(frozen=True, slots=True)
class TokenCard:
    """One factor.

    Attributes:
        label: the token as shown.
        use: what becomes of it when the token looked at is predicted.
        known: whether the counted text has it.
        number: its probability as shown, empty while it is not known.
        share: length of its bar, in [0, 1].
        bits: its surprisals, the n-gram model's and the RNN's; None while not known.
        heights: of the two bars of surprisal, in [0, 1].
        read: whether the RNN reads it before it predicts the token looked at.
        spoken: all of that in words.
    """

    label: str
    use: Use
    known: bool
    number: str
    share: float
    bits: tuple[float | None, float | None]
    heights: tuple[float, float]
    read: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class Strip:
    """All cards.

    Attributes:
        cards: one a token.
        looked: the place looked at.
        beside: name of the RNN beside, empty for none.
        ngram: name of the n-gram model.
        narrow: tokens are single characters.
    """

    cards: tuple[TokenCard, ...] = ()
    looked: int = 0
    beside: str = ""
    ngram: str = ""
    narrow: bool = False


def strip_of(
    sentence: Sentence,
    order: int,
    reading: NGramReading | None,
    looked: int,
    rnn: Recurrent | None = None,
    beside: RecurrentReading | None = None,
) -> Strip:
    """The cards of a sentence; what is not read yet is left open, not 0."""
    theirs = beside.chain if beside is not None else None
    chains = (reading.chain if reading else None, theirs)
    rows: list[tuple[float | None, ...]] = [
        tuple(chain.surprisals) if chain else (None,) * len(sentence) for chain in chains
    ]
    bits: list[tuple[float | None, float | None]] = list(zip(*rows, strict=True))
    finite = [b for pair in bits for b in pair if b is not None and math.isfinite(b)]
    largest = max([*finite, 1.0])
    factors = reading.chain.probabilities if reading else (None,) * len(sentence)
    smallest = min((p for p in factors if p), default=1.0)
    decades = max(_DECADES, math.ceil(-math.log10(smallest) + 0.3))
    if reading is not None:
        marks = uses(reading, looked)
    else:
        marks = _expected(len(sentence), order, looked)
    history = len(sentence) if beside is None or beside.history is None else beside.history
    cards = []
    for place, token in enumerate(sentence.tokens):
        label, factor = shown_token(token), factors[place]
        spoken = spoken_factor(reading, place) if reading else f"“{label}”: not computed yet."
        other = bits[place][1]
        if rnn is not None and other is not None:
            spoken += f" {rnn.name}: {shown_bits(other)} bits."
        cards.append(
            TokenCard(
                label,
                marks[place],
                sentence.known[place] or (reading is not None and reading.unknown),
                shown_probability(factor) if factor is not None else "",
                max(0.0, 1 + math.log10(factor) / decades) if factor else 0.0,
                bits[place],
                (_height(bits[place][0], largest), _height(bits[place][1], largest)),
                looked - history <= place < looked,
                spoken,
            )
        )
    beside_name = rnn.name if rnn is not None else ""
    return Strip(tuple(cards), looked, beside_name, f"{order}-gram", sentence.kind == "char")


def _expected(count: int, order: int, looked: int) -> tuple[Use, ...]:
    """What becomes of the tokens before it is known which contexts were seen."""
    asked = min(order - 1, looked)
    before: list[Use] = ["dropped"] * (looked - asked)
    context: list[Use] = ["context"] * asked
    after: list[Use] = ["after"] * (count - looked - 1)
    return (*before, *context, "looked", *after)


def _height(bits: float | None, largest: float) -> float:
    if bits is None:
        return 0.0
    return 1.0 if math.isinf(bits) else bits / largest
