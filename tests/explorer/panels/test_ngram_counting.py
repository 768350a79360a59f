from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.counts_file import SavedCounts, save_counts
from engine.models.fitting import fit_ngram
from engine.text import encoding
from engine.text.corpus import corpus_from_file, load_corpus
from explorer.panels.ngram_counting import (
    NARWHALS,
    CountedText,
    Progress,
    TextChoice,
    TokenKind,
    count_text,
    grouped,
    save_counted,
)
from explorer.panels.ngram_lookup import LISTED, Lookup, look_up


def counted(choice: TextChoice, kind: TokenKind = "word") -> CountedText:
    *steps, last = count_text(choice, kind)
    assert isinstance(last, CountedText)
    assert all(isinstance(step, Progress) for step in steps)
    return last


def found(text: CountedText, order: int, context: str) -> Lookup:
    [lookup] = look_up(text, order, context)
    return lookup


@pytest.mark.parametrize("kind", ["word", "char"])
@pytest.mark.parametrize("order", [1, 2, 5, 7])
def test_counting_in_blocks_is_counting_at_once(
    monkeypatch: pytest.MonkeyPatch, kind: TokenKind, order: int
) -> None:
    monkeypatch.setattr(encoding, "BLOCK", 7)
    ours = counted(NARWHALS, kind).model(order)
    whole = fit_ngram(load_corpus("narwhals"), order, tokens=kind).model
    assert ours.vocabulary == whole.vocabulary
    assert ours.events == whole.events
    assert ours.ngram_counts() == whole.ngram_counts()
    context = whole.vocabulary.encode(["a", "r"] if kind == "char" else ["narwhals", "are"])
    assert np.array_equal(
        ours.next_distribution(context.tolist()), whole.next_distribution(context.tolist())
    )


def test_progress_never_goes_back() -> None:
    shares = [step.share for step in count_text(NARWHALS, "word") if isinstance(step, Progress)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_a_run_can_be_named_by_the_document_it_is_from() -> None:
    plays = counted(TextChoice("shakespeare"))
    titles = [title for title, _ in plays.documents]
    assert titles == [document.title for document in load_corpus("shakespeare").documents]
    firsts = [first for _, first in plays.documents]
    assert firsts[0] == 0
    assert firsts == sorted(firsts)
    # Antony and Cleopatra follows All's Well; "friends, romans" is Antony's speech over Caesar.
    assert plays.document_of(firsts[2]) == titles[2]
    assert plays.document_of(firsts[2] - 1) == titles[1]
    words = plays.vocabulary.encode(["friends", ",", "romans", ",", "countrymen"]).tolist()
    low, high = plays.counts.suffixes.rows(words)
    named = {plays.document_of(p) for p in plays.counts.suffixes.positions[low:high].tolist()}
    assert named == {"Julius Caesar"}


@pytest.mark.parametrize("kind", ["word", "char"])
def test_a_counted_text_is_saved_and_loaded(tmp_path: Path, kind: TokenKind) -> None:
    text = counted(NARWHALS, kind)
    path = str(tmp_path / "n.ngrams")
    assert all(isinstance(step, Progress) for step in save_counted(text, path))
    loaded = counted(TextChoice("counts", path))
    assert (loaded.kind, loaded.title, loaded.documents) == (kind, text.title, text.documents)
    assert loaded.vocabulary == text.vocabulary
    assert loaded.counts.ngram_counts() == text.counts.ngram_counts()
    assert np.array_equal(loaded.table.counts, text.table.counts)
    assert loaded.cutter == text.cutter
    assert loaded.model(7).ngram_counts() == text.model(7).ngram_counts()


def test_counts_of_a_small_order_are_counted_on(tmp_path: Path) -> None:
    path = tmp_path / "n.ngrams"
    save_counts(SavedCounts(fit_ngram(load_corpus("narwhals"), 2).model.counted), path)
    loaded = counted(TextChoice("counts", str(path)))
    assert loaded.counts.ngram_counts() == counted(NARWHALS).counts.ngram_counts()
    assert loaded.documents == (("n.ngrams", 0),)


def test_counts_that_the_page_does_not_make_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "n.ngrams"
    sentences = fit_ngram(load_corpus("narwhals"), 2, sentences="lines").model.counted
    save_counts(SavedCounts(sentences), path)
    with pytest.raises(InputError, match="counted in sentences"):
        counted(TextChoice("counts", str(path)))
    save_counts(SavedCounts(counted(NARWHALS).counts, "space"), path)
    with pytest.raises(InputError, match="cut by 'space'"):
        counted(TextChoice("counts", str(path)))


def test_a_text_without_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dots.txt"
    path.write_text("…\n…\n", encoding="utf-8")
    assert corpus_from_file(path).text.strip()
    with pytest.raises(InputError, match="holds no word"):
        counted(TextChoice("file", str(path)))


@pytest.mark.parametrize(
    ("order", "context", "remark"),
    [
        (1, "are", "Order 1 looks at no context: these are the frequencies of single words."),
        (2, "narwhals are", "At order 2 only the last word counts; the one before is dropped."),
        (3, "", "No context: these are the frequencies of single words."),
        (3, "narwhals are", "The whole context is used; its 3-grams were counted."),
        (
            3, "big are",
            "“big are” never occurs: backed off to order 2, shown is what follows “are”.",
        ),
    ],
)  # fmt: skip
def test_the_remark_says_which_part_of_the_context_was_used(
    order: int, context: str, remark: str
) -> None:
    assert found(counted(NARWHALS), order, context).remark == remark


def test_only_so_many_followers_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "many.txt"
    path.write_text(" ".join(f"w{i}" for i in range(2 * LISTED)), encoding="utf-8")
    lookup = found(counted(TextChoice("file", str(path))), 2, "")
    assert (len(lookup.followers), lookup.different) == (LISTED, 2 * LISTED)
    assert lookup.seen == 2 * LISTED


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (1739, "1739"), (25383, "25\u2009383"), (10**6, "1\u2009000\u2009000")],
)
def test_thousands_are_set_apart(number: int, shown: str) -> None:
    assert grouped(number) == shown
