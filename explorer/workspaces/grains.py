"""How fine the graph is drawn: boxes that open and close, time rolled up, long runs in rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from explorer.actions import Actions
    from explorer.arrangement import Arrangement
    from explorer.session import Run
    from explorer.workspaces.aide import Parts

_DEPTHS = {"model": 0, "steps": 1, "modules": 2, "operations": None}


class Grains(Aide):
    """Answers the commands of the group Graph, the switches above the canvas, and its signs."""

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self._actions: Actions | None = None
        session, canvas, bar = parts.session, parts.canvas, parts.side.grain_bar
        session.run_changed.connect(self._tell)
        session.arranged.connect(self._take_arranged)
        canvas.toggled.connect(self.toggle)
        canvas.lane_toggled.connect(self.toggle_step)
        bar.grain_chosen.connect(self.choose)
        bar.roll_chosen.connect(self.roll)

    def connect_actions(self, actions: Actions) -> None:
        """Connect grains, expanding and collapsing, rolling and folding."""
        self._actions = actions
        actions.add_set("grain", self.choose)
        actions.add("grain.deeper", self.expand_everywhere)
        actions.add("grain.shallower", self.collapse_everywhere)
        actions.add("grain.toggle", self._toggle_selected)
        actions.add("grain.roll", self.roll)
        actions.add("grain.rows", self.fold)

    def choose(self, grain: str) -> None:
        """Collapse every box of a level: model, steps, modules; operations opens all."""
        from explorer.layout import hierarchy

        run = self.parts.session.run
        if run is None:
            return
        depth = _DEPTHS[grain]
        boxes = frozenset[str]() if depth is None else hierarchy.boxes_at(run.trace, depth)
        self._arrange(run, replace(self._wanted, collapsed=boxes))

    def expand_everywhere(self) -> None:
        """Open the largest boxes by one level."""
        from explorer.layout import hierarchy

        run = self.parts.session.run
        if run is not None:
            boxes = hierarchy.opened_everywhere(run.trace, self._wanted.collapsed)
            if boxes == self._wanted.collapsed:
                self.announced.emit("Every box is open already.")
            self._arrange(run, replace(self._wanted, collapsed=boxes))

    def collapse_everywhere(self) -> None:
        """Close the smallest boxes that are open."""
        from explorer.layout import hierarchy

        run = self.parts.session.run
        if run is not None:
            boxes = hierarchy.closed_everywhere(run.trace, self._wanted.collapsed)
            if boxes == self._wanted.collapsed:
                self.announced.emit("All of it is one box already.")
            self._arrange(run, replace(self._wanted, collapsed=boxes))

    def toggle(self, node: int) -> None:
        """Open the box that hides a node, or put a node that is shown into its box."""
        from explorer.layout import hierarchy

        run, wanted = self.parts.session.run, self._wanted
        if run is None:
            return
        boxes = hierarchy.toggled(run.trace, wanted.collapsed, node, rolled=wanted.rolled)
        if boxes == wanted.collapsed:
            self.announced.emit(f"{run.trace.nodes[node].name} is in no box.")
        self._arrange(run, replace(wanted, collapsed=boxes), node)

    def toggle_step(self, step: int) -> None:
        """Close a time step into one box, or open it."""
        from explorer.layout import hierarchy

        run = self.parts.session.run
        if run is None:
            return
        path, boxes = f"step[{step}]", self._wanted.collapsed
        if path not in hierarchy.paths_of(run.trace) or hierarchy.WHOLE in boxes:
            return
        inside = frozenset(box for box in boxes if box.startswith(path + "."))
        boxes = boxes - {path} if path in boxes else (boxes - inside) | {path}
        anchor = next(n.index for n in run.trace.nodes if n.module.startswith(path))
        self._arrange(run, replace(self._wanted, collapsed=boxes), anchor)

    def roll(self, rolled: bool) -> None:
        """Draw all time steps as one, or each."""
        run = self.parts.session.run
        if run is not None:
            self._arrange(run, replace(self._wanted, rolled=rolled))

    def fold(self, rows: bool) -> None:
        """Break a long run into rows, or draw it as one strip."""
        run = self.parts.session.run
        if run is not None:
            self._arrange(run, replace(self._wanted, rows=rows))

    def set_presenting(self, presenting: bool) -> None:
        """The switches are the lecturer's."""
        self.parts.side.grain_bar.setVisible(not presenting)

    @property
    def _wanted(self) -> Arrangement:
        return self.parts.session.arrangement

    def _arrange(self, run: Run, arrangement: Arrangement, anchor: int = -1) -> None:
        if arrangement != run.arrangement or arrangement != self._wanted:
            self.parts.session.arrange(arrangement, anchor)
        self._tell()

    def _toggle_selected(self) -> None:
        """Of the node that is selected, else of the one that is active."""
        moment, node = self.parts.canvas.moment, self.parts.session.selected
        if node < 0 and moment is not None:
            node = max(moment.active, 0)
        if node >= 0:
            self.toggle(node)

    def _take_arranged(self, anchor: int) -> None:
        run = self.parts.session.run
        if run is not None:
            self.parts.canvas.arrange(run.scene, anchor)
            self._tell()

    def _tell(self) -> None:
        """Show how the graph is drawn on the switches and in the menu."""
        from explorer.layout import hierarchy
        from explorer.layout.rows import LONG

        run = self.parts.session.run
        if run is None:
            return
        wanted = self._wanted
        depth = hierarchy.level_of(run.trace, wanted.collapsed)
        grain = "" if wanted.collapsed else "operations"
        if depth is not None:
            grain = next((name for name, d in _DEPTHS.items() if d == depth), "")
        steps = run.trace.graph.step
        timed = bool((steps >= 0).any())
        self.parts.side.grain_bar.show_state(grain, rolled=wanted.rolled, timed=timed)
        if self._actions is not None:
            for name in _DEPTHS:
                self._actions.check(f"grain.{name}", name == grain)
            self._actions.check("grain.roll", wanted.rolled)
            folds = wanted.rows if wanted.rows is not None else int(steps.max()) + 1 > LONG
            self._actions.check("grain.rows", folds)
