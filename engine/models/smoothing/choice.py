"""Which smoothing, as a value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from engine.errors import InputError

SmoothingName = Literal["mle", "add-k", "witten-bell", "kneser-ney", "modified-kneser-ney"]
SMOOTHINGS: tuple[SmoothingName, ...] = get_args(SmoothingName)

TITLES: Mapping[SmoothingName, str] = {
    "mle": "none (MLE)",
    "add-k": "add-k",
    "witten-bell": "Witten-Bell",
    "kneser-ney": "Kneser-Ney",
    "modified-kneser-ney": "modified Kneser-Ney",
}
"""What each is called on screen."""


@dataclass(frozen=True, slots=True)
class Smoothing:
    """A way to give unseen n-grams a share.

    Attributes:
        name: one of ``SMOOTHINGS``.
        k: what add-k adds to every count, above 0.
        discount: what Kneser-Ney takes from every count, in [0, 1]; None estimates it for each
            order from the counts of counts.

    Raises:
        InputError: an unknown name or a number out of its range.
    """

    name: SmoothingName = "mle"
    k: float = 1.0
    discount: float | None = None

    def __post_init__(self) -> None:
        if self.name not in SMOOTHINGS:
            raise InputError(
                f"there is no smoothing {self.name!r}; choose one of: {', '.join(SMOOTHINGS)}"
            )
        if not (math.isfinite(self.k) and self.k > 0):
            raise InputError(f"k must be a number above 0, not {self.k:g}.")
        if self.discount is not None and not 0 <= self.discount <= 1:
            raise InputError(f"the discount must lie in 0..1, not {self.discount:g}.")

    @property
    def title(self) -> str:
        """What it is called on screen."""
        return TITLES[self.name]


MLE = Smoothing()
