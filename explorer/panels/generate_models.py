"""The models that text can be generated from, and how each is loaded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.models.torch_files import load_weights
from engine.text.tokenizer import tokenizer
from explorer.assets import asset
from explorer.panels.generate_sampling import preview
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
    from collections.abc import Iterator

    from engine.models.language_model import LanguageModel
    from engine.text.tokenizer import Tokenizer
    from explorer.panels.generate_sampling import Distribution, Settings
    from explorer.panels.ngram_counting import TokenKind

SHIPPED = {
    "shakespeare-lstm": "Shakespeare",
    "shakespeare": "Shakespeare",
    "shakespeare-words": "Shakespeare",
    "narwhals": "Narwhals",
}
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
        weights: path of a trained model's weights, or empty for n-grams.
        text: what the n-grams are counted in.
        kind: their tokens.
        order: their n.
    """

    weights: str = ""
    text: TextChoice | None = None
    kind: TokenKind = "word"
    order: int = 3


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
    """

    choice: ModelChoice
    title: str
    origin: str
    model: LanguageModel
    kind: str
    cutter: Tokenizer
    hidden: int = 0
    counted: CountedText | None = None

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

    def with_order(self, order: int) -> LoadedModel:
        """The n-gram model of another order from the same counts."""
        if self.counted is None:
            return self
        return _ngram(replace(self.choice, order=order), self.counted)

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


def prepare(loaded: LoadedModel, prompt: str, settings: Settings) -> Iterator[Prepared]:
    """Read a prompt.

    Raises:
        InputError: the model does not know one of its tokens.
    """
    ids = loaded.encode(prompt)
    surfaces = tuple(loaded.cutter.surfaces(prompt))
    for distribution in preview(loaded.model, ids, settings):
        yield Prepared(prompt, ids, surfaces, distribution)


def shipped_weights() -> tuple[tuple[str, str], ...]:
    """Name and path of each trained model that comes with the program."""
    found = []
    for name in SHIPPED:
        path = Path(str(asset("weights", f"{name}.safetensors")))
        if path.is_file():
            found.append((name, str(path)))
    return tuple(found)


def load(choice: ModelChoice) -> Iterator[Progress | LoadedModel]:
    """Read weights, or count n-grams; the last result is the `LoadedModel`.

    Raises:
        InputError: the weights or the text cannot be used.
    """
    if choice.text is not None:
        for step in count_text(choice.text, choice.kind):
            yield _ngram(choice, step) if isinstance(step, CountedText) else step
        return
    yield Progress("Reading the weights", 0.0)
    saved = load_weights(choice.weights)
    name = Path(choice.weights).stem
    hidden = saved.model.hidden
    origin = f"{SHIPPED.get(name, name)}, {kind_noun(saved.tokens)}s"
    title = CELL_TITLES[saved.model.architecture.cell]
    yield LoadedModel(
        choice, title, origin, saved.model, saved.tokens, tokenizer(saved.tokens), hidden
    )


def _ngram(choice: ModelChoice, counted: CountedText) -> LoadedModel:
    return LoadedModel(
        choice,
        f"{choice.order}-gram",
        f"{counted.title}, {kind_noun(counted.kind)}s",
        counted.model(choice.order),
        counted.kind,
        counted.cutter,
        counted=counted,
    )
