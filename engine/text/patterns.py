"""Parts of a text that can be named: which of its tokens belong to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

_OPENING, _CLOSING = "([{“", ")]}”"
_VOWELS = frozenset("aeiouAEIOU")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A part of a text.

    Attributes:
        name: the word for it in code.
        title: what to call it.
        find: of the tokens as typed, in order, which belong to it.
        characters: it is about single characters.
    """

    name: str
    title: str
    find: Callable[[Sequence[str]], list[bool]]
    characters: bool = False

    def mask(self, surfaces: Sequence[str]) -> NDArray[np.bool_]:
        """Which tokens belong to it, (T,)."""
        return np.array(self.find(surfaces), bool).reshape(len(surfaces))


def _each(test: Callable[[str], bool]) -> Callable[[Sequence[str]], list[bool]]:
    return lambda surfaces: [test(surface) for surface in surfaces]


def _in_brackets(surfaces: Sequence[str]) -> list[bool]:
    """What stands between brackets, and the closing one; a line break never ends it."""
    depth, found = 0, []
    for surface in surfaces:
        found.append(depth > 0)
        if surface in _OPENING:
            depth += 1
        elif surface in _CLOSING:
            depth = max(0, depth - 1)
    return found


def _in_quotes(surfaces: Sequence[str]) -> list[bool]:
    """What stands between double quotes, and the closing one."""
    inside, found = False, []
    for surface in surfaces:
        found.append(inside)
        if surface == '"':
            inside = not inside
    return found


def _in_speaker(surfaces: Sequence[str]) -> list[bool]:
    """A line of capitals that ends with a colon, as a play names who speaks."""
    found: list[bool] = []
    for breaks, group in groupby(surfaces, lambda surface: surface == "\n"):
        line = list(group)
        text = "".join(line)
        named = not breaks and text.endswith(":") and text == text.upper()
        found += [named and text != ":"] * len(line)
    return found


def _after(before: Callable[[str], bool]) -> Callable[[Sequence[str]], list[bool]]:
    """A token that follows one of a kind, or begins the text, and is none of that kind."""
    return lambda surfaces: [
        not before(surface) and (i == 0 or before(surfaces[i - 1]))
        for i, surface in enumerate(surfaces)
    ]


PATTERNS: tuple[Pattern, ...] = (
    Pattern("brackets", "Inside brackets", _in_brackets),
    Pattern("quotes", "Inside quotes", _in_quotes),
    Pattern("speaker", "Who speaks", _in_speaker, characters=True),
    Pattern("capitals", "Capital letters", _each(lambda text: text[:1].isupper())),
    Pattern("line", "Starts of lines", _after(lambda text: text == "\n"), characters=True),
    Pattern("word", "Starts of words", _after(str.isspace), characters=True),
    Pattern("vowels", "Vowels", _each(_VOWELS.__contains__), characters=True),
    Pattern("spaces", "White space", _each(str.isspace), characters=True),
    Pattern("marks", "Punctuation", _each(lambda text: not any(c.isalnum() or c.isspace()
                                                               for c in text))),
    Pattern("digits", "Numbers", _each(lambda text: text[:1].isdigit())),
)  # fmt: skip
"""The parts that can be asked for by name."""


def patterns_in(surfaces: Sequence[str], *, characters: bool) -> tuple[Pattern, ...]:
    """The patterns that some but not all tokens of a text belong to."""
    return tuple(
        pattern
        for pattern in PATTERNS
        if (characters or not pattern.characters)
        and 0 < int(pattern.mask(surfaces).sum()) < len(surfaces)
    )
