"""Guesses and what they come to: right and wrong, by model, and for a class its hands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.errors import InputError

if TYPE_CHECKING:
    from engine.quiz.rounds import Question, Truth

MOST_HANDS = 999


@dataclass(frozen=True, slots=True)
class Votes:
    """How many said what of one passage; one person's guess is one hand.

    Attributes:
        real, model: hands for each.

    Raises:
        InputError: a number below 0 or above ``MOST_HANDS``.
    """

    real: int = 0
    model: int = 0

    def __post_init__(self) -> None:
        for hands in (self.real, self.model):
            if not 0 <= hands <= MOST_HANDS:
                raise InputError(f"a number of hands lies in 0 to {MOST_HANDS}, not {hands}.")

    @classmethod
    def of(cls, guess: Truth) -> Votes:
        """One person's."""
        return cls(1, 0) if guess == "real" else cls(0, 1)

    @property
    def total(self) -> int:
        """All hands."""
        return self.real + self.model

    @property
    def majority(self) -> Truth | None:
        """What more than half said; None for a tie."""
        if self.real == self.model:
            return None
        return "real" if self.real > self.model else "model"

    def said(self, truth: Truth) -> int:
        """Hands for one of the two."""
        return self.real if truth == "real" else self.model


@dataclass(frozen=True, slots=True)
class Tally:
    """How one model did.

    Attributes:
        title: what it is called.
        passages: how many of its passages were shown.
        hands, fooled: how many hands were raised for them, and how many of those said "real".
    """

    title: str
    passages: int
    hands: int
    fooled: int

    @property
    def share(self) -> float:
        """Share of the hands that it fooled, 0 without any."""
        return self.fooled / self.hands if self.hands else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """The questions answered so far.

    Attributes:
        answers: each question and its votes, in order.
    """

    answers: tuple[tuple[Question, Votes], ...] = ()

    def with_answer(self, question: Question, votes: Votes) -> Score:
        """The score after one more."""
        return replace(self, answers=(*self.answers, (question, votes)))

    @property
    def answered(self) -> int:
        """How many questions have been answered."""
        return len(self.answers)

    @property
    def right(self) -> int:
        """How often the guess, or the majority of the hands, was right; a tie is not."""
        return sum(votes.majority == question.truth for question, votes in self.answers)

    @property
    def hands(self) -> int:
        """All hands raised."""
        return sum(votes.total for _, votes in self.answers)

    @property
    def hands_right(self) -> int:
        """How many of them were right."""
        return sum(votes.said(question.truth) for question, votes in self.answers)

    @property
    def confusion(self) -> dict[Truth, dict[Truth, int]]:
        """Hands by what a passage was, then by what was said."""
        table: dict[Truth, dict[Truth, int]] = {
            "real": {"real": 0, "model": 0}, "model": {"real": 0, "model": 0},
        }  # fmt: skip
        for question, votes in self.answers:
            table[question.truth]["real"] += votes.real
            table[question.truth]["model"] += votes.model
        return table

    @property
    def models(self) -> tuple[Tally, ...]:
        """Each model that wrote a passage, the one that fools most first."""
        by_key: dict[str, Tally] = {}
        for question, votes in self.answers:
            if question.truth == "model":
                key = question.writer.key
                before = by_key.get(key, Tally(question.writer.title, 0, 0, 0))
                by_key[key] = Tally(
                    before.title, before.passages + 1, before.hands + votes.total,
                    before.fooled + votes.real,
                )  # fmt: skip
        return tuple(sorted(by_key.values(), key=lambda tally: -tally.share))
