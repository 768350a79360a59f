"""`tapestry generate`: repeatable, and honest about its probabilities."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from engine.models.fitting import fit_ngram
from engine.models.smoothing import Smoothing, smoothed
from engine.models.weights import load_model
from engine.text.corpus import load_corpus
from explorer.cli.main import main

Answer = Callable[..., dict[str, Any]]
Output = pytest.CaptureFixture[str]
NGRAM = ("generate", "--ngram", "3", "--corpus", "narwhals")


def test_the_probabilities_multiply_to_what_the_network_scores(
    answer: Answer, narwhals: str
) -> None:
    report = answer("generate", "--model", narwhals, "--length", "12", "--seed", "4")
    assert set(report) == {"text", "tokens"}
    assert len(report["tokens"]) == 12
    assert {"token", "probability"} == set(report["tokens"][0])
    model = load_model(narwhals).model
    ids = [int(i) for i in model.vocabulary.encode([row["token"] for row in report["tokens"]])]
    scores = model.score(ids)
    for row, score in zip(report["tokens"], scores, strict=True):
        assert row["probability"] == pytest.approx(math.exp(score), rel=1e-9)
    product = math.prod(row["probability"] for row in report["tokens"])
    assert product == pytest.approx(math.exp(float(scores.sum())), rel=1e-9)


def test_the_probabilities_multiply_to_what_the_ngrams_score(answer: Answer) -> None:
    rows = answer(*NGRAM, "--length", "9", "--seed", "2")["tokens"]
    model = fit_ngram(load_corpus("narwhals"), 3).model
    ids = [int(i) for i in model.vocabulary.encode([row["token"] for row in rows])]
    product = math.prod(row["probability"] for row in rows)
    assert product == pytest.approx(math.exp(float(model.score(ids).sum())), rel=1e-12)


def test_the_same_seed_gives_the_same_text_and_another_another(
    answer: Answer, narwhals: str
) -> None:
    words = ("generate", "--model", narwhals, "--length", "20", "--seed")
    assert answer(*words, "4") == answer(*words, "4")
    assert answer(*words, "4") != answer(*words, "5")


@pytest.mark.parametrize("greedy", [("--temperature", "0"), ("--top-k", "1")])
def test_the_likeliest_token_needs_no_luck(answer: Answer, greedy: tuple[str, str]) -> None:
    words = (*NGRAM, "--prompt", "narwhals are", "--length", "4", *greedy, "--seed")
    first = answer(*words, "1")
    assert first == answer(*words, "2")
    assert [row["probability"] for row in first["tokens"]] == [1.0] * 4
    # "a" and "big" both follow twice; either is the likeliest.
    assert first["tokens"][0]["token"] in {"a", "big"}


def test_the_text_begins_with_the_prompt(capsys: Output) -> None:
    assert main([*NGRAM, "--prompt", "Narwhals are", "--length", "5"]) == 0
    assert capsys.readouterr().out.startswith("narwhals are ")


def test_no_tokens_may_be_asked_for(answer: Answer) -> None:
    assert answer(*NGRAM, "--prompt", "narwhals are", "--length", "0") == {
        "text": "narwhals are",
        "tokens": [],
    }


def test_without_a_model_it_is_shakespeare_s(answer: Answer) -> None:
    report = answer("generate", "--prompt", "KING LEAR:", "--length", "5")
    assert report["text"].startswith("KING LEAR:")
    assert [len(row["token"]) for row in report["tokens"]] == [1] * 5


def test_smoothed_ngrams_may_say_what_was_never_said(answer: Answer) -> None:
    words = (*NGRAM, "--length", "40", "--seed", "3", "--smoothing")
    rows = answer(*words, "witten-bell")["tokens"]
    counted = fit_ngram(load_corpus("narwhals"), 3).model
    ids = [int(i) for i in counted.vocabulary.encode([row["token"] for row in rows])]
    assert min(counted.score(ids)) == -math.inf
    model = smoothed(counted.counted, Smoothing("witten-bell"))
    product = math.prod(row["probability"] for row in rows)
    assert math.log(product) == pytest.approx(float(model.score(ids).sum()))


def test_smoothing_needs_ngrams(capsys: Output) -> None:
    assert main(["generate", "--smoothing", "add-k"]) == 2
    assert "goes with --ngram N" in capsys.readouterr().err
