"""Sampling: a distribution sharpened or cut, and one token drawn from it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def check_sampling(temperature: float, top_k: int | None, top_p: float | None) -> None:
    """Refuse settings that ``reshape`` cannot use.

    Raises:
        InputError: temperature is negative or not finite, top_k below 1, or top_p not in (0, 1].
    """
    if not (math.isfinite(temperature) and temperature >= 0):
        raise InputError(f"the temperature must be 0 or a positive number, not {temperature:g}.")
    if top_k is not None and top_k < 1:
        raise InputError(f"top-k must be a whole number from 1 up, not {top_k}.")
    if top_p is not None and not 0 < top_p <= 1:
        raise InputError(f"top-p must be above 0 and at most 1, not {top_p:g}.")


def reshape(
    probabilities: ArrayLike,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> NDArray[np.float64]:
    """The distribution that is drawn from: tempered, then cut to top_k, then to top_p.

    Args:
        probabilities: shape (V,), not negative; their sum need not be 1.
        temperature: p becomes p ** (1 / temperature) up to a factor; 0 leaves only the most
            probable token.
        top_k: keep this many of the most probable tokens.
        top_p: keep the fewest most probable tokens that hold at least this share.

    Returns:
        Shape (V,), a new array with sum 1; what was cut is exactly 0. Of equally probable tokens
        those with the lower ids are kept first.

    Raises:
        InputError: as ``check_sampling``, or the probabilities are no distribution.
    """
    check_sampling(temperature, top_k, top_p)
    p = np.array(probabilities, dtype=np.float64)
    if p.ndim != 1 or not p.size or not np.isfinite(p).all() or p.min() < 0 or not p.any():
        raise InputError(
            "these are not probabilities; give a list of numbers from 0 up, not all of them 0."
        )
    if temperature == 0:
        top_k = 1
    elif temperature != 1:
        p = _tempered(p, temperature)
    if top_k is not None and top_k < np.count_nonzero(p):
        p = _largest(p, top_k)
    p /= p.max()
    p /= p.sum()
    if top_p is not None and top_p < 1:
        p = _nucleus(p, top_p)
        p /= p.sum()
    return p


def draw(probabilities: NDArray[np.float64], rng: np.random.Generator) -> tuple[int, float]:
    """A token drawn from a distribution, and the number in [0, 1) that chose it: see ``chosen``."""
    uniform = rng.random()
    return chosen(probabilities, uniform), uniform


def chosen(probabilities: NDArray[np.float64], uniform: float) -> int:
    """The token that a number in [0, 1) falls on, the probabilities laid end to end.

    It is the first whose cumulative probability is above that number; a token of probability 0 is
    never chosen.
    """
    cumulative = np.add.accumulate(probabilities)
    total = cumulative[-1]
    token = int(cumulative.searchsorted(uniform * total, side="right"))
    if token == cumulative.size:
        # The product was rounded up to the total: the last token with a share was meant.
        token = int(cumulative.searchsorted(total, side="left"))
    return token


def _tempered(p: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Powers p ** (1 / temperature), scaled so that the largest is 1: nothing can overflow."""
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        exponent: NDArray[np.float64] = np.log(p)
        exponent -= exponent.max()
        exponent /= temperature
        return np.exp(exponent)


def _largest(p: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Only the k largest; of those equal to the smallest of them, the first."""
    threshold = np.partition(p, p.size - k)[p.size - k]
    keep = p > threshold
    ties = np.flatnonzero(p == threshold)
    keep[ties[: k - np.count_nonzero(keep)]] = True
    return np.where(keep, p, 0.0)


def _nucleus(p: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """The fewest of the largest whose sum is at least ``share``."""
    order = np.argsort(-p, kind="stable")
    before = np.add.accumulate(p[order]) - p[order]
    kept = order[before < share]
    cut = np.zeros_like(p)
    cut[kept] = p[kept]
    return cut
