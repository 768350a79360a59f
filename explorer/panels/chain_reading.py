"""A sentence under the n-gram model of the page and, beside it, under an RNN; read in jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.errors import InputError
from engine.models.chain_rule import Chain, chain, cut_history, evidence
from engine.models.recurrent import RecurrentLM
from explorer.panels.generate_models import SHIPPED, ModelChoice, load, shipped_weights
from explorer.panels.generate_models import LoadedModel as Loaded
from explorer.panels.models import CELL_TITLES
from explorer.panels.ngram_counting import kind_noun
from explorer.panels.ngram_lookup import unknown_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.models.ngram_lm import Explanation, NGramLM
    from engine.models.smoothing import Smoothing
    from engine.text.tokenizer import Tokenizer
    from explorer.panels.ngram_counting import CountedText

LONGEST = 400
"""How many tokens are shown at most."""

Use = Literal["dropped", "unseen", "context", "looked", "after"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text cut into the tokens of the page.

    Attributes:
        text: as typed.
        surfaces: the T tokens as typed.
        tokens: the same as they are counted.
        known: whether the counted text has each.
        kind: ``word`` or ``char``.
        where: the title of the counted text.
    """

    text: str
    surfaces: tuple[str, ...]
    tokens: tuple[str, ...]
    known: tuple[bool, ...]
    kind: str
    where: str

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True, slots=True, eq=False)
class NGramReading:
    """A sentence's factors under an n-gram model, with their evidence.

    Attributes:
        sentence: what was read.
        order: n.
        smoothing: what unseen n-grams get.
        unknown: whether the model gives unknown tokens a share, that of ``<unk>``.
        chain: the factors.
        evidence: where each comes from.
        words: the model's tokens, to spell the contexts in the evidence.
    """

    sentence: Sentence
    order: int
    smoothing: Smoothing
    unknown: bool
    chain: Chain
    evidence: tuple[Explanation, ...]
    words: Sequence[str]

    def used(self, place: int) -> int:
        """How many tokens before a place are in the longest context that was ever seen."""
        seen = (len(t.context) for t in self.evidence[place].terms if t.context_count)
        return max(seen, default=0)


@dataclass(frozen=True, slots=True, eq=False)
class Recurrent:
    """An RNN that may stand beside the n-gram model.

    Attributes:
        path: of its weights.
        name: its cell, such as LSTM.
        title: cell and training text.
        kind: of its tokens.
        model: the network.
        loaded: how it turns text into ids.
    """

    path: str
    name: str
    title: str
    kind: str
    model: RecurrentLM
    loaded: Loaded


@dataclass(frozen=True, slots=True, eq=False)
class RecurrentReading:
    """A sentence's factors under an RNN.

    Attributes:
        sentence: what was read.
        rnn: by which.
        history: how many tokens it could read before each; None for all.
        chain: the factors, None where it cannot read the sentence.
        stand_ins: the places of the tokens that it reads as ``<unk>``.
        problem: why it cannot, in one sentence.
    """

    sentence: Sentence
    rnn: Recurrent
    history: int | None
    chain: Chain | None
    stand_ins: tuple[int, ...] = ()
    problem: str = ""


def sentence_of(counted: CountedText, text: str) -> Sentence:
    """A typed text in the tokens that are counted.

    Raises:
        InputError: it has no token, or too many to be shown.
    """
    noun = kind_noun(counted.kind)
    tokens = tuple(counted.cutter.tokenize(text)) if text.strip() else ()
    if not tokens:
        raise InputError(f"There is no sentence: type at least one {noun}.")
    if len(tokens) > LONGEST:
        raise InputError(
            f"This has {len(tokens)} {noun}s, and {LONGEST} can be shown at most: shorten it."
        )
    known = tuple(token in counted.vocabulary for token in tokens)
    surfaces = tuple(counted.cutter.surfaces(text))
    return Sentence(text, surfaces, tokens, known, counted.kind, counted.title)


def uses(reading: NGramReading, looked: int) -> tuple[Use, ...]:
    """What becomes of each token when the factor of one is looked at.

    ``dropped`` lies before the last n - 1; ``unseen`` is among them, but the text never has it so.
    """
    asked = min(reading.order - 1, looked)
    used = min(reading.used(looked), asked)
    dropped: list[Use] = ["dropped"] * (looked - asked)
    unseen: list[Use] = ["unseen"] * (asked - used)
    context: list[Use] = ["context"] * used
    after: list[Use] = ["after"] * (len(reading.sentence) - looked - 1)
    return (*dropped, *unseen, *context, "looked", *after)


def read(model: NGramLM, sentence: Sentence) -> Iterator[NGramReading]:
    """The factors of a sentence; an unknown token is ``<unk>`` where the model has that."""
    vocabulary = model.vocabulary
    stand_in = -1 if vocabulary.unknown is None else vocabulary.unknown
    ids = [
        stand_in if (number := vocabulary.index(token)) is None else number
        for token in sentence.tokens
    ]
    yield NGramReading(
        sentence, model.order, model.smoothing, vocabulary.unknown is not None,
        chain(model, ids), evidence(model, ids), vocabulary.tokens,
    )  # fmt: skip


def offers() -> Iterator[tuple[Recurrent, ...]]:
    """The trained RNNs that come with the program."""
    yield tuple(found for _, path in shipped_weights() for found in load_recurrent(path))


def load_recurrent(path: str) -> Iterator[Recurrent]:
    """An RNN from a file.

    Raises:
        InputError: the file holds none.
    """
    for step in load(ModelChoice(weights=path)):
        if not isinstance(step, Loaded):
            continue
        model = step.model
        if not isinstance(model, RecurrentLM):
            raise InputError("holds no RNN; choose the weights of one", file=path)
        name = CELL_TITLES[model.architecture.cell]
        stem = path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
        title = f"{name}, {SHIPPED.get(stem, stem)}"
        yield Recurrent(path, name, title, step.kind, model, step)


def read_beside(
    rnn: Recurrent, sentence: Sentence, history: int | None
) -> Iterator[RecurrentReading | float]:
    """The factors of a sentence under an RNN, last; before it the share that is done."""
    vocabulary = rnn.model.vocabulary
    strange = tuple(place for place, t in enumerate(sentence.tokens) if t not in vocabulary)
    if strange and vocabulary.unknown is None:
        where = f"the vocabulary of {rnn.title}"
        problem = unknown_sentence(vocabulary, where, sentence.tokens[strange[0]])
        yield RecurrentReading(sentence, rnn, history, None, strange, problem)
        return
    ids = vocabulary.encode(sentence.tokens, unknown=vocabulary.unknown).tolist()
    steps = cut_history(rnn.model, ids, len(ids) if history is None else history)
    while True:
        try:
            share = next(steps)
        except StopIteration as end:
            yield RecurrentReading(sentence, rnn, history, end.value, strange)
            return
        yield share


def text_between(sentence: Sentence, cutter: Tokenizer, first: int, end: int) -> str:
    """The tokens from one place to before another as a text that is cut into the same tokens."""
    surfaces = sentence.surfaces[first:end]
    text = cutter.detokenize(surfaces)
    if tuple(cutter.tokenize(text)) == sentence.tokens[first:end]:
        return text
    return " ".join(surfaces)
