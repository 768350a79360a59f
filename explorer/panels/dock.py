"""The right dock: the inspector, below it the algorithm, then the tape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from explorer.kit.button import IconButton
from explorer.kit.label import Label
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled, painting
from explorer.panels.algorithm import AlgorithmView
from explorer.panels.inspector import Inspector
from explorer.panels.tape import TapeView

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction, QPaintEvent, QResizeEvent

    from engine.oracle.verdict import Verdict
    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.icons import IconName
    from explorer.panels.typeset import Typesetter
    from explorer.panels.witness_desk import Testimony
    from explorer.theme import Style

WIDTH = 388

TALL = 720
"""Height at 100 % from which inspector and algorithm stand one above the other."""


class Dock(Styled):
    """Three views of one frame.

    Signals:
        node_chosen(node): a node was chosen in one of them; -1 to follow the run again.
        version_chosen(version): "A" or "B".
    """

    node_chosen = Signal(int)
    version_chosen = Signal(str)

    def __init__(self, style: Style, typesetter: Typesetter, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.inspector = Inspector(style, typesetter)
        self.algorithm = AlgorithmView(style)
        self.tape = TapeView(style)
        self._pass = Label(style, "Forward pass", font="text_strong")
        self._tape_note = Label(style, font="secondary", role="ink_2")
        self._version = Segmented(
            style,
            (("A", "Version A"), ("B", "Version B")),
            name="backward pass",
            accent="backward",
        )
        self._version.set_choice("B")
        self._views = Segmented(
            style, (("node", "Node"), ("algorithm", "Algorithm and tape")), name="view"
        )
        self._build()
        self._views.chosen.connect(self._arrange)
        self.inspector.node_chosen.connect(self.node_chosen)
        self.tape.chosen.connect(self.node_chosen)
        self._version.chosen.connect(self.version_chosen)

    def _build(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder = QWidget()
        inside = QVBoxLayout(holder)
        inside.addWidget(self.inspector)
        inside.addStretch(1)
        scroll.setWidget(holder)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = inside
        lower = QVBoxLayout()
        self._heading = QHBoxLayout()
        self._heading.addWidget(self._pass)
        self._heading.addStretch(1)
        self._heading.addWidget(self._version)
        lower.addLayout(self._heading)
        lower.addWidget(self.algorithm)
        tape_heading = QHBoxLayout()
        tape_heading.addWidget(Label(self.look, "Tape", font="text_strong"))
        tape_heading.addStretch(1)
        tape_heading.addWidget(self._tape_note)
        lower.addLayout(tape_heading)
        lower.addWidget(self.tape, 1)
        self._lower = lower
        self._scroll = scroll
        self._below = QWidget()
        self._below.setLayout(lower)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        self._switch = QHBoxLayout()
        self._switch.addWidget(self._views, 1)
        column.addLayout(self._switch)
        column.addWidget(scroll, 3)
        column.addWidget(self._below, 2)
        self.apply_style()

    def offer(self, action: QAction, icon: IconName) -> None:
        """Show a button of a command beside the switch of the versions."""
        button = IconButton(self.look, action, icon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._heading.addWidget(button)

    def apply_style(self) -> None:
        """Set width, margins and spacing."""
        look = self.look
        self.setFixedWidth(look.ipx(WIDTH))
        side = look.ipx(18)
        self._inside.setContentsMargins(side, look.ipx(14), side, look.ipx(10))
        self._lower.setContentsMargins(side, look.ipx(14), side, look.ipx(10))
        self._lower.setSpacing(look.ipx(8))
        self._heading.setSpacing(look.ipx(6))
        self._place_switch()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show both halves where there is height for them, else one at a time."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self, _choice: str = "") -> None:
        short = self.height() < self.look.px(TALL)
        self._views.setVisible(short)
        self._place_switch()
        self._scroll.setVisible(not short or self._views.choice == "node")
        self._below.setVisible(not short or self._views.choice == "algorithm")

    def _place_switch(self) -> None:
        side = self.look.ipx(18)
        shown = self._views.isVisibleTo(self)
        self._switch.setContentsMargins(side, self.look.ipx(12) if shown else 0, side, 0)

    def show_frame(
        self,
        trace: Trace,
        frame: Frame,
        verdict: Verdict | None,
        selected: int,
        testimony: Callable[[int], Testimony] | None = None,
    ) -> None:
        """Show a moment; without a selected node the inspector follows the run.

        ``testimony`` gives what the witnesses have said of a node.
        """
        first = int(trace.events(frame.version).node[0])
        active = frame.active_node if frame.active_node >= 0 else first
        shown = selected if selected >= 0 else active
        self.inspector.show_node(
            trace, frame, verdict, shown, pinned=selected >= 0,
            testimony=None if testimony is None else testimony(shown),
        )  # fmt: skip
        self.algorithm.show_frame(frame, frame.version)
        self._pass.set_text(self.algorithm.title)
        self._version.set_choice(frame.version)
        self.tape.show_frame(trace, frame)
        self._tape_note.set_text(self.tape.remark())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface and the hairlines around it."""
        theme = self.look.theme
        with painting(self) as painter:
            painter.fillRect(self.rect(), theme.color("surface"))
            painter.fillRect(QRectF(0, 0, 1, self.height()), theme.color("line"))
            if self._scroll.isVisible() and self._below.isVisible():
                top = self._below.geometry().top()
                painter.fillRect(QRectF(0, top, self.width(), 1), theme.color("line"))
