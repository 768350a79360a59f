"""`tapestry train`: it learns, saves, and goes on after an interruption."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.models.weights import load_model
from engine.training.train import Trainer
from explorer.cli.main import main

Answer = Callable[..., dict[str, Any]]
Output = pytest.CaptureFixture[str]
SMALL = ("--tokens", "char", "--hidden", "8", "--steps", "8", "--batch", "2", "--seed", "1")


@pytest.fixture
def text(tmp_path: Path) -> str:
    """A file of 1,200 characters, too short to hold anything out."""
    path = tmp_path / "text.txt"
    path.write_text("abcabcabc\n" * 120, encoding="utf-8")
    return str(path)


@contextmanager
def interrupted_at(iteration: int) -> Iterator[None]:
    """Ctrl-C is pressed when this many windows have been read."""
    original = Trainer._step

    def step(self: Trainer) -> tuple[float, float]:
        if self.iteration == iteration:
            raise KeyboardInterrupt
        return original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "_step", step)
        yield


def test_it_learns_and_the_weights_load(answer: Answer, text: str, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    words = ("train", "--file", text, "--out", str(out), *SMALL, "--learning-rate", "0.02")
    first = answer(*words, "--iterations", "1")
    assert set(first) == {
        "iterations", "loss", "validation_loss", "perplexity", "bits_per_character",
        "tokens_per_second",
    }  # fmt: skip
    # Four characters, and small weights at first: close to the even guess, ln 4.
    assert first["loss"] == pytest.approx(math.log(4), abs=0.3)
    last = answer(*words, "--iterations", "200")
    assert last["iterations"] == 200
    assert last["loss"] < 1.0
    assert last["perplexity"] == pytest.approx(math.exp(last["loss"]))
    assert last["bits_per_character"] == pytest.approx(last["loss"] / math.log(2))
    assert last["tokens_per_second"] > 0
    saved = load_model(out)
    assert saved.tokens == "char"
    assert saved.model.hidden == 8
    assert saved.provenance["iterations"] == 200
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.safetensors", "text.txt"]


def test_a_longer_text_is_judged_on_its_last_tenth(answer: Answer, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("abcabcabc\n" * 200, encoding="utf-8")
    out = tmp_path / "m.safetensors"
    report = answer("train", "--file", str(text), "--out", str(out), *SMALL, "--iterations", "3")
    assert report["perplexity"] == pytest.approx(math.exp(report["validation_loss"]))
    assert load_model(out).provenance["held_out_tokens"] == 200


def test_words_have_no_bits_per_character(answer: Answer, tmp_path: Path) -> None:
    words = ("train", "--corpus", "narwhals", "--tokens", "word", "--hidden", "4", "--steps", "5")
    out = str(tmp_path / "m.safetensors")
    report = answer(*words, "--batch", "2", "--iterations", "2", "--out", out)
    assert report["bits_per_character"] is None


def test_the_same_seed_saves_the_same_weights(answer: Answer, text: str, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    saved = []
    for _ in range(2):
        answer("train", "--file", text, "--out", str(out), *SMALL, "--iterations", "5")
        saved.append(load_model(out))
    assert saved[0].digest == saved[1].digest
    assert saved[0].provenance == saved[1].provenance


def test_it_goes_on_after_an_interruption_as_if_never_stopped(
    answer: Answer, capsys: Output, text: str, tmp_path: Path
) -> None:
    out, checkpoint = tmp_path / "m.safetensors", tmp_path / "m.checkpoint.safetensors"
    words = ("train", "--file", text, "--out", str(out), *SMALL, "--iterations", "30")
    answer(*words)
    straight = out.read_bytes()
    out.unlink()
    with interrupted_at(11):
        assert main([*words, "--json"]) == 130
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "stopped at iteration 11" in captured.err
    assert "--resume" in captured.err
    assert not out.exists()
    assert checkpoint.exists()
    answer(*words, "--resume")
    assert out.read_bytes() == straight
    assert not checkpoint.exists()


def test_an_interruption_leaves_the_old_weights(answer: Answer, text: str, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    words = ("train", "--file", text, "--out", str(out), *SMALL)
    answer(*words, "--iterations", "3")
    old = out.read_bytes()
    with interrupted_at(2):
        assert main([*words, "--iterations", "9", "--json"]) == 130
    assert out.read_bytes() == old


def test_a_checkpoint_of_other_settings_is_refused(
    capsys: Output, text: str, tmp_path: Path
) -> None:
    words = ["train", "--file", text, "--out", str(tmp_path / "m.safetensors"), *SMALL]
    with interrupted_at(2):
        assert main([*words, "--iterations", "9"]) == 130
    capsys.readouterr()
    assert main([*words, "--iterations", "9", "--learning-rate", "0.5", "--resume"]) == 2
    assert "learning_rate" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_refused_before_training(
    capsys: Output, text: str, tmp_path: Path
) -> None:
    with interrupted_at(0):
        for out in (tmp_path, tmp_path / "none" / "m.safetensors"):
            assert main(["train", "--file", text, "--out", str(out)]) == 2
            assert str(out) in capsys.readouterr().err


def test_people_see_the_progress_and_the_result(capsys: Output, text: str, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    assert main(["train", "--file", text, "--out", str(out), *SMALL, "--iterations", "3"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith(f"saved {out}\n")
    assert "bits per char" in captured.out
    assert "3/3" in captured.err
