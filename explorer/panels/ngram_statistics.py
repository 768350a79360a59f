"""What the plots of the n-gram page show, computed in jobs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.models.count_statistics import counts_of_counts, sparsity, zipf
from engine.models.held_out import HeldOut, holding_out, perplexity_by_order
from explorer.panels.ngram_counting import LARGEST_ORDER, Progress, grouped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.models.count_statistics import CountsOfCounts, Sparsity, Zipf
    from engine.models.held_out import OrderPerplexity
    from engine.models.smoothing import Smoothing
    from explorer.panels.ngram_counting import CountedText

_HELD = 0.2
"""The share of the progress bar that counting anew takes."""


@dataclass(frozen=True, slots=True, eq=False)
class TextStatistics:
    """What the counts of a text look like.

    Attributes:
        counted: the text.
        zipf: its tokens by rank.
        sparsity: for each order from 1 to 7.
        counts: counts of counts, for each order from 1 to 7.
    """

    counted: CountedText
    zipf: Zipf
    sparsity: tuple[Sparsity, ...]
    counts: tuple[CountsOfCounts, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Perplexities of one smoothing, as far as they are known.

    Attributes:
        smoothing: which.
        points: one for each order, from 1 up.
    """

    smoothing: Smoothing
    points: tuple[OrderPerplexity, ...]

    @property
    def name(self) -> str:
        """What the line is called: with the number, where a person chose one."""
        smoothing = self.smoothing
        if smoothing.name == "add-k":
            return f"add-{smoothing.k:g}"
        given = smoothing.name == "kneser-ney" and smoothing.discount is not None
        return f"{smoothing.title}, D = {smoothing.discount:g}" if given else smoothing.title

    @property
    def complete(self) -> bool:
        """Whether all orders are known."""
        return len(self.points) == LARGEST_ORDER

    @property
    def remark(self) -> str:
        """Where the perplexity is infinite and why, or nothing."""
        without = [point for point in self.points if point.zeros]
        if not without:
            return ""
        orders = _listed([point.order for point in without])
        last = without[-1]
        return (
            f"{self.name} is infinite at {orders}: {grouped(last.zeros)} of "
            f"{grouped(last.tokens)} tokens have p = 0 at {last.order}."
        )


def describe(counted: CountedText) -> Iterator[TextStatistics]:
    """Find what the counts of a text look like."""
    counts = counted.counts
    yield TextStatistics(counted, zipf(counts), sparsity(counts), counts_of_counts(counts))


def measure(
    counted: CountedText, held_out: HeldOut | None, smoothings: tuple[Smoothing, ...]
) -> Iterator[Progress | HeldOut | Measured]:
    """Judge smoothings by a part of the text that is not counted, order by order.

    Args:
        counted: the text.
        held_out: its two parts if they are counted already; else they come first.
        smoothings: one after another.

    Raises:
        InputError: the text is too short to hold anything out.
    """
    parts = held_out
    if parts is None:
        yield Progress("Counting the rest of the text", 0.0)
        steps = holding_out(counted.counts, counted.documents)
        while parts is None:
            try:
                share = next(steps)
            except StopIteration as stop:
                parts = stop.value
            else:
                yield Progress("Counting the rest of the text", _HELD * share)
        yield parts
    done, all_steps = 0, max(1, LARGEST_ORDER * len(smoothings))
    for smoothing in smoothings:
        line = Measured(smoothing, ())
        yield Progress(f"Measuring {line.name}", _HELD + (1 - _HELD) * done / all_steps)
        for point in perplexity_by_order(parts, smoothing, range(1, LARGEST_ORDER + 1)):
            done += 1
            line = replace(line, points=(*line.points, point))
            yield line
            yield Progress(f"Measuring {line.name}", _HELD + (1 - _HELD) * done / all_steps)


def _listed(orders: list[int]) -> str:
    """Ascending orders in words."""
    if len(orders) == 1:
        return f"order {orders[0]}"
    if orders == list(range(orders[0], orders[-1] + 1)):
        return f"orders {orders[0]} to {orders[-1]}"
    return f"orders {', '.join(map(str, orders[:-1]))} and {orders[-1]}"
