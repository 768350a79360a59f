"""An operation on tensors opened into its scalar nodes, and closed again, where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer

from explorer import run_jobs
from explorer.canvas.frames import Frames
from explorer.canvas.view import revealing
from explorer.kit.prose import plain_sentence
from explorer.place import same_moment
from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QObject

    from engine.trace.graph import IntArray
    from explorer.actions import Actions
    from explorer.arrangement import Arrangement
    from explorer.session import Run
    from explorer.workspaces.aide import Parts

    Written = tuple[Run, Run, int]

_JOB = "scalars"
_AROUND = 24.0
"""Room around what was opened, in pixels."""


class Scalars(Aide):
    """Answers the command that opens the selected operation, or closes the one it lies in."""

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self._shown: tuple[Run, int] | None = None
        parts.session.run_changed.connect(self.stop)
        parts.canvas.set_layer("frames", Frames())
        parts.canvas.settled.connect(self._reveal)

    def connect_actions(self, actions: Actions) -> None:
        """Connect the command."""
        actions.add("grain.scalars", self.toggle)

    def stop(self) -> None:
        """Another run is on screen, or nobody looks."""
        self.parts.jobs.cancel(_JOB)

    def toggle(self) -> None:
        """Open an operation into numbers, or close the one that a number is part of.

        It is that of the node that is selected, else of the one that is active.
        """
        session, moment = self.parts.session, self.parts.canvas.moment
        run, node = session.run, session.selected
        if run is None:
            return
        if node < 0 and moment is not None:
            node = moment.active
        problem = self._obstacle(run, node)
        if problem:
            self.told.emit(problem)
            return
        whole, operation = run.whole or run, operation_of(run, node)
        operations = frozenset({operation})
        if run.opened is not None:
            operations = operations ^ frozenset(run.opened.operations)
        self.parts.jobs.start(
            _JOB, _written, run, whole, operation, operations, session.arrangement,
            on_result=self._show, on_error=self._refuse,
        )  # fmt: skip

    def _refuse(self, sentence: str) -> None:
        self.told.emit(plain_sentence(f"{sentence[:1].upper()}{sentence[1:]}."))

    def _obstacle(self, run: Run, node: int) -> str:
        """Why nothing can be opened or closed now, in one sentence; or an empty text."""
        if run.planted is not None:
            return "A mistake is planted in this run; remove it before you open an operation."
        if self.parts.session.unaltered is not None:
            return "A value is changed in this run; take the change back before you open it."
        if self.parts.session.arrangement.rolled:
            return "Unroll the time steps before you open an operation of one of them."
        return "" if node >= 0 else "Select the operation that is to be opened into numbers."

    def _show(self, found: Written) -> None:
        """Put the run on screen: the same moment, the same selection, the card where it was."""
        from explorer.canvas.unfolding import unfolding

        before, run, operation = found
        session, player, canvas = self.parts.session, self.parts.player, self.parts.canvas
        if session.run is not before:
            return
        version, playing, view = session.version, player.playing, canvas.goal
        cursor = same_moment(
            before.trace, version, player.cursor, run.trace, version, stands_for(before, run)
        )
        node = _shown(run, operation)
        was, now = (r.scene.corner[_shown(r, operation)] for r in (before, run))
        session.show(run)
        player.seek(cursor)
        session.select(node)
        x, y = (now - was).tolist()
        way = unfolding(before.scene, run.scene, origin_of(before, run))
        canvas.come_from(way, view, replace(view, x=view.x + x, y=view.y + y))
        if playing:
            player.play()
        self.announced.emit(plain_sentence(_said(run, operation)))
        self._shown = run, operation
        if not canvas.motion:
            # Once the canvas has the room that the sentence leaves.
            QTimer.singleShot(0, self, self._reveal)

    def _reveal(self) -> None:
        """Show all that was opened; the card stays where it is if that can be."""
        if self._shown is None or self._shown[0] is not self.parts.session.run:
            return
        (run, operation), canvas, self._shown = self._shown, self.parts.canvas, None
        node, opened = _shown(run, operation), {} if run.opened is None else run.opened.operations
        if operation not in opened or canvas.scene is None:
            canvas.ensure_visible(node)
            return
        members, scene = opened[operation].nodes, canvas.scene
        frame = next(g for g, group in enumerate(scene.layout.groups) if node in group.members)
        box = scene.box(len(scene.trace) + frame)
        zoom, margin = canvas.goal.zoom, 2 * _AROUND
        room = canvas.width() - margin, canvas.height() - margin
        if (box[2] - box[0]) * zoom <= room[0] and (box[3] - box[1]) * zoom <= room[1]:
            around = _AROUND / zoom
            wide = (box[0] - around, box[1] - around, box[2] + around, box[3] + around)
            canvas.look_at(revealing(canvas.goal, wide, canvas.width(), canvas.height(), 0.0))
        else:
            canvas.fly_to(tuple(members.tolist()))


def _written(
    before: Run, whole: Run, operation: int, operations: frozenset[int], arrangement: Arrangement
) -> Iterator[Written]:
    for run in run_jobs.in_numbers(whole, operations, arrangement):
        yield before, run, operation


def operation_of(run: Run, node: int) -> int:
    """The node of the whole run that a node is, or lies in."""
    if run.opened is None:
        return node
    inside = run.opened.operation_at(node)
    return inside if inside >= 0 else int(run.opened.old_of[node])


def stands_for(before: Run, after: Run) -> IntArray:
    """(N,) the node of ``after`` for each node of ``before``, -1 for numbers inside an operation.

    Both are the same run with other operations opened.
    """
    whole = np.arange(len(before.trace)) if before.opened is None else before.opened.old_of
    if after.opened is None:
        return whole
    return np.where(whole >= 0, after.opened.new_of[whole], -1)


def origin_of(before: Run, after: Run) -> IntArray:
    """(N,) the node of ``before`` whose card each node of ``after`` comes out of."""
    whole = np.arange(len(after.trace))
    if after.opened is not None:
        whole = after.opened.old_of.copy()
        for operation, inside in after.opened.operations.items():
            whole[inside.nodes] = operation
    return whole if before.opened is None else before.opened.new_of[whole]


def _shown(run: Run, operation: int) -> int:
    """The node that stands for a node of the whole run."""
    return operation if run.opened is None else int(run.opened.new_of[operation])


def _said(run: Run, operation: int) -> str:
    name = run.trace.nodes[_shown(run, operation)].name
    if run.opened is None or operation not in run.opened.operations:
        return f"The operation `{name}` is whole again."
    count = len(run.opened.operations[operation].nodes)
    return f"The operation `{name}` is written in {count} nodes, number by number."
