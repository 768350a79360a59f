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


LECTURE = ("ngram", "--corpus", "narwhals", "--order", "3", "--sentences", "lines")


@pytest.mark.parametrize(
    ("smoothing", "probability"),
    [
        (("mle",), 1 / 4),
        # Eight narwhal sentences: (2 + 1) / (8 + 39); Kneser-Ney as in the engine's test_exact.
        (("add-k",), 3 / 47),
        (("add-k", "--k", "0.5"), 2.5 / (8 + 39 / 2)),
        (("kneser-ney", "--discount", "0.75"), 31277 / 166400),
    ],
)
def test_the_narwhals_are_big_under_each_smoothing(
    answer: Answer, smoothing: tuple[str, ...], probability: float
) -> None:
    words = (*LECTURE, "--context", "narwhals are", "--top", "39", "--smoothing", *smoothing)
    report = answer(*words)
    assert (report["vocabulary"], report["context_count"]) == (39, 8)
    big = next(row for row in report["next"] if row["token"] == "big")
    assert (big["count"], big["order"]) == (2, 3)
    assert big["probability"] == pytest.approx(probability, rel=1e-14)
    assert sum(row["probability"] for row in report["next"]) == pytest.approx(1, abs=1e-12)
    assert len(report["next"]) == (6 if smoothing == ("mle",) else 39)


def test_a_context_may_begin_a_sentence(answer: Answer) -> None:
    # Four of the eight sentences begin with narwhals.
    report = answer(*LECTURE, "--context", "<s>")
    assert report["context"] == ["<s>"]
    narwhals = next(row for row in report["next"] if row["token"] == "narwhals")
    assert narwhals["count"] == 4
    assert (narwhals["probability"], report["context_count"]) == (1 / 2, 8)


def test_a_smoothed_stream_scores_unknown_tokens(answer: Answer, tmp_path: Path) -> None:
    counted, text = tmp_path / "counted.txt", tmp_path / "text.txt"
    counted.write_text("a b a", encoding="utf-8")
    text.write_text("a c", encoding="utf-8")
    words = ("ngram", "--file", str(counted), "--order", "1", "--perplexity-on", str(text))
    report = answer(*words, "--smoothing", "add-k")
    # V = a, b and <unk>: p(a) = (2 + 1) / (3 + 3), p(<unk>) = 1 / (3 + 3).
    assert report["vocabulary"] == 3
    assert report["perplexity"] == pytest.approx((1 / 2 * 1 / 6) ** -0.5)
    assert report["perplexity_known"] == pytest.approx(2)
    assert (report["unknown_tokens"], report["zero_probability_tokens"]) == (1, 0)
    assert answer(*words)["vocabulary"] == 2


def test_the_ends_of_sentences_are_scored(answer: Answer, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("a\na\n", encoding="utf-8")
    words = ("ngram", "--file", str(text), "--order", "2", "--perplexity-on", str(text))
    # Each line is <s> a </s>: both steps are certain.
    report = answer(*words, "--sentences", "lines")
    assert (report["perplexity"], report["events"]) == (1.0, 4)
    # Witten-Bell, V = 3: p(a) = p(</s>) = (2 + 2/3) / 6 = 4/9, and p(a | <s>) = p(</s> | a) =
    # (2 + 4/9) / 3 = 22/27.
    smooth = answer(*words, "--sentences", "lines", "--smoothing", "witten-bell")
    assert smooth["perplexity"] == pytest.approx(27 / 22)


def test_an_arpa_file_answers_as_the_text_did(answer: Answer, tmp_path: Path) -> None:
    text, model = tmp_path / "text.txt", str(tmp_path / "model.arpa")
    text.write_text("narwhals are purple .", encoding="utf-8")
    asked = ("--context", "the narwhals are", "--perplexity-on", str(text), "--top", "4")
    written = answer(*LECTURE, *asked, "--smoothing", "kneser-ney", "--arpa", model)
    read = answer("ngram", "--file", model, *asked)
    assert read["events"] is None
    assert read["context_count"] is None
    assert [row["count"] for row in read["next"]] == [None] * 4
    for key in ("order", "vocabulary", "contexts", "context", "unknown_tokens"):
        assert read[key] == written[key]
    assert read["perplexity"] == pytest.approx(written["perplexity"], rel=1e-6)
    for ours, theirs in zip(written["next"], read["next"], strict=True):
        assert (ours["token"], ours["order"]) == (theirs["token"], theirs["order"])
        assert ours["probability"] == pytest.approx(theirs["probability"], abs=1e-7)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--order", "2", "--k", "2"), "--smoothing add-k"),
        (("--order", "2", "--k", "0", "--smoothing", "add-k"), "k must be a number above 0"),
        (("--order", "2", "--discount", ".5"), "--smoothing kneser-ney"),
        (
            ("--order", "2", "--discount", ".5", "--smoothing", "modified-kneser-ney"),
            "--smoothing kneser-ney",
        ),
        (("--order", "2", "--discount", "2", "--smoothing", "kneser-ney"), "must lie in 0..1"),
        (("--order", "2", "--arpa", "OUT"), "choose Witten-Bell or Kneser-Ney"),
        (
            ("--order", "2", "--smoothing", "witten-bell", "--tokens", "char", "--arpa", "OUT"),
            "parts its tokens by spaces",
        ),
        (("--top", "3"), "--order N is needed"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    capsys: Output, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    out = str(tmp_path / "model.arpa")
    words = tuple(out if word == "OUT" else word for word in words)
    assert main(["ngram", "--corpus", "narwhals", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--smoothing", "witten-bell"), "smoothed already"),
        (("--order", "3"), "order is 1, not 3"),
        ((), "line 2"),
    ],
)
def test_a_model_file_knows_itself(
    capsys: Output, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    model = tmp_path / "model.arpa"
    count = "one" if not words else "1"
    model.write_text(f"\\data\\\nngram 1={count}\n\n\\1-grams:\n0 a\n\n\\end\\\n", encoding="utf-8")
    assert main(["ngram", "--file", str(model), *words]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1


def test_people_read_the_smoothing_its_discounts_and_the_orders(
    capsys: Output, tmp_path: Path
) -> None:
    words = ("--smoothing", "modified-kneser-ney", "--context", "narwhals are", "--top", "39")
    assert main([*LECTURE, *words]) == 0
    printed = capsys.readouterr().out
    assert "smoothing: modified Kneser-Ney" in printed
    assert "discounts of order 3: 0.5000  1.0000  1.5000" in printed
    assert "orders 1, 2 and 3 are too few or too regular" in printed
    assert "order" in printed.splitlines()[7]
    model = str(tmp_path / "model.arpa")
    assert main([*LECTURE, "--smoothing", "witten-bell", "--arpa", model]) == 0
    assert f"written: {model}" in capsys.readouterr().out
    assert main(["ngram", "--file", model, "--context", "narwhals are"]) == 0
    assert "after narwhals are:" in capsys.readouterr().out
    assert main([*LECTURE, "--smoothing", "add-k", "--k", "0.5"]) == 0
    assert "add-k, k = 0.5" in capsys.readouterr().out


def test_people_read_that_every_token_is_unknown_and_what_kenlm_reads(
    capsys: Output, tmp_path: Path
) -> None:
    text, model = tmp_path / "text.txt", str(tmp_path / "model.arpa")
    text.write_text("zebras", encoding="utf-8")
    words = ("ngram", "--corpus", "narwhals", "--order", "1", "--smoothing", "witten-bell")
    assert main([*words, "--perplexity-on", str(text), "--arpa", model]) == 0
    printed = capsys.readouterr().out
    assert "every token is unknown; 0 tokens of probability 0, 1 unknown" in printed
    assert "(KenLM reads orders 2 to 6 only)" in printed
