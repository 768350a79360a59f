"""From a corpus to a counted n-gram model, in one call."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Literal

from engine.errors import InputError
from engine.models.ngram import NGramModel
from engine.models.ngram_counts import NGramCounts
from engine.steps import part, reported
from engine.text.corpus import Corpus
from engine.text.encoding import encoded
from engine.text.tokenizer import Tokenizer, tokenizer
from engine.text.vocabulary import UNKNOWN, Vocabulary

LARGEST_ORDER = 32

Sentences = Literal["none", "lines"]


@dataclass(frozen=True)
class FittedNGram:
    """An n-gram model with the tokenizer that made its tokens.

    Attributes:
        model: the counts and their probabilities.
        tokenizer: turns prompts and contexts into the model's tokens.
        corpus: what was counted.
    """

    model: NGramModel
    tokenizer: Tokenizer
    corpus: Corpus


def fit_ngram(
    corpus: Corpus,
    order: int,
    *,
    tokens: str = "word",
    sentences: Sentences = "none",
    unknown: bool = False,
    progress: Callable[[float], None] | None = None,
) -> FittedNGram:
    """Count a corpus.

    Args:
        corpus: the text.
        order: n.
        tokens: name of the tokenizer.
        sentences: ``none`` counts one stream, ``lines`` frames each line with <s> and </s>.
        unknown: give the vocabulary of one stream the token <unk> too, never seen, so that smoothed
            models can score tokens the text lacks; sentences always have it.
        progress: told the share done, now and then.

    Raises:
        InputError: the order is out of range or the text has no token.
    """
    if not 1 <= order <= LARGEST_ORDER:
        raise InputError(f"the order must lie in 1..{LARGEST_ORDER}, not {order}")
    cutter = tokenizer(tokens)
    if sentences == "lines":
        lines = list(_lines(corpus, cutter))
        return FittedNGram(
            NGramModel.fit_sentences(lines, order, progress=progress), cutter, corpus
        )
    counts = reported(_counting(corpus, cutter, order, unknown=unknown), progress)
    return FittedNGram(NGramModel(counts), cutter, corpus)


def _lines(corpus: Corpus, cutter: Tokenizer) -> Iterator[list[str]]:
    """The tokens of each line; each type is kept once, however often it occurs."""
    kept: dict[str, str] = {}
    for line in corpus.text.split("\n"):
        if line.strip():
            tokens = cutter.tokenize(line)
            yield list(map(kept.setdefault, tokens, tokens))


def _counting(
    corpus: Corpus, cutter: Tokenizer, order: int, *, unknown: bool
) -> Generator[float, None, NGramCounts]:
    text = yield from part(encoded(corpus, cutter), 0.0, 0.6)
    vocabulary = text.vocabulary
    if unknown and vocabulary.unknown is None:
        vocabulary = Vocabulary((*vocabulary.tokens, UNKNOWN))
    return (yield from part(NGramCounts.counting_stream(text.stream, vocabulary, order), 0.6, 1.0))
