"""The vocabulary: which tokens there are, and the number of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice, repeat
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

UNKNOWN = "<unk>"
"""How the token is spelled that stands for every token outside a vocabulary."""

_BLOCK = 1 << 16
_LONGEST = 40
"""Characters of an unknown token that a message repeats."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Distinct tokens in a fixed order; a token's id is its place in it.

    Attributes:
        tokens: the V tokens.

    Raises:
        InputError: no token at all, an empty one, or one that occurs twice.
    """

    tokens: tuple[str, ...]
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = {token: i for i, token in enumerate(self.tokens)}
        if not index:
            raise InputError(
                "a vocabulary needs at least one token; give a text that is not empty."
            )
        if "" in index:
            raise InputError(
                "a vocabulary cannot hold an empty token; remove it.", place=f"token {index['']}"
            )
        if len(index) < len(self.tokens):
            twice = next(i for i, token in enumerate(self.tokens) if index[token] != i)
            raise InputError(
                f"the token {self.tokens[twice]!r} occurs twice in the vocabulary; remove one.",
                place=f"token {twice}",
            )
        object.__setattr__(self, "_index", index)

    @classmethod
    def of(cls, tokens: Iterable[str]) -> Vocabulary:
        """The distinct tokens of a text, sorted by code point.

        Raises:
            InputError: there is no token.
        """
        # In blocks, between which another thread can go on.
        distinct: set[str] = set()
        rest = iter(tokens)
        while block := tuple(islice(rest, _BLOCK)):
            distinct.update(block)
        return cls(tuple(sorted(distinct)))

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: object) -> bool:
        return token in self._index

    def index(self, token: str) -> int | None:
        """The id of a token, or None where it is unknown."""
        return self._index.get(token)

    @property
    def unknown(self) -> int | None:
        """The id of the token ``<unk>``, or None where there is none.

        A model with such a token can read any text: ``encode(tokens, unknown=self.unknown)``.
        """
        return self.index(UNKNOWN)

    def encode(self, tokens: Sequence[str], *, unknown: int | None = None) -> NDArray[np.int32]:
        """The ids of the tokens, shape (T,).

        Args:
            tokens: the text.
            unknown: the id that unknown tokens get; without one they are refused.

        Raises:
            InputError: a token is unknown; names the first one and those most like it.
        """
        ids = np.empty(len(tokens), dtype=np.int32)
        index = self._index
        try:
            # In blocks: one call for all would hold Python's lock, and a list takes eight times as
            # much as the array.
            for start in range(0, len(tokens), _BLOCK):
                block = tokens[start : start + _BLOCK]
                found = (
                    map(index.__getitem__, block)
                    if unknown is None
                    else map(index.get, block, repeat(unknown))
                )
                ids[start : start + len(block)] = np.fromiter(found, np.int32, len(block))
        except KeyError as missing:
            raise InputError(self._unknown(str(missing.args[0]))) from None
        return ids

    def decode(self, ids: Iterable[int] | NDArray[np.integer]) -> list[str]:
        """The tokens of the ids.

        Raises:
            InputError: an id is not in 0 ... V - 1.
        """
        numbers = ids.tolist() if isinstance(ids, np.ndarray) else [int(i) for i in ids]
        size = len(self.tokens)
        for i in numbers:
            if not 0 <= i < size:
                raise InputError(f"{i} is not a token's number here; they go from 0 to {size - 1}.")
        return [self.tokens[i] for i in numbers]

    def _unknown(self, token: str) -> str:
        import difflib

        near = difflib.get_close_matches(token, self.tokens, n=3)
        named = repr(token if len(token) <= _LONGEST else f"{token[:_LONGEST]}…")
        if near:
            return f"the vocabulary does not have {named}; it has {', '.join(map(repr, near))}."
        return f"the vocabulary does not have {named}; use words of the text it was made from."
