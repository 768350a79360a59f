"""What is said of a passage once the answer is out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from explorer.panels.quiz_rounds import unit

if TYPE_CHECKING:
    from engine.quiz import Question, Truth, Votes
    from explorer.theme import Role


def verdict_of(truth: Truth, votes: Votes, *, counting: bool) -> tuple[str, Role]:
    """Whether the guess or the majority was right, in a sentence."""
    was = "it is real" if truth == "real" else "a model wrote it"
    majority = votes.majority
    if not counting:
        right = majority == truth
        return (f"Right: {was}." if right else f"No: {was}."), "agrees" if right else "disagrees"
    if majority is None:
        return f"No majority: {was}.", "ink"
    share = f"{votes.said(truth)} of {votes.total} hands knew it"
    right = majority == truth
    return f"{'Right' if right else 'No'}: {was}; {share}.", "agrees" if right else "disagrees"


def source_of(question: Question) -> str:
    """From where a passage is: its place, or its model, temperature and seed."""
    if question.passage.origin is not None:
        return question.passage.origin.sentence
    writer = question.writer
    seed = ", ".join(str(number) for number in question.seed)
    return f"{writer.title} · temperature {writer.temperature:g} · seed {seed}"


def evidence_of(question: Question) -> str:
    """How surprising the passage is to the model."""
    name = "it" if question.truth == "model" else question.writer.title
    bits = question.bits
    if math.isnan(bits):
        return ""
    per = unit(question.writer)
    if math.isinf(bits):
        ruled = sum(one.surprise == math.inf for one in question.judged)
        return f"To {name} {ruled} of {len(question.judged)} {per}s were impossible here."
    if question.truth == "model":
        return f"Mean surprise to the model itself: {bits:.2f} bits a {per}."
    return f"Mean surprise to {name}: {bits:.2f} bits a {per}."


def copy_of(question: Question) -> str:
    """The longest run that stands in the model's training text too."""
    copy = question.copy
    if copy is None:
        return ""
    words = question.passage.shown[copy.start : copy.start + copy.length]
    where = f"in the training text ({copy.title})" if copy.title else "in the training text"
    return f"Longest run {where}, underlined: \u201c{words}\u201d, {copy.length} characters."
