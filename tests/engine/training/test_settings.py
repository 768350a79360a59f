"""Settings that cannot be are refused."""

from __future__ import annotations

import pytest

from engine.errors import InputError
from engine.models.architecture import Architecture
from engine.training.settings import Settings


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "steps"),
        ({"iterations": -1}, "iterations"),
        ({"restart": 2.0}, "restarts"),
        ({"learning_rate": 0.0}, "learning rate"),
        ({"learning_rate": float("nan")}, "learning rate"),
        ({"weight_decay": 1.0}, "weight decay"),
        ({"clip_norm": 0.0}, "clip"),
        ({"clip_norm": float("nan")}, "clip"),
        ({"warm_up": -1}, "warm-up"),
        ({"optimizer": "newton"}, "sgd, momentum, adam, adamw"),
        ({"schedule": "tidal"}, "constant, cosine"),
    ],
)
def test_settings_out_of_range_are_refused(changes: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Settings(**changes)  # type: ignore[arg-type]  # the table holds wrong values on purpose


def test_as_plain_values_the_architecture_stands_beside_the_rest() -> None:
    plain = Settings(Architecture("lstm", 16, 2), seed=3).as_dict()
    assert plain["cell"] == "lstm"
    assert plain["layers"] == 2
    assert plain["seed"] == 3
    assert "architecture" not in plain
