"""Checkpoints: a resumed run ends in the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, product
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.models.architecture import CELLS, Architecture, CellName
from engine.training.checkpoint import checkpoint_path, restore_checkpoint, save_checkpoint
from engine.training.optimizer import OPTIMIZERS, OptimizerName
from engine.training.schedules import SCHEDULES
from engine.training.settings import Settings
from engine.training.train import Trainer

Make = Callable[[Settings], Trainer]


@pytest.mark.parametrize(("cell", "optimizer"), list(product(CELLS, OPTIMIZERS)))
def test_a_resumed_run_ends_in_the_same_bytes(
    cell: CellName, optimizer: OptimizerName, trainer_of: Make, tmp_path: Path
) -> None:
    schedule = SCHEDULES[OPTIMIZERS.index(optimizer)]
    settings = Settings(
        Architecture(cell, 6, 2, 3), steps=10, batch=4, iterations=30, restart=0.2,
        optimizer=optimizer, schedule=schedule, warm_up=15, weight_decay=0.01, learning_rate=0.01,
    )  # fmt: skip
    straight = trainer_of(settings)
    straight_steps = list(straight.steps())
    stopped = trainer_of(settings)
    list(islice(stopped.steps(), 11))
    path = checkpoint_path(tmp_path / "m.safetensors")
    save_checkpoint(stopped, path)
    resumed = trainer_of(settings)
    restore_checkpoint(resumed, path)
    assert resumed.iteration == 11
    resumed_steps = list(resumed.steps())
    assert resumed.parameters.vector.tobytes() == straight.parameters.vector.tobytes()
    assert [s.loss for s in resumed_steps] == [s.loss for s in straight_steps[11:]]
    assert resumed.smoothed_loss == straight.smoothed_loss


def test_resuming_with_other_settings_is_refused_by_name(trainer_of: Make, tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    save_checkpoint(trainer_of(Settings(Architecture(hidden=8), batch=4, seed=1)), path)
    with pytest.raises(InputError, match="made with seed 1, not 2"):
        restore_checkpoint(trainer_of(Settings(Architecture(hidden=8), batch=4, seed=2)), path)
    with pytest.raises(InputError, match="made with cell elman, not gru"):
        restore_checkpoint(trainer_of(Settings(Architecture("gru", 8), batch=4, seed=1)), path)


@pytest.mark.parametrize("kept", [0, 7, 100, 0.5, 0.999])
def test_a_damaged_checkpoint_is_refused(kept: float, trainer_of: Make, tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    trainer = trainer_of(Settings(Architecture(hidden=8), batch=4))
    save_checkpoint(trainer, path)
    data = path.read_bytes()
    path.write_bytes(data[: int(kept * len(data)) if kept < 1 else int(kept)])
    with pytest.raises(InputError):
        restore_checkpoint(trainer, path)


def test_weights_are_no_checkpoint(trainer_of: Make) -> None:
    weights = Path(__file__).parents[3] / "assets" / "weights" / "narwhals.safetensors"
    with pytest.raises(InputError, match="no checkpoint"):
        restore_checkpoint(trainer_of(Settings()), weights)


def test_a_checkpoint_of_another_text_is_refused(trainer_of: Make, tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    trainer = trainer_of(Settings(Architecture(hidden=8), batch=4))
    save_checkpoint(trainer, path)
    other = Trainer(
        trainer.settings, trainer.vocabulary, trainer.lanes.tokens[::-1], trainer.lanes.starts
    )
    before = other.parameters.vector.copy()
    with pytest.raises(InputError, match="another text"):
        restore_checkpoint(other, path)
    assert other.parameters.vector.tobytes() == before.tobytes()
