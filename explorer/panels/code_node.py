"""The node of the present event as a card, between what it is made of and what uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from engine.trace.boundaries import owner
from engine.trace.narration import token_of
from explorer.kit.label import Label
from explorer.kit.math_label import MathLabel
from explorer.kit.styled import Styled, laid_out_once, painting, rounded
from explorer.kit.tokens import shown_token
from explorer.panels.code_cells import NumberCells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.autodiff.tape import Node
    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.theme import Role, Style

MOST_NEIGHBOURS = 3
HINT = "The node of each event comes here, with what it is made from and what uses it. Press play."


class NodeCard(Styled):
    """A node at one moment: name, primitive, its value's cells and its adjoint's."""

    def __init__(
        self, style: Style, *, active: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(style, parent)
        self._active = active
        self._role: Role = "line"
        self._width = 1.0
        self._name = MathLabel(style)
        self._op = Label(style, font="node", role="ink_2", elide=True)
        self._op.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._value, self._adjoint = NumberCells(style, "value"), NumberCells(style, "adjoint")
        self._note = Label(style, font="node", role="ink_2", elide=True)
        head = QHBoxLayout()
        head.addWidget(self._name)
        head.addWidget(self._op, 1)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self._value)
        column.addWidget(self._note)
        column.addWidget(self._adjoint)
        self.apply_style()

    @property
    def name(self) -> str:
        """The node shown, in the engine's notation."""
        return self._name.name

    def apply_style(self) -> None:
        """Set margins."""
        look, column = self.look, self.layout()
        if column is not None:
            side = look.ipx(14)
            ring = look.ipx(4) if self._active else 0
            top, bottom = look.ipx(7) + ring, look.ipx(10) + ring
            column.setContentsMargins(side + ring, top, side + ring, bottom)
            column.setSpacing(look.ipx(5))

    def show_node(self, trace: Trace, frame: Frame, node: Node) -> None:
        """Show a node as it stands after the frame's events."""
        index = node.index
        known = bool(frame.evaluated[index])
        self._name.set_name(node.name)
        token = token_of(trace, node)
        self._op.set_text(node.op.replace("_", " ") if token is None else f"“{shown_token(token)}”")
        numeric = node.value.dtype.kind == "f"
        self._value.setVisible(numeric)
        if numeric:
            value = node.value.astype(np.float64) if known else None
            self._value.show_array(value, node.value.shape)
        self._show_adjoint(trace, frame, index)
        complete = bool(frame.completed[index])
        self._role = "backward" if complete else "line"
        self._width = 1.4 if complete else 1.0
        if self._active:
            self._role, self._width = ("backward" if frame.seeded else "forward"), 2.6
        self.update()

    def _show_adjoint(self, trace: Trace, frame: Frame, index: int) -> None:
        adjoint = trace.adjoints[index]
        begun = adjoint is not None and (frame.seeded or self._active)
        self._adjoint.setVisible(begun)
        arrived, expected = int(frame.arrived[index]), int(frame.expected[index])
        partial = 0 < arrived < expected
        self._note.setVisible(begun and partial)
        self._note.set_text(f"adjoint: {arrived} of {expected} parts")
        if adjoint is not None and begun:
            found = trace.partial_adjoint(index, frame.cursor, frame.version)
            shown = None if found is None else np.asarray(found, np.float64)
            self._adjoint.show_array(shown, adjoint.shape, partial=partial)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card, ringed where it is the node of the event."""
        look, theme = self.look, self.look.theme
        rect = QRectF(self.rect())
        with painting(self) as painter:
            if self._active:
                rounded(painter, rect, look.px(12), theme.tint(self._role))
                rect = rect.adjusted(look.px(4), look.px(4), -look.px(4), -look.px(4))
            rounded(painter, rect, look.px(9), theme.color("surface"),
                    theme.color(self._role), look.px(self._width))  # fmt: skip


class NodeColumn(Styled):
    """The node of the event, its operands below it and its consumers above, as on the graph."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.card = NodeCard(style, active=True)
        self._title = Label(style, "Node", font="text_strong")
        self._place = Label(style, font="secondary", role="ink_2", elide=True)
        self._place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._hint = Label(style, HINT, role="ink_2")
        self._hint.setWordWrap(True)
        self._above = _Group(style, "Used by")
        self._below = _Group(style, "Made from")
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addWidget(self._place, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self._hint)
        self._column.addWidget(self.card)
        self._column.addWidget(self._below)
        self._column.addWidget(self._above)
        self._column.addStretch(1)
        self.setAccessibleName("node")
        self.apply_style()

    def apply_style(self) -> None:
        """Set spacing."""
        self._column.setSpacing(self.look.ipx(9))

    def show_frame(self, trace: Trace, frame: Frame) -> None:
        """Show the node that the frame's event happened to; nothing before the first."""
        graph, event = trace.graph, frame.event
        shown = event is not None
        with laid_out_once(self, self._above, self._below):
            for widget in (self.card, self._above, self._below):
                widget.setVisible(shown)
            self._hint.setVisible(not shown)
            if event is None:
                self._place.set_text(f"{len(trace)} nodes, none computed yet")
                return
            node = trace.nodes[event.node]
            self._place.set_text(f"{node.index + 1} of {len(trace)}")
            self.card.show_node(trace, frame, node)
            below = list(dict.fromkeys(node.operands))
            edges = graph.consumer_edges(node.index)[::-1]
            above = list(dict.fromkeys(int(graph.edge_consumer[edge]) for edge in edges))
            turn = owner(trace, event, frame.version)
            if turn in above:
                # The consumer that has just passed something on comes first.
                above = [turn, *(other for other in above if other != turn)]
            self._below.show_nodes(trace, frame, below)
            self._above.show_nodes(trace, frame, above)


class _Group(Styled):
    """Some neighbours under a title."""

    def __init__(self, style: Style, title: str) -> None:
        super().__init__(style)
        self._title = Label(style, title, font="secondary", role="ink_2")
        self._more = Label(style, font="secondary", role="ink_2")
        self._cards = [NodeCard(style) for _ in range(MOST_NEIGHBOURS)]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._title)
        for card in self._cards:
            self._column.addWidget(card)
        self._column.addWidget(self._more)
        self.apply_style()

    def apply_style(self) -> None:
        """Set spacing."""
        self._column.setSpacing(self.look.ipx(6))

    def show_nodes(self, trace: Trace, frame: Frame, nodes: Sequence[int]) -> None:
        """Show the first of these nodes, and say how many more there are."""
        self.setVisible(bool(nodes))
        for place, card in enumerate(self._cards):
            card.setVisible(place < len(nodes))
            if place < len(nodes):
                card.show_node(trace, frame, trace.nodes[nodes[place]])
        more = len(nodes) - MOST_NEIGHBOURS
        self._more.setVisible(more > 0)
        self._more.set_text(f"and {more} more")
