"""The loss curves of the runs: training loss, smoothed, held-out, and the n-grams to beat."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from explorer.kit.plot import Series
from explorer.panels.train_forms import form_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.training.record import Record
    from explorer.panels.train_tree import Tree

LossUnit = Literal["nats", "bits", "perplexity"]
UNITS: tuple[tuple[LossUnit, str], ...] = (
    ("nats", "nats"), ("bits", "bits"), ("perplexity", "perplexity"),
)  # fmt: skip
MOST_MARKS = 40
"""Marks of a line that are drawn; more would run into each other."""

_FAR = 1.6
"""Times the first loss of a run, above which it only diverges."""

_PATIENT = 200
"""Iterations after which the first ones no longer decide how high the plot is."""


def in_unit(nats: NDArray[np.float64] | float, unit: LossUnit) -> NDArray[np.float64]:
    """Losses in nats as bits or perplexities."""
    values = np.asarray(nats, dtype=np.float64)
    if unit == "bits":
        return values / math.log(2)
    if unit == "perplexity":
        with np.errstate(over="ignore"):
            return np.exp(values)
    return values


def loss_series(tree: Tree, whole: Record, unit: LossUnit) -> tuple[Series, ...]:
    """The lines of all runs on a text, the selected one's first, then the n-grams'.

    Args:
        tree: the runs.
        whole: what the selected run remembers, from iteration 1 on; of the others only what is
            their own is drawn.
        unit: of the losses.
    """
    order = [tree.selected, *(i for i in range(len(tree.runs)) if i != tree.selected)]
    lines: list[Series] = []
    last = 1
    for place in order:
        run, form = tree.runs[place], form_of(place)
        selected = place == tree.selected
        record = whole if selected else run.record
        last = max(last, record.first + len(record))
        x = record.iterations.astype(np.float64)
        if selected:
            losses = in_unit(record.losses, unit)
            lines.append(Series(f"{run.name}, loss", x, losses, form.color, width=1.0, pale=True))
        smoothed = in_unit(record.smoothed, unit)
        lines.append(Series(f"{run.name}, smoothed", x, smoothed, form.color))
        at, seen = _looks(record)
        name, width = f"{run.name}, held-out", 1.2
        if not np.isfinite(seen).any():
            rows = _marked(run.begun_at - record.first, len(record))
            at, seen, name, width = x[rows], record.smoothed[rows], f"{run.name}, smoothed", 0.0
        if len(at) and (width or len(tree.runs) > 1):
            seen = in_unit(seen, unit)
            lines.append(
                Series(name, at, seen, form.color, marks=True, width=width, symbol=form.symbol)
            )
    span = np.array([1.0, float(last)])
    lines += [
        Series(b.title, span, np.full(2, float(in_unit(b.loss, unit))), "ink_2", dashed=True,
               width=1.3, named=True)
        for b in tree.baselines
    ]  # fmt: skip
    return tuple(lines)


def loss_range(series: tuple[Series, ...], *, log: bool = False) -> tuple[float, float] | None:
    """The losses worth seeing, as the axis counts them.

    Once a run is under way its first iterations may lie above, and so may what diverges.
    """
    low, high, highest = math.inf, -math.inf, math.inf
    for line in series:
        values = np.log10(line.y) if log else line.y
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        low = min(low, float(values.min()))
        if line.pale:
            highest = _FAR * float(values[0])
            continue
        top = float(values.max())
        if not line.named and len(values) > _PATIENT:
            top = float(np.quantile(values[: 50 * _PATIENT], 0.98))
        high = max(high, top)
    high = min(high, highest)
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    room = 0.05 * (high - low) or 0.1 * max(1.0, abs(high))
    return low - room, high + room


def _looks(record: Record) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Iterations and held-out losses of at most `MOST_MARKS` looks, the last among them."""
    looks = [look for look in record.looks if look.iteration >= record.first]
    every = -(-len(looks) // MOST_MARKS) or 1
    kept = looks[(len(looks) - 1) % every :: every] if looks else []
    at = np.array([float(look.iteration) for look in kept])
    return at, np.array([look.held_out_loss for look in kept])


def _marked(first: int, count: int) -> NDArray[np.intp]:
    """Rows at which a line without held-out losses carries its marks, where it is the run's own."""
    return np.unique(np.linspace(first, count - 1, min(max(count - first, 0), 9)).astype(np.intp))
