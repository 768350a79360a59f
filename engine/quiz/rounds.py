"""A round: questions whose passages are real or a model's, alike in all but the writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.errors import InputError
from engine.quiz.evidence import Copy, Judged, Training, judged, longest_copy
from engine.quiz.passages import TOLERANCE, WIDER, Passage, Target, passages, passages_of, pick
from engine.quiz.writers import PIECE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.quiz.sentences import Form
    from engine.quiz.speeches import Speech
    from engine.quiz.writers import Writer

Truth = Literal["real", "model"]

MOST_QUESTIONS = 50
MOST_PIECES = 30
"""How often a model may go on before it is said to write no such sentences."""

_STRICT = ((10, TOLERANCE, 0), (20, TOLERANCE, 1), (MOST_PIECES, WIDER, 2))
"""Up to which piece the length and the number of sentences may be off by how much."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One passage, and all that is told of it afterwards.

    Attributes:
        number: from 1 up.
        passage: what is shown.
        truth: whether it is real or a model's.
        writer: the model that wrote it or, of a real one, that judges it.
        seed: of the model's random numbers: those of the round, and the question's number.
        target: the length that was wanted, whoever was to write it.
        judged: its tokens with their surprise to ``writer``.
        copy: the longest stretch of it in the writer's training text, where there is one.
    """

    number: int
    passage: Passage
    truth: Truth
    writer: Writer
    seed: tuple[int, int]
    target: Target
    judged: tuple[Judged, ...]
    copy: Copy | None = None

    @property
    def bits(self) -> float:
        """Mean surprise of the tokens the model knows, in bits; infinite if one is ruled out."""
        known = [one.surprise for one in self.judged if one.surprise is not None]
        return float(np.mean(known)) if known else float("nan")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a round is to be.

    Attributes:
        questions: how many.
        seed: decides everything.
    """

    questions: int = 10
    seed: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.questions <= MOST_QUESTIONS:
            raise InputError(f"a round has 1 to {MOST_QUESTIONS} questions, not {self.questions}.")
        if self.seed < 0:
            raise InputError(f"the seed must be 0 or more, not {self.seed}.")


def form_of(writers: Sequence[Writer]) -> Form:
    """The form that all can write: a model of words among them makes it that of words."""
    return "words" if any(writer.form == "words" for writer in writers) else "written"


def play(
    plan: Plan,
    spoken: Sequence[Speech],
    writers: Sequence[Writer],
    training: Mapping[str, Training] | None = None,
) -> Iterator[Question | None]:
    """The questions of a round, one after another; None now and then while one is being made.

    Targets of length come from the real text before it is decided who meets them, so they say
    nothing about the writer. The same plan, text and writers give the same questions.

    Args:
        plan: how many, and the seed.
        spoken: the real text.
        writers: the models, each as likely.
        training: what the models of these keys were trained on, for finding what they copied.

    Raises:
        InputError: no writer, too few whole sentences in the text, or a model writes none.
    """
    if not writers:
        raise InputError("choose at least one model to write the other passages.")
    form = form_of(writers)
    rng = np.random.default_rng(plan.seed)
    real = _readable(tuple(passages(spoken, form)), writers)
    whole = " ".join(one.shown for one in real).lower()
    order = [writers[i % len(writers)] for i in rng.permutation(plan.questions)]
    shown: frozenset[str] = frozenset()
    for number, (draft, writer) in enumerate(zip(_drafts(plan, real, rng), order, strict=True), 1):
        seed = (plan.seed, number)
        passage = draft.passage
        if passage is None:
            for passage in _written(writer, draft.target, seed, form, shown, whole):
                if passage is None:
                    yield None
        assert passage is not None, "a writer ends with a passage or raises"
        shown |= {passage.shown.lower()}
        copied = training.get(writer.key) if training else None
        yield Question(
            number, passage, "model" if draft.passage is None else "real", writer, seed,
            draft.target, judged(passage, writer),
            longest_copy(passage, copied) if copied else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Draft:
    """A question before any model has written: its target and, where it is real, its passage."""

    target: Target
    passage: Passage | None


def _drafts(plan: Plan, real: Sequence[Passage], rng: np.random.Generator) -> tuple[_Draft, ...]:
    """All questions of the round, the real passages in different places of the text.

    Raises:
        InputError: the text has too few of them.
    """
    used: frozenset[tuple[int, int]] = frozenset()
    drafts = []
    for truth in _truths(plan.questions, rng):
        free = [one for one in real if not one.places & used]
        if not free:
            raise InputError(
                f"the text has too few passages of whole sentences for {plan.questions} questions;"
                " choose a longer text or fewer questions."
            )
        like = free[int(rng.integers(len(free)))]
        target = Target(len(like.shown), like.sentences)
        chosen = pick(free, target, rng)
        drafts.append(_Draft(target, chosen if truth == "real" else None))
        # The place that a model's passage is measured by is not shown, and no other question's.
        used |= like.places | (chosen.places if chosen and truth == "real" else frozenset())
    return tuple(drafts)


def _truths(count: int, rng: np.random.Generator) -> list[Truth]:
    """Fair coins, thrown again as long as one side came up less than a quarter of the times."""
    least = count // 4
    while True:
        heads = rng.integers(2, size=count)
        if least <= heads.sum() <= count - least:
            return ["real" if head else "model" for head in heads]


def _readable(found: tuple[Passage, ...], writers: Sequence[Writer]) -> tuple[Passage, ...]:
    """The passages whose letters every model of characters can write."""
    letters = [
        frozenset(writer.model.vocabulary.tokens) for writer in writers if writer.tokens == "char"
    ]
    if not letters:
        return found
    common = frozenset.intersection(*letters)
    return tuple(one for one in found if common.issuperset(one.source))


def _written(
    writer: Writer, target: Target, seed: tuple[int, int], form: Form, shown: frozenset[str],
    whole: str,
) -> Iterator[Passage | None]:  # fmt: skip
    """None while the model writes, then its passage: none that was shown, nor of the whole text.

    Raises:
        InputError: the model writes no such sentences, or only what the text has too.
    """
    rng = np.random.default_rng(seed)
    piece = PIECE.get(writer.tokens, 400)
    found: list[Passage] = []
    seen, pieces = 0, 0
    for tokens in writer.write(rng):
        yield None
        if len(tokens) < seen + piece:
            continue
        # A part of what was looked at is looked at again: a speech may begin there.
        recent = writer.speeches(tokens[max(0, seen - piece // 2) :])
        seen, pieces = len(tokens), pieces + 1
        found += [one for one in passages_of(recent, form) if one.shown.lower() not in whole]
        tolerance, apart = next(far for until, *far in _STRICT if pieces <= until)
        passage = pick(found, target, rng, shown=shown, tolerance=tolerance, apart=int(apart))
        if passage is not None:
            yield passage
            return
        if pieces == MOST_PIECES:
            raise InputError(
                f"{writer.title} writes too few whole sentences of its own; choose another model"
                " or another temperature."
            )
