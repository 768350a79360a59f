"""`tapestry ngram`: counts that can be checked by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explorer.cli.main import main

Answer = Callable[..., dict[str, Any]]
Output = pytest.CaptureFixture[str]


def test_the_narwhals_are_big_one_time_in_four(answer: Answer) -> None:
    report = answer("ngram", "--corpus", "narwhals", "--order", "3", "--context", "narwhals are")
    assert set(report) == {
        "order", "vocabulary", "contexts", "ngrams", "context", "context_count", "next", "events",
    }  # fmt: skip
    assert report["context"] == ["narwhals", "are"]
    # Eight times "narwhals are" in the sentences, twice followed by "big".
    assert report["context_count"] == 8
    big = next(row for row in report["next"] if row["token"] == "big")
    assert big == {"token": "big", "count": 2, "probability": 0.25, "order": 3}
    assert sum(row["count"] for row in report["next"]) == 8


def test_shakespeare_counts_what_follows_my_lord(answer: Answer) -> None:
    report = answer(
        "ngram", "--corpus", "shakespeare", "--order", "3", "--context", "my lord", "--top", "4"
    )
    assert len(report["next"]) == 4
    first = report["next"][0]
    assert (first["token"], first["count"], report["context_count"]) == (",", 734, 1739)
    assert first["probability"] == pytest.approx(734 / 1739, rel=1e-15)


def test_a_small_file_is_counted_as_by_hand(answer: Answer, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("a b a c a b", encoding="utf-8")
    report = answer("ngram", "--file", str(text), "--order", "2", "--context", "a")
    assert (report["order"], report["vocabulary"], report["events"]) == (2, 3, 6)
    # Tokens a b c; pairs ab, ba, ac, ca.
    assert report["ngrams"] == [3, 4]
    assert report["context_count"] == 3
    assert [(row["token"], row["count"]) for row in report["next"]] == [("b", 2), ("c", 1)]


def test_perplexity_counts_unknown_and_impossible_tokens(answer: Answer, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    words = ("ngram", "--corpus", "narwhals", "--order", "2", "--perplexity-on", str(text))
    text.write_text("narwhals are purple", encoding="utf-8")
    report = answer(*words)
    assert (report["unknown_tokens"], report["zero_probability_tokens"]) == (1, 0)
    # An infinite perplexity is null, as JSON has no infinity.
    assert report["perplexity"] is None
    # p(narwhals) = 8/57 and p(are | narwhals) = 1: the perplexity is (57/8)^(1/2).
    assert report["perplexity_known"] == pytest.approx((57 / 8) ** 0.5)
    text.write_text("narwhals big", encoding="utf-8")
    assert answer(*words)["zero_probability_tokens"] == 1
    text.write_text("purple", encoding="utf-8")
    assert answer(*words)["perplexity_known"] is None


def test_people_read_of_backing_off(capsys: Output) -> None:
    assert main(["ngram", "--corpus", "narwhals", "--order", "3", "--context", "big are"]) == 0
    assert "backed off" in capsys.readouterr().out


def test_people_read_a_table_and_the_perplexity(capsys: Output, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("[b] [b]\n", encoding="utf-8")
    words = ("ngram", "--file", str(text), "--order", "2", "--tokens", "char", "--context", "b")
    assert main([*words, "--perplexity-on", str(text)]) == 0
    printed = capsys.readouterr().out
    assert "after b, seen 2 times" in printed
    assert "1.0000" in printed
    assert "perplexity" in printed
