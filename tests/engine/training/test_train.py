"""Training: the loss goes down, states are carried, and what is not finite stops it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.architecture import CELLS, Architecture, CellName
from engine.training.settings import Settings
from engine.training.train import Trainer

Make = Callable[[Settings], Trainer]


@pytest.mark.parametrize("cell", CELLS)
def test_the_loss_falls_below_half_of_a_uniform_guess(cell: CellName, trainer_of: Make) -> None:
    settings = Settings(
        Architecture(cell, 24), steps=16, batch=8, iterations=200, restart=0.1, learning_rate=0.01
    )
    trainer = trainer_of(settings)
    losses = [step.loss for step in trainer.steps()]
    assert losses[0] > 0.8 * math.log(len(trainer.vocabulary))
    assert np.mean(losses[-20:]) < 0.5 * math.log(len(trainer.vocabulary))


def test_states_are_carried_from_window_to_window(trainer_of: Make) -> None:
    settings = Settings(Architecture("lstm", 5, 2), batch=3, iterations=1, restart=0.0)
    trainer = trainer_of(settings)
    before = trainer.model
    list(trainer.steps())
    end = trainer.lanes.positions - settings.steps
    for lane, start in enumerate(end):
        window = trainer.lanes.tokens[start : start + settings.steps]
        states = before.state([int(token) for token in window])
        for carried, state in zip(trainer.states.values(), states, strict=True):
            np.testing.assert_allclose(carried[lane], state, atol=1e-5)


@pytest.mark.parametrize("learned", [True, False])
def test_a_start_is_learned_or_stays_zero(learned: bool, trainer_of: Make) -> None:
    architecture = Architecture("gru", 5, 2, learned_start=learned)
    trainer = trainer_of(Settings(architecture, iterations=5, restart=0.5, weight_decay=0.1))
    before = trainer.model
    list(trainer.steps())
    for name in architecture.starts():
        after = trainer.parameters.views[name]
        assert after.any() == learned
        assert (after != before.parameters[name]).any() == learned


def test_a_step_says_the_rate_and_the_speed(trainer_of: Make) -> None:
    settings = Settings(Architecture(hidden=4), batch=2, iterations=3, warm_up=2)
    steps = list(trainer_of(settings).steps())
    assert [step.iteration for step in steps] == [1, 2, 3]
    assert [step.learning_rate for step in steps] == [settings.rate(i) for i in range(3)]
    assert all(step.tokens_per_second > 0 for step in steps)


def test_a_weight_that_is_no_number_stops_training_and_is_named(trainer_of: Make) -> None:
    trainer = trainer_of(Settings(Architecture(hidden=4), batch=2))
    trainer.parameters.views["b_h"][0] = np.nan
    with pytest.raises(InputError, match=r"nan at iteration 1: b_h was the first.*smaller"):
        list(trainer.steps())


def test_the_node_that_first_overflowed_is_named_and_the_weights_are_left(
    trainer_of: Make,
) -> None:
    # With relu, W_hh = 1e20 and h_0 = W_xh = 1: z_1 = 2e20 or less, z_2 about 1e40, beyond
    # float32's 3.4e38.
    architecture = Architecture("elman", 2, phi="relu")
    trainer = trainer_of(Settings(architecture, batch=2, steps=5))
    weights = trainer.parameters.views
    for name, value in (("W_hh", 1e20), ("W_xh", 1.0), ("h_0", 1.0)):
        weights[name][...] = value
    before = trainer.parameters.vector.copy()
    with pytest.raises(InputError, match=r"iteration 1: (W_hh h_1|z_2) was the first"):
        list(trainer.steps())
    assert trainer.parameters.vector.tobytes() == before.tobytes()
    assert trainer.iteration == 0


def test_an_adjoint_that_overflowed_is_named(trainer_of: Make) -> None:
    # relu with W_hh = 0 off the diagonal and a path that only the adjoint takes: h stays 0 where
    # z is a tiny positive number, while the adjoint is multiplied by 1e13 at every step back.
    architecture = Architecture("elman", 1, phi="relu")
    trainer = trainer_of(Settings(architecture, batch=1, steps=6))
    weights = trainer.parameters.views
    trainer.parameters.vector[...] = 0
    weights["h_0"][...] = 1e-44
    weights["W_hh"][...] = 1e13
    weights["W_hy"][0] = 1.0
    # h_1 = 1e-31, h_2 = 1e-18, h_3 = 1e-5, h_4 = 1e8, h_5 = 1e21: finite, as are all logits, but
    # the adjoint of h_5 reaches h_0 as 1e65.
    with pytest.raises(InputError, match=r"the adjoint's norm is \w+ at iteration 1: the adjoint"):
        list(trainer.steps())


def test_a_state_that_overflows_only_after_the_window_is_named(trainer_of: Make) -> None:
    # relu, W_hh = 1e13 and h_0 = 1e-13: h_t = 10^(13 t - 13); of three steps the last is 1e26 and
    # of four 1e39, beyond float32: h_4 is carried on, no token of the window depends on it.
    architecture = Architecture("elman", 1, phi="relu", embedding=1)
    trainer = trainer_of(Settings(architecture, batch=1, steps=4))
    trainer.parameters.vector[...] = 0
    trainer.parameters.views["h_0"][...] = 1e-13
    trainer.parameters.views["W_hh"][...] = 1e13
    with pytest.raises(InputError, match=r"state after the window .* iteration 1: W_hh h_3 was"):
        list(trainer.steps())


def test_a_window_that_would_fill_the_memory_is_refused(trainer_of: Make) -> None:
    with pytest.raises(InputError, match="GB; choose fewer steps"):
        trainer_of(Settings(Architecture(hidden=4096), batch=100_000))
