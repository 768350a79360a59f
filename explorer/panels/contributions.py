"""What an adjoint is made of: one row for each consumer, with its local derivative."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.trace.formulas import tex_contribution
from engine.trace.narration import adjoint_name
from explorer.kit.label import Label
from explorer.kit.styled import Styled
from explorer.panels.cells import short_number
from explorer.panels.links import NodeLink
from explorer.panels.typeset import Typeset

if TYPE_CHECKING:
    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.panels.typeset import Typesetter
    from explorer.theme import Style

MOST_ROWS = 6


class _Row:
    """The widgets of one consumer."""

    def __init__(self, style: Style, typesetter: Typesetter) -> None:
        self.link = NodeLink(style)
        self.formula = Typeset(style, typesetter, font="text")
        self.number = Label(style, font="mono")
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def set_visible(self, visible: bool) -> None:
        for widget in (self.link, self.formula, self.number):
            widget.setVisible(visible)


class Contributions(Styled):
    """The consumers of a node, in the order in which they contribute to its adjoint.

    Signals:
        node_chosen(node): a consumer was clicked.
    """

    node_chosen = Signal(int)

    def __init__(self, style: Style, typesetter: Typesetter, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._title = Label(style, "Contributions", font="text_strong")
        self._arrived = Label(style, font="secondary", role="ink_2")
        self._more = Label(style, font="secondary", role="ink_2", elide=True)
        self._rows = [_Row(style, typesetter) for _ in range(MOST_ROWS)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, style.ipx(4), 0, 0)
        column.setSpacing(style.ipx(6))
        heading = QHBoxLayout()
        heading.addWidget(self._title)
        heading.addStretch(1)
        heading.addWidget(self._arrived)
        column.addLayout(heading)
        grid = QGridLayout()
        grid.setHorizontalSpacing(style.ipx(10))
        grid.setVerticalSpacing(style.ipx(5))
        grid.setColumnStretch(1, 1)
        for number, row in enumerate(self._rows):
            grid.addWidget(row.link, number, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(row.formula, number, 1)
            grid.addWidget(row.number, number, 2)
            row.link.followed.connect(self.node_chosen)
        column.addLayout(grid)
        column.addWidget(self._more)

    def show_node(self, trace: Trace, frame: Frame, node: int, component: int) -> None:
        """Show the contributions to one component of a node's adjoint."""
        edges = trace.graph.contributing_edges(node)
        has_adjoint = trace.adjoints[node] is not None
        self.setVisible(has_adjoint and len(edges) > 0)
        if not has_adjoint or not len(edges):
            return
        self._arrived.set_text(f"{int(frame.arrived[node])} of {len(edges)} arrived")
        for row, edge in zip(self._rows, edges, strict=False):
            self._show_row(row, trace, frame, int(edge), component)
        for row in self._rows[len(edges) :]:
            row.set_visible(False)
        self._more.setVisible(len(edges) > MOST_ROWS)
        self._more.set_text(f"and {len(edges) - MOST_ROWS} more")

    def _show_row(self, row: _Row, trace: Trace, frame: Frame, edge: int, component: int) -> None:
        consumer = int(trace.graph.edge_consumer[edge])
        row.link.set_node(consumer, trace.nodes[consumer].name)
        plain = f"{adjoint_name(trace, consumer)} times the local derivative"
        row.formula.set_formula(tex_contribution(trace, edge), plain)
        arrived = bool(frame.edge_backward[edge])
        said = "waiting"
        if arrived:
            said = short_number(float(np.asarray(trace.contribution(edge)).reshape(-1)[component]))
        row.number.set_text(said)
        row.number.set_role("ink" if arrived else "ink_3")
        row.set_visible(True)
