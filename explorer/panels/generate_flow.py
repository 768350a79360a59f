"""Tokens set into lines: pure arithmetic, with a function that measures a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.text.tokenizer import WordSpacing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Word:
    """One token of the text.

    Attributes:
        text: as it is set; a newline ends the line.
        spaced: whether a space comes before it.
        breaks: whether a line may end before it.
    """

    text: str
    spaced: bool
    breaks: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token is: its line, its left edge and its width, in pixels."""

    line: int
    x: float
    width: float


@dataclass(slots=True)
class Flow:
    """Lines of tokens at a width; tokens are added at the end.

    Attributes:
        width: of the lines.
        space: the width of a space.
        places: of the tokens so far.
        lines: how many lines there are.
    """

    width: float
    space: float
    places: list[Place] = field(default_factory=list)
    lines: int = 1
    _x: float = 0.0
    _unbroken: int = 0

    @property
    def unsettled(self) -> int:
        """The first token that may still move to another line with what comes after it."""
        return min(self._unbroken, len(self.places))

    def add(self, words: Sequence[Word], measure: Callable[[str], float]) -> None:
        """Place more tokens; what may not be parted from the last ones moves with them."""
        for word in words:
            index = len(self.places)
            if word.breaks:
                self._unbroken = index
            if word.text == "\n":
                self.places.append(Place(self.lines - 1, self._x, self.space))
                self._new_line()
                self._unbroken = index + 1
                continue
            wide = measure(word.text)
            x = self._x + (self.space if word.spaced and self._x else 0.0)
            if x + wide > self.width and self._x > 0 and word.text != " ":
                x = self._wrap(index)
                x += self.space if word.spaced and x else 0.0
            self.places.append(Place(self.lines - 1, x, wide))
            self._x = x + wide

    def _wrap(self, index: int) -> float:
        """Begin a line with what may not be parted from the token; returns where it goes on."""
        moved = self.places[self._unbroken : index]
        start = moved[0].x if moved else self._x
        self._new_line()
        if not moved or start == 0:
            # Nothing to take along, or a word longer than a line: it is broken here.
            self._unbroken = index
            return 0.0
        for offset, place in enumerate(moved, self._unbroken):
            self.places[offset] = Place(self.lines - 1, place.x - start, place.width)
        last = self.places[index - 1]
        return last.x + last.width

    def _new_line(self) -> None:
        self.lines += 1
        self._x = 0.0


class Setting:
    """Tokens of a growing text as words to set.

    Args:
        kind: ``char``, ``word`` or ``space``.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._spacing = WordSpacing()
        self._last = ""

    def words(self, tokens: Sequence[str]) -> list[Word]:
        """The next tokens, as the tokenizer of the kind would join them to those before."""
        return [self._word(token) for token in tokens]

    def _word(self, token: str) -> Word:
        last, self._last = self._last, token
        if self._kind == "char":
            return Word(token, spaced=False, breaks=last in {"", " "} and token != " ")
        spaced = bool(last) if self._kind == "space" else self._spacing.before(token)
        return Word(token, spaced=spaced, breaks=spaced)
