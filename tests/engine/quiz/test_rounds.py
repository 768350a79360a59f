from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.ngram import NGramModel
from engine.quiz.passages import TOLERANCE, WIDER
from engine.quiz.rounds import Plan, Question, form_of, play
from engine.quiz.speeches import Speech, speeches
from engine.quiz.writers import Writer
from engine.text.corpus import load_corpus
from engine.text.tokenizer import tokenizer
from engine.text.vocabulary import Vocabulary


@cache
def spoken() -> tuple[Speech, ...]:
    return speeches(load_corpus("shakespeare").held_out(["As You Like It"])[1])


@cache
def ngram(kind: str, order: int, play_title: str = "Hamlet") -> Writer:
    corpus = load_corpus("shakespeare").held_out([play_title])[1]
    tokens = tokenizer(kind).tokenize(corpus.text)
    vocabulary = Vocabulary.of(tokens)
    model = NGramModel.fit(vocabulary.encode(tokens), vocabulary, order)
    names = frozenset(speech.origin.speaker.lower() for speech in speeches(corpus))
    return Writer(f"{kind}{order}", f"{order}-gram, {kind}", model, kind, 1.0, names)


@cache
def hamlet() -> str:
    return load_corpus("shakespeare").held_out(["Hamlet"])[1].text


class Copyist(Writer):
    """Writes what stands in Hamlet from some place on: fast, and in sentences of its own."""

    def write(self, rng: np.random.Generator) -> Iterator[list[str]]:
        text = hamlet()
        at = int(rng.integers(len(text)))
        for size in range(1000, 100_000, 1000):
            yield list((text[at:] + text)[:size])


class Stutterer(Writer):
    """Writes one sentence again and again."""

    def write(self, rng: np.random.Generator) -> Iterator[list[str]]:
        for size in range(1, 500):
            yield list("Why, so it is and ever was.\n\n" * 80 * size)


def copyist(key: str = "hamlet") -> Writer:
    return Copyist(key, "Hamlet", ngram("char", 6).model, "char")


def round_of(plan: Plan, *writers: Writer, text: Sequence[Speech] = ()) -> list[Question]:
    return [one for one in play(plan, text or spoken(), writers) if one is not None]


def test_the_same_seed_gives_the_same_round() -> None:
    first, again = (round_of(Plan(6, 3), copyist()) for _ in range(2))
    assert [(q.truth, q.passage, q.seed, q.judged) for q in first] == [
        (q.truth, q.passage, q.seed, q.judged) for q in again
    ]
    other = round_of(Plan(6, 4), copyist())
    assert [q.passage for q in other] != [q.passage for q in first]


def test_no_passage_and_no_place_comes_twice_in_a_round() -> None:
    questions = round_of(Plan(40, 2), copyist())
    texts = [q.passage.shown.lower() for q in questions]
    assert len(set(texts)) == len(texts) == 40
    places = [place for q in questions if q.truth == "real" for place in q.passage.places]
    assert len(set(places)) == len(places)


def test_real_passages_say_where_they_stand_and_others_that_they_stand_nowhere() -> None:
    for question in round_of(Plan(8, 5), copyist()):
        origin = question.passage.origin
        assert (origin is not None) == (question.truth == "real")
        if origin is not None:
            assert origin.title == "As You Like It"
            assert origin.scene.startswith("Act ")


@pytest.mark.parametrize("kind", ["char", "word"])
def test_passages_begin_and_end_as_sentences(kind: str) -> None:
    for question in round_of(Plan(10, 6), ngram(kind, 3 if kind == "word" else 6)):
        shown = question.passage.shown
        assert shown.lstrip("'\"(")[0].isupper()
        assert shown.rstrip("'\")")[-1] in ".?!"
        assert "\n" not in shown
        assert not set("[]") & set(shown)


def distance(first: Sequence[int], second: Sequence[int]) -> float:
    """The two-sample Kolmogorov-Smirnov statistic."""
    at = np.sort([*first, *second])
    return float(
        np.abs(
            np.searchsorted(np.sort(first), at, "right") / len(first)
            - np.searchsorted(np.sort(second), at, "right") / len(second)
        ).max()
    )


def test_the_length_and_the_number_of_sentences_do_not_tell_who_wrote() -> None:
    questions = [q for seed in range(12) for q in round_of(Plan(40, seed), copyist())]
    sides = {"real": [], "model": []}  # type: dict[str, list[Question]]
    for question in questions:
        sides[question.truth].append(question)
        off = abs(len(question.passage.shown) - question.target.length)
        assert off <= WIDER * question.target.length
        assert abs(question.passage.sentences - question.target.sentences) <= 2
    n, m = len(sides["real"]), len(sides["model"])
    # At this distance the hypothesis of one distribution falls at the level 0.01.
    critical = 1.63 * np.sqrt((n + m) / (n * m))
    lengths = [[len(q.passage.shown) for q in side] for side in sides.values()]
    counts = [[q.passage.sentences for q in side] for side in sides.values()]
    wanted = [[q.target.length for q in side] for side in sides.values()]
    for sample in (lengths, counts, wanted):
        assert distance(*sample) < critical
    nearly = [
        abs(len(q.passage.shown) - q.target.length) <= TOLERANCE * q.target.length
        for q in questions
    ]
    assert np.mean(nearly) > 0.97


def test_a_round_has_both_kinds_but_not_always_half_and_half() -> None:
    writer = copyist()
    heads = [sum(q.truth == "real" for q in round_of(Plan(8, seed), writer)) for seed in range(8)]
    assert min(heads) >= 2
    assert max(heads) <= 6
    assert len(set(heads)) > 1


def test_several_models_write_about_as_often() -> None:
    writers = copyist(), copyist("again")
    questions = round_of(Plan(20, 1), *writers)
    keys = [q.writer.key for q in questions]
    assert keys.count("hamlet") == keys.count("again") == 10


def test_with_a_model_of_words_all_passages_take_the_form_of_words() -> None:
    writers = ngram("char", 6), ngram("word", 3)
    assert form_of(writers) == "words"
    assert form_of(writers[:1]) == "written"
    for question in round_of(Plan(12, 2), *writers):
        inner = question.passage.shown.replace("I'", "i'").split()
        capitals = [
            word
            for before, word in pairwise(inner)
            if word[:1].isupper() and word.strip(".,;:!?'\"") != "I"
            and not before.rstrip("'\")").endswith((".", "?", "!"))
        ]  # fmt: skip
        assert not capitals


def test_a_passage_that_stands_in_the_text_is_never_called_a_models() -> None:
    # A 7-gram of the very play goes on as it does most of the time.
    writer = ngram("char", 7, "As You Like It")
    real = " ".join(" ".join(speech.text.split()) for speech in spoken())
    made = [q for q in round_of(Plan(12, 1), writer) if q.truth == "model"]
    assert made
    assert not any(q.passage.shown in real for q in made)


def test_a_passage_holds_no_letter_that_a_model_of_characters_cannot_write() -> None:
    text = Speech("We saw the caf\u00e9 by the sea. " * 40, spoken()[0].origin)
    with pytest.raises(InputError, match="too few passages"):
        round_of(Plan(4, 1), ngram("char", 6), text=[text])


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ((0, 1), "a round has 1 to 50 questions, not 0"),
        ((51, 1), "a round has 1 to 50 questions, not 51"),
        ((10, -1), "the seed must be 0 or more"),
    ],
)
def test_a_plan_out_of_range_is_refused(plan: tuple[int, int], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Plan(*plan)


def test_too_short_a_text_is_refused_before_anything_is_written() -> None:
    short = [Speech("Ay. No. So be it.", spoken()[0].origin)]
    with pytest.raises(InputError, match="choose a longer text or fewer questions"):
        next(play(Plan(), short, [ngram("char", 6)]))


def test_a_round_needs_a_model() -> None:
    with pytest.raises(InputError, match="choose at least one model"):
        next(play(Plan(), spoken(), []))


def test_a_model_that_repeats_itself_is_refused() -> None:
    stuck = Stutterer("stuck", "This one", ngram("char", 6).model, "char")
    with pytest.raises(InputError, match="This one writes too few whole sentences"):
        round_of(Plan(), stuck)


def test_a_model_that_cannot_end_a_sentence_is_refused() -> None:
    vocabulary = Vocabulary.of(["a", "b"])
    model = NGramModel.fit(vocabulary.encode(["a", "b", "a"]), vocabulary, 2)
    with pytest.raises(InputError, match=r"none of \. \? and !"):
        Writer("ab", "A bigram", model, "word")
