"""How a token is written where white space must be seen."""

from __future__ import annotations

_SHOWN = str.maketrans({" ": "␣", "\n": "↵", "\t": "⇥", "\r": "↵"})


def shown_token(token: str) -> str:
    """Return a token with its white space as signs when it has nothing else or begins with it."""
    if not token:
        return "∅"
    if token.strip() == token and "\n" not in token:
        return token
    return token.translate(_SHOWN)
