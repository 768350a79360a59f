"""What follows a context, as the n-gram page shows it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.errors import InputError
from explorer.kit.tokens import quoted_token, shown_token
from explorer.panels.ngram_counting import kind_noun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.models.ngram_lm import Evidence, NGramLM
    from engine.text.vocabulary import Vocabulary
    from explorer.panels.ngram_counting import CountedText

LISTED = 500
"""How many followers are listed; without a context there are tens of thousands."""

Use = Literal["dropped", "unseen", "used"]


@dataclass(frozen=True, slots=True)
class ContextToken:
    """One token of the context as typed.

    Attributes:
        label: as shown.
        use: ``dropped`` lies before the last n - 1; ``unseen`` is among them, but the text never
            has it so, and the model backed off; ``used`` was looked up.
    """

    label: str
    use: Use


@dataclass(frozen=True, slots=True)
class Follower:
    """A token, as the model has it, and how often it was seen after the context."""

    token: str
    count: int
    probability: float


@dataclass(frozen=True, slots=True)
class Lookup:
    """The next-token distribution after a context, with its evidence.

    Attributes:
        text: the context as typed.
        order: n of the model.
        order_used: of the n-grams that were counted; below ``order`` after backing off or where
            the context is short.
        tokens: the context.
        followers: the tokens that can follow it, the most probable first, at most `LISTED`.
        different: how many tokens were seen after it.
        seen: how often the context has a follower.
        kind: ``word`` or ``char``.
        asked: the ids of the last n - 1 tokens.
        evidence: the model's answer, all of it.
        model: which model that is.
    """

    text: str
    order: int
    order_used: int
    tokens: tuple[ContextToken, ...]
    followers: tuple[Follower, ...]
    different: int
    seen: int
    kind: str
    asked: tuple[int, ...]
    evidence: Evidence
    model: NGramLM

    def labels(self, use: Use) -> tuple[str, ...]:
        """The tokens of the context that are used in one way."""
        return tuple(token.label for token in self.tokens if token.use == use)

    @property
    def remark(self) -> str:
        """One sentence: which part of the context the model used, and why no more."""
        noun = kind_noun(self.kind)
        used, unseen, dropped = (self.labels(use) for use in ("used", "unseen", "dropped"))
        joint = "" if self.kind == "char" else " "
        if used and not self.seen:
            return (
                f"“{joint.join(used)}” never occurs: {self.model.smoothing.title} then gives every "
                f"{noun} the same share."
            )
        if unseen:
            asked = joint.join((*unseen, *used))
            then = f"shown is what follows “{joint.join(used)}”" if used else "no context is left"
            return f"“{asked}” never occurs: backed off to order {self.order_used}, {then}."
        if self.order == 1:
            return f"Order 1 looks at no context: these are the frequencies of single {noun}s."
        if dropped:
            last = (
                f"last {noun} counts" if self.order == 2 else f"last {self.order - 1} {noun}s count"
            )
            rest = "the one before is" if len(dropped) == 1 else f"{len(dropped)} before are"
            return f"At order {self.order} only the {last}; {rest} dropped."
        if not self.tokens:
            return f"No context: these are the frequencies of single {noun}s."
        return f"The whole context is used; its {self.order_used}-grams were counted."


def look_up(
    counted: CountedText, order: int, text: str, model: NGramLM | None = None
) -> Iterator[Lookup]:
    """Find what follows a context; only its last n - 1 tokens are used.

    Args:
        counted: the text.
        order: n.
        text: the context.
        model: of the text's counts and this order; None for the one without smoothing.

    Raises:
        InputError: one of those tokens never occurs in the text.
    """
    asker = counted.model(order) if model is None else model
    vocabulary = counted.vocabulary
    words = counted.cutter.tokenize(text)
    last = words[max(0, len(words) - order + 1) :]
    ids = []
    for word in last:
        number = vocabulary.index(word)
        if number is None:
            raise InputError(unknown_sentence(vocabulary, counted.title, word))
        ids.append(number)
    evidence = asker.query(ids)
    uses: list[Use] = ["dropped"] * (len(words) - len(last))
    uses += ["unseen"] * len(evidence.dropped)
    uses += ["used"] * len(evidence.context)
    context = (ContextToken(shown_token(word), use) for word, use in zip(words, uses, strict=True))
    followers = (
        Follower(vocabulary.tokens[token], count, probability)
        for token, count, probability in zip(
            evidence.tokens[:LISTED].tolist(),
            evidence.counts[:LISTED].tolist(),
            evidence.probabilities[:LISTED].tolist(),
            strict=True,
        )
    )
    yield Lookup(
        text,
        order,
        evidence.order_used,
        tuple(context),
        tuple(followers),
        int((evidence.counts > 0).sum()),
        evidence.context_count,
        counted.kind,
        tuple(ids),
        evidence,
        asker,
    )


def unknown_sentence(vocabulary: Vocabulary, where: str, token: str) -> str:
    """Says that a token never occurs in a text or model, and which ones look like it."""
    near = difflib.get_close_matches(token, vocabulary.tokens, n=3) if len(token) > 1 else []
    hint = f"like it are {', '.join(near)}" if near else "choose another"
    return f"{quoted_token(token)} does not occur in {where}; {hint}."
