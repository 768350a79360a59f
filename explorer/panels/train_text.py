"""Reading a text to train on, in pieces that leave the window quick."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.text.corpus import corpus_from_file, load_corpus
from engine.text.tokenizer import tokenizer
from explorer.panels.ngram_counting import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.text.tokenizer import Tokenizer
    from engine.training.live import LiveText
    from explorer.panels.train_settings import TrainChoice

BLOCK = 1 << 16
"""Characters cut at a time: about 6 ms of one regular expression that holds Python's lock."""

_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class InBlocks:
    """A tokenizer that cuts a long text block by block; between two of them the window goes on.

    Attributes:
        cutter: does the work; its tokens are the same, because none holds white space beside
            anything else.
    """

    cutter: Tokenizer

    @property
    def name(self) -> str:
        """That of the tokenizer."""
        return self.cutter.name

    def tokenize(self, text: str) -> list[str]:
        """The tokens of the whole text."""
        tokens: list[str] = []
        for block in _blocks(text):
            tokens += self.cutter.tokenize(block)
        return tokens

    def surfaces(self, text: str) -> list[str]:
        """The same as typed."""
        return self.cutter.surfaces(text)

    def detokenize(self, tokens: Sequence[str]) -> str:
        """A text made of tokens."""
        return self.cutter.detokenize(tokens)


def read_text(choice: TrainChoice) -> Iterator[Progress | LiveText]:
    """Read a text and hold a part out; the last result is the `LiveText`.

    Raises:
        InputError: it cannot be read, or is too short.
    """
    from engine.training.live import LiveText
    from engine.training.texts import training_text

    yield Progress("Reading the text", 0.1)
    text = choice.text
    corpus = corpus_from_file(text.path) if text.name == "file" else load_corpus(text.name)
    yield Progress("Cutting it into tokens", 0.4)
    cutter = InBlocks(tokenizer(choice.kind))
    read = training_text(corpus, cutter, largest_vocabulary=choice.largest_vocabulary)
    yield Progress("Making the model", 0.9)
    yield LiveText(corpus.name, corpus.title, choice.kind, read, choice.largest_vocabulary)


def _blocks(text: str) -> Iterator[str]:
    """Pieces of about `BLOCK` characters, each but the last with a space at its end."""
    start = 0
    while start < len(text):
        space = _SPACE.search(text, start + BLOCK)
        end = len(text) if space is None else space.end()
        yield text[start:end]
        start = end
