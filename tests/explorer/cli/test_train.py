"""`tapestry train`: it learns, saves, and goes on after an interruption."""

from __future__ import annotations

import math
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.models.architecture import CELLS
from engine.models.weights import load_model
from engine.training.optimizer import OPTIMIZERS
from engine.training.train import Trainer
from explorer.cli.main import main

Answer = Callable[..., dict[str, Any]]
Output = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[3]
SMALL = ("--tokens", "char", "--hidden", "8", "--steps", "8", "--batch", "2", "--seed", "1")


@pytest.fixture
def text(tmp_path: Path) -> str:
    """A file of 1,200 characters, too short to hold anything out."""
    path = tmp_path / "text.txt"
    path.write_text("abcabcabc\n" * 120, encoding="utf-8")
    return str(path)


@contextmanager
def interrupted_at(iteration: int) -> Iterator[None]:
    """Ctrl-C is pressed while the window after this many is read."""
    original = Trainer._step

    def step(self: Trainer) -> tuple[float, float]:
        if self.iteration == iteration:
            signal.raise_signal(signal.SIGINT)
        return original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "_step", step)
        yield


@contextmanager
def refused_to_train() -> Iterator[None]:
    """Training would be an error."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(Trainer, "steps")
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
    assert "stopped at iteration 12" in captured.err
    assert "--resume" in captured.err
    assert not out.exists()
    assert checkpoint.exists()
    answer(*words, "--resume")
    assert out.read_bytes() == straight
    assert not checkpoint.exists()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_cell_and_optimizer_resumes_to_the_same_file(
    cell: str, optimizer: str, answer: Answer, text: str, tmp_path: Path
) -> None:
    out = tmp_path / "m.safetensors"
    words = ["train", "--file", text, "--out", str(out), *SMALL, "--iterations", "9"]
    words += ["--cell", cell, "--optimizer", optimizer, "--weight-decay", "0.01"]
    answer(*words)
    straight = out.read_bytes()
    with interrupted_at(4):
        assert main([*words, "--json"]) == 130
    answer(*words, "--resume")
    assert out.read_bytes() == straight


def test_ctrl_c_in_another_process_loses_nothing(answer: Answer, text: str, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    words = ("train", "--file", text, "--out", str(out), *SMALL, "--iterations", "3000")
    command = [sys.executable, "-u", "-m", "explorer", *words, "--report-every", "100"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "iteration 100 " in line:
                break
        os.kill(process.pid, signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert "stopped at iteration" in rest
    assert "Traceback" not in rest
    assert not out.exists()
    answer(*words, "--resume")
    resumed = out.read_bytes()
    answer(*words)
    assert out.read_bytes() == resumed


def test_ctrl_c_after_the_last_step_still_loses_nothing(
    answer: Answer, text: str, tmp_path: Path
) -> None:
    out = tmp_path / "m.safetensors"
    words = ("train", "--file", text, "--out", str(out), *SMALL, "--iterations", "5")
    answer(*words)
    straight = out.read_bytes()
    with interrupted_at(4):
        assert main([*words, "--json"]) == 130
    report = answer(*words, "--resume")
    assert report["iterations"] == 5
    assert out.read_bytes() == straight


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
    assert main([*words, "--iterations", "9", "--clip", "0.5", "--hidden", "9", "--resume"]) == 2
    assert "made with hidden 8, not 9" in capsys.readouterr().err


def test_a_run_may_go_on_with_a_smaller_learning_rate_and_says_so(
    capsys: Output, text: str, tmp_path: Path
) -> None:
    out = tmp_path / "m.safetensors"
    words = ["train", "--file", text, "--out", str(out), *SMALL, "--iterations", "9"]
    with interrupted_at(2):
        assert main([*words]) == 130
    capsys.readouterr()
    assert main([*words, "--learning-rate", "0.0005", "--resume", "--json"]) == 0
    assert "going on from iteration 3 with another learning_rate 0.0005" in capsys.readouterr().err
    changes = load_model(out).provenance["changes"]
    assert changes == [{"from_iteration": 4, "learning_rate": 0.0005}]


def test_a_loss_that_explodes_names_the_node_and_leaves_the_checkpoint(
    capsys: Output, text: str, tmp_path: Path
) -> None:
    out, checkpoint = tmp_path / "m.safetensors", tmp_path / "m.checkpoint.safetensors"
    words = ["train", "--file", text, "--out", str(out), *SMALL, "--activation", "relu"]
    words += ["--optimizer", "momentum", "--learning-rate", "5", "--clip", "1e30", "--steps", "30"]
    with interrupted_at(0):
        assert main([*words, "--json"]) == 130
    saved = checkpoint.read_bytes()
    capsys.readouterr()
    assert main([*words, "--json", "--resume"]) == 2
    complaint = capsys.readouterr().err
    assert re.search(r"at iteration \d+: .+ was the first value that was not finite", complaint)
    assert "smaller learning rate" in complaint
    assert checkpoint.read_bytes() == saved
    assert not out.exists()
    again = [*words, "--json", "--resume", "--learning-rate", "0.001", "--iterations", "20"]
    assert main(again) == 0
    assert out.exists()


def test_a_limited_vocabulary_has_an_unknown_token(answer: Answer, tmp_path: Path) -> None:
    text, out = tmp_path / "text.txt", tmp_path / "m.safetensors"
    text.write_text("a rare word and a common word and more\n" * 80 + "once\n", encoding="utf-8")
    words = ("train", "--file", str(text), "--out", str(out), "--tokens", "word", "--batch", "2")
    answer(*words, "--vocabulary", "5", "--hidden", "4", "--steps", "5", "--iterations", "5")
    saved = load_model(out)
    assert saved.model.vocabulary.tokens == ("<unk>", "a", "and", "common", "word")
    losses = saved.provenance["losses"]
    assert losses["unknown_tokens"] > 0
    assert losses["perplexity"] > 1
    assert losses["perplexity_known"] > 1


def test_the_command_in_the_provenance_makes_the_same_file(
    answer: Answer, text: str, tmp_path: Path
) -> None:
    out = tmp_path / "m.safetensors"
    words = ["train", "--file", text, "--out", str(out), *SMALL, "--iterations", "4"]
    words += ["--cell", "gru", "--layers", "2", "--embedding", "3", "--zero-start", "--warm-up"]
    answer(*words, "2", "--schedule", "linear", "--optimizer", "adamw", "--hold-out", "nothing")
    first = out.read_bytes()
    program, *again = shlex.split(load_model(out).provenance["command"])
    assert program == "tapestry"
    answer(*again)
    assert out.read_bytes() == first


def test_a_place_that_cannot_be_written_is_refused_before_training(
    capsys: Output, text: str, tmp_path: Path
) -> None:
    with refused_to_train():
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


def test_people_see_the_held_out_loss_and_a_sample_as_it_goes(
    capsys: Output, tmp_path: Path
) -> None:
    text, out = tmp_path / "text.txt", tmp_path / "m.safetensors"
    text.write_text("abcabcabc\n" * 300, encoding="utf-8")
    words = ["train", "--file", str(text), "--out", str(out), *SMALL, "--iterations", "20"]
    assert main([*words, "--report-every", "10"]) == 0
    (line,) = [x for x in capsys.readouterr().err.splitlines() if x.startswith("iteration 10 ")]
    assert re.search(r"loss \d\.\d+ +held-out \d\.\d+", line)


def test_reports_are_at_least_one_iteration_apart(
    capsys: Output, text: str, tmp_path: Path
) -> None:
    words = ["train", "--file", text, "--out", str(tmp_path / "m.safetensors"), *SMALL]
    assert main([*words, "--report-every", "0"]) == 2
    assert "--report-every" in capsys.readouterr().err
