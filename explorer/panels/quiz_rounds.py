"""Making a round of the quiz in a job: the real text, the models, then question after question."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.quiz import Plan, Question, Writer, form_of, play, speeches, training_steps
from engine.text.corpus import Corpus, corpus_from_file, load_corpus, load_document
from explorer.panels.generate_models import LoadedModel, ModelChoice, load
from explorer.panels.ngram_counting import SHAKESPEARE, Progress, TextChoice, kind_noun

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from engine.quiz import Speech, Training

AS_YOU_LIKE_IT = "As You Like It"
ALL_PLAYS = "Shakespeare, 38 plays"

_LOADING, _WRITING = 0.4, 0.6
"""How the progress is shared between the models and the questions."""


@dataclass(frozen=True, slots=True)
class TextWish:
    """Where the real passages are from.

    Attributes:
        play: title of a play; empty for all of them, or for a file.
        path: of a text file; empty for plays.
    """

    play: str = AS_YOU_LIKE_IT
    path: str = ""

    @property
    def title(self) -> str:
        """What to call it on screen."""
        return Path(self.path).name if self.path else self.play or ALL_PLAYS

    @property
    def answer(self) -> str:
        """What a person says of a passage that is from it."""
        return self.title if self.play or self.path else "Shakespeare"

    @property
    def counted(self) -> TextChoice:
        """The text that n-grams are counted in: the file, or all the plays."""
        return TextChoice("file", self.path) if self.path else SHAKESPEARE

    def corpus(self) -> Corpus:
        """The text itself.

        Raises:
            InputError: the file cannot be read.
        """
        if self.path:
            return corpus_from_file(self.path)
        if self.play:
            return Corpus(self.play, self.play, (load_document("shakespeare", self.play),))
        return load_corpus("shakespeare")


@dataclass(frozen=True, slots=True)
class RoundWish:
    """A round that a person wants.

    Attributes:
        text: where the real passages are from.
        models: who writes the others.
        temperature: of their sampling.
        plan: how many questions, and the seed.
    """

    text: TextWish = TextWish()
    models: tuple[ModelChoice, ...] = ()
    temperature: float = 0.8
    plan: Plan = field(default_factory=Plan)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What a round was made from, kept for the next one.

    Attributes:
        wish: what was wanted.
        spoken: the real text's speeches.
        models: as loaded, in the order of the wish.
        writers: the same, ready to write.
        training: what they were trained on, as their passages would look, by their keys.
    """

    wish: RoundWish
    spoken: tuple[Speech, ...]
    models: tuple[LoadedModel, ...]
    writers: tuple[Writer, ...]
    training: dict[str, Training]


def prepare_round(
    wish: RoundWish, before: Prepared | None = None
) -> Iterator[Progress | Prepared | Question]:
    """Progress, then what the round is made from, then its questions.

    Args:
        wish: what is wanted.
        before: of an earlier round; the text and the models that are the same are taken from it.

    Raises:
        InputError: a model or the text cannot be used.
    """
    if not wish.models:
        raise InputError("choose at least one model to write the other passages.")
    yield Progress("Reading the text", 0.0)
    if before is not None and before.wish.text == wish.text:
        spoken = before.spoken
    else:
        spoken = speeches(wish.text.corpus())
    models = []
    for number, choice in enumerate(wish.models):
        for step in _loaded(choice, before):
            if isinstance(step, Progress):
                share = _LOADING * (number + step.share) / len(wish.models)
                yield Progress(step.doing, share)
            else:
                models.append(step)
    prepared = yield from _prepared(wish, spoken, models, before)
    yield prepared
    yield from _questions(prepared)


def _questions(prepared: Prepared) -> Iterator[Progress | Question]:
    """The questions; one token at a time is too little work for several threads to share."""
    from threadpoolctl import threadpool_limits

    plan, done = prepared.wish.plan, 0
    with threadpool_limits(1, "blas"):
        for question in play(plan, prepared.spoken, prepared.writers, prepared.training):
            if question is None:
                # The same words whoever writes the next one.
                share = _LOADING + _WRITING * done / plan.questions
                yield Progress("Preparing the questions", share)
            else:
                done += 1
                yield question


def _loaded(choice: ModelChoice, before: Prepared | None) -> Iterator[Progress | LoadedModel]:
    """A model that was used before, or one loaded now."""
    counted = None
    for model in before.models if before is not None else ():
        if model.choice == choice:
            yield model
            return
        if model.counted is not None and (model.counted.choice, model.kind) == (
            choice.text,
            choice.kind,
        ):
            counted = model.counted
    yield from load(choice, counted)


def _prepared(
    wish: RoundWish,
    spoken: tuple[Speech, ...],
    models: Sequence[LoadedModel],
    before: Prepared | None,
) -> Generator[Progress, None, Prepared]:
    """What the round is made from, told document by document."""
    told = Progress("Reading what the models were trained on", _LOADING)
    yield told
    names: frozenset[str] = frozenset()
    if any(model.kind != "char" for model in models):
        corpus = corpus_from_file(wish.text.path) if wish.text.path else load_corpus("shakespeare")
        names = frozenset(speech.origin.speaker.lower() for speech in speeches(corpus))
    writers = tuple(
        Writer(str(number), title, model.model, model.kind, wish.temperature, names)
        for number, (title, model) in enumerate(zip(_titles(models), models, strict=True))
    )
    if before is not None and [m.choice for m in before.models] == list(wish.models):
        return Prepared(wish, spoken, tuple(models), writers, before.training)
    form = form_of(writers)
    made: dict[str, Training] = {}
    training = {}
    for writer, model in zip(writers, models, strict=True):
        source = _trained_on(model.choice)
        if source is not None:
            if source.title not in made:
                for step in training_steps(source, form):
                    if step is None:
                        yield told
                    else:
                        made[source.title] = step
            training[writer.key] = made[source.title]
    return Prepared(wish, spoken, tuple(models), writers, training)


def _titles(models: Sequence[LoadedModel]) -> list[str]:
    """Short names of the models, with where they are from only where that tells two apart."""
    short = [f"{model.title}, {kind_noun(model.kind)}s" for model in models]
    if len(set(short)) == len(short):
        return short
    return [f"{model.title}, {model.origin}" for model in models]


def _trained_on(choice: ModelChoice) -> Corpus | None:
    """The corpus of a model, None where that is not known."""
    if choice.text is not None:
        text = choice.text
        return corpus_from_file(text.path) if text.path else load_corpus(text.name)
    name = Path(choice.weights).stem
    if name == "narwhals":
        return load_corpus("narwhals")
    if name.startswith("shakespeare"):
        return load_corpus("shakespeare").held_out([AS_YOU_LIKE_IT])[0]
    return None


def unit(writer: Writer) -> str:
    """What a model's tokens are called."""
    return {"char": "character"}.get(writer.tokens, kind_noun(writer.tokens))
