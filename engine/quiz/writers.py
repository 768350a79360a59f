"""Writers: language models that go on writing until enough whole sentences are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.models.language_model import draw_from
from engine.models.recurrent import RecurrentLM
from engine.quiz.sentences import spoken_words
from engine.quiz.speeches import speeches_of
from engine.text.tokenizer import tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.models.language_model import LanguageModel
    from engine.quiz.sentences import Form
    from engine.text.tokenizer import Tokenizer

PIECE = {"char": 2000, "word": 400, "space": 400}
"""Tokens between two looks at what is there."""

STEP = 200
"""Tokens between two chances to stop, about 10 ms of the largest model that comes along."""

_MARKS = ".?!"


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """A model in the quiz.

    Attributes:
        key: tells it from the others of the round.
        title: what to call it in the reveal.
        model: the language model.
        tokens: its tokenizer: ``char``, ``word`` or ``space``.
        temperature: of its sampling.
        names: of speakers in its training text, in lower case; they end a speech in the text of a
            model of words.

    Raises:
        InputError: the model cannot end a sentence.
    """

    key: str
    title: str
    model: LanguageModel
    tokens: str
    temperature: float = 0.8
    names: frozenset[str] = field(default=frozenset(), repr=False)

    def __post_init__(self) -> None:
        if not any(mark in self.model.vocabulary for mark in _MARKS):
            raise InputError(
                f"{self.title} cannot end a sentence, because its vocabulary has none of . ? and !;"
                " choose a model trained on text with full stops."
            )

    @property
    def form(self) -> Form:
        """What its passages look like."""
        return "written" if self.tokens == "char" else "words"

    @property
    def cutter(self) -> Tokenizer:
        """Turns text into its tokens, and tokens into text."""
        return tokenizer(self.tokens)

    def speeches(self, tokens: list[str]) -> tuple[str, ...]:
        """What is spoken in the text of these tokens; the last may have been broken off."""
        text = self.cutter.detokenize(tokens)
        if self.tokens == "char":
            return tuple(speech.text for speech in speeches_of(text))[:-1]
        return tuple(speech for speech in spoken_words(text, self.names) if speech)[:-1]

    def write(self, rng: np.random.Generator) -> Iterator[list[str]]:
        """The tokens so far, a few more each time, without end.

        ``<unk>`` is never drawn: it stands for no word that could be shown.
        """
        vocabulary = self.model.vocabulary
        written: list[str] = []
        for ids in self._ids(rng):
            written.extend(vocabulary.tokens[i] for i in ids)
            yield written

    def _ids(self, rng: np.random.Generator) -> Iterator[list[int]]:
        model = self.model
        if isinstance(model, RecurrentLM):
            stepper = model.stepper()
            if model.vocabulary.unknown is None:
                while True:
                    yield stepper.generate(STEP, rng, self.temperature)
            while True:
                ids = []
                for _ in range(STEP // 4):
                    ids.append(self._draw(stepper.distribution(), rng))
                    stepper.advance(ids[-1])
                yield ids
        # An n-gram model looks no further back than its order.
        reach = getattr(model, "order", 0)
        context: list[int] = []
        while True:
            ids = []
            for _ in range(STEP // 4):
                ids.append(self._draw(model.next_distribution(context), rng))
                context.append(ids[-1])
                context = context[-reach:] if reach else context
            yield ids

    def _draw(self, probabilities: np.typing.NDArray[np.float64], rng: np.random.Generator) -> int:
        unknown = self.model.vocabulary.unknown
        if unknown is not None and probabilities[unknown] < 1:
            probabilities = probabilities.copy()
            probabilities[unknown] = 0.0
        return draw_from(probabilities, rng, temperature=self.temperature).token
