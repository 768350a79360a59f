"""A play's text taken apart into what is spoken, and where: no names, directions or headings.

It reads the plays' own layout and any text whose paragraphs are parted by empty lines. A model's
text goes through the same, so that what is left of both looks alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.text.corpus import Corpus

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_DIRECTION = re.compile(r"\[[^\[\]]*\][ \t]*")
_HEADING = re.compile(r"(ACT|SCENE|PROLOGUE|EPILOGUE|INDUCTION|CHORUS)\b(?:\s+([IVXL]+))?")
_SPEAKER = re.compile(r"[A-Z][\w'&,.\-]*(?: (?:[A-Z&][\w'&,.\-]*|and|of|the|de|to))*:")
_LONGEST_NAME = 40
_NUMERALS = {"I": 1, "V": 5, "X": 10, "L": 50}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where real words stand.

    Attributes:
        title: of the play or the file.
        scene: such as ``Act 1, Scene 3``; empty where the text does not say.
        speaker: as the text writes the name; empty where it names none.
    """

    title: str
    scene: str = ""
    speaker: str = ""

    @property
    def sentence(self) -> str:
        """All that is known, in one line."""
        speaker = self.speaker.title().replace("'S", "'s") if self.speaker else ""
        return " · ".join(part for part in (self.title, self.scene, speaker) if part)


@dataclass(frozen=True, slots=True)
class Speech:
    """What is spoken without a break.

    Attributes:
        text: its lines, parted by newlines as in the source.
        origin: where it stands.
    """

    text: str
    origin: Origin


def speeches(corpus: Corpus) -> tuple[Speech, ...]:
    """All that is spoken in the documents, in their order."""
    return tuple(
        speech
        for document in corpus.documents
        for speech in speeches_of(document.text, document.title)
    )


def speeches_of(text: str, title: str = "") -> Iterator[Speech]:
    """All that is spoken in one text; a text that is no play is spoken as a whole."""
    act = scene = speaker = ""
    for paragraph in _PARAGRAPH.split(text.strip("\n")):
        heading = _HEADING.match(paragraph)
        if heading is not None:
            kind, number = heading[1].title(), _number(heading[2] or "")
            place = f"{kind} {number}" if number else kind
            act, scene = (place, "") if kind == "Act" else (act, place)
            speaker = ""
            continue
        spoken = _DIRECTION.sub("", paragraph).strip()
        first, _, rest = spoken.partition("\n")
        if len(first) <= _LONGEST_NAME and _SPEAKER.fullmatch(first):
            speaker, spoken = first.rstrip(":"), rest.strip()
        if spoken:
            where = ", ".join(part for part in (act, scene) if part)
            yield Speech(_tidy(spoken), Origin(title, where, speaker))


def _tidy(text: str) -> str:
    """Lines without spaces at their ends, and one space between words."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _number(numeral: str) -> int:
    values = [_NUMERALS[letter] for letter in numeral]
    return sum(
        -value if value < max(values[place:]) else value for place, value in enumerate(values)
    )
