"""Training: the optimizer by hand, the loss going down, and resuming as if never stopped."""

from __future__ import annotations

import math
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.text.corpus import load_corpus
from engine.text.tokenizer import tokenizer
from engine.text.vocabulary import Vocabulary
from engine.training.batches import Lanes
from engine.training.checkpoint import checkpoint_path, restore_checkpoint, save_checkpoint
from engine.training.optimizer import Adam, Flat, clip
from engine.training.texts import training_text, unit_starts
from engine.training.train import Settings, Trainer, evaluate

TEXT = "the cat sat on the mat. the dog sat on the log.\n" * 20


def trainer_of(settings: Settings) -> Trainer:
    vocabulary = Vocabulary.of(TEXT)
    return Trainer(settings, vocabulary, vocabulary.encode(list(TEXT)), np.array([0, 48]))


def test_adam_moves_as_worked_out_by_hand() -> None:
    # First update: m = 0.1 g, v = 0.01 g^2; corrected they are g and g^2, so the step is
    # rate * g / (|g| + eps), which is the rate for any g > 0.
    parameters = np.array([1.0, 1.0])
    adam = Adam(2, parameters.dtype)
    adam.update(parameters, np.array([0.5, -3.0]), 0.1)
    np.testing.assert_allclose(parameters, [0.9, 1.1], rtol=1e-7)
    # Second update with g = 0: m = 0.9 * 0.1 g = 0.09 g, corrected by 1 - 0.9^2 = 0.19;
    # v = 0.99 * 0.01 g^2, corrected by 1 - 0.99^2 = 0.0199.
    adam.update(parameters, np.zeros(2), 0.1)
    step = 0.1 * (0.09 / 0.19) / math.sqrt(0.0099 / 0.0199)
    np.testing.assert_allclose(parameters, [0.9 - step, 1.1 + step], rtol=1e-6)


def test_clipping_keeps_the_direction_and_says_the_norm_before() -> None:
    adjoint = np.array([3.0, 4.0])
    assert clip(adjoint, 1.0) == 5.0
    np.testing.assert_allclose(adjoint, [0.6, 0.8])
    assert clip(adjoint, 2.0) == pytest.approx(1.0)
    np.testing.assert_allclose(adjoint, [0.6, 0.8])


def test_flat_views_are_windows_on_one_vector() -> None:
    flat = Flat({"a": np.arange(6.0).reshape(2, 3), "b": np.array([7.0])})
    flat.vector[4] = 40
    assert flat.views["a"][1, 1] == 40
    assert flat.views["b"][0] == 7


def test_lanes_read_on_where_they_stopped() -> None:
    rng = np.random.default_rng(0)
    lanes = Lanes.begin(np.arange(100), np.array([0, 50]), 4, 10, rng)
    first = lanes.window(10, 0.0, rng)
    lanes.fresh = np.zeros(4, np.bool_)
    second = lanes.window(10, 0.0, rng)
    going_on = ~lanes.fresh
    np.testing.assert_array_equal(second[0, going_on], first[-1, going_on] + 1)


def test_lanes_that_restart_begin_at_a_unit() -> None:
    rng = np.random.default_rng(0)
    lanes = Lanes.begin(np.arange(100), np.array([0, 50]), 8, 10, rng)
    window = lanes.window(10, 1.0, rng)
    assert set(window[0]) <= {0, 50}
    assert lanes.fresh.all()


def test_units_are_paragraphs_or_else_lines() -> None:
    chars, words = tokenizer("char"), tokenizer("word")
    assert unit_starts("ab\ncd\n\nef", chars).tolist() == [0, 7]
    assert unit_starts("ab\ncd", chars).tolist() == [0, 3]
    # "One two." is three tokens; the blank line after it is none.
    assert unit_starts("One two.\n\nThree four", words).tolist() == [0, 3]


def test_the_loss_falls_below_half_of_a_uniform_guess() -> None:
    trainer = trainer_of(Settings(hidden=24, steps=16, batch=8, iterations=300, restart=0.1))
    losses = [step.loss for step in trainer.steps()]
    assert losses[0] > 0.8 * math.log(len(trainer.vocabulary))
    assert np.mean(losses[-20:]) < 0.5 * math.log(len(trainer.vocabulary))


def test_a_resumed_run_ends_in_the_same_bytes(tmp_path: Path) -> None:
    settings = Settings(hidden=8, steps=10, batch=4, iterations=30, restart=0.2)
    straight = trainer_of(settings)
    for _ in straight.steps():
        pass
    stopped = trainer_of(settings)
    for _ in islice(stopped.steps(), 11):
        pass
    path = checkpoint_path(tmp_path / "m.safetensors")
    save_checkpoint(stopped, path)
    resumed = trainer_of(settings)
    restore_checkpoint(resumed, path)
    assert resumed.iteration == 11
    for _ in resumed.steps():
        pass
    assert resumed.parameters.vector.tobytes() == straight.parameters.vector.tobytes()


def test_resuming_with_other_settings_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    save_checkpoint(trainer_of(Settings(hidden=8, batch=4, seed=1)), path)
    with pytest.raises(InputError, match="made with seed 1, not 2"):
        restore_checkpoint(trainer_of(Settings(hidden=8, batch=4, seed=2)), path)


def test_evaluation_is_the_mean_score_however_it_is_cut() -> None:
    trainer = trainer_of(Settings(hidden=6, batch=2))
    tokens = trainer.vocabulary.encode(list(TEXT[:100]))
    score = -trainer.model.score([int(t) for t in tokens]).mean()
    for chunk in (7, 50, 256):
        assert evaluate(trainer.model, tokens, chunk=chunk) == pytest.approx(score, rel=1e-5)


def test_a_loss_that_is_no_number_stops_training_with_advice() -> None:
    trainer = trainer_of(Settings(hidden=4, batch=2))
    trainer.parameters.views["b_h"][0] = np.nan
    with pytest.raises(InputError, match="smaller learning rate"):
        list(trainer.steps())


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"hidden": 0}, "hidden"), ({"iterations": -1}, "iterations"), ({"restart": 2.0}, "restarts")],
)
def test_settings_out_of_range_are_refused(changes: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Settings(**changes)  # type: ignore[arg-type]  # the table holds wrong values on purpose


def test_one_play_of_shakespeare_is_held_out() -> None:
    text = training_text(load_corpus("shakespeare"), tokenizer("char"))
    assert text.held_out_name == "As You Like It"
    opening = "".join(text.vocabulary.decode(text.held_out[:2000]))
    assert "ORLANDO" in opening
    assert len(text.train) > 30 * len(text.held_out)


def test_the_narwhal_sentences_are_too_few_to_hold_any_out() -> None:
    text = training_text(load_corpus("narwhals"), tokenizer("word"))
    assert len(text.held_out) == 0
    assert len(text.starts) == 8
