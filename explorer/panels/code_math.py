"""The mathematics of the present event, with the numbers put in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from engine.trace.contribution_numbers import tex_contribution_with_numbers
from engine.trace.events import EventKind
from engine.trace.formulas import (
    tex_adjoint_sum,
    tex_contribution,
    tex_equation,
    tex_name,
    tex_with_numbers,
)
from engine.trace.narration import adjoint_name, caption, equation
from explorer.kit.label import Label
from explorer.kit.prose import Prose
from explorer.kit.styled import Styled, laid_out_once
from explorer.mathtext import to_unicode
from explorer.panels.typeset import Typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from engine.autodiff.primitives import Array
    from engine.trace.events import Event
    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.panels.typeset import Typesetter
    from explorer.theme import Style

MOST_ROWS = 4
Component = tuple[int, ...]


class MathColumn(Styled):
    """One event: in words, as an equation, and component by component in numbers."""

    def __init__(self, style: Style, typesetter: Typesetter, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._title = Label(style, font="text_strong")
        self._words = Prose(style, role="ink_2", lines=4, grows=True)
        self._equation = Typeset(style, typesetter, font="formula")
        self._rows = [
            (
                Label(style, font="mono_small", role="ink_2"),
                Typeset(style, typesetter, font="node_name"),
            )
            for _ in range(MOST_ROWS)
        ]
        self._more = Label(style, font="secondary", role="ink_2", elide=True)
        self._sum_title = Label(style, font="text_strong", role="backward", elide=True)
        self._sum = Typeset(style, typesetter, font="node_name")
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self._words)
        self._column.addWidget(self._equation)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        for number, (label, formula) in enumerate(self._rows):
            self._grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(formula, number, 1)
        self._column.addLayout(self._grid)
        self._column.addWidget(self._more)
        self._column.addSpacing(style.ipx(6))
        self._column.addWidget(self._sum_title)
        self._column.addWidget(self._sum)
        self._column.addStretch(1)
        self.setAccessibleName("mathematics")
        self.apply_style()

    def apply_style(self) -> None:
        """Set spacing."""
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self.look.ipx(8))
        self._grid.setHorizontalSpacing(self.look.ipx(10))
        self._grid.setVerticalSpacing(self.look.ipx(4))

    def show_frame(self, trace: Trace, frame: Frame) -> None:
        """Show the frame's last event."""
        event = frame.event
        with laid_out_once(self):
            self._words.set_sentence(caption(trace, frame))
            self._title.set_text(_heading(event))
            self._title.set_role("backward" if frame.seeded else "forward")
            if event is None:
                self._equation.set_formula("", "")
                self._show_rows([])
                self._show_sum(trace, frame, -1, ())
            elif event.kind is EventKind.EVALUATED:
                self._show_value(trace, event.node)
                self._show_sum(trace, frame, -1, ())
            elif event.kind is EventKind.CONTRIBUTION:
                self._show_contribution(trace, frame, event)
            else:
                self._show_complete(trace, frame, event.node)

    def _show_value(self, trace: Trace, index: int) -> None:
        node = trace.nodes[index]
        self._equation.set_formula(tex_equation(trace, node), to_unicode(equation(trace, node)))
        whole = node.value.dtype.kind in "iu"
        components = [] if whole else _components(node.value, by_size=False)
        self._show_rows(
            [(c, tex_with_numbers(trace, node, c)) for c in components], node.value.size
        )

    def _show_contribution(self, trace: Trace, frame: Frame, event: Event) -> None:
        name = tex_name(adjoint_name(trace, event.node))
        expected = int(frame.expected[event.node])
        sign = r"\mathrel{+}=" if expected > 1 else "="
        plain = f"{adjoint_name(trace, event.node)} += …"
        tex = f"{name} {sign} {tex_contribution(trace, event.edge)}"
        self._equation.set_formula(tex, to_unicode(plain))
        part = trace.contribution(event.edge)
        components = _components(part, by_size=True)
        rows = [(c, tex_contribution_with_numbers(trace, event.edge, c)) for c in components]
        self._show_rows(rows, part.size)
        shown = components[0] if components and expected > 1 else None
        self._show_sum(trace, frame, event.node if shown is not None else -1, shown or ())

    def _show_complete(self, trace: Trace, frame: Frame, index: int) -> None:
        adjoint = trace.adjoints[index]
        name = adjoint_name(trace, index)
        expected = int(frame.expected[index])
        components = [] if adjoint is None else _components(adjoint, by_size=True)
        rows = [
            (c, tex_adjoint_sum(trace, frame, index, c).partition(" = ")[2]) for c in components
        ]
        self._equation.set_formula(tex_name(name), to_unicode(name))
        self._show_rows(rows, 0 if adjoint is None else adjoint.size)
        self._show_sum(trace, frame, -1, ())
        if expected > 1:
            self._sum_title.set_text(f"Complete: all {expected} parts have arrived")
            self._sum_title.show()

    def _show_rows(self, rows: Sequence[tuple[Component, str]], size: int = 0) -> None:
        """Each component as its place, counted from 1, and its numbers."""
        for place, (label, formula) in enumerate(self._rows):
            shown = place < len(rows)
            label.setVisible(shown)
            formula.setVisible(shown)
            if shown:
                component, tex = rows[place]
                said = ", ".join(str(i + 1) for i in component)
                label.set_text(f"[{said}]" if said else "")
                formula.set_formula(tex, tex)
        self._more.setVisible(size > len(rows) > 0)
        self._more.set_text(f"and {size - len(rows)} more components")

    def _show_sum(self, trace: Trace, frame: Frame, index: int, component: Component) -> None:
        """How far one component of an adjoint that has several parts has grown."""
        self._sum_title.setVisible(index >= 0)
        self._sum.setVisible(index >= 0)
        if index >= 0:
            arrived, expected = int(frame.arrived[index]), int(frame.expected[index])
            place = ", ".join(str(i + 1) for i in component)
            of = f" of [{place}]" if place else ""
            self._sum_title.set_text(f"{arrived} of {expected} parts{of}")
            tex = tex_adjoint_sum(trace, frame, index, component)
            self._sum.set_formula(tex, to_unicode(adjoint_name(trace, index)))


def _heading(event: Event | None) -> str:
    if event is None:
        return "Before the first event"
    return {
        EventKind.EVALUATED: "Forward: compute",
        EventKind.SEEDED: "Backward: begin",
        EventKind.CONTRIBUTION: "Backward: pass on",
        EventKind.COMPLETED: "Backward: complete",
    }[event.kind]


def _components(array: Array, *, by_size: bool) -> list[Component]:
    """The components to show, in their order: all of a few, the first, or the largest."""
    count = math.prod(array.shape)
    places = np.arange(min(count, MOST_ROWS))
    if by_size and count > MOST_ROWS:
        flat = np.abs(array.reshape(-1))
        largest = np.argsort(-flat, kind="stable")[:MOST_ROWS]
        # Zeros are left out: the others say all.
        places = np.sort(largest[: max(1, int((flat[largest] > 0).sum()))])
    return [tuple(int(i) for i in np.unravel_index(p, array.shape)) for p in places]
