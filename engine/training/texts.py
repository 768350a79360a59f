"""A corpus made ready for training: token ids, where its units begin, what is held out."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.text.corpus import Corpus
from engine.text.tokenizer import Tokenizer
from engine.text.vocabulary import Vocabulary

HELD_OUT_PLAY = "As You Like It"
_HELD_OUT_SHARE = 0.1
_SHORTEST_TO_SPLIT = 2000


@dataclass(frozen=True)
class TrainingText:
    """What a training run reads.

    Attributes:
        vocabulary: of the whole corpus, held-out part included.
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


def training_text(corpus: Corpus, tokens: Tokenizer) -> TrainingText:
    """Tokenize a corpus and hold out a part: one play of Shakespeare's, else the last tenth."""
    if any(document.title == HELD_OUT_PLAY for document in corpus.documents):
        kept, held_out = corpus.held_out([HELD_OUT_PLAY])
        train_text, held_out_text, name = kept.text, held_out.text, HELD_OUT_PLAY
    elif len(corpus.text) >= _SHORTEST_TO_SPLIT:
        cut = int(len(corpus.text) * (1 - _HELD_OUT_SHARE))
        train_text, held_out_text, name = corpus.text[:cut], corpus.text[cut:], "the last tenth"
    else:
        train_text, held_out_text, name = corpus.text, "", "nothing: the text is too short"
    train, held_out_tokens = tokens.tokenize(train_text), tokens.tokenize(held_out_text)
    vocabulary = Vocabulary.of([*train, *held_out_tokens])
    return TrainingText(
        vocabulary,
        vocabulary.encode(train),
        unit_starts(train_text, tokens),
        vocabulary.encode(held_out_tokens) if held_out_tokens else np.zeros(0, np.int32),
        name,
    )


def unit_starts(text: str, tokens: Tokenizer) -> NDArray[np.int64]:
    """Indices of the tokens that begin a paragraph, or a line where there are no blank lines."""
    breaks = re.compile(r"\n\n+" if "\n\n" in text.strip() else r"\n")
    if tokens.name == "char":
        inner = [match.end() for match in breaks.finditer(text)]
        return np.array([0, *(i for i in inner if i < len(text))], np.int64)
    lengths = [len(tokens.tokenize(unit)) for unit in breaks.split(text)]
    ends = np.cumsum([n for n in lengths if n], dtype=np.int64)
    return np.concatenate([np.zeros(1, np.int64), ends[:-1]])
