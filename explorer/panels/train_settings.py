"""What the Train page asks for: a text, a model and how to train it, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.panels.ngram_counting import NARWHALS, SHAKESPEARE, TextChoice

if TYPE_CHECKING:
    from engine.models.architecture import CellName
    from engine.training.optimizer import OptimizerName
    from engine.training.settings import Settings
    from explorer.panels.ngram_counting import TokenKind

ITERATIONS = 1_000_000
"""Where every run would end; a person stops it long before."""

MOST_WORDS = 4000
"""Different words that a model of words knows; all others are one unknown word to it."""

LARGEST_HIDDEN = 1024
LARGEST_STEPS = 400
LARGEST_BATCH = 256
LARGEST_SEED = 9999


@dataclass(frozen=True, slots=True)
class TrainChoice:
    """What a new run is begun with.

    Attributes:
        text, kind: what is read, and its tokens.
        cell, hidden: of the model.
        steps, batch: T tokens of a window, B texts side by side.
        learning_rate, optimizer, clip: how the weights move.
        seed: of everything random.
    """

    text: TextChoice = SHAKESPEARE
    kind: TokenKind = "char"
    cell: CellName = "elman"
    hidden: int = 64
    steps: int = 32
    batch: int = 16
    learning_rate: float = 0.003
    optimizer: OptimizerName = "adam"
    clip: float = 1.0
    seed: int = 0

    @property
    def key(self) -> tuple[TextChoice, TokenKind]:
        """What runs must share to be compared: the text and its tokens."""
        return self.text, self.kind

    @property
    def largest_vocabulary(self) -> int | None:
        """The most types that the model knows, None for all."""
        return MOST_WORDS if self.kind == "word" and self.text != NARWHALS else None

    @property
    def look_every(self) -> int:
        """Iterations between two looks at the held-out loss and a sample."""
        return 100

    @property
    def settings(self) -> Settings:
        """The same for the engine; thousands of words go through an embedding.

        Raises:
            InputError: a number is out of its range.
        """
        from engine.models.architecture import Architecture
        from engine.training.settings import Settings

        embedding = self.hidden if self.largest_vocabulary else 0
        return Settings(
            Architecture(self.cell, self.hidden, embedding=embedding),
            steps=self.steps,
            batch=self.batch,
            iterations=ITERATIONS,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            schedule="constant",
            clip_norm=self.clip,
            seed=self.seed,
        )


_SIZES = {
    (NARWHALS, "word"): (12, 8, 1, 0.01),
    (NARWHALS, "char"): (24, 16, 2, 0.005),
    (SHAKESPEARE, "word"): (64, 16, 16, 0.003),
}
"""Hidden size, steps, texts and learning rate with which something is seen within seconds."""


def usual(choice: TrainChoice) -> TrainChoice:
    """The same text, tokens, cell and seed with the sizes that suit the text."""
    plain = TrainChoice()
    sizes = (plain.hidden, plain.steps, plain.batch, plain.learning_rate)
    text = choice.text if choice.text == NARWHALS else SHAKESPEARE
    hidden, steps, batch, rate = _SIZES.get((text, choice.kind), sizes)
    return replace(choice, hidden=hidden, steps=steps, batch=batch, learning_rate=rate)


def chosen_of(settings: Settings, text: TextChoice, kind: TokenKind) -> TrainChoice:
    """The choice that makes settings like those of a run."""
    cell = settings.architecture
    return TrainChoice(
        text, kind, cell.cell, cell.hidden, settings.steps, settings.batch,
        settings.learning_rate, settings.optimizer, settings.clip_norm, settings.seed,
    )  # fmt: skip
