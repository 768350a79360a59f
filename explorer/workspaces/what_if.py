"""What if a number were another one: typed, dragged or chosen, and everything follows live."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QUndoStack

from engine.errors import InputError
from explorer import run_jobs
from explorer.kit.prose import plain_sentence
from explorer.workspaces.aide import Aide
from explorer.workspaces.what_if_drag import CellDrag
from explorer.workspaces.what_if_steps import ALONE, ChangeStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QWidget

    from engine.trace.what_if import Changes, Place, WhatIf
    from explorer.actions import Actions
    from explorer.canvas.differences import Differences
    from explorer.panels.what_if_desk import WhatIfDesk
    from explorer.session import Run
    from explorer.theme import Style
    from explorer.workspaces.aide import Parts

SHEET = LAYER = JOB = "whatif"


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What becomes of a run under some changes.

    Attributes:
        changes: as asked.
        found: the run with them, and what was predicted.
        run: the same, ready to be drawn.
        layer: what differs, for the canvas; without its bars.
    """

    changes: Changes
    found: WhatIf
    run: Run
    layer: Differences


class WhatIfs(Aide):
    """Answers the commands of what if: the newest change wins, and each answer is shown.

    Attributes:
        changes: what is wanted, by node and component.
        answer: what is on screen, None before the first change.
        undo_stack: the steps that led here.
    """

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self.changes: Changes = {}
        self.answer: Answer | None = None
        self.undo_stack = QUndoStack(self)
        self._gesture, self._dragging = 1, False
        self._desk: WhatIfDesk | None = None
        self._drag = CellDrag(parts.canvas, self)
        self._drag.began.connect(self._take_cell)
        self._drag.moved.connect(self._move)
        self._drag.ended.connect(self._let_go)
        parts.sheets.add(SHEET, "What if", self._make_sheet)
        parts.sheets.opened.connect(self._opened)
        parts.sheets.closed.connect(self._closed)
        parts.session.run_changed.connect(self._take_run)
        parts.session.selection_changed.connect(self._look)

    def connect_actions(self, actions: Actions) -> None:
        """Open, undo, redo, reset."""
        actions.add("whatif.open", self.toggle)
        actions.add("whatif.undo", self.undo)
        actions.add("whatif.redo", self.redo)
        actions.add("whatif.reset", self.reset)

    def toggle(self) -> None:
        """Open the sheet on the selected node, or close it; the changes stay."""
        self.parts.sheets.toggle(SHEET)

    def stop(self) -> None:
        """Nobody looks: a drag is over."""
        self._dragging = False

    @property
    def is_open(self) -> bool:
        """Whether the sheet is in sight."""
        return self.parts.sheets.is_shown and self.parts.sheets.name == SHEET

    @property
    def original(self) -> Run | None:
        """The run without any change."""
        return self.parts.session.unaltered or self.parts.session.run

    # Changes

    def change(self, place: Place, value: float, gesture: int = ALONE) -> None:
        """Put a number in a place: a step that can be undone, one with others of its gesture."""
        from engine.trace.what_if import check_change

        original = self.original
        if original is None:
            return
        try:
            check_change(original.trace, place, value)
        except InputError as error:
            self._refuse(error.message)
            return
        after, node = {**self.changes, place: value}, original.trace.nodes[place[0]]
        if node.primitive is None and float(node.value.reshape(-1)[place[1]]) == value:
            del after[place]
        self._step(after, gesture)

    def remove(self, node: int, component: int) -> None:
        """Take one change back."""
        self._step({k: v for k, v in self.changes.items() if k != (node, component)})

    def undo(self) -> None:
        """Take the last step back."""
        if not self.undo_stack.canUndo():
            self.announced.emit("There is no change of a number to take back.")
        self.undo_stack.undo()

    def redo(self) -> None:
        """Make it again."""
        if not self.undo_stack.canRedo():
            self.announced.emit("There is no change of a number to make again.")
        self.undo_stack.redo()

    def reset(self) -> None:
        """Take every change back; that can be undone too."""
        if not self.changes:
            self.announced.emit("No number is changed: this is the run as it was recorded.")
        self._step({})

    def _step(self, after: Changes, gesture: int = ALONE) -> None:
        if after != self.changes:
            self.undo_stack.push(ChangeStep(self._apply, self.changes, after, gesture))
            self._list()

    def _apply(self, changes: Changes) -> None:
        self.changes = changes
        self._ask()

    def _refuse(self, message: str) -> None:
        sentence = plain_sentence(f"{message[:1].upper()}{message[1:]}.")
        if self._desk is not None:
            self._desk.sheet.refuse(sentence)
        self.told.emit(sentence)

    # Answers

    def _ask(self) -> None:
        """Run the program under the newest changes, once what is under way is done."""
        run, original = self.parts.session.run, self.original
        if run is not None and original is not None and not self.parts.jobs.is_running(JOB):
            self.parts.jobs.start(
                JOB, _answered, run, original, self.changes, on_result=self._take,
                on_done=self._go_on,
            )  # fmt: skip

    def _take(self, answer: Answer) -> None:
        session, player = self.parts.session, self.parts.player
        if session.run is None:
            return
        run = answer.run
        if run.layout is not session.run.layout:
            run = run_jobs.drawn_as(run, session.run)
        self.answer = replace(answer, run=run)
        if self._desk is not None:
            self._desk.visit(answer.found, answer.changes)
        session.alter(run, check=not self._dragging and answer.changes == self.changes)
        if answer.found.changes and player.cursor < player.loss_cursor:
            player.to_end()

    def _go_on(self) -> None:
        """What was asked is answered; the wish may be another one by now."""
        if self.answer is not None and self.answer.changes != self.changes:
            self._ask()
        elif not self._dragging:
            self._judge()

    def _judge(self) -> None:
        """Ask PyTorch about what is on screen, if nobody has."""
        session, answer = self.parts.session, self.answer
        if answer is None or session.run is None or self.parts.jobs.is_running(JOB):
            return
        if session.run.trace is answer.run.trace and session.checking == "idle":
            session.check()

    def _take_run(self) -> None:
        """Another run is on screen: of our own making, another change of its original, or new."""
        session, answer, original = self.parts.session, self.answer, self.original
        if session.run is None or original is None:
            return
        if answer is not None and session.run.trace is not answer.run.trace:
            self.parts.jobs.cancel(JOB)
            if session.unaltered is None or original.trace is not answer.found.original:
                self._forget()
        elif answer is None:
            self._forget()
        self._show_layer()
        self._look()

    def _forget(self) -> None:
        self.parts.jobs.cancel(JOB)
        self.changes, self.answer, self._dragging = {}, None, False
        self.undo_stack.clear()

    def _show_layer(self) -> None:
        """What differs on the cards, while the run on screen is ours."""
        run, answer, desk = self.parts.session.run, self.answer, self._desk
        ours = run is not None and answer is not None and run.trace is answer.run.trace
        layer = None
        if ours and answer is not None and answer.found.changes and desk is not None:
            layer = replace(answer.layer, bars=desk.bars(answer.found))
        self.parts.canvas.set_layer(LAYER, layer)

    # The number that is looked at

    def _take_cell(self, component: int) -> None:
        """A cell was pressed on the canvas."""
        self._choose(component)
        self._take_hold()

    def _take_hold(self) -> None:
        self._gesture += 1
        self._dragging = True

    def _let_go(self) -> None:
        """The drag is over: what stands there now is asked about."""
        self._gesture += 1
        self._dragging = False
        self._judge()

    def _move(self, number: float) -> None:
        if self._desk is not None:
            self.change((self._desk.node, self._desk.component), number, self._gesture)

    def _submit(self, text: str) -> None:
        from explorer.panels.what_if_words import number_in

        try:
            number = number_in(text)
        except InputError as error:
            self._refuse(error.message)
            return
        self.told.emit("")
        if self._desk is not None:
            self.change((self._desk.node, self._desk.component), number)

    def _choose_token(self, identity: int) -> None:
        if self._desk is not None:
            self.change((self._desk.node, 0), float(identity))

    def _go_to(self, node: int, component: int) -> None:
        self.parts.session.select(node)
        self.parts.canvas.ensure_visible(node)
        self._choose(component)

    def _choose(self, component: int) -> None:
        self._gesture += 1
        self._look(component)
        self._show_layer()

    # The sheet

    def _make_sheet(self, style: Style) -> QWidget:
        from explorer.panels.what_if_desk import WhatIfDesk

        self._desk = WhatIfDesk(style)
        sheet = self._desk.sheet
        sheet.component_chosen.connect(self._choose)
        sheet.moved.connect(self._move)
        sheet.began.connect(self._take_hold)
        sheet.ended.connect(self._let_go)
        sheet.submitted.connect(self._submit)
        sheet.token_chosen.connect(self._choose_token)
        sheet.undo_wanted.connect(self.undo)
        sheet.redo_wanted.connect(self.redo)
        sheet.reset_wanted.connect(self.reset)
        sheet.changes.picked.connect(self._go_to)
        sheet.changes.removed.connect(self.remove)
        return sheet

    def _opened(self, name: str) -> None:
        if name == SHEET:
            self._look()
            # Once the canvas has the room that the sheet leaves.
            QTimer.singleShot(0, self, self._keep_in_sight)

    def _closed(self, name: str) -> None:
        if name == SHEET:
            self._drag.set_on(False)
            self._dragging = False

    def _keep_in_sight(self) -> None:
        node = self.parts.session.selected
        if self.is_open and node >= 0:
            self.parts.canvas.ensure_visible(node)

    def _look(self, component: int = -1) -> None:
        """Show the number of the selected node that is looked at, and what follows from all."""
        run, original, desk = self.parts.session.run, self.original, self._desk
        if desk is None or run is None or original is None or not self.is_open:
            return
        able = desk.look_at(original.trace, self.parts.session.selected, component)
        self._drag.set_on(able)
        answer = self.answer
        ours = answer is not None and answer.run.trace is run.trace
        desk.show(run.trace, answer.found if ours and answer is not None else None, able=able)
        self._drag.reach = desk.sheet.slider.reach
        self._list()

    def _list(self) -> None:
        stack = self.undo_stack
        if self._desk is not None:
            self._desk.list_changes(self.changes, undo=stack.canUndo(), redo=stack.canRedo())


def _answered(run: Run, original: Run, changes: Changes) -> Iterator[Answer]:
    """The run under some changes, drawn as the one on screen."""
    from engine.trace.what_if import what_if
    from explorer.canvas.differences import differences_of
    from explorer.canvas.twin_bars import TwinBars

    found = what_if(original.trace, changes)
    yield Answer(changes, found, run_jobs.like(run, found.trace), differences_of(found, TwinBars()))
