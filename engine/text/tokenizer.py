"""Tokenizers: text into tokens, and tokens back into text that reads well."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

TOKENIZERS: tuple[str, ...] = ("word", "char", "space")

_WORD = re.compile(
    r"""
    '(?:tis|twas|twere|twill|twould|twixt|tween|gainst|scape|em|gan|t|st|s|ld|ll)\b  # 'tis
    | (?:o|i|a|th|wi|ha)'(?!\w)               # o' the, i' the
    | \d+(?:[.,]\d+)+                         # 1,000 and 3.14
    | \w+(?:['\u2019-]\w+)*                   # king's, to-night
    | \.{3} | --+                             # three dots, a dash
    | [^\w\s\u2026]                           # any other mark by itself
    """,
    re.VERBOSE | re.IGNORECASE,
)

_GLUED_LEFT = frozenset(".,;:!?)]}%\u2019\u201d") | {"..."}
_GLUED_RIGHT = frozenset("([{\u2018\u201c")
_QUOTES = frozenset("'\"")


class Tokenizer(Protocol):
    """Cuts a text into tokens and puts tokens together again."""

    @property
    def name(self) -> str:
        """The word for it on the command line and in files."""
        ...

    def tokenize(self, text: str) -> list[str]:
        """The tokens as a model counts them."""
        ...

    def surfaces(self, text: str) -> list[str]:
        """The same tokens as typed: as many, in the same order, in the case of the text."""
        ...

    def detokenize(self, tokens: Sequence[str]) -> str:
        """A text made of these tokens."""
        ...


@dataclass(frozen=True, slots=True)
class WordTokenizer:
    """Words with their inner apostrophes and hyphens, each punctuation mark a token of its own.

    White space only separates; ``detokenize`` puts spaces back by the marks' habits. So does the
    character U+2026, which stands for words that a quotation left out, not for one of its own.

    Attributes:
        lower: whether tokens are in lower case, so that "The" and "the" are one type.
    """

    lower: bool = True

    @property
    def name(self) -> str:
        """``word``."""
        return "word"

    def tokenize(self, text: str) -> list[str]:
        """Words and marks, in lower case if ``lower``."""
        tokens = _WORD.findall(text)
        # Lower case may lengthen a word but never makes a line end, so one call does them all.
        return "\n".join(tokens).lower().split("\n") if self.lower and tokens else tokens

    def surfaces(self, text: str) -> list[str]:
        """Words and marks as typed."""
        return _WORD.findall(text)

    def detokenize(self, tokens: Sequence[str]) -> str:
        """The tokens with spaces where print would have them."""
        spacing = WordSpacing()
        pieces: list[str] = []
        for token in tokens:
            if spacing.before(token):
                pieces.append(" ")
            pieces.append(token)
        return "".join(pieces)


class WordSpacing:
    """Whether print has a space before each token of a text that grows."""

    def __init__(self) -> None:
        self._glue, self._quote, self._last = True, "", ""

    def before(self, token: str) -> bool:
        """Whether a space comes before the next token, which is read."""
        left = right = token.startswith("--")
        if token in _QUOTES:
            possessive = not self._quote and not self._glue and self._last.endswith("s")
            left = possessive or token == self._quote
            right = not left
            if not possessive:
                self._quote = "" if left else token
        elif token in _GLUED_LEFT:
            left = True
        elif token in _GLUED_RIGHT:
            right = True
        spaced = not (self._glue or left)
        self._glue, self._last = right, token
        return spaced


@dataclass(frozen=True, slots=True)
class CharTokenizer:
    """Every character is a token, line ends included; text survives the round trip exactly."""

    @property
    def name(self) -> str:
        """``char``."""
        return "char"

    def tokenize(self, text: str) -> list[str]:
        """The characters."""
        return list(text)

    def surfaces(self, text: str) -> list[str]:
        """The characters."""
        return list(text)

    def detokenize(self, tokens: Sequence[str]) -> str:
        """The characters side by side."""
        return "".join(tokens)


@dataclass(frozen=True, slots=True)
class SpaceTokenizer:
    """Text that is tokenised already: what stands between white space is a token, unchanged."""

    @property
    def name(self) -> str:
        """``space``."""
        return "space"

    def tokenize(self, text: str) -> list[str]:
        """What stands between white space."""
        return text.split()

    def surfaces(self, text: str) -> list[str]:
        """What stands between white space."""
        return text.split()

    def detokenize(self, tokens: Sequence[str]) -> str:
        """The tokens with one space between two."""
        return " ".join(tokens)


def line_sentences(text: str, tokenizer: Tokenizer) -> list[list[str]]:
    """The tokens of each line; an empty line is an empty sentence, as KenLM counts it."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [tokenizer.tokenize(line) for line in lines]


def tokenizer(name: str) -> Tokenizer:
    """The tokenizer called ``word``, ``char`` or ``space``.

    Raises:
        InputError: there is no tokenizer of this name.
    """
    if name == "word":
        return WordTokenizer()
    if name == "char":
        return CharTokenizer()
    if name == "space":
        return SpaceTokenizer()
    raise InputError(f"there is no tokenizer {name!r}; choose one of: {', '.join(TOKENIZERS)}")
