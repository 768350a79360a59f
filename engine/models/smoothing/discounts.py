"""How much Kneser-Ney smoothing takes from the counts of one order.

With n_j the number of n-grams that were counted j times and y = n_1 / (n_1 + 2 n_2): one discount
is y (Ney, Essen and Kneser, 1994); of three, for counts of one, two and more, the j-th is
j - (j + 1) y n_(j+1) / n_j (Chen and Goodman, 1999, equation 26).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FALLBACK = (0.5, 1.0, 1.5)
"""KenLM's, for texts too small or too regular to estimate from."""


@dataclass(frozen=True, slots=True)
class Discounts:
    """What is taken from counts of one, of two, and of three or more.

    Attributes:
        amounts: the three.
        estimated: whether they come from the counts; else from a person, or from ``FALLBACK``.
        fallback: whether ``FALLBACK`` had to stand in for an estimate.
    """

    amounts: tuple[float, float, float]
    estimated: bool
    fallback: bool

    def table(self) -> NDArray[np.float64]:
        """What is taken from a count of 0, 1, 2 and 3 or more, shape (4,)."""
        return np.array((0.0, *self.amounts))


def one_discount(counts: NDArray[np.int32], given: float | None) -> Discounts:
    """The same from every count: the given one, or that of the counts of counts.

    Args:
        counts: of the n-grams of one order, shape (K,).
        given: in [0, 1], or None.
    """
    if given is not None:
        return Discounts((given, given, given), estimated=False, fallback=False)
    once, twice, _, _ = _counts_of_counts(counts)
    if not once:
        return Discounts((FALLBACK[0],) * 3, estimated=False, fallback=bool(counts.size))
    return Discounts((once / (once + 2 * twice),) * 3, estimated=True, fallback=False)


def three_discounts(counts: NDArray[np.int32]) -> Discounts:
    """Those of modified Kneser-Ney, or all of ``FALLBACK`` where one is not in (0, j].

    A discount of 0 is refused too: it would leave nothing for what was never seen.
    """
    often = _counts_of_counts(counts)
    if all(often[:3]):
        y = often[0] / (often[0] + 2 * often[1])
        one, two, three = (j - (j + 1) * y * often[j] / often[j - 1] for j in (1, 2, 3))
        if 0 < one <= 1 and 0 < two <= 2 and 0 < three <= 3:
            return Discounts((one, two, three), estimated=True, fallback=False)
    return Discounts(FALLBACK, estimated=False, fallback=bool(counts.size))


def fallback_note(discounts: tuple[Discounts, ...]) -> str:
    """Which orders' discounts could not be estimated, as a sentence, or nothing."""
    orders = [str(order) for order, one in enumerate(discounts, start=1) if one.fallback]
    if not orders:
        return ""
    listed = f"order {orders[0]}"
    if len(orders) > 1:
        listed = f"orders {', '.join(orders[:-1])} and {orders[-1]}"
    used = dict.fromkeys(next(one for one in discounts if one.fallback).amounts)
    amounts = ", ".join(f"{amount:g}" for amount in used)
    return (
        f"The n-grams of {listed} are too few or too regular to estimate discounts from; "
        f"{amounts} {'stand' if len(used) > 1 else 'stands'} in."
    )


def _counts_of_counts(counts: NDArray[np.int32]) -> tuple[int, int, int, int]:
    """How many n-grams were counted once, twice, three and four times."""
    often = np.bincount(np.minimum(counts, 5), minlength=5)
    return int(often[1]), int(often[2]), int(often[3]), int(often[4])
