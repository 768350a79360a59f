"""One step that can be undone: the changes before it and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.trace.what_if import Changes

ALONE = 0
"""The gesture of a step that stands for itself."""


class ChangeStep(QUndoCommand):
    """Other numbers in the run; all steps of one gesture, such as a drag, become one.

    Args:
        apply: shows the run under these changes.
        before, after: the changes.
        gesture: which drag it belongs to, :data:`ALONE` for none.
    """

    def __init__(
        self,
        apply: Callable[[Changes], object],
        before: Changes,
        after: Changes,
        gesture: int = ALONE,
    ) -> None:
        super().__init__("change a number")
        self._apply = apply
        self.before, self.after, self.gesture = before, after, gesture

    def undo(self) -> None:
        """Take the step back."""
        self._apply(self.before)

    def redo(self) -> None:
        """Make the step."""
        self._apply(self.after)

    def id(self) -> int:
        """Return one id for all: the gesture decides what is joined."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802  (Qt's name)
        """Take in the next step of the same gesture; one that leads nowhere is dropped."""
        if not isinstance(other, ChangeStep) or ALONE in {self.gesture, other.gesture}:
            return False
        if other.gesture != self.gesture:
            return False
        self.after = other.after
        self.setObsolete(self.after == self.before)
        return True
