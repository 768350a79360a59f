"""What is said in the sheet "What if": of a number, of a prediction, of a change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.autodiff.tape import Node, Role
from engine.errors import InputError
from engine.trace.what_if import is_token, obstacle
from explorer.canvas.twin_bars import plain
from explorer.kit.tokens import shown_token
from explorer.panels.what_if_lists import ChangeRow

if TYPE_CHECKING:
    from engine.trace.trace import Trace
    from engine.trace.what_if import Place

SELECT = (
    "Select a number on the canvas: a parameter, an input, a hidden unit or a token. Then change it"
    " here, and watch the loss and every adjoint follow."
)

HUGS, PARTS = 0.02, 0.2
"""How far the prediction may miss, relative to the larger of the two."""


def why_not(trace: Trace, node: int) -> str:
    """Why no number of a node can be changed, as a whole sentence; or an empty text."""
    found = obstacle(trace, node)
    return f"{found[:1].upper()}{found[1:]}." if found else ""


def note_on(node: Node) -> str:
    """What it means to change a number of a node."""
    if is_token(node):
        return "Another token is read here, and it is the one that the step before has to predict."
    if node.primitive is None:
        many = "component" if node.value.size > 1 else "number"
        kind = "A parameter" if node.role is Role.PARAMETER else "An input"
        return f"{kind}: everything that uses this {many} takes the new one."
    return (
        f"Computed by `{node.op}` as before, then set. Nothing upstream changes, and the"
        " derivative passes through."
    )


def output_noun(trace: Trace) -> str:
    """What the adjoints are derivatives of."""
    return "output" if trace.provenance.get("kind") == "expression" else "loss"


def remark_on(predicted: float, truth: float, noun: str, *, changed: bool) -> str:
    """How well the adjoint does; ``noun`` is of :func:`output_noun`."""
    if not changed:
        return "Move the number a little: the two bars grow together. Move it far, and they part."
    if not math.isfinite(truth):
        return f"The {noun} is no finite number any more; no tangent reaches that far."
    if not math.isfinite(predicted):
        return "The adjoint is no finite number, so it predicts nothing."
    larger = max(abs(predicted), abs(truth))
    if larger < 1e-12:
        return "Neither moves: the adjoint is 0 here, and so is what the change does."
    gap = abs(predicted - truth) / larger
    if predicted * truth < 0:
        return f"They point in opposite directions: the {noun} has turned round on the way."
    if gap < HUGS:
        return f"They hug: the prediction misses the truth by {_percent(gap)}."
    if gap < PARTS:
        return (
            f"They begin to part, by {_percent(gap)}: the {noun} bends, the adjoint is a tangent."
        )
    return f"They have parted, by {_percent(gap)}: a tangent is good near the original only."


def change_row(trace: Trace, place: Place, value: float) -> ChangeRow:
    """A change as the list shows it; ``trace`` is the run without any."""
    index, component = place
    node = trace.nodes[index]
    before = float(node.value.reshape(-1)[component])
    if is_token(node):
        words = trace.provenance.get("vocabulary", ())
        was, now = (shown_token(str(words[int(i)])) for i in (before, value))
        return ChangeRow(index, component, node.name, "", was, now)
    where = ""
    if node.value.size > 1:
        at = np.unravel_index(component, node.value.shape)
        where = f"[{', '.join(str(int(i) + 1) for i in at)}]"
    return ChangeRow(index, component, node.name, where, plain(before), plain(value))


def number_in(text: str) -> float:
    """The number that a person typed.

    Raises:
        InputError: it is none.
    """
    digits = text.strip().replace("\u2212", "-").replace(",", ".").replace("\u221e", "inf")
    try:
        return float(digits)
    except ValueError:
        raise InputError(f"{text.strip()[:40]!r} is no number; type one such as 0.25") from None


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"
