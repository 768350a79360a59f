"""Sentences of a speech, in one of two forms that real and generated text can share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.text.tokenizer import WordTokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Form = Literal["written", "words"]
"""``written`` keeps the text's own letters; ``words`` is what a model of words can say: lower case
with the marks set anew, and capitals put back by rule."""

_PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "--",
        "\u2014": "--", "\u2026": "...", "\u00a0": " ", "\ufeff": "", "\t": " ",
    }
)  # fmt: skip
_END = re.compile(r"(?<![A-Z]\.)(?<!\.\.)[.?!]+[\"')\]]*(?=\s)")
_SHORTENED = re.compile(r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|St|etc|viz|No)\.$")
_BEGINS = re.compile(r"[\"'(]*[A-Z]")
_BEGINS_LOW = re.compile(r"[\"'(]*\w")
_ENDS = re.compile(r"[.?!]+[\"')]*$")
_UNCLEAN = re.compile(r"[\[\]_*#<>|{}\\]|(?<![\w'])[A-Z]{2,}|--\s*$|^--")
_NAME = re.compile(r"^((?:[\w'-]+,? ){0,3}[\w'-]+) ?: ")
_HEADINGS = ("scene ", "act ", "prologue", "epilogue")
_LONE_I = re.compile(r"(?<![\w'-])i(?=$|[\s.,;:!?)\"]|'(?:ll|ld|m|d|ve)\b)")
_CUTTER = WordTokenizer()
_ELIDED = (
    "tis|twas|twere|twill|twould|twixt|tween|gainst|scape|em|gan|t|st|s|ld|ll|faith|gad|mongst"
)
_OPENS = re.compile(rf"(?<![\w'])'(?!(?:{_ELIDED})\b)\w", re.IGNORECASE)
_CLOSES = re.compile(r"(?<=[\w.,!?;:-])'(?!\w)")
_SURELY_CLOSES = re.compile(r"(?<=[.,!?;:-])'(?!\w)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Attributes:
        shown: on one line, as a person reads it.
        source: as long as ``shown``, with the newlines where the text has them: what a model of
            characters has learned to read.
        clean: begins and ends as a sentence, and holds nothing of the layout.
    """

    shown: str
    source: str
    clean: bool


def plain(text: str) -> str:
    """Text with the typographic marks written as in the plays: straight quotes, ``--``."""
    return text.translate(_PLAIN)


def sentences(text: str, form: Form) -> tuple[Sentence, ...]:
    """The sentences of a speech; what stands behind the last end mark is one that is not clean."""
    if form == "words":
        return tuple(_worded(text))
    return tuple(_written(text))


def spoken_words(text: str, names: Iterable[str]) -> Iterator[str]:
    """Speeches in the text of a model of words, which has no lines: between directions and names.

    Args:
        text: its tokens put together.
        names: of speakers, in lower case; what begins as ``name:`` ends the speech before it.
    """
    known = frozenset(names)
    for piece in re.split(r"\[[^\[\]]*\]", text):
        speech: list[str] = []
        heading = False
        for sentence in _cut(piece, anywhere=True):
            called = _NAME.match(sentence)
            if sentence.startswith(_HEADINGS) or (called and called[1] in known):
                yield " ".join(speech)
                # What follows a heading tells where the scene is, up to a direction or a name.
                heading = called is None
                speech = [sentence[called.end() :]] if called else []
            elif not heading:
                speech.append(sentence)
        yield " ".join(speech)


def _written(text: str) -> Iterator[Sentence]:
    for source in _cut(plain(text), anywhere=False):
        shown = source.replace("\n", " ")
        clean = bool(_BEGINS.match(shown) and _ENDS.search(shown)) and not _UNCLEAN.search(shown)
        yield Sentence(shown, source, clean)


def _worded(text: str) -> Iterator[Sentence]:
    joined = _CUTTER.detokenize(_CUTTER.tokenize(plain(text).replace("\n", " ")))
    for source in _cut(joined, anywhere=True):
        named = _NAME.match(source)
        clean = bool(_BEGINS_LOW.match(source) and _ENDS.search(source)) and not named
        shown = recased(source)
        yield Sentence(shown, shown, clean and not _UNCLEAN.search(source))


def recased(sentence: str) -> str:
    """A sentence in lower case with a capital at its beginning and for the word I."""
    with_i = _LONE_I.sub("I", sentence)
    first = re.search(r"[^\W\d_]", with_i)
    if first is None:
        return with_i
    at = first.start()
    return with_i[:at] + with_i[at].upper() + with_i[at + 1 :]


def _cut(text: str, *, anywhere: bool) -> Iterator[str]:
    """Pieces that end with an end mark, and what is left.

    Args:
        text: to be cut.
        anywhere: at every end mark; else only where a capital follows, as "Alas! the day." is one.
    """
    text = text.strip()
    begin = 0
    for mark in _END.finditer(text + " "):
        after = text[mark.end() :].lstrip()
        if _SHORTENED.search(text[begin : mark.end()]):
            continue
        if after and not anywhere and not _BEGINS.match(after):
            continue
        yield text[begin : mark.end()].strip()
        begin = mark.end()
    rest = text[begin:].strip()
    if rest:
        yield rest


def quotes_close(text: str) -> bool:
    """Whether every quotation and bracket that is opened is closed too, as far as one can tell."""
    if text.count('"') % 2 or text.count("(") != text.count(")"):
        return False
    opened = len(_OPENS.findall(text))
    # The apostrophe behind "the kings'" may close a quotation or not.
    return len(_SURELY_CLOSES.findall(text)) <= opened <= len(_CLOSES.findall(text))
