"""The three witnesses of one adjoint as rows: a mark, who speaks, the number and its error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from explorer.canvas.marks import AGREES, DISAGREES, UNASKED, draw_mark
from explorer.kit.button import Button
from explorer.kit.label import Label
from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.autodiff.primitives import Array
    from explorer.panels.witness_desk import Testimony
    from explorer.theme import Style

NAMES = ("Our rules", "PyTorch", "Differences")


class Mark(Styled):
    """A dot, a tick or a cross."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._state = UNASKED
        self.apply_style()

    @property
    def state(self) -> int:
        """UNASKED, AGREES or DISAGREES."""
        return self._state

    def set_state(self, state: int) -> None:
        """Show another mark."""
        if state != self._state:
            self._state = state
            self.setAccessibleName(("not asked yet", "agrees", "disagrees")[state])
            self.update()

    def apply_style(self) -> None:
        """Keep the size of a mark."""
        self.setFixedSize(QSize(self.look.ipx(14), self.look.ipx(18)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark."""
        with painting(self) as painter:
            scale = self.look.scale * 1.15
            painter.scale(scale, scale)
            draw_mark(painter, self.look.theme, self._state, self.width() / 2 / scale,
                      self.height() / 2 / scale)  # fmt: skip


class WitnessRows(Styled):
    """What our rules, PyTorch and finite differences say of one component of an adjoint.

    Signals:
        curve_wanted(): a person asks for the error against h.
    """

    curve_wanted = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.marks = tuple(Mark(style) for _ in NAMES)
        self.words = tuple(Label(style, font="mono", elide=True) for _ in NAMES)
        self._button = Button(style, "Error against h", kind="flat")
        self._button.setToolTip("Plot the error of finite differences against the step h")
        self._button.clicked.connect(self.curve_wanted)
        heading = QHBoxLayout()
        heading.addWidget(Label(style, "Witnesses", font="text_strong"))
        heading.addStretch(1)
        heading.addWidget(self._button)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(2, 1)
        for row, name in enumerate(NAMES):
            self._grid.addWidget(self.marks[row], row, 0)
            self._grid.addWidget(Label(style, name, font="text", role="ink_2"), row, 1)
            self._grid.addWidget(self.words[row], row, 2)
            self.words[row].setAlignment(Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.ipx(4))
        column.addLayout(heading)
        column.addLayout(self._grid)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.apply_style()

    @property
    def torch(self) -> Label:
        """The words about PyTorch's adjoint."""
        return self.words[1]

    def apply_style(self) -> None:
        """Set the spacing."""
        self._grid.setHorizontalSpacing(self.look.ipx(8))
        self._grid.setVerticalSpacing(self.look.ipx(4))

    def show_testimony(
        self, adjoint: Array | None, component: int, testimony: Testimony | None, *, complete: bool
    ) -> None:
        """Show what is known; PyTorch's words are set by whoever has its answer.

        Args:
            adjoint: ours, None where there is nothing to differentiate.
            component: its place in the flattened adjoint.
            testimony: None where nobody has been asked.
            complete: the adjoint is known at this moment.
        """
        shown = adjoint is not None and complete
        self._button.setVisible(adjoint is not None)
        flags = testimony.verdict.flags if shown and testimony is not None else (None,) * 3
        for mark, flag in zip(self.marks, flags, strict=True):
            mark.set_state(UNASKED if flag is None else AGREES if flag else DISAGREES)
        ours, differences = self.words[0], self.words[2]
        if not shown or adjoint is None:
            text = "none: nothing to differentiate" if adjoint is None else "not complete yet"
            ours.set_text(text)
            differences.set_text(text)
            return
        flat = np.asarray(adjoint).reshape(-1)
        number = f"{float(flat[component]):.6g}" if component < flat.size else "no number"
        ours.set_text(number + _off(testimony))
        differences.set_text(_estimated(testimony, component))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the plot from anywhere in the rows."""
        super().mouseReleaseEvent(event)
        if self._button.isVisible() and self.rect().contains(event.position().toPoint()):
            self.curve_wanted.emit()


def _off(testimony: Testimony | None) -> str:
    """How far our own sum is off, where it is."""
    if testimony is None or testimony.verdict.ours_agrees is not False:
        return ""
    return f", not its sum: {testimony.verdict.ours:.1e}"


def _estimated(testimony: Testimony | None, component: int) -> str:
    """The number of finite differences and its error."""
    if testimony is None or testimony.verdict.differences is None:
        return "not asked yet"
    error = f"difference {testimony.verdict.differences:.1e}"
    if testimony.estimate is None:
        off = f"off by {testimony.verdict.differences:.1e}"
        return f"{testimony.probes} directions, {off}"
    estimate = float(testimony.estimate.reshape(-1)[component])
    return f"{estimate:.6g}, {error}"
