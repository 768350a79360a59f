"""A corpus made ready for training: token ids, where its units begin, what is held out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.text.corpus import Corpus
from engine.text.tokenizer import Tokenizer
from engine.text.vocabulary import UNKNOWN, Vocabulary

HELD_OUT_PLAY = "As You Like It"
HOLD_OUT_NOTHING = "nothing"

_HELD_OUT_SHARE = 0.1
_SHORTEST_TO_SPLIT = 2000
_BLOCK = 1 << 17
"""Tokens counted at a time: between two blocks another thread can go on."""


@dataclass(frozen=True)
class TrainingText:
    """What a training run reads.

    Attributes:
        vocabulary: every type of the corpus, held-out part included; or, if it is limited, the
            most frequent types of the training part after the unknown token, whose id is 0.
        train: (N,) token ids.
        starts: indices into ``train`` where a unit (paragraph, sentence) begins.
        held_out: (M,) token ids never trained on; empty for a corpus too small to split.
        held_out_name: what was held out, in words.
    """

    vocabulary: Vocabulary
    train: NDArray[np.int32]
    starts: NDArray[np.int64]
    held_out: NDArray[np.int32]
    held_out_name: str

    @property
    def unknown(self) -> int | None:
        """The id of the unknown token, if the vocabulary has one."""
        return self.vocabulary.unknown


def training_text(
    corpus: Corpus,
    tokens: Tokenizer,
    *,
    hold_out: Sequence[str] = (),
    largest_vocabulary: int | None = None,
) -> TrainingText:
    """Tokenize a corpus and hold out a part.

    Args:
        corpus: the documents.
        tokens: the tokenizer.
        hold_out: titles of the documents to hold out, or "nothing"; by default one play of
            Shakespeare's, else the last tenth.
        largest_vocabulary: keep only so many types, the most frequent; the others are unknown.

    Raises:
        InputError: a title is not in the corpus, or the limit leaves no token.
    """
    train_text, held_out_text, name = _split(corpus, tuple(hold_out))
    train, held_out = tokens.tokenize(train_text), tokens.tokenize(held_out_text)
    if largest_vocabulary is None:
        vocabulary = Vocabulary.of(chain(train, held_out))
    else:
        vocabulary = most_frequent(train, largest_vocabulary)
    unknown = vocabulary.unknown
    return TrainingText(
        vocabulary,
        vocabulary.encode(train, unknown=unknown),
        unit_starts(train_text, tokens),
        vocabulary.encode(held_out, unknown=unknown) if held_out else np.zeros(0, np.int32),
        name,
    )


def most_frequent(tokens: Sequence[str], limit: int) -> Vocabulary:
    """The unknown token, and the most frequent types in alphabetical order, ``limit`` in all.

    Of types with the same count the one that comes first in the alphabet is kept.

    Raises:
        InputError: the limit leaves no type.
    """
    if limit < 2:
        raise InputError(f"a vocabulary of at most {limit} tokens holds no type; ask for 2 or more")
    counts: Counter[str] = Counter()
    for start in range(0, len(tokens), _BLOCK):
        counts.update(tokens[start : start + _BLOCK])
    counts.pop(UNKNOWN, None)
    kept = sorted(counts, key=lambda token: (-counts[token], token))[: limit - 1]
    return Vocabulary((UNKNOWN, *sorted(kept)))


def unit_starts(text: str, tokens: Tokenizer) -> NDArray[np.int64]:
    """Indices of the tokens that begin a paragraph, or a line where there are no blank lines."""
    breaks = re.compile(r"\n\n+" if "\n\n" in text.strip() else r"\n")
    if tokens.name == "char":
        inner = [match.end() for match in breaks.finditer(text)]
        return np.array([0, *(i for i in inner if i < len(text))], np.int64)
    lengths = [len(tokens.tokenize(unit)) for unit in breaks.split(text)]
    ends = np.cumsum([n for n in lengths if n], dtype=np.int64)
    return np.concatenate([np.zeros(1, np.int64), ends[:-1]])


def _split(corpus: Corpus, hold_out: tuple[str, ...]) -> tuple[str, str, str]:
    """The text to train on, the text held out, and its name."""
    if hold_out == (HOLD_OUT_NOTHING,):
        return corpus.text, "", HOLD_OUT_NOTHING
    if not hold_out and any(d.title == HELD_OUT_PLAY for d in corpus.documents):
        hold_out = (HELD_OUT_PLAY,)
    if hold_out:
        kept, held_out = corpus.held_out(hold_out)
        return kept.text, held_out.text, ", ".join(hold_out)
    if len(corpus.text) >= _SHORTEST_TO_SPLIT:
        cut = int(len(corpus.text) * (1 - _HELD_OUT_SHARE))
        return corpus.text[:cut], corpus.text[cut:], "the last tenth"
    return corpus.text, "", "nothing: the text is too short"
