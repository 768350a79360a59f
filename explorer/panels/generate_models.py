"""The models that text can be generated from, and how each is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.models.smoothing import MLE, Smoothing, smoothed
from engine.models.torch_files import load_weights
from engine.text.tokenizer import tokenizer
from explorer.assets import asset
from explorer.panels.generate_sampling import Reader, preview
from explorer.panels.models import CELL_TITLES
from explorer.panels.ngram_counting import (
    CountedText,
    Progress,
    TextChoice,
    count_text,
    kind_noun,
)
from explorer.panels.ngram_lookup import unknown_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.models.language_model import LanguageModel
    from engine.models.weights import SavedModel
    from engine.text.tokenizer import Tokenizer
    from explorer.panels.generate_distribution import Distribution, Settings
    from explorer.panels.ngram_counting import TokenKind

SHIPPED = {
    "shakespeare-lstm": "Shakespeare",
    "shakespeare": "Shakespeare",
    "shakespeare-words": "Shakespeare",
    "narwhals": "Narwhals",
}
ARPA = ".arpa"
PROMPTS = {
    ("shakespeare-lstm", "char"): "KING HENRY:\n",
    ("shakespeare-words", "word"): "my lord",
    ("shakespeare", "char"): "KING HENRY:\n",
    ("shakespeare", "word"): "my lord",
    ("narwhals", "char"): "Narwhals are ",
    ("narwhals", "word"): "Narwhals are",
}


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model generates.

    Attributes:
        weights: path of a trained model's weights or of an ARPA file, or empty for counted n-grams.
        text: what the n-grams are counted in.
        kind: their tokens.
        order: their n.
        smoothing: what n-grams never seen get.
    """

    weights: str = ""
    text: TextChoice | None = None
    kind: TokenKind = "word"
    order: int = 3
    smoothing: Smoothing = field(default_factory=Smoothing)

    @property
    def title(self) -> str:
        """What to call it before it is loaded."""
        return f"{self.order}-gram" if self.text is not None else Path(self.weights).stem


@dataclass(frozen=True, slots=True, eq=False)
class LoadedModel:
    """A model ready to generate.

    Attributes:
        choice: what was asked for.
        title: its short name, the heading of the text.
        origin: one line on where it is from.
        model: the language model.
        kind: ``word``, ``char`` or ``space``.
        cutter: turns a prompt into tokens, and tokens into text.
        hidden: size of the recurrent state, 0 for n-grams.
        counted: the text whose n-grams were counted.
        saved: a trained model as it was read, None for n-grams.
    """

    choice: ModelChoice
    title: str
    origin: str
    model: LanguageModel
    kind: str
    cutter: Tokenizer
    hidden: int = 0
    counted: CountedText | None = None
    saved: SavedModel | None = None

    @property
    def usual_prompt(self) -> str:
        """What a text of this model begins with, unless a person says otherwise."""
        text = self.choice.text
        name = Path(self.choice.weights).stem if text is None else text.name
        return PROMPTS.get((name, self.kind), "")

    @property
    def is_recurrent(self) -> bool:
        """Whether it reads its tokens into a hidden state."""
        return self.hidden > 0

    def is_alike(self, other: LoadedModel) -> bool:
        """Whether it differs from another only in how n-grams of the same text are used."""
        text = self.choice.text
        return text is not None and (text, self.kind) == (other.choice.text, other.kind)

    def knows(self, prompt: str) -> bool:
        """Whether every token of a prompt is in the vocabulary."""
        vocabulary = self.model.vocabulary
        if vocabulary.unknown is not None:
            return True
        return all(token in vocabulary for token in self.cutter.tokenize(prompt))

    def encode(self, prompt: str) -> tuple[int, ...]:
        """The tokens of a prompt.

        Raises:
            InputError: the model does not know one of them.
        """
        vocabulary = self.model.vocabulary
        tokens = self.cutter.tokenize(prompt)
        for token in tokens:
            if token not in vocabulary and vocabulary.unknown is None:
                raise InputError(unknown_sentence(vocabulary, self.origin, token))
        return tuple(int(i) for i in vocabulary.encode(tokens, unknown=vocabulary.unknown))


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A prompt that the model can read.

    Attributes:
        text: as typed.
        ids: its tokens.
        surfaces: the same tokens as typed.
        distribution: what the first token is drawn from.
    """

    text: str
    ids: tuple[int, ...]
    surfaces: tuple[str, ...]
    distribution: Distribution


def prepare(loaded: LoadedModel, prompt: str, settings: Settings) -> Prepared:
    """Read a prompt.

    Raises:
        InputError: the model does not know one of its tokens.
    """
    ids = loaded.encode(prompt)
    surfaces = tuple(loaded.cutter.surfaces(prompt))
    (distribution,) = preview(Reader(loaded.model, ids), settings)
    return Prepared(prompt, ids, surfaces, distribution)


def prepare_all(
    models: Sequence[tuple[int, LoadedModel]], prompt: str, settings: Settings
) -> Iterator[dict[int, Prepared]]:
    """Read a prompt with several models, each under its key.

    Raises:
        InputError: one of them does not know one of its tokens.
    """
    yield {key: prepare(loaded, prompt, settings) for key, loaded in models}


def shipped_weights() -> tuple[tuple[str, str], ...]:
    """Name and path of each trained model that comes with the program."""
    found = []
    for name in SHIPPED:
        path = Path(str(asset("weights", f"{name}.safetensors")))
        if path.is_file():
            found.append((name, str(path)))
    return tuple(found)


def load(
    choice: ModelChoice, counted: CountedText | None = None
) -> Iterator[Progress | LoadedModel]:
    """Read weights, or count n-grams; the last result is the `LoadedModel`.

    Args:
        choice: which model.
        counted: its text where that was counted before.

    Raises:
        InputError: the weights or the text cannot be used.
    """
    if choice.text is not None:
        for step in (counted,) if counted is not None else count_text(choice.text, choice.kind):
            if isinstance(step, CountedText):
                if choice.smoothing != MLE:
                    yield Progress(f"Smoothing: {choice.smoothing.title}", 0.9)
                yield _ngram(choice, step)
            else:
                yield step
        return
    if Path(choice.weights).suffix.lower() == ARPA:
        yield from _arpa(choice)
        return
    yield Progress("Reading the weights", 0.0)
    saved = load_weights(choice.weights)
    name = Path(choice.weights).stem
    origin = f"{SHIPPED.get(name, name)}, {kind_noun(saved.tokens)}s"
    title = CELL_TITLES[saved.model.architecture.cell]
    yield LoadedModel(
        choice, title, origin, saved.model, saved.tokens, tokenizer(saved.tokens),
        saved.model.hidden, saved=saved,
    )  # fmt: skip


def _arpa(choice: ModelChoice) -> Iterator[Progress | LoadedModel]:
    """An n-gram model in an ARPA file, over words."""
    from engine.models.arpa import read_arpa

    yield Progress("Reading the ARPA file", 0.0)
    model = read_arpa(choice.weights)
    name = Path(choice.weights).name
    title = f"{model.order}-gram, ARPA"
    yield LoadedModel(
        replace(choice, order=model.order), title, f"{name}, words", model, "word",
        tokenizer("word"),
    )  # fmt: skip


def _ngram(choice: ModelChoice, counted: CountedText) -> LoadedModel:
    """The model of counted n-grams; smoothing takes up to a second."""
    plain = choice.smoothing == MLE
    return LoadedModel(
        choice,
        f"{choice.order}-gram" if plain else f"{choice.order}-gram, {choice.smoothing.title}",
        f"{counted.title}, {kind_noun(counted.kind)}s",
        smoothed(replace(counted.counts, order=choice.order), choice.smoothing),
        counted.kind,
        counted.cutter,
        counted=counted,
    )
