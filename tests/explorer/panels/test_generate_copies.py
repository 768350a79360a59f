from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.suffixes import END, SuffixOrder
from explorer.assets import asset
from explorer.panels.generate_copies import (
    Copied,
    Seen,
    copied_sentence,
    copies_of,
    counted_text,
    shortest_of,
    training_text,
)
from explorer.panels.generate_models import LoadedModel, ModelChoice, load
from explorer.panels.ngram_counting import NARWHALS, TextChoice

WEIGHTS = str(asset("weights", "narwhals.safetensors"))


def loaded(choice: ModelChoice) -> LoadedModel:
    *_, model = load(choice)
    assert isinstance(model, LoadedModel)
    return model


def ids(model: LoadedModel, text: str) -> list[int]:
    return list(model.encode(text))


def test_a_run_that_stands_in_the_counted_text_is_found() -> None:
    model = loaded(ModelChoice(text=NARWHALS, order=3))
    seen = counted_text(model)
    assert seen is not None
    # The text has "... a punk rock band from narwhals are big fans ..." and "who knows what".
    # "the narwhals are a punk rock band" (7) stands there; "a who" does not; "who knows" (2) does.
    text = "the narwhals are a punk rock band who knows"
    found = copies_of(seen, ids(model, text), shortest_of(model))
    assert found.longest == Copied(0, 7, "Narwhals")
    assert found.runs == (Copied(0, 7, "Narwhals"),)
    assert found.count == 9


@pytest.mark.parametrize(
    ("choice", "shortest"),
    [
        # Any n tokens of an n-gram stand in the text anyway: longer ones tell something.
        (ModelChoice(text=NARWHALS, order=3), 5),
        (ModelChoice(text=NARWHALS, order=7), 8),
        (ModelChoice(text=NARWHALS, kind="char", order=3), 20),
        (ModelChoice(weights=WEIGHTS), 5),
    ],
)
def test_how_long_a_run_is_before_it_is_underlined(choice: ModelChoice, shortest: int) -> None:
    assert shortest_of(loaded(choice)) == shortest


def test_the_training_text_of_trained_weights_is_found_beside_them() -> None:
    model = loaded(ModelChoice(weights=WEIGHTS))
    *steps, seen = training_text(model)
    assert isinstance(seen, Seen)
    assert steps
    assert seen.titles == ("narwhals.txt",)
    found = copies_of(seen, ids(model, "narwhals are big fans of machine learning"), 5)
    assert found.longest == Copied(0, 7, "narwhals.txt")


def test_a_held_out_play_was_not_seen() -> None:
    model = loaded(ModelChoice(weights=str(asset("weights", "shakespeare-words.safetensors"))))
    *_, seen = training_text(model)
    assert isinstance(seen, Seen)
    assert len(seen.titles) == 37
    assert "As You Like It" not in seen.titles
    # Hamlet's line is copied from Hamlet; the first line of the play held out is from nowhere.
    hamlet = ids(model, "to be, or not to be: that is the question")
    assert copies_of(seen, hamlet, 5).runs[0].title == "Hamlet"
    unseen = ids(model, "all the world's a stage, and all the men and women merely players")
    assert max(run.length for run in copies_of(seen, unseen, 1).runs) < len(unseen) // 2


def test_a_run_ends_where_a_document_does() -> None:
    # Two documents, "0 1" and "2 3": "0 1 2 3" is two runs, each named after its own.
    stream = np.array([0, 1, END, 2, 3, END], dtype=np.int32)
    seen = Seen(SuffixOrder.of(stream, 4, 6), ("first", "second"), np.array([0, 3]))
    assert copies_of(seen, (0, 1, 2, 3), 1).runs == (Copied(0, 2, "first"), Copied(2, 2, "second"))


def test_weights_whose_text_is_not_here_are_one_sentence(tmp_path: Path) -> None:
    weights = tmp_path / "mine.safetensors"
    weights.write_bytes(Path(WEIGHTS).read_bytes())
    model = loaded(ModelChoice(weights=str(weights)))
    with pytest.raises(InputError, match=r"narwhals\.txt"):
        list(training_text(model))


def test_the_sentence_says_from_where_and_how_much() -> None:
    assert copied_sentence(Copied(3, 10, "King Henry V"), "word") == (
        "copied from King Henry V: 10 words"
    )


def test_documents_of_a_counted_file_are_named(tmp_path: Path) -> None:
    path = tmp_path / "fable.txt"
    path.write_text("the cat sat on the mat and the dog lay by the door\n", encoding="utf-8")
    model = loaded(ModelChoice(text=TextChoice("file", str(path)), order=2))
    seen = counted_text(model)
    assert seen is not None
    found = copies_of(seen, ids(model, "the dog lay by the cat"), 3)
    assert found.runs == (Copied(0, 5, "fable.txt"),)
