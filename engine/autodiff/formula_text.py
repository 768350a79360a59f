"""The characters of a typed formula: its tokens, and clear refusals before it is parsed."""

from __future__ import annotations

import keyword
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from engine.errors import InputError

NAME_LIMIT = 20
"""Longest name accepted, in characters."""

Kind = Literal["number", "name", "operator", "(", ")", ","]

_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_TOKEN = re.compile(
    rf"\s*(?:(?P<number>{_NUMBER})|(?P<name>[^\W\d]\w*)|(?P<operator>\*\*|[-+*/])|(?P<mark>[(),]))"
)
_SIGNED_NUMBER = re.compile(rf"[+-]?{_NUMBER}")
_ADVICE = {
    "^": "write a power with **, as in x**2",
    "=": "write only the right-hand side of the formula",
    "[": "use round parentheses",
    "{": "use round parentheses",
    "·": "write a product with *",
    "×": "write a product with *",
    "÷": "write a quotient with /",
    "−": "write minus as the ordinary -",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign of a formula.

    Attributes:
        kind: what it is.
        text: as typed.
        start: index of its first character.
        called: it is a name with a parenthesis after it.
    """

    kind: Kind
    text: str
    start: int
    called: bool = False

    @property
    def place(self) -> str:
        """Where it stands, for a message."""
        return column_at(self.start)


def column_at(index: int) -> str:
    """The place of a character, counted from 1."""
    return f"column {index + 1}"


def tokens_of(text: str) -> list[Token]:
    """The tokens of a formula.

    Raises:
        InputError: a character that no formula has, or a name that cannot be used.
    """
    tokens: list[Token] = []
    position = 0
    while (match := _TOKEN.match(text, position)) is not None:
        kind = match.lastgroup
        assert kind is not None
        token = match.group(kind)
        start, position = match.span(kind)
        if kind == "name":
            check_name(token, column_at(start))
            called = text[position:].lstrip()[:1] == "("
            tokens.append(Token("name", token, start, called))
        elif kind == "mark":
            tokens.append(Token(token, token, start))  # type: ignore[arg-type]
        else:
            tokens.append(Token(kind, token, start))  # type: ignore[arg-type]
    rest = text[position:].lstrip()
    if rest:
        sign = rest[0] if rest[0].isprintable() else ascii(rest[0])
        advice = _ADVICE.get(sign, "use + - * / **, parentheses, numbers and names")
        raise InputError(
            f"a formula has no {sign}: {advice}", place=column_at(len(text) - len(rest))
        )
    return tokens


def check_tokens(tokens: list[Token]) -> None:
    """Refuse what reads as mathematics but not as a formula: 2x, unbalanced parentheses.

    Raises:
        InputError: with the column, saying what is missing.
    """
    opened: list[Token] = []
    before: Token | None = None
    for token in tokens:
        ends = before is not None and before.kind in ("number", "name", ")")
        starts = token.kind in ("number", "name", "(")
        called = before is not None and before.called and token.kind == "("
        if ends and starts and not called:
            raise InputError(
                f"an operator is missing before {token.text}; write a product with *",
                place=token.place,
            )
        if not ends and token.kind in (")", ","):
            raise InputError(
                f"a number or a name is missing before {token.text}", place=token.place
            )
        if token.kind == "(":
            opened.append(token)
        elif token.kind == ")":
            if not opened:
                raise InputError("this ) closes nothing; remove it or add a (", place=token.place)
            opened.pop()
        before = token
    if opened:
        raise InputError("this ( is never closed; add a )", place=opened[-1].place)
    if before is not None and before.kind == "operator":
        raise InputError(f"a number or a name is missing after {before.text}", place=before.place)


def check_name(name: str, place: str | None = None) -> None:
    """Refuse a name that a formula cannot use.

    Raises:
        InputError: it is too long, not made of letters, digits and _, or a word of Python.
    """
    if len(name) > NAME_LIMIT:
        raise InputError(f"a name has at most {NAME_LIMIT} characters; shorten it", place=place)
    if not name.isidentifier() or unicodedata.normalize("NFKC", name) != name:
        raise InputError(f"a name is made of letters, digits and _, unlike {name!a}", place=place)
    if keyword.iskeyword(name):
        raise InputError(f"{name} cannot be a name; choose another", place=place)


def read_number(name: str, text: str) -> float:
    """The number given for a name.

    Raises:
        InputError: it is not a finite decimal number.
    """
    value = float(text) if _SIGNED_NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise InputError(f"{name} needs a finite number, for example {name}=2.5")
    return value
