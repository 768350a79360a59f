"""The lines of the n-gram page's plots (pyqtgraph); import this module when they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from explorer.kit.plot import LinePlot, Series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.models.smoothing import SmoothingName
    from explorer.panels.ngram_statistics import Measured, TextStatistics
    from explorer.theme import Role, Style

PlotName = Literal["once", "different", "zipf", "counts", "perplexity"]

_LOOKS: Mapping[SmoothingName, tuple[Role, bool, Literal["o", "s", "t", "d"]]] = {
    "mle": ("ink_2", True, "o"),
    "add-k": ("backward", True, "d"),
    "witten-bell": ("ink", True, "t"),
    "kneser-ney": ("forward", False, "s"),
    "modified-kneser-ney": ("agrees", False, "o"),
}


_AXES: Mapping[PlotName, tuple[str, str, str, bool, bool]] = {
    "once": ("Contexts seen only once", "order n", "share of contexts", False, False),
    "different": ("Different n-grams", "order n", "n-grams", False, False),
    "zipf": ("Frequencies", "rank, log scale", "count, log scale", True, True),
    "counts": (
        "Counts of counts", "count r, log scale", "n-grams, log scale", True, True,
    ),
    "perplexity": (
        "Perplexity on held-out text", "order n", "perplexity, log scale", False, True,
    ),
}  # fmt: skip
"""What each plot is, what its axes count, and whether those are logarithmic."""


def make_plot(style: Style, name: PlotName) -> LinePlot:
    """An empty plot with its axes."""
    title, x_label, y_label, x_log, y_log = _AXES[name]
    return LinePlot(
        style, title, x_label=x_label, y_label=y_label, x_log=x_log, y_log=y_log, x_whole=not x_log
    )  # fmt: skip


def once_lines(statistics: TextStatistics) -> tuple[Series, ...]:
    """The share of contexts seen once, and of those with one follower, by order."""
    rows = statistics.sparsity
    orders = np.array([float(row.order) for row in rows])
    once = np.array([row.share_once for row in rows])
    one = np.array([row.share_one_follower for row in rows])
    return (
        Series("one follower", orders, one, "ink_2", dashed=True, marks=True, symbol="s"),
        Series("seen once", orders, once, "backward", marks=True),
    )


def different_lines(statistics: TextStatistics) -> tuple[Series, ...]:
    """How many different n-grams there are, and how many of them occur once, by order."""
    rows = statistics.sparsity
    orders = np.array([float(row.order) for row in rows])
    once = np.array([float(row.ngrams_once) for row in rows])
    every = np.array([float(row.ngrams) for row in rows])
    return (
        Series("seen once", orders, once, "ink_2", dashed=True, marks=True, symbol="s"),
        Series("different", orders, every, marks=True),
    )


def zipf_lines(statistics: TextStatistics) -> tuple[Series, ...]:
    """The count of each token by its rank, and Zipf's law from the first of them."""
    ranks = statistics.zipf.ranks.astype(np.float64)
    counts = statistics.zipf.counts.astype(np.float64)
    ends = np.array([1.0, max(ranks[-1], 1.0)])
    law = counts[0] / ends
    marks = ranks.size < 40
    return (
        Series("1 / rank", ends, law, "ink_2", dashed=True, width=1.5),
        Series("count", ranks, counts, marks=marks),
    )


def counts_lines(statistics: TextStatistics, order: int) -> tuple[Series, ...]:
    """How many n-grams occur r times, for the order that is chosen and for single tokens."""
    lines = []
    for row in statistics.counts:
        if row.order in {1, order}:
            times, kinds = row.times.astype(np.float64), row.kinds.astype(np.float64)
            chosen = row.order == order
            color: Role = "forward" if chosen else "ink_2"
            form: Literal["o", "d"] = "o" if chosen else "d"
            lines.append(
                Series(f"{row.order}-grams", times, kinds, color, marks=True, width=0,
                       symbol=form, pale=not chosen)
            )  # fmt: skip
    return tuple(lines)


def perplexity_lines(measured: Sequence[Measured]) -> tuple[Series, ...]:
    """A line for each smoothing; it is broken where the perplexity is infinite."""
    lines = []
    for one in measured:
        color, dashed, symbol = _LOOKS[one.smoothing.name]
        orders = np.array([float(point.order) for point in one.points])
        values = np.array([point.perplexity for point in one.points])
        if np.isfinite(values).any():
            lines.append(
                Series(one.name, orders, values, color, dashed=dashed, marks=True, symbol=symbol)
            )
    return tuple(lines)
