"""How each run looks, whatever it is drawn in: a colour and the form of its marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from explorer.theme import Role


class Form(NamedTuple):
    """The colour and the mark of a run."""

    color: Role
    symbol: Literal["o", "s", "t", "d"]


_COLORS: tuple[Role, ...] = ("forward", "backward", "agrees", "code_keyword", "code_number")
_SYMBOLS: tuple[Literal["o", "s", "t", "d"], ...] = ("o", "s", "t", "d")


def form_of(place: int) -> Form:
    """That of the run at a place of the list; twenty runs differ."""
    return Form(_COLORS[place % len(_COLORS)], _SYMBOLS[place % len(_SYMBOLS)])
