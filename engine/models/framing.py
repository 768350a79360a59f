"""Sentences within a text that does not hold ``<s>``: where it is understood, and for contexts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray


def framed_context(
    context: Sequence[int], order: int, start: int | None, end: int | None
) -> Sequence[int]:
    """What has been said of the present sentence, ``<s>`` first where there are sentences.

    Args:
        context: everything so far, without ``<s>``.
        order: n; at most n tokens are regarded.
        start: the id of ``<s>``, or None where the text is one stream: the context stays as it is.
        end: the id of ``</s>``.
    """
    if start is None:
        return context
    recent = [int(token) for token in context[max(0, len(context) - order) :]]
    if end in recent:
        return (start, *recent[len(recent) - recent[::-1].index(end) :])
    return recent if len(context) >= order else (start, *recent)


def framed_scores(
    tokens: Sequence[int] | NDArray[np.integer],
    start: int | None,
    end: int | None,
    scores: Callable[[NDArray[np.int32]], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """The scores of a text's tokens, ``<s>`` before each sentence while they are made.

    Args:
        tokens: shape (T,), without ``<s>``.
        start: the id of ``<s>``, or None where the text is one stream.
        end: the id of ``</s>``.
        scores: gives one number for each token of a text that holds its own ``<s>``.
    """
    text = np.asarray(tokens, dtype=np.int32).reshape(-1)
    if start is None:
        return scores(text)
    ends = np.flatnonzero(text == end)
    starts = np.concatenate((np.zeros(1, np.int64), ends + 1))
    starts = starts[starts < max(text.size, 1)]
    framed = np.insert(text, starts, start)
    return np.delete(scores(framed), starts + np.arange(starts.size))
