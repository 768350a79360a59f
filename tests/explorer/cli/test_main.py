"""The command line as a contract: keys, numbers, exit statuses, one line for bad input."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import engine.autodiff.tape
from engine.autodiff.primitives import PRIMITIVES
from engine.models.weights import load_model
from engine.oracle.client import Oracle
from engine.trace.codec import load_trace
from engine.training.train import Trainer
from engine.version import VERSION
from explorer.cli.main import main

NARWHALS = str(Path(__file__).parents[3] / "assets" / "weights" / "narwhals.safetensors")
Output = pytest.CaptureFixture[str]


def answer(capsys: Output, *words: str, status: int = 0) -> dict[str, Any]:
    """The JSON object that a command prints, and nothing else."""
    assert main([*words, "--json"]) == status
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    assert isinstance(result, dict)
    return result


def test_check_reports_every_key_and_agrees(capsys: Output) -> None:
    report = answer(capsys, "check", "--text", "Narwhals are way cooler than parrots")
    assert set(report) >= {
        "nodes", "edges", "events", "max_value_error", "max_adjoint_error", "versions_agree",
        "modules", "tolerance", "status", "first_disagreement", "ok",
    }  # fmt: skip
    assert report["status"] == "agrees"
    assert report["ok"] is True
    assert report["versions_agree"] is True
    assert report["max_adjoint_error"] < 1e-10
    assert (report["nodes"], report["events"]) == (58, 189)
    assert {"name", "max_error"} == set(report["modules"][0])


@pytest.mark.parametrize(
    "words",
    [
        ("--expression", "exp(x*z) + x*z/log(x) + sin(log(x))/(x*z)", "--set", "x=2,z=3"),
        ("--corpus", "shakespeare", "--tokens", "char", "--steps", "40", "--hidden", "32"),
        ("--corpus", "narwhals", "--activation", "relu", "--dtype", "float32"),
        ("--model", NARWHALS, "--text", "Narwhals are coming!"),
    ],
)
def test_check_agrees_on_formulas_corpora_and_trained_weights(
    capsys: Output, words: tuple[str, ...]
) -> None:
    assert answer(capsys, "check", *words)["status"] == "agrees"


def test_a_wrong_rule_fails_the_check_and_is_named(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = replace(PRIMITIVES["tanh"], vjps=(lambda g, y, x: g * (1 - x * x),))
    monkeypatch.setattr(engine.autodiff.tape, "PRIMITIVES", {**PRIMITIVES, "tanh": wrong})
    report = answer(capsys, "check", "--text", "a b c", status=1)
    assert report["status"] == "disagrees"
    assert report["ok"] is False
    # The loss flows back through h_2 = tanh(z_2) first, so z_2 is where the error is born.
    assert report["first_disagreement"]["name"] == "z_2"


def test_without_pytorch_a_check_cannot_be_made(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (sys.executable, "-c", "raise SystemExit(1)")
    monkeypatch.setattr("explorer.cli.check.Oracle", lambda: Oracle(broken))
    report = answer(capsys, "check", "--text", "a b", status=3)
    assert report["status"] == "unverified"
    assert report["ok"] is False
    assert main(["check", "--text", "a b"]) == 3
    assert "unverified" in capsys.readouterr().out


def test_a_trace_is_written_and_can_be_read(capsys: Output, tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    assert answer(capsys, "trace", "--text", "a b", "--out", str(out))["nodes"] == 22
    content = json.loads(out.read_text(encoding="utf-8"))
    assert {"version", "nodes", "events", "provenance"} <= set(content)
    assert {
        "id", "op", "operands", "shape", "value", "adjoint", "module", "step", "role", "name",
    } <= set(content["nodes"][0])  # fmt: skip
    assert len(load_trace(out)) == 22


def test_the_narwhals_are_big_one_time_in_four(capsys: Output) -> None:
    report = answer(
        capsys, "ngram", "--corpus", "narwhals", "--order", "3", "--context", "narwhals are"
    )
    assert set(report) >= {
        "order", "vocabulary", "contexts", "ngrams", "context", "context_count", "next", "events",
    }  # fmt: skip
    # Eight times "narwhals are" in the eight sentences, twice followed by "big".
    assert report["context_count"] == 8
    big = next(row for row in report["next"] if row["token"] == "big")
    assert big == {"token": "big", "count": 2, "probability": 0.25, "order": 3}


def test_shakespeare_counts_what_follows_my_lord(capsys: Output) -> None:
    report = answer(
        capsys, "ngram", "--corpus", "shakespeare", "--order", "3", "--context", "my lord"
    )
    assert report["next"][0]["token"] == ","
    assert (report["next"][0]["count"], report["context_count"]) == (734, 1739)


def test_perplexity_counts_unknown_and_impossible_tokens(capsys: Output, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("narwhals are purple", encoding="utf-8")
    report = answer(
        capsys, "ngram", "--corpus", "narwhals", "--order", "2", "--perplexity-on", str(text)
    )
    assert report["unknown_tokens"] == 1
    assert report["perplexity"] is None
    # p(narwhals) = 8/57 and p(are | narwhals) = 1: the perplexity is (57/8)^(1/2).
    assert report["perplexity_known"] == pytest.approx((57 / 8) ** 0.5)


def test_generation_repeats_with_its_seed_and_says_its_probabilities(capsys: Output) -> None:
    words = ("generate", "--model", NARWHALS, "--length", "12", "--seed", "4")
    first, second = answer(capsys, *words), answer(capsys, *words)
    assert first == second
    assert len(first["tokens"]) == 12
    saved = load_model(NARWHALS)
    ids = saved.model.vocabulary.encode([row["token"] for row in first["tokens"]])
    scores = saved.model.score([int(i) for i in ids])
    for row, score in zip(first["tokens"], scores, strict=True):
        assert row["probability"] == pytest.approx(2.718281828459045**score, rel=1e-9)


def test_generation_from_counted_ngrams_begins_with_the_prompt(capsys: Output) -> None:
    words = ("generate", "--ngram", "3", "--corpus", "narwhals", "--prompt", "Narwhals are")
    assert main([*words, "--length", "5"]) == 0
    assert capsys.readouterr().out.startswith("narwhals are ")


TRAIN = ("--tokens", "char", "--hidden", "8", "--steps", "8", "--batch", "2", "--seed", "1")


def test_training_saves_weights_and_reports(capsys: Output, tmp_path: Path) -> None:
    text, out = tmp_path / "text.txt", tmp_path / "m.safetensors"
    text.write_text("abcabcabc\n" * 30, encoding="utf-8")
    words = ("train", "--file", str(text), "--out", str(out), *TRAIN)
    report = answer(capsys, *words, "--iterations", "200", "--learning-rate", "0.02")
    assert set(report) == {
        "iterations", "loss", "validation_loss", "perplexity", "bits_per_character",
        "tokens_per_second",
    }  # fmt: skip
    assert report["loss"] < 1.0
    assert load_model(out).provenance["iterations"] == 200
    assert [path.name for path in tmp_path.glob("*.safetensors")] == ["m.safetensors"]


def test_training_goes_on_after_an_interruption_as_if_never_stopped(
    capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("to be or not to be\n" * 20, encoding="utf-8")
    straight, stopped = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    words = ("train", "--file", str(text), *TRAIN, "--iterations", "30")
    answer(capsys, *words, "--out", str(straight))
    original = Trainer._step

    def interrupted(self: Trainer) -> tuple[float, float]:
        if self.iteration == 11:
            raise KeyboardInterrupt
        return original(self)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "_step", interrupted)
        assert main([*words, "--out", str(stopped)]) == 130
    assert not stopped.exists()
    answer(capsys, *words, "--out", str(stopped), "--resume")
    first, second = load_model(straight), load_model(stopped)
    assert first.digest == second.digest


@pytest.mark.parametrize(
    "words",
    [
        ("check", "--file", "no-such-file.txt"),
        ("check", "--text", " "),
        ("check", "--text", "a", "--hidden", "0"),
        ("check", "--expression", "x + 1"),
        ("check", "--expression", "x +", "--set", "x=1"),
        ("check", "--expression", "x", "--set", "x=nan"),
        ("check", "--expression", "log(x)", "--set", "x=-1"),
        ("check", "--model", NARWHALS, "--text", "penguins"),
        ("trace", "--text", "a", "--out", "no/such/folder/run.json"),
        ("ngram", "--corpus", "narwhals", "--order", "0"),
        ("ngram", "--corpus", "narwhals", "--order", "2", "--context", "penguins"),
        ("generate", "--ngram", "3"),
        ("generate", "--model", NARWHALS, "--temperature", "-1"),
        ("generate", "--model", "no-such-model.safetensors"),
        ("generate", "--model", NARWHALS, "--seed", "-1"),
        ("train", "--file", "no-such-file.txt", "--out", "x.safetensors"),
    ],
)
def test_bad_input_is_one_line_on_stderr_and_nothing_is_written(
    capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(list(words)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("tapestry: ")
    assert "Traceback" not in captured.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"\xff\xfeh\0i\0", b"caf\xe9"])
def test_files_that_are_no_text_are_refused(capsys: Output, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    for command in (("check",), ("ngram", "--order", "2")):
        assert main([*command, "--file", str(path)]) == 2
        assert str(path) in capsys.readouterr().err


def test_the_version_and_the_help_are_for_newcomers(capsys: Output) -> None:
    for words, expected in (
        (["--version"], VERSION),
        (["--help"], "tapestry check --text"),
        (["check", "--help"], "--expression"),
        (["train", "--help"], "--resume"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
        assert expected in capsys.readouterr().out


def test_without_json_a_report_is_for_people(capsys: Output) -> None:
    assert main(["check", "--text", "a b"]) == 0
    assert "agrees" in capsys.readouterr().out
    assert main(["ngram", "--corpus", "narwhals", "--order", "3", "--context", "cooler are"]) == 2
    assert main(["ngram", "--corpus", "narwhals", "--order", "3", "--context", "big are"]) == 0
    assert "backed off" in capsys.readouterr().out
