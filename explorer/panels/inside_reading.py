"""A text that a recurrent model has read, and the jobs that make it: no widget is touched here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from engine.errors import InputError
from explorer.cell_signs import fenced
from explorer.panels.generate_models import LoadedModel, ModelChoice, load
from explorer.panels.ngram_counting import Progress, grouped, kind_noun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.autodiff.primitives import Array
    from engine.models.activations import Activations, Saturation
    from engine.models.recurrent import RecurrentLM
    from engine.text.patterns import Pattern

SourceName = Literal["play", "narwhals", "typed", "file"]

PART = {"char": 3000}
PART_OF_WORDS = 1000
"""Tokens of one part of a longer text."""

LONGEST = 2_000_000
"""Characters of a file that are read at most."""

MOST_NUMBERS = 60_000_000
"""Activations of a text that are kept at most."""


@dataclass(frozen=True, slots=True)
class TextSource:
    """Which text is read.

    Attributes:
        name: the play held out of training, the narwhals, what was typed, or a file.
        typed: what was typed.
        path: of the file.
        part: which part of a long text, counted from 1.
    """

    name: SourceName = "play"
    typed: str = ""
    path: str = ""
    part: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class WholeText:
    """A text of which one part is read at a time.

    Attributes:
        title: what it is called.
        surfaces: its tokens as typed.
        tokens: their ids in the model.
    """

    title: str
    surfaces: tuple[str, ...]
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text, and all that a model held while it read it.

    Attributes:
        loaded: the model.
        source: what was asked for.
        whole: the text of which this is a part.
        title: what the part is called.
        parts: how many parts the whole text has.
        surfaces: the T tokens as typed.
        activations: of each token.
        patterns: the parts of the text that have a name, each with its tokens (T,).
    """

    loaded: LoadedModel
    source: TextSource
    whole: WholeText
    title: str
    parts: int
    surfaces: tuple[str, ...]
    activations: Activations
    patterns: tuple[tuple[Pattern, NDArray[np.bool_]], ...]

    @property
    def model(self) -> RecurrentLM:
        """The model itself."""
        return cast("RecurrentLM", self.loaded.model)

    @property
    def noun(self) -> str:
        """What a token is: a word or a character."""
        return kind_noun(self.loaded.kind)

    def text(self, first: int, last: int) -> str:
        """The tokens from ``first`` up to but without ``last`` as a text."""
        return self.loaded.cutter.detokenize(self.surfaces[first:last])


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """One quantity of one layer over the whole text, ready to be drawn.

    Attributes:
        reading: what it is of.
        name: h, c, or a gate.
        layer: counted from 0.
        values: (T, H).
        limit: the magnitude at the end of the colours.
        signed: the colours run from -limit to limit, not from 0.
        levels: (H, T) rows of the table of colours.
        saturation: for gates.
        ranks: (T, H), None until they are known.
    """

    reading: Reading
    name: str
    layer: int
    values: Array
    limit: float
    signed: bool
    levels: NDArray[np.uint8]
    saturation: Saturation | None
    ranks: NDArray[np.float64] | None = None

    @property
    def units(self) -> int:
        """H."""
        return int(self.values.shape[1])


def default_source(choice: ModelChoice) -> TextSource:
    """The text that a model reads unless a person says otherwise."""
    return TextSource("narwhals" if Path(choice.weights).stem == "narwhals" else "play")


def read_text(
    choice: ModelChoice, source: TextSource, before: Reading | None
) -> Iterator[Progress | Reading]:
    """Load the model and the text, unless they are those of the reading before, and read it.

    Raises:
        InputError: the model or the text cannot be used.
    """
    loaded = before.loaded if before is not None and before.loaded.choice == choice else None
    if loaded is None:
        for step in load(choice):
            if isinstance(step, LoadedModel):
                loaded = step
            else:
                yield step
    if loaded is None or not loaded.is_recurrent:
        raise InputError("only a recurrent model has hidden units: choose one")
    yield Progress("Reading the text", 0.0)
    if before is not None and before.loaded is loaded and _same_text(before.source, source):
        whole = before.whole
    else:
        title, text = _text_of(source)
        yield Progress("Reading the text", 0.0)
        whole = _whole_text(loaded, title, text[:LONGEST])
        yield Progress("Reading the text", 0.0)
    first, last, parts = _part_of(loaded, source, len(whole.tokens))
    title = whole.title
    if parts > 1:
        title = f"{title}, part {min(source.part, parts)} of {grouped(parts)}"
    model, ids = cast("RecurrentLM", loaded.model), np.array(whole.tokens[first:last], np.intp)
    for found in _read(model, ids):
        if isinstance(found, Progress):
            yield found
        else:
            kept = whole.surfaces[first:last]
            named = _patterns(kept, characters=loaded.kind == "char")
            yield Reading(loaded, source, whole, title, parts, kept, found, named)


def quantity_of(reading: Reading, name: str, layer: int) -> Iterator[Quantity]:
    """A quantity to draw, then the same with its ranks."""
    from engine.models.activations import is_gate, saturation
    from engine.models.units import ranks_of

    values = reading.activations.layers[layer][name]
    shape = reading.model.architecture
    gate = is_gate(shape, name)
    signed = not gate and not (name == "h" and shape.cell == "elman" and shape.phi != "tanh")
    limit = 1.0 if gate else fenced(values) or 1.0
    share = np.nan_to_num(values.T.astype(np.float32) / np.float32(limit))
    if signed:
        share = share * 0.5 + 0.5
    levels = np.clip(share * 255 + 0.5, 0, 255).astype(np.uint8)
    found = Quantity(
        reading, name, layer, values, limit, signed, np.ascontiguousarray(levels),
        saturation(values) if gate else None,
    )  # fmt: skip
    yield found
    yield replace(found, ranks=ranks_of(values))


def _text_of(source: TextSource) -> tuple[str, str]:
    """Title and text."""
    from engine.text.corpus import corpus_from_file, load_corpus, load_document

    if source.name == "typed":
        return "Typed text", source.typed
    if source.name == "file":
        corpus = corpus_from_file(source.path)
        return corpus.title, corpus.text
    if source.name == "narwhals":
        corpus = load_corpus("narwhals")
        return corpus.title, corpus.text
    from engine.training.texts import HELD_OUT_PLAY

    play = load_document("shakespeare", HELD_OUT_PLAY)
    return play.title, play.text


def _same_text(one: TextSource, other: TextSource) -> bool:
    return replace(one, part=1) == replace(other, part=1)


def _whole_text(loaded: LoadedModel, title: str, text: str) -> WholeText:
    tokens = loaded.encode(text)
    if not tokens:
        raise InputError(f"there is no {kind_noun(loaded.kind)} to read: type at least one")
    return WholeText(title, tuple(loaded.cutter.surfaces(text)), tokens)


def _part_of(loaded: LoadedModel, source: TextSource, count: int) -> tuple[int, int, int]:
    """First token, the one after the last, and how many parts there are."""
    from engine.models.activations import quantities

    shape = cast("RecurrentLM", loaded.model).architecture
    held = shape.hidden * shape.layers * len(quantities(shape))
    size = max(1, min(PART.get(loaded.kind, PART_OF_WORDS), MOST_NUMBERS // held))
    parts = -(-count // size)
    first = (min(max(source.part, 1), parts) - 1) * size
    return first, min(count, first + size), parts


def _read(model: RecurrentLM, ids: NDArray[np.intp]) -> Iterator[Progress | Activations]:
    from engine.models.activations import BLOCK, read_in_steps

    steps, blocks = read_in_steps(model, ids), 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            yield cast("Activations", end.value)
            return
        blocks += 1
        yield Progress("Reading the text", min(1.0, BLOCK * blocks / len(ids)))


def _patterns(
    surfaces: tuple[str, ...], *, characters: bool
) -> tuple[tuple[Pattern, NDArray[np.bool_]], ...]:
    from engine.text.patterns import patterns_in

    return tuple(
        (pattern, pattern.mask(surfaces))
        for pattern in patterns_in(surfaces, characters=characters)
    )
