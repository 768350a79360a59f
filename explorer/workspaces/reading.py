"""Why a number is what it is, what it affects, and the paths between two nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent

from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.trace.reach import Reach
    from engine.trace.trace import Trace
    from explorer.actions import Actions
    from explorer.canvas.emphasis import Emphasis, EmphasisKind
    from explorer.panels.reading_bar import ReadingBar
    from explorer.panels.typeset import Typesetter
    from explorer.workspaces.aide import Parts

AT_ONCE = 20_000
"""Edges of a graph that is read within a frame; a larger one is read in a job."""

JOB = "reading"
KINDS: tuple[EmphasisKind, ...] = ("why", "affects", "paths")

_ASKED: dict[EmphasisKind, str] = {
    "why": "Select a node to see what it was computed from.",
    "affects": "Select a node to see what it goes into.",
    "paths": "Select the node at one end of the paths.",
}


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A part of the graph, and what it is in words."""

    emphasis: Emphasis
    sentence: str


class Reading(Aide):
    """Dims all but a part of the graph, which follows the selected node.

    Attributes:
        kind: what is shown, None for all of the graph.
        start: the node at which the paths asked for end or begin, -1 for none.
    """

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self.kind: EmphasisKind | None = None
        self.start = -1
        self._node = -1
        self._actions: Actions | None = None
        self._bar: ReadingBar | None = None
        self._typesetter: Typesetter | None = None
        self._presenting = False
        parts.session.selection_changed.connect(self._follow)
        parts.session.run_changed.connect(self._take_run)
        parts.moments.told_changed.connect(self._count)

    def connect_actions(self, actions: Actions) -> None:
        """Three questions, each a switch."""
        self._actions = actions
        actions.add("read.why", self.toggle_why)
        actions.add("read.affects", self.toggle_affects)
        actions.add("read.paths", self.toggle_paths)

    @property
    def sentence(self) -> str:
        """What the bar says, empty while all of the graph is shown."""
        return "" if self._bar is None else self._bar.sentence

    def toggle_why(self) -> None:
        """Show what the selected node was computed from, or all of the graph."""
        self.show_kind(None if self.kind == "why" else "why")

    def toggle_affects(self) -> None:
        """Show what the selected node goes into, or all of the graph."""
        self.show_kind(None if self.kind == "affects" else "affects")

    def toggle_paths(self) -> None:
        """Show the paths from the selected node to the one selected next, or all of the graph."""
        self.start = self.parts.session.selected
        self.show_kind(None if self.kind == "paths" else "paths")

    def clear(self) -> None:
        """Show all of the graph again."""
        self.show_kind(None)

    def show_kind(self, kind: EmphasisKind | None) -> None:
        """Look at a part of the graph, or at all of it."""
        self.kind = kind
        self.parts.page.removeEventFilter(self)
        if kind is None:
            self.stop()
            self._dim(None)
            if self._bar is not None:
                self._bar.hide()
            self.parts.canvas.setFocus()
        else:
            # The filter that was installed last hears of Esc first.
            self.parts.page.installEventFilter(self)
            self._follow()
        if self._actions is not None:
            for each in KINDS:
                self._actions.check(f"read.{each}", each == kind)

    def stop(self) -> None:
        """Nobody looks: no work goes on."""
        self.parts.jobs.cancel(JOB)
        if self._typesetter is not None:
            self._typesetter.stop()

    def set_presenting(self, presenting: bool) -> None:
        """Say it larger to the audience."""
        self._presenting = presenting
        if self._bar is not None:
            self.stop()
            self._bar.hide()
            self._bar.deleteLater()
            self._bar = None
            self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Esc typed anywhere in the workspace, and keep the bar in its place."""
        # Other events come while widgets are deleted, when there is nothing left to ask.
        if event.type() == QEvent.Type.Resize:
            if watched is self.parts.canvas and self._bar is not None and self._bar.isVisible():
                self._bar.fit()
            return False
        is_key = event.type() in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}
        if not is_key or not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        if watched is self.parts.canvas:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        else:
            self.clear()
        return True

    # What is shown

    def _take_run(self) -> None:
        run = self.parts.session.run
        if run is not None and self.start >= len(run.trace):
            self.start = -1
        self._follow()

    def _follow(self) -> None:
        """Show the same of the node that is selected now."""
        run, node = self.parts.session.run, self.parts.session.selected
        if self.kind is None or run is None:
            return
        self.parts.jobs.cancel(JOB)
        self._node = -1
        if self.kind == "paths" and self.start < 0:
            self.start = node
        if node < 0 or (self.kind == "paths" and node == self.start):
            self._dim(None)
            self._made_bar().say(self.kind, self._question(run.trace))
        elif run.trace.graph.edge_count <= AT_ONCE:
            self._take(next(_read(run.trace, self.kind, node, self.start)))
        else:
            self.parts.jobs.start(
                JOB, _read, run.trace, self.kind, node, self.start, on_result=self._take
            )

    def _question(self, trace: Trace) -> str:
        """What a person has to do next."""
        assert self.kind is not None
        if self.kind != "paths" or self.start < 0:
            return _ASKED[self.kind]
        return f"Select the other end of the paths from or to `{trace.nodes[self.start].name}`."

    def _take(self, found: Found) -> None:
        if self.kind is None:
            return
        self._node = self.parts.session.selected
        self._dim(found.emphasis)
        self._made_bar().say(self.kind, found.sentence, self._ends())
        self._count()

    def _count(self) -> None:
        """Say it in numbers, as far as they are known at this moment."""
        run, frame = self.parts.session.run, self.parts.moments.told
        if self._bar is None or self.kind is None or self._node < 0 or run is None or frame is None:
            return
        if self._node >= len(run.trace):
            return
        from engine.trace.formulas import tex_adjoint_sum
        from engine.trace.narration import adjoint_name, equation
        from engine.trace.reach_words import component_to_show, tex_why
        from explorer.mathtext import to_unicode

        trace, node = run.trace, run.trace.nodes[self._node]
        tex = plain = note = ""
        if node.value.size:
            place = component_to_show(trace, node.index)
            component = tuple(int(i) for i in np.unravel_index(place, node.value.shape))
            if self.kind == "why" and node.operands:
                plain = to_unicode(equation(trace, node))
                tex = tex_why(trace, node.index, component) if frame.evaluated[node.index] else ""
                note = "" if tex else "Its value is not computed yet."
            elif self.kind == "affects" and trace.adjoints[node.index] is not None:
                plain = to_unicode(adjoint_name(trace, node.index))
                if frame.completed[node.index]:
                    tex = tex_adjoint_sum(trace, frame, node.index, component)
                note = "" if tex else "How strongly: its adjoint tells, once it is complete."
            if tex and node.value.size > 1:
                note = f"the numbers are those of component {place + 1} of {node.value.size}"
        self._bar.show_numbers(tex, plain, note)

    def _ends(self) -> list[QRectF]:
        """Where on the canvas the nodes are that the sentence is about."""
        canvas = self.parts.canvas
        nodes = {self._node, self.start} if self.kind == "paths" else {self._node}
        if canvas.scene is None:
            return []
        boxes = [canvas.scene.box(node) for node in nodes]
        view = canvas.goal
        return [
            QRectF(QPointF(*view.pixel(left, top)), QPointF(*view.pixel(right, bottom)))
            for left, top, right, bottom in boxes
        ]

    def _dim(self, emphasis: Emphasis | None) -> None:
        self.parts.canvas.set_emphasis(emphasis)

    def _made_bar(self) -> ReadingBar:
        if self._bar is None:
            from explorer.panels.reading_bar import ReadingBar
            from explorer.panels.typeset import Typesetter

            canvas = self.parts.canvas
            if self._typesetter is None:
                self._typesetter = Typesetter(self.parts.jobs, self, job="reading formulas")
            self._bar = ReadingBar(canvas.look, self._typesetter, canvas, large=self._presenting)
            self._bar.closed.connect(self.clear)
            canvas.installEventFilter(self)
        return self._bar


def _read(trace: Trace, kind: EmphasisKind, node: int, start: int) -> Iterator[Found]:
    """What is reached from a node, or lies between two."""
    from engine.trace.reach import ancestors, descendants, paths
    from engine.trace.reach_words import affects_sentence, paths_sentence, why_sentence
    from explorer.canvas.emphasis import Emphasis

    graph = trace.graph
    if kind == "paths":
        found = paths(graph, start, node)
        part = found.reach
        if not found.count:
            part = _alone(trace, (start, node))
        lit = Emphasis(part.nodes, part.edges, kind, found.shortest, (found.start, found.end))
        yield Found(lit, paths_sentence(trace, found))
    elif kind == "why":
        part = ancestors(graph, node)
        yield Found(Emphasis(part.nodes, part.edges, kind), why_sentence(trace, node, part))
    else:
        part = descendants(graph, node)
        yield Found(Emphasis(part.nodes, part.edges, kind), affects_sentence(trace, node, part))


def _alone(trace: Trace, nodes: tuple[int, ...]) -> Reach:
    """Some nodes without any edge."""
    from engine.trace.reach import Reach

    part = np.zeros(len(trace), np.bool_)
    part[list(nodes)] = True
    return Reach(part, np.zeros(trace.graph.edge_count, np.bool_))
