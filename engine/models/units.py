"""Which hidden units tell a part of a text from the rest, and which tokens are alike to a model.

A unit's *separation* is the area under its ROC curve: the probability that it is higher at a token
inside the part than at one outside, a tie counting half. 1 is on exactly there, 0 is off exactly
there, 1/2 tells nothing. It is the statistic U of Mann and Whitney over the number of pairs, so it
depends on the order of the values alone, not on their scale.

Source: Mann and Whitney, *On a test of whether one of two random variables is stochastically larger
than the other* (1947); Hanley and McNeil, *The meaning and use of the area under a receiver
operating characteristic (ROC) curve* (1982).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.models.recurrent import RecurrentLM

Side = Literal["input", "output"]


def ranks_of(values: ArrayLike) -> NDArray[np.float64]:
    """The rank of each value among those of its unit, from 1; ties share their mean rank.

    Args:
        values: (T, H), a row a token.

    Returns:
        (T, H); a NaN ranks above every number.
    """
    by_unit = np.ascontiguousarray(np.asarray(values).T)
    order = np.argsort(by_unit, axis=1, kind="stable")
    ascending = np.take_along_axis(by_unit, order, axis=1)
    count = by_unit.shape[1]
    places = np.arange(count)
    begins = np.ones(ascending.shape, bool)
    begins[:, 1:] = ascending[:, 1:] != ascending[:, :-1]
    ends = np.ones(ascending.shape, bool)
    ends[:, :-1] = begins[:, 1:]
    first = np.maximum.accumulate(np.where(begins, places, 0), axis=1)
    last = np.minimum.accumulate(np.where(ends, places, count)[:, ::-1], axis=1)[:, ::-1]
    ranks = np.empty(by_unit.shape)
    np.put_along_axis(ranks, order, (first + last) / 2 + 1, axis=1)
    return np.ascontiguousarray(ranks.T)


def separations(ranks: NDArray[np.float64], inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The area under the ROC curve of every unit, (H,), each in [0, 1].

    Args:
        ranks: (T, H), of `ranks_of`.
        inside: (T,) the tokens of the part.

    Raises:
        InputError: the part is empty or the whole text.
    """
    within = int(inside.sum())
    without = len(inside) - within
    if within == 0 or without == 0:
        raise InputError("select a part of the text: neither nothing nor all of it")
    above = inside.astype(np.float64) @ ranks - within * (within + 1) / 2
    result: NDArray[np.float64] = above / (within * without)
    return result


def clearest(separation: NDArray[np.float64]) -> NDArray[np.intp]:
    """The units, those first that are on or off most exactly; the lower number wins a tie."""
    return np.argsort(-np.abs(separation - 0.5), kind="stable")


def correlations(values: Array, unit: int) -> NDArray[np.float64]:
    """Pearson's correlation of every unit with one over a text, (H,); 0 for a constant one.

    Args:
        values: (T, H).
        unit: the one.
    """
    centred = np.asarray(values, np.float64) - np.mean(values, axis=0, dtype=np.float64)
    lengths = np.sqrt(np.square(centred).sum(axis=0))
    products = centred.T @ centred[:, unit]
    scale = lengths * lengths[unit]
    result = np.zeros(len(scale))
    np.divide(products, scale, out=result, where=scale > 0)
    return result


def token_vectors(model: RecurrentLM, side: Side = "input") -> Array:
    """A vector for each of the V tokens, (V, D).

    The input's are the columns of E, or without an embedding those of the first layer's W_x of all
    gates above one another, which is what a one-hot token picks. The output's are the rows of W_hy.
    """
    weights = model.parameters
    if side == "output":
        return weights["W_hy"]
    if model.architecture.embedding:
        return weights["E"].T
    return np.concatenate([weights[f"W_x{gate}"] for gate in model.architecture.gates]).T


def neighbours(
    vectors: Array, token: int, count: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The tokens most alike to one, by the cosine of the angle between their vectors.

    Args:
        vectors: (V, D).
        token: the one, which is not among the answers.
        count: how many at most.

    Returns:
        Their ids and cosines, the closest first; a vector of zeros is alike to none (cosine 0).
    """
    rows = np.asarray(vectors, np.float64)
    lengths = np.sqrt(np.square(rows).sum(axis=1))
    scale = lengths * lengths[token]
    cosines = np.divide(rows @ rows[token], scale, out=np.zeros(len(rows)), where=scale > 0)
    order = np.argsort(-cosines, kind="stable")
    order = order[order != token][:count]
    return order, cosines[order]
