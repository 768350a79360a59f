"""Search in the graph: the bar, the hits on the canvas, and the way from hit to hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent

from explorer.canvas.view import LEGIBLE, framing, revealing
from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.trace.search import Found
    from engine.trace.search_index import SearchIndex
    from engine.trace.trace import Trace
    from explorer.actions import Actions
    from explorer.canvas.view import View
    from explorer.panels.find_bar import FindBar
    from explorer.workspaces.aide import Parts

LAYER = "found"
INDEXING, JOB = "search index", "search"
_APART = 24.0


class Finding(Aide):
    """Answers Find, Next hit and Previous hit.

    Attributes:
        query: what was typed last.
        found: its hits, None while nothing is asked or the query cannot be understood.
        place: which of them is looked at, -1 for none.
    """

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self.query = ""
        self.found: Found | None = None
        self.place = -1
        self._index: SearchIndex | None = None
        self._bar: FindBar | None = None
        self._is_open = self._wants_next = False
        self._actions: Actions | None = None
        parts.session.run_changed.connect(self._take_run)
        parts.canvas.scene_changed.connect(self._tell)
        parts.moments.told_changed.connect(self._tell)

    def connect_actions(self, actions: Actions) -> None:
        """Connect Find and the two ways from hit to hit."""
        self._actions = actions
        actions.add("read.find", self.open)
        actions.add("read.next", self.go_on)
        actions.add("read.previous", self.go_back)

    @property
    def bar(self) -> FindBar | None:
        """The bar, None before it was first opened."""
        return self._bar

    def open(self) -> None:
        """Bring the bar into sight, with what was searched for last."""
        if self.parts.session.run is None:
            return
        if not self._is_open:
            self._is_open = True
            # The filter that was installed last hears of Esc first.
            self.parts.page.installEventFilter(self)
        self._made_bar().open()
        self._ask()

    def close(self) -> None:
        """Take the bar and the marks of the hits away."""
        self._is_open = False
        self.parts.page.removeEventFilter(self)
        self.stop()
        self.found, self.place = None, -1
        self.parts.canvas.set_layer(LAYER, None)
        if self._bar is not None:
            self._bar.hide()
        self.parts.canvas.setFocus()

    def go_on(self) -> None:
        """Go to the hit that is looked at, or from there to the next one."""
        self._go(1)

    def go_back(self) -> None:
        """Go to the hit before."""
        self._go(-1)

    def stop(self) -> None:
        """Nobody looks: no work goes on."""
        for job in (INDEXING, JOB):
            self.parts.jobs.cancel(job)

    def set_presenting(self, presenting: bool) -> None:
        """The bar is the lecturer's; the hits are for all to see."""
        if self._bar is not None:
            self._bar.setVisible(self._is_open and not presenting)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Esc typed anywhere in the workspace, and keep the bar in its place."""
        # Other events come while widgets are deleted, when there is nothing left to ask.
        if event.type() == QEvent.Type.Resize:
            if watched is self.parts.canvas and self._bar is not None:
                self._bar.fit()
            return False
        is_key = event.type() in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}
        if not is_key or not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        if watched is self.parts.canvas or self._bar is None or self._bar.isHidden():
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        else:
            self.close()
        return True

    # What is asked

    def _type(self, query: str) -> None:
        self.query, self._wants_next = query, False
        self._ask()

    def _ask(self) -> None:
        """Search for what stands in the line; the index of a run is made once."""
        run, jobs = self.parts.session.run, self.parts.jobs
        if run is None or not self._is_open:
            return
        jobs.cancel(JOB)
        if not self.query.strip():
            self._show(None)
            self._made_bar().show_nothing_asked()
        elif self._index is not None and self._index.trace is run.trace:
            jobs.start(
                JOB, _searched, self._index, self.query, on_result=self._take, on_error=self._refuse
            )
        elif not jobs.is_running(INDEXING):
            jobs.start(INDEXING, _indexed, run.trace, on_result=self._take_index)

    def _take_run(self) -> None:
        """Another run: what was asked is asked of it too.

        Until it answers, the hits of the run before stand only for the same nodes.
        """
        self.stop()
        run, before = self.parts.session.run, self._index
        if run is None or before is None or len(run.trace) != len(before.trace):
            self._show(None)
        self._index = None
        self._ask()

    def _take_index(self, found: tuple[SearchIndex, ...]) -> None:
        for index in found:
            self._index = index
            self._ask()

    def _take(self, found: Found) -> None:
        """Show hits, beginning with the one that is looked at already or else is in sight."""
        again = self.found is not None and self.found.query == found.query
        before = self._node
        self._show(found)
        if not len(found):
            self._made_bar().show_hits(0, 0, "")
            return
        place = int(np.searchsorted(found.nodes, before)) if again and before >= 0 else -1
        if not 0 <= place < len(found) or int(found.nodes[place]) != before:
            place, again = self._begin(found), False
        self.place = place
        self._look(bring=not again)
        if self._wants_next:
            self._wants_next = False
            self._go(1)

    def _refuse(self, sentence: str) -> None:
        self._show(None)
        self._made_bar().show_problem(sentence)

    def _show(self, found: Found | None) -> None:
        self.found, self.place = found, -1
        self._mark()

    def _begin(self, found: Found) -> int:
        """The selected node if it is a hit, else the first in sight, else the first."""
        selected, canvas = self.parts.session.selected, self.parts.canvas
        place = int(np.searchsorted(found.nodes, selected))
        if place < len(found) and int(found.nodes[place]) == selected:
            return place
        scene, view = canvas.scene, canvas.goal
        if scene is None or len(scene.trace) <= int(found.nodes[-1]):
            return 0
        right, bottom = view.at(canvas.width(), canvas.height())
        seen = np.isin(scene.card_of[found.nodes], scene.visible((view.x, view.y, right, bottom)))
        return int(seen.argmax())

    # From hit to hit

    @property
    def _node(self) -> int:
        """The node that is looked at, -1 for none."""
        if self.found is None or not 0 <= self.place < len(self.found):
            return -1
        return int(self.found.nodes[self.place])

    def _go(self, step: int) -> None:
        if not self._is_open:
            self.open()
            self._wants_next = bool(self.query.strip())
            return
        if self.found is None or not len(self.found):
            return
        # What is looked at while a person types may not be selected yet: first go there.
        if self._node == self.parts.session.selected or step < 0:
            self.place = (self.place + step) % len(self.found)
        self._look(select=True)

    def _look(self, *, bring: bool = True, select: bool = False) -> None:
        """Mark the hit, tell of it and go there.

        While a person types it is not selected where that would open the drawer under the bar.
        """
        node, side = self._node, self.parts.side
        self._mark()
        self._tell()
        if bring or select:
            if select or not side.is_narrow or side.is_open:
                self.parts.session.select(node)
            self._bring(node, close=select)

    def _mark(self) -> None:
        from explorer.canvas.hits import Hits

        found = self.found
        layer = None if found is None or not len(found) else Hits(found.nodes, self._node)
        self.parts.canvas.set_layer(LAYER, layer)

    def _tell(self) -> None:
        """Say which hit is looked at."""
        found, node, index, scene = self.found, self._node, self._index, self.parts.canvas.scene
        if found is None or index is None or scene is None or self._bar is None or node < 0:
            return
        if index.trace is not scene.trace:
            return
        from engine.trace.search import matched_by

        reason = matched_by(index, found, self.place)
        sentence = f"`{index.trace.nodes[node].name}`: {reason}."
        frame = self.parts.moments.told
        if frame is not None and " = " in reason and not frame.evaluated[node]:
            sentence += " It is not computed yet at this moment."
        group = scene.group(int(scene.card_of[node]))
        if group is not None:
            sentence += f" It lies in {group.title}."
        self._bar.show_hits(self.place, len(found), sentence, hidden=group is not None)

    def _open_box(self) -> None:
        """Open the box that hides the hit."""
        self.parts.session.select(self._node)
        if self._actions is not None and "grain.toggle" in self._actions:
            self._actions["grain.toggle"].trigger()

    def _bring(self, node: int, *, close: bool) -> None:
        """Move the canvas until the hit is seen beside the bar; come near if it is asked for."""
        canvas, look = self.parts.canvas, self.parts.canvas.look
        if canvas.scene is None or node < 0:
            return
        box, size = canvas.scene.box(node), (canvas.width(), canvas.height())
        view = canvas.goal
        if close and view.zoom < LEGIBLE * look.scale:
            view = framing(np.array([box]), *size, look.scale)
        view = self._beside_bar(revealing(view, box, *size), box)
        canvas.look_at(view)

    def _beside_bar(self, view: View, box: tuple[float, float, float, float]) -> View:
        if self._bar is None or self._bar.isHidden():
            return view
        left, top, right, bottom = box
        card = QRectF(QPointF(*view.pixel(left, top)), QPointF(*view.pixel(right, bottom)))
        bar, apart = QRectF(self._bar.geometry()), _APART * self.parts.canvas.look.scale
        if not card.adjusted(-apart, -apart, apart, apart).intersects(bar):
            return view
        return view.panned(0, bar.bottom() + 2 * apart - card.top())

    def _made_bar(self) -> FindBar:
        if self._bar is None:
            from explorer.panels.find_bar import FindBar

            canvas = self.parts.canvas
            self._bar = FindBar(canvas.look, canvas)
            self._bar.typed.connect(self._type)
            self._bar.next_wanted.connect(self.go_on)
            self._bar.previous_wanted.connect(self.go_back)
            self._bar.opening_wanted.connect(self._open_box)
            self._bar.closed.connect(self.close)
            canvas.installEventFilter(self)
        return self._bar


def _indexed(trace: Trace) -> Iterator[tuple[SearchIndex, ...]]:
    from engine.trace.search import index_in_steps
    from explorer.jobs import reports

    yield from reports(index_in_steps(trace))


def _searched(index: SearchIndex, query: str) -> Iterator[Found]:
    from engine.trace.search import search

    yield search(index, query)
