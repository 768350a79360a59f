from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from engine.errors import InputError
from engine.models import counts_file
from engine.models.counts_file import SavedCounts, load_counts, save_counts, saving
from engine.models.fitting import fit_ngram
from engine.models.ngram import NGramModel
from engine.models.ngram_counts import NGramCounts
from engine.text.corpus import load_corpus
from engine.text.vocabulary import Vocabulary

ARRAYS = ("stream", "positions", "common", "room", "firsts")


def narwhals(sentences: str = "none") -> SavedCounts:
    fitted = fit_ngram(
        load_corpus("narwhals"), 3, sentences="lines" if sentences == "lines" else "none"
    )
    return SavedCounts(fitted.model.counted, "word", "Eight sentences", (("Narwhals", 0),))


def assert_same(ours: NGramCounts, theirs: NGramCounts) -> None:
    assert (ours.vocabulary, ours.order, ours.start) == (
        theirs.vocabulary,
        theirs.order,
        theirs.start,
    )
    assert ours.suffixes.depth == theirs.suffixes.depth
    for name in ARRAYS:
        a, b = getattr(ours.suffixes, name), getattr(theirs.suffixes, name)
        assert a.dtype == b.dtype
        assert np.array_equal(a, b)
        assert not a.flags.writeable


@pytest.mark.parametrize("sentences", ["none", "lines"])
def test_what_is_saved_can_be_loaded(tmp_path: Path, sentences: str) -> None:
    path = tmp_path / "n.ngrams"
    saved = narwhals(sentences)
    save_counts(saved, path)
    loaded = load_counts(path)
    assert_same(loaded.counts, saved.counts)
    assert (loaded.tokens, loaded.title, loaded.documents) == (
        "word",
        "Eight sentences",
        (("Narwhals", 0),),
    )
    first = path.read_bytes()
    save_counts(saved, path)
    assert path.read_bytes() == first


def test_the_whole_of_shakespeare_is_saved_in_ten_bytes_a_token(tmp_path: Path) -> None:
    path = tmp_path / "s.ngrams"
    counts = fit_ngram(load_corpus("shakespeare"), 7).model.counted
    save_counts(SavedCounts(counts), path)
    assert path.stat().st_size < 10 * counts.events + 500_000
    loaded = load_counts(path).counts
    assert_same(loaded, counts)
    context = counts.vocabulary.encode(["to", "be"]).tolist()
    assert np.array_equal(
        NGramModel(loaded).next_distribution(context), NGramModel(counts).next_distribution(context)
    )


@given(
    st.lists(st.lists(st.sampled_from("abc"), max_size=9), min_size=1, max_size=4),
    st.integers(1, 6),
    st.booleans(),
)
def test_any_counts_survive(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[list[str]],
    order: int,
    sentences: bool,
) -> None:
    path = tmp_path_factory.mktemp("counts") / "n.ngrams"
    if sentences:
        counts = NGramCounts.fit_sentences(texts, order)
    else:
        vocabulary = Vocabulary(("a", "b", "c", "\u00e9\ud800\n"))
        tokens = ["a", *(token for text in texts for token in text)]
        counts = NGramCounts.fit(vocabulary.encode(tokens), vocabulary, order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts_file, "BLOCK", 4)
        save_counts(SavedCounts(counts), path)
        assert_same(load_counts(path).counts, counts)


def test_an_order_deeper_than_a_byte_survives(tmp_path: Path) -> None:
    counts = NGramCounts.fit([0, 1, 0, 1, 1] * 70, Vocabulary(("a", "b")), 300)
    assert counts.suffixes.common.dtype == np.uint16
    save_counts(SavedCounts(counts), tmp_path / "n.ngrams")
    assert_same(load_counts(tmp_path / "n.ngrams").counts, counts)


def test_given_up_halfway_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "n.ngrams"
    path.write_bytes(b"old")
    steps = saving(narwhals(), path)
    next(steps)
    steps.close()
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["n.ngrams"]


Changes = Callable[[dict[str, np.ndarray[Any, Any]]], None]


def swapped(arrays: dict[str, np.ndarray[Any, Any]]) -> None:
    arrays["positions"][[3, 30]] = arrays["positions"][[30, 3]]


def put(name: str, place: int, value: int) -> Changes:
    def change(arrays: dict[str, np.ndarray[Any, Any]]) -> None:
        arrays[name][place] = value

    return change


def replaced(name: str, make: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]) -> Changes:
    def change(arrays: dict[str, np.ndarray[Any, Any]]) -> None:
        arrays[name] = make(arrays[name])

    return change


def write_changed(
    path: Path, changes: Changes, about: dict[str, str], sentences: str = "none"
) -> None:
    """A file with other arrays and another header, correct as safetensors."""
    save_counts(narwhals(sentences), path)
    data = path.read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    arrays = {name: array.copy() for name, array in load_file(path).items()}
    changes(arrays)
    save_file(arrays, path, {**header["__metadata__"], **about})


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("two rows change places", swapped, "not in order"),
        ("an id too large", put("stream", 5, 37), "not one of its vocabulary"),
        ("an id too small", put("stream", 5, -2), "not one of its vocabulary"),
        ("an END within", put("stream", 5, -1), "ends before its end"),
        ("no END", put("stream", -1, 0), "not one of its vocabulary"),
        ("a place of END", put("positions", 5, 57), "not those of its text"),
        ("a place too large", put("positions", 5, 58), "outside its text"),
        ("a place below 0", put("positions", 5, -1), "outside its text"),
        ("a place twice", put("positions", 5, 7), "not those of its text"),
        ("a first row with something above", put("common", 0, 1), "do not fit together"),
        ("too few in common", put("common", 9, 3), "not in order"),
        ("too many in common", put("common", 9, 200), "not in order"),
        ("one prefix less", replaced("common", lambda a: a[1:].copy()), "do not fit together"),
        ("one place less", replaced("positions", lambda a: a[1:].copy()), "do not fit together"),
        ("no text", replaced("stream", lambda a: a[:0].copy()), "not one of its vocabulary"),
        (
            "ids too wide",
            replaced("stream", lambda a: a.astype(np.int64)),
            "list of numbers of the type I32",
        ),
        (
            "ids in a table",
            replaced("stream", lambda a: a.reshape(2, -1)),
            "list of numbers of the type I32",
        ),
        (
            "prefixes too wide",
            replaced("common", lambda a: a.astype(np.uint16)),
            "do not fit its arrays",
        ),
        ("an array missing", lambda arrays: arrays.pop("common"), "not a whole safetensors file"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    tmp_path: Path, kind: str, changes: Changes, message: str
) -> None:
    path = tmp_path / "n.ngrams"
    write_changed(path, changes, {})
    with pytest.raises(InputError, match=message) as raised:
        load_counts(path)
    assert raised.value.file == str(path)


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({"format": "tapestry-weights-1"}, "holds no counted n-grams"),
        ({"order": "9"}, "do not fit its arrays"),
        ({"order": "0"}, "as its order"),
        ({"depth": "1001"}, "as its depth"),
        ({"depth": "four"}, "as its depth"),
        ({"depth": "300"}, "do not fit its arrays"),
        ({"sentences": "some"}, "whether its text has sentences"),
        ({"sentences": "lines"}, "whether its text has sentences"),
        ({"tokens": "syllables"}, "no known tokenizer"),
        ({"vocabulary": "[" * 100_000}, "no readable vocabulary"),
        ({"vocabulary": "[1]"}, "not a list of tokens"),
        ({"vocabulary": '["a", "a"]'}, "occurs twice"),
        ({"vocabulary": '["a", "b"]'}, "not one of its vocabulary"),
        ({"documents": "{}"}, "list of documents is wrong"),
        ({"documents": '[["a", 1], ["b", 0]]'}, "list of documents is wrong"),
        ({"documents": '[["a", 1000]]'}, "list of documents is wrong"),
        ({"documents": '[["a", true, 2]]'}, "list of documents is wrong"),
    ],
)
def test_a_header_that_lies_is_refused(tmp_path: Path, about: dict[str, str], message: str) -> None:
    path = tmp_path / "n.ngrams"
    write_changed(path, lambda arrays: None, about)
    with pytest.raises(InputError, match=message):
        load_counts(path)


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        # Of the 39 tokens </s> is 37, <unk> 38, and <s> 39; the first sentence has six words.
        ("no <s>", put("stream", 0, 0), "not framed"),
        ("no </s>", put("stream", 7, 0), "not framed"),
        ("<s> within", put("stream", 3, 39), "not framed"),
        ("<unk> within", put("stream", 3, 38), "holds <unk>"),
    ],
)
def test_sentences_without_their_marks_are_refused(
    tmp_path: Path, kind: str, changes: Changes, message: str
) -> None:
    path = tmp_path / "n.ngrams"
    write_changed(path, changes, {}, sentences="lines")
    with pytest.raises(InputError, match=message):
        load_counts(path)


def test_damaged_files_raise_nothing_but_input_errors(tmp_path: Path) -> None:
    path = tmp_path / "n.ngrams"
    save_counts(narwhals(), path)
    whole = path.read_bytes()
    rng = np.random.default_rng(7)
    cuts = [whole[:n] for n in range(0, len(whole), 11)]
    flips = []
    for _ in range(400):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), rng.integers(1, 4)):
            damaged[place] = rng.integers(0, 256)
        flips.append(bytes(damaged))
    lies = [
        length.to_bytes(8, "little") + whole[8:]
        for length in (0, 1, len(whole), 1 << 40, (1 << 64) - 1)
    ]
    for data in cuts + flips + lies:
        path.write_bytes(data)
        with contextlib.suppress(InputError):
            loaded = load_counts(path).counts
            # What is accepted counts rightly.
            again = NGramCounts.fit(
                loaded.suffixes.stream[:-1], loaded.vocabulary, loaded.suffixes.depth
            )
            assert loaded.ngram_counts() == again.ngram_counts()[: loaded.order]


@pytest.mark.parametrize("kind", ["missing", "folder", "empty"])
def test_what_is_not_a_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "n.ngrams"
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.touch()
    with pytest.raises(InputError, match="n-grams that were saved on the n-gram page"):
        load_counts(path)
