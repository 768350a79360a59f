"""What a column has copied from the text that its model has seen, and that text made ready."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.models.copied import copied_runs
from engine.models.suffixes import END, SuffixOrder
from engine.text.corpus import CORPORA, Corpus, Document, corpus_from_file, corpus_steps
from explorer.panels.ngram_counting import Progress, kind_noun

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from numpy.typing import NDArray

    from engine.text.tokenizer import Tokenizer
    from engine.text.vocabulary import Vocabulary
    from explorer.panels.generate_models import LoadedModel

SHORTEST = {"char": 20}
SHORTEST_IN_WORDS = 5
DEPTH = 6
BLOCK = 1 << 14
LAST_TENTH = "the last tenth"


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A text that a model was trained on or counted from.

    Attributes:
        suffixes: its tokens, sorted.
        titles: of its documents.
        starts: where each begins in the stream, shape (D,).
    """

    suffixes: SuffixOrder
    titles: tuple[str, ...]
    starts: NDArray[np.int64]

    def title_at(self, position: int) -> str:
        """The title of the document that a position of the stream lies in."""
        return self.titles[int(np.searchsorted(self.starts, position, side="right")) - 1]


@dataclass(frozen=True, slots=True)
class Copied:
    """Tokens in a row that stand in the text too.

    Attributes:
        start: index of the first among the drawn tokens.
        length: how many they are.
        title: of the document they stand in, the first of several.
    """

    start: int
    length: int
    title: str

    @property
    def end(self) -> int:
        """The index after the last."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Copies:
    """The copied runs of a column.

    Attributes:
        count: how many drawn tokens were looked at.
        longest: the longest run whatever its length, None where no token stands in the text.
        runs: those long enough to be underlined, by their start.
        shortest: how long that is.
    """

    count: int
    longest: Copied | None
    runs: tuple[Copied, ...]
    shortest: int


def shortest_of(model: LoadedModel) -> int:
    """How long a run is before it is underlined.

    Any n tokens of an n-gram model stand in its text by themselves, unless it backed off: longer
    ones tell something. In words 5 and in characters 20 is the least.
    """
    least = SHORTEST.get(model.kind, SHORTEST_IN_WORDS)
    return least if model.is_recurrent else max(least, model.choice.order + 1)


def copies_of(seen: Seen, tokens: Sequence[int], shortest: int) -> Copies:
    """The runs of drawn tokens that stand in a text."""
    found = [
        Copied(run.start, run.length, seen.title_at(run.position))
        for run in copied_runs(seen.suffixes, tokens)
    ]
    longest = max(found, key=lambda run: (run.length, -run.start), default=None)
    kept = tuple(run for run in found if run.length >= shortest)
    return Copies(len(tokens), longest, kept, shortest)


def counted_text(model: LoadedModel) -> Seen | None:
    """The text that an n-gram model was counted from, None for another model."""
    counted = model.counted
    if counted is None:
        return None
    titles, firsts = zip(*counted.documents, strict=True)
    return Seen(counted.counts.suffixes, titles, np.array(firsts, dtype=np.int64))


def training_name(model: LoadedModel) -> tuple[object, ...]:
    """What says which text a trained model has seen, and in which tokens."""
    saved = model.saved
    if saved is None:
        return ()
    names = (saved.provenance.get(key, "") for key in ("corpus", "held_out"))
    return (*names, Path(model.choice.weights).parent, model.kind, model.model.vocabulary.tokens)


def training_text(model: LoadedModel) -> Iterator[Progress | Seen]:
    """Find the text that a trained model was trained on and sort it; the last result is it.

    Raises:
        InputError: the text is not to be had.
    """
    documents = yield from _documents(model)
    vocabulary, unknown = model.model.vocabulary, len(model.model.vocabulary)
    total = sum(len(document.text) for document in documents) or 1
    parts: list[NDArray[np.int32]] = []
    starts, at, done = [], 0, 0
    for document in documents:
        starts.append(at)
        for ids in _encoded(document.text, model.cutter, vocabulary, unknown):
            parts.append(ids)
            at += ids.size
            yield Progress("Cutting the training text", 0.5 * done / total)
        parts.append(np.array([END], dtype=np.int32))
        at, done = at + 1, done + len(document.text)
    yield Progress("Sorting the training text", 0.5)
    suffixes = SuffixOrder.of(np.concatenate(parts), unknown + 1, DEPTH)
    titles = tuple(document.title for document in documents)
    yield Seen(suffixes, titles, np.array(starts, dtype=np.int64))


def _documents(model: LoadedModel) -> Generator[Progress, None, tuple[Document, ...]]:
    """The documents that a trained model has seen."""
    if model.saved is None:
        raise InputError("this model was not trained on a text that is known.")
    title = str(model.saved.provenance.get("corpus", ""))
    held_out = str(model.saved.provenance.get("held_out", ""))
    corpus = yield from _corpus(title, Path(model.choice.weights).parent)
    if corpus is None:
        raise InputError(f"the text that it was trained on is not here: {title or 'unnamed'}.")
    titles = [document.title for document in corpus.documents]
    unseen = [name for name in titles if name == held_out or name in held_out.split(", ")]
    if unseen and len(unseen) < len(titles):
        corpus, _ = corpus.held_out(unseen)
    if held_out == LAST_TENTH:
        text = corpus.text
        return (Document(corpus.title, text[: int(len(text) * 0.9)]),)
    return corpus.documents


def _corpus(title: str, folder: Path) -> Generator[Progress, None, Corpus | None]:
    """The corpus of a title, or the text of that name beside the weights."""
    told = Progress("Reading the training text", 0.0)
    yield told
    beside = folder / Path(title).name
    if title and beside.is_file():
        return corpus_from_file(beside)
    for name in CORPORA:
        try:
            for corpus in corpus_steps(name):
                if corpus is None:
                    yield told
                elif title in {corpus.title, name}:
                    return corpus
        except InputError:
            continue
    return None


def _encoded(
    text: str, cutter: Tokenizer, vocabulary: Vocabulary, unknown: int
) -> Iterator[NDArray[np.int32]]:
    """The ids of a text, piece by piece; what the vocabulary does not have becomes ``unknown``."""
    start = 0
    while start < len(text):
        space = text.find(" ", start + BLOCK)
        end = len(text) if space < 0 else space + 1
        yield vocabulary.encode(cutter.tokenize(text[start:end]), unknown=unknown)
        start = end


def copied_sentence(run: Copied, kind: str) -> str:
    """What a run is, for a tip: how long, and where it stands."""
    noun = kind_noun(kind)
    return f"copied from {run.title}: {run.length} {noun}s"
