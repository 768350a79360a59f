"""The models that text can be generated from, and how each is loaded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.models.weights import load_model
from engine.text.tokenizer import tokenizer
from explorer.assets import asset
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
    from explorer.panels.ngram_counting import TokenKind

SHIPPED = {"shakespeare": "Shakespeare", "narwhals": "Narwhals"}


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
    def is_recurrent(self) -> bool:
        """Whether it reads its tokens into a hidden state."""
        return self.hidden > 0

    def with_order(self, order: int) -> LoadedModel:
        """The n-gram model of another order from the same counts."""
        if self.counted is None:
            return self
        return _ngram(replace(self.choice, order=order), self.counted)

    def encode(self, prompt: str) -> tuple[int, ...]:
        """The tokens of a prompt.

        Raises:
            InputError: the model does not know one of them.
        """
        vocabulary = self.model.vocabulary
        tokens = self.cutter.tokenize(prompt)
        for token in tokens:
            if token not in vocabulary:
                raise InputError(unknown_sentence(vocabulary, self.origin, token))
        return tuple(int(i) for i in vocabulary.encode(tokens))


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
    saved = load_model(choice.weights)
    name = Path(choice.weights).stem
    hidden = saved.model.hidden
    origin = f"{SHIPPED.get(name, name)}, {kind_noun(saved.tokens)}s"
    yield LoadedModel(
        choice, "RNN", origin, saved.model, saved.tokens, tokenizer(saved.tokens), hidden
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
