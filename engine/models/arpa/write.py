"""Writing an ARPA file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.files import write_whole
from engine.models.arpa.logarithms import decimal_logarithms
from engine.models.arpa.model import MARKS, ArpaModel
from engine.models.ngram_counts import SENTENCE_END, SENTENCE_START
from engine.models.smoothing.interpolated import Interpolated
from engine.text.vocabulary import UNKNOWN

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

    from engine.models.language_model import LanguageModel
    from engine.models.smoothing.back_off import BackOffTable
    from engine.text.vocabulary import Vocabulary

NEVER = b"-99"


def write_arpa(model: LanguageModel, path: str | PathLike[str]) -> None:
    """Put a model at ``path``, as KenLM and SRILM read it; the old file or the new one, whole.

    The unigrams come in the vocabulary's order. Where the model has no sentences, ``<s>``, ``</s>``
    and, if it has none of its own, ``<unk>`` stand there with logarithm -99, without which KenLM
    does not read the file. KenLM's own reader also wants an order from 2 to 6.

    Args:
        model: a Witten-Bell or Kneser-Ney model, or one that was read from a file.
        path: the file.

    Raises:
        InputError: the model is no back-off model, a token cannot stand in such a file, a back-off
            weight is 0, or the file cannot be written.
    """
    if not isinstance(model, (Interpolated, ArpaModel)):
        raise InputError(
            "an ARPA file holds a probability for every token by backing off, which this model "
            "does not have; choose Witten-Bell or Kneser-Ney smoothing.",
            file=path,
        )
    weights = (model.table.unigrams, *model.table.back_offs)
    if isinstance(model, Interpolated) and not all((each > 0).all() for each in weights):
        raise InputError(
            "with a discount of 0 nothing is left for unseen tokens, which an ARPA file cannot "
            "say; choose a larger discount.",
            file=path,
        )
    try:
        words = _checked_words(model.vocabulary, framed=model.start is not None)
    except InputError as refused:
        raise InputError(refused.message, file=path) from None
    write_whole(path, b"".join(_parts(model.table, words, model.vocabulary, model.start)))


def _checked_words(vocabulary: Vocabulary, *, framed: bool) -> list[bytes]:
    """The tokens' bytes; refuses those that would be read as something else."""
    marks = {SENTENCE_START, "<UNK>"} if framed else {SENTENCE_START, SENTENCE_END, "<UNK>"}
    for token in vocabulary.tokens:
        if token in marks:
            raise InputError(
                f"the text's own token {token} would be read as a mark of sentences or of unknown "
                "words in an ARPA file; remove it from the text."
            )
        # Python knows more spaces than ARPA readers do; NUL ends a word in some.
        if token.split() != [token] or "\0" in token:
            raise InputError(
                f"an ARPA file parts its tokens by spaces, so {token!r} cannot stand in it; count "
                "words instead, or put another character in its place."
            )
    try:
        return [token.encode("utf-8") for token in vocabulary.tokens]
    except UnicodeEncodeError as error:
        raise InputError(
            f"the token {error.object!r} is not text that a file can hold; remove it."
        ) from None


def _parts(
    table: BackOffTable, words: list[bytes], vocabulary: Vocabulary, start: int | None
) -> list[bytes]:
    """The pieces of the file."""
    unigrams = _unigram_lines(table, words, vocabulary, start)
    levels = table.trie.levels
    sizes = [len(unigrams), *(level.tokens.size for level in levels[1:])]
    header = [f"ngram {order}={size}" for order, size in enumerate(sizes, start=1)]
    parts = ["\n".join(("\\data\\", *header, "", "\\1-grams:", "")).encode()]
    parts += [b"\n".join(unigrams), b"\n"]
    names = [*words, *(mark.encode() for mark in MARKS)]
    endings = np.array([b" " + word for word in names], dtype=object)
    ngrams = np.array([names[token] for token in levels[0].tokens.tolist()], dtype=object)
    for order in range(2, len(levels) + 1):
        level, above = levels[order - 1], levels[order - 2]
        ngrams = np.repeat(ngrams, np.diff(above.children)) + endings[level.tokens]
        columns = [decimal_logarithms(table.probabilities[order - 1]), ngrams.tolist()]
        if order < len(levels):
            columns.append(decimal_logarithms(table.back_offs[order - 1]))
        parts.append(f"\n\\{order}-grams:\n".encode())
        parts += [b"\n".join(map(b"\t".join, zip(*columns, strict=True)))]
        parts.append(b"\n" if level.tokens.size else b"")
    return [*parts, b"\n\\end\\\n"]


def _unigram_lines(
    table: BackOffTable, words: list[bytes], vocabulary: Vocabulary, start: int | None
) -> list[bytes]:
    """One line for each token of the vocabulary, then the marks it does not hold."""
    weights: NDArray[np.float64] = np.ones(len(words) + len(MARKS))
    if table.back_offs:
        weights[table.trie.levels[0].tokens] = table.back_offs[0]
    back_offs = decimal_logarithms(weights)
    columns = [[*decimal_logarithms(table.unigrams)], [*words]]
    if start is not None:
        columns[0].append(NEVER)
        columns[1].append(SENTENCE_START.encode())
    extra = [] if start is not None else [SENTENCE_START, SENTENCE_END]
    extra += [UNKNOWN] if vocabulary.unknown is None else []
    if table.back_offs:
        columns.append(back_offs[: len(columns[1])])
    last = [NEVER, b"", b"0"][: len(columns)]
    lines = list(map(b"\t".join, zip(*columns, strict=True)))
    for mark in extra:
        last[1] = mark.encode()
        lines.append(b"\t".join(last))
    return lines
