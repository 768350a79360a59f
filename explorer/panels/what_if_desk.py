"""Fills the sheet "What if": the number looked at, the bars, the points that were visited."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.trace.reach_words import component_to_show
from explorer.canvas.twin_bars import TwinBars, round_up
from explorer.panels.what_if_bars import Curve
from explorer.panels.what_if_sheet import Outcome, Subject, WhatIfSheet
from explorer.panels.what_if_words import (
    SELECT,
    change_row,
    note_on,
    output_noun,
    remark_on,
    why_not,
)

if TYPE_CHECKING:
    from engine.trace.trace import Trace
    from engine.trace.what_if import Changes, WhatIf
    from explorer.theme import Style

SHARE = 0.5
"""The share of the slider's way at which a prediction that is right fills its bar."""

_MOST_VISITED = 400


class WhatIfDesk:
    """The sheet and what it is about.

    Attributes:
        sheet: it shows what it is given.
        node, component: the number looked at; -1 for no node.
    """

    def __init__(self, style: Style) -> None:
        self.sheet = WhatIfSheet(style)
        self.node, self.component = -1, 0
        self._original: Trace | None = None
        self._visited: dict[float, float] = {}
        self._others: object = None

    def look_at(self, original: Trace, node: int, component: int = -1) -> bool:
        """Turn to a number; returns whether it can be changed.

        Args:
            original: the run without changes.
            node: -1 for none.
            component: of it; -1 for the one looked at before, or else the one that says most.
        """
        other = original is not self._original or node != self.node
        if component < 0:
            component = component_to_show(original, node) if other and node >= 0 else self.component
        size = original.nodes[node].value.size if node >= 0 else 1
        component = min(component, max(size - 1, 0))
        if other or component != self.component:
            self._visited, self._others = {}, None
        self._original, self.node, self.component = original, node, component
        problem = why_not(original, node) if node >= 0 else SELECT
        if problem:
            self.sheet.show_nothing(problem)
        return not problem

    def visit(self, found: WhatIf, changes: Changes) -> None:
        """Remember what the loss is at the number looked at, as long as all others stay."""
        place = self.node, self.component
        if self.node < 0:
            return
        others = {k: v for k, v in changes.items() if k != place}
        if others != self._others:
            self._others, self._visited = others, {}
            if not others:
                self._visited[self._number(found.original)] = 0.0
        if len(self._visited) < _MOST_VISITED:
            self._visited[self._number(found.trace)] = found.truth

    def bars(self, found: WhatIf | None) -> TwinBars:
        """The two bars; as long as they fit, they grow on the scale of the number looked at."""
        slope = 0.0 if found is None else self._slope(found.original)
        scale = round_up(SHARE * abs(slope) * self.sheet.slider.reach)
        if found is None:
            return TwinBars(0.0, 0.0, scale)
        finite = [abs(v) for v in (found.predicted, found.truth) if math.isfinite(v)]
        largest = max(finite, default=0.0)
        if largest > scale or slope == 0:
            scale = round_up(largest)
        return TwinBars(found.predicted, found.truth, scale)

    def show(self, now: Trace, found: WhatIf | None, *, able: bool) -> None:
        """Show the number, and what follows.

        Args:
            now: the run on screen.
            found: what is known of it, None while nothing is changed.
            able: the number looked at can be changed.
        """
        original = self._original
        if original is None:
            return
        if able:
            note = note_on(original.nodes[self.node])
            self.sheet.show_subject(Subject(original, now, self.node, self.component, note))
        bars = self.bars(found)
        changed = found is not None and bool(found.changes)
        noun = output_noun(original)
        remark = remark_on(bars.predicted, bars.truth, noun, changed=changed)
        curve = self._curve(now, found) if able else None
        title = f"The {noun} `{original.nodes[original.output].name}`"
        self.sheet.show_outcome(Outcome(title, original.loss, now.loss, bars, curve, remark))

    def list_changes(self, changes: Changes, *, undo: bool, redo: bool) -> None:
        """List all changes."""
        original = self._original
        if original is not None:
            rows = tuple(change_row(original, place, changes[place]) for place in sorted(changes))
            self.sheet.show_changes(rows, undo=undo, redo=redo)

    def _curve(self, now: Trace, found: WhatIf | None) -> Curve | None:
        original = self._original
        if original is None or original.adjoints[self.node] is None:
            return None
        slope, number = self._slope(original), self._number(now)
        if not (math.isfinite(slope) and math.isfinite(number)):
            return None
        origin, base = number, 0.0
        if found is not None:
            place = self.node, self.component
            ours = (c for c in found.changes if (c.node, c.component) == place)
            change = next(ours, None)
            if change is not None:
                origin = change.before
            with np.errstate(all="ignore"):
                base = found.predicted - slope * (number - origin)
        if not (math.isfinite(base) and math.isfinite(origin)):
            return None
        points = tuple(sorted(self._visited.items()))
        return Curve(points, number, origin, base, slope, self.sheet.slider.reach)

    def _slope(self, original: Trace) -> float:
        adjoint = original.adjoints[self.node] if self.node >= 0 else None
        fits = adjoint is not None and self.component < adjoint.size
        slope = float(adjoint.reshape(-1)[self.component]) if adjoint is not None and fits else 0.0
        return slope if math.isfinite(slope) else 0.0

    def _number(self, trace: Trace) -> float:
        return float(trace.nodes[self.node].value.reshape(-1)[self.component])
