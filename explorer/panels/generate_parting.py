"""Where texts drawn with the same random numbers part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.kit.tokens import shown_token
from explorer.panels.ngram_counting import kind_noun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.panels.generate_sampling import Drawn

SAME_NUMBERS = "All models draw with the same random numbers."


@dataclass(frozen=True, slots=True)
class Voice:
    """One of the texts.

    Attributes:
        title: of its model.
        kind: of its tokens.
        drawn: they.
    """

    title: str
    kind: str
    drawn: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Parting:
    """Where they part.

    Attributes:
        places: for each text the place of the token at which it parts from the others of its
            kind, or -1.
        sentence: the same in words; empty for a single text.
    """

    places: tuple[int, ...]
    sentence: str


def parting_of(voices: Sequence[Voice]) -> Parting:
    """The first place at which texts of the same kind of tokens differ."""
    if len(voices) < 2:
        return Parting((-1,) * len(voices), "")
    places = [-1] * len(voices)
    said = []
    kinds = list(dict.fromkeys(voice.kind for voice in voices))
    for kind in kinds:
        group = [i for i, voice in enumerate(voices) if voice.kind == kind]
        if len(group) > 1:
            place = _first_difference([voices[i].drawn for i in group])
            for i in group:
                places[i] = place
            said.append(_sentence([voices[i] for i in group], place))
    if len(kinds) > 1:
        nouns = " and ".join(f"{kind_noun(kind)}s" for kind in kinds)
        said.append(f"{nouns.capitalize()} cannot be compared token by token.")
    return Parting(tuple(places), " ".join(said))


def _first_difference(texts: Sequence[Sequence[Drawn]]) -> int:
    """The first place with different tokens, -1 where there is none."""
    for place, row in enumerate(zip(*texts, strict=False)):
        if len({one.text for one in row}) > 1:
            return place
    return -1


def _sentence(voices: Sequence[Voice], place: int) -> str:
    if place < 0:
        same = min(len(voice.drawn) for voice in voices)
        if not same:
            return SAME_NUMBERS
        noun = kind_noun(voices[0].kind)
        return f"The same {same} {noun}{'' if same == 1 else 's'} so far, from the same numbers."
    said: dict[str, list[str]] = {}
    for voice in voices:
        said.setdefault(voice.drawn[place].text, []).append(voice.title)
    parts = ", ".join(
        f"“{shown_token(text)}” in {' and '.join(titles)}" for text, titles in said.items()
    )
    if any(voice.drawn[place].by_hand for voice in voices):
        return f"They part at token {place + 1}: {parts}; one was put in by hand."
    uniform = voices[0].drawn[place].uniform
    return f"They part at token {place + 1}: {parts}, from the same u = {uniform:.4f}."
