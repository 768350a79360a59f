"""How to train: the settings of a run, as one frozen value."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from engine.errors import InputError
from engine.models.architecture import Architecture
from engine.training.optimizer import OPTIMIZERS, OptimizerName
from engine.training.schedules import SCHEDULES, ScheduleName, learning_rate

STEERING = frozenset(
    ("iterations", "learning_rate", "schedule", "warm_up", "weight_decay", "clip_norm")
)
"""Settings that may change when a run is resumed; all others make another run."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train.

    Attributes:
        architecture: what is trained.
        steps: T, tokens of a window, and how far adjoints go back in time.
        batch: B, texts side by side.
        iterations: windows to read.
        optimizer: sgd, momentum, adam or adamw.
        learning_rate: the highest of the schedule.
        schedule: constant, cosine, linear or step.
        warm_up: iterations in which the learning rate rises from zero.
        weight_decay: share of a weight, see the optimizers.
        restart: share of the windows that begin at a random unit from h_0 instead of going on.
        clip_norm: largest norm of the adjoint of all parameters.
        seed: of everything random.

    Raises:
        InputError: a number is out of its range or a name unknown.
    """

    architecture: Architecture = field(default_factory=lambda: Architecture(hidden=128))
    steps: int = 50
    batch: int = 16
    iterations: int = 2000
    optimizer: OptimizerName = "adam"
    learning_rate: float = 2e-3
    schedule: ScheduleName = "cosine"
    warm_up: int = 0
    weight_decay: float = 0.0
    restart: float = 0.025
    clip_norm: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "iterations"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.optimizer not in OPTIMIZERS:
            raise InputError(
                f"the optimizer is one of {', '.join(OPTIMIZERS)}, not {self.optimizer!r}"
            )
        if self.schedule not in SCHEDULES:
            raise InputError(
                f"the schedule is one of {', '.join(SCHEDULES)}, not {self.schedule!r}"
            )
        if not 0 <= self.restart <= 1:
            raise InputError(f"the share of restarts must lie in 0..1, not {self.restart}")
        if not 0 < self.learning_rate < 10:
            raise InputError(f"the learning rate must lie in (0, 10), not {self.learning_rate}")
        if not 0 <= self.weight_decay < 1:
            raise InputError(f"the weight decay must lie in [0, 1), not {self.weight_decay}")
        if not self.clip_norm > 0:
            raise InputError(f"the norm to clip at must be positive, not {self.clip_norm}")
        if self.warm_up < 0:
            raise InputError(f"the warm-up must be at least 0 iterations, not {self.warm_up}")

    def rate(self, iteration: int) -> float:
        """The learning rate of an iteration, counted from 0."""
        return learning_rate(
            self.schedule, self.learning_rate, iteration, self.iterations, self.warm_up
        )

    def as_dict(self) -> dict[str, int | float | str]:
        """As plain values side by side, for provenance."""
        plain = asdict(self)
        return {**plain.pop("architecture"), **plain}
