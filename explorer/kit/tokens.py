"""How a token is written where white space must be seen."""

from __future__ import annotations

_SHOWN = str.maketrans({" ": "␣", "\n": "↵", "\t": "⇥", "\r": "↵"})
_LONGEST = 40


def shown_token(token: str) -> str:
    """Return a token with its white space as signs when it has nothing else or begins with it."""
    if not token:
        return "∅"
    if token.strip() == token and "\n" not in token:
        return token
    return token.translate(_SHOWN)


def quoted_token(token: str) -> str:
    """Return a token as a sentence names it: in quotation marks, of a long one the beginning."""
    return f"“{beginning(shown_token(token))}”"


def beginning(text: str) -> str:
    """Return a text as a sentence repeats it: of a long one the beginning."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
