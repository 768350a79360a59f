"""The inspector: one node as formula, numbers, adjoint and contributions, beside PyTorch's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.trace.formulas import tex_equation, tex_with_numbers
from engine.trace.narration import adjoint_name, equation, token_of
from engine.trace.reach_words import component_to_show
from explorer.kit.button import Button
from explorer.kit.label import Label
from explorer.kit.math_label import MathLabel
from explorer.kit.styled import Styled, laid_out_once
from explorer.kit.tokens import shown_token
from explorer.mathtext import to_unicode
from explorer.panels.cells import Cells
from explorer.panels.contributions import Contributions
from explorer.panels.flow import Flow
from explorer.panels.links import NodeLink
from explorer.panels.original_row import OriginalRow
from explorer.panels.typeset import Typeset
from explorer.panels.witness_rows import WitnessRows

if TYPE_CHECKING:
    from engine.autodiff.primitives import Array
    from engine.autodiff.tape import Node
    from engine.oracle.verdict import Verdict
    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.panels.typeset import Typesetter
    from explorer.panels.witness_desk import Testimony
    from explorer.theme import Style

_MOST_OPERANDS = 6
_OVER_VOCABULARY = ("b_y", "W_hy ", "y_", "log p", "p(")
"""How the names of vectors begin that have a component for each token."""


class Inspector(Styled):
    """Everything known about one node at one moment.

    Signals:
        node_chosen(node): a link to another node was followed; -1 to follow the run again.
        curve_wanted(node, component): the error against h is asked for.
    """

    node_chosen = Signal(int)
    curve_wanted = Signal(int, int)

    def __init__(self, style: Style, typesetter: Typesetter, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._shown: tuple[Trace, Frame, Verdict | None, int] | None = None
        self._component = 0
        self._pinned = False
        self._place = Label(style, font="secondary", role="ink_2")
        self._follow = Button(style, "Follow the run", kind="flat")
        self._equation = Typeset(style, typesetter, font="formula")
        self._numbers = Typeset(style, typesetter, font="node_name")
        self._which = Label(style, font="secondary", role="ink_2", elide=True)
        self._rows = {
            name: Label(style, font="mono", elide=True) for name in ("Primitive", "Module", "Shape")
        }
        self._links = [NodeLink(style) for _ in range(_MOST_OPERANDS)]
        self._operands = Flow(self._links)
        self._value_note = Label(style, font="secondary", role="ink_2", elide=True)
        self._value = Cells(style, "value")
        self._original = OriginalRow(style, "Originally")
        self._original_adjoint = OriginalRow(style, "Originally")
        self._before: Trace | None = None
        self._adjoint_name = MathLabel(style, font="text", role="ink_2")
        self._adjoint_note = Label(style, font="secondary", role="ink_2", elide=True)
        self._adjoint_title = Label(style, "Adjoint", font="text_strong", role="backward")
        self._adjoint = Cells(style, "adjoint")
        self._contributions = Contributions(style, typesetter)
        self._testimony: Testimony | None = None
        self._witnesses = WitnessRows(style)
        self._torch = {
            "PyTorch's value": Label(style, font="mono", elide=True),
            "PyTorch's adjoint": self._witnesses.torch,
        }
        self._titles: list[Label] = []
        self._build()
        for cells in (self._value, self._adjoint):
            cells.chosen.connect(self.choose_component)
        for link in self._links:
            link.followed.connect(self.node_chosen)
        self._contributions.node_chosen.connect(self.node_chosen)
        self._follow.clicked.connect(self._follow_again)
        self._witnesses.curve_wanted.connect(self._want_curve)

    def set_original(self, original: Trace | None) -> None:
        """Hold the run to one of the same graph without changes, from the next moment on."""
        self._before = original

    def set_clipped(self, clipped: bool) -> None:
        """Colour cells by the largest number that is no outlier, or by the largest."""
        self._value.set_clipped(clipped)
        self._adjoint.set_clipped(clipped)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.look.ipx(6))
        heading = self._row(self._title("Inspector"), self._follow)
        heading.addWidget(self._place)
        column.addLayout(heading)
        column.addWidget(self._equation)
        column.addWidget(self._numbers)
        column.addWidget(self._which)
        for name, label in self._rows.items():
            column.addLayout(self._row(self._key(name), label))
        self._operands_key = self._key("Operands")
        column.addLayout(self._row(self._operands_key, self._operands))
        column.addSpacing(self.look.ipx(4))
        column.addLayout(self._row(self._title("Value"), self._value_note))
        column.addWidget(self._value)
        column.addWidget(self._original)
        adjoint = self._row(self._adjoint_title, self._adjoint_name)
        adjoint.addWidget(self._adjoint_note)
        column.addLayout(adjoint)
        column.addWidget(self._adjoint)
        column.addWidget(self._original_adjoint)
        column.addWidget(self._contributions)
        column.addSpacing(self.look.ipx(4))
        name = "PyTorch's value"
        column.addLayout(self._row(self._key(name), self._torch[name]))
        column.addSpacing(self.look.ipx(2))
        column.addWidget(self._witnesses)

    def _row(self, left: QWidget, right: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.look.ipx(12))
        row.addWidget(left)
        row.addStretch(1)
        row.addWidget(right)
        return row

    def _title(self, text: str) -> Label:
        return Label(self.look, text, font="text_strong")

    def _key(self, text: str) -> Label:
        return Label(self.look, text, font="text", role="ink_2")

    def choose_component(self, index: int) -> None:
        """Put the numbers of another component into the formulas."""
        self._component = index
        if self._shown is not None:
            self.show_node(*self._shown, pinned=self._pinned, testimony=self._testimony)

    def _want_curve(self) -> None:
        if self._shown is not None:
            self.curve_wanted.emit(self._shown[3], self._component)

    def _follow_again(self) -> None:
        self.node_chosen.emit(-1)

    @property
    def component(self) -> int:
        """Place of the chosen component in the flattened value."""
        return self._component

    def show_node(
        self,
        trace: Trace,
        frame: Frame,
        verdict: Verdict | None,
        index: int,
        *,
        pinned: bool = False,
        testimony: Testimony | None = None,
    ) -> None:
        """Show a node as it stands after the frame's events.

        Args:
            trace: the run.
            frame: the moment.
            verdict: PyTorch's, if known.
            index: the node.
            pinned: a person chose it; else it is the one whose turn it is.
            testimony: what the witnesses have said of it, if they were asked.
        """
        self._pinned, self._testimony = pinned, testimony
        if self._shown is None or self._shown[0] is not trace or self._shown[3] != index:
            self._component = component_to_show(trace, index)
        self._shown = (trace, frame, verdict, index)
        node = trace.nodes[index]
        self._component = min(self._component, max(node.value.size - 1, 0))
        with laid_out_once(self, self._operands, self._contributions):
            self._follow.setVisible(pinned)
            self._describe(trace, node)
            self._show_numbers(trace, frame, node)
            self._contributions.show_node(trace, frame, index, self._component)
            self._show_torch(trace, frame, verdict, node)
            self._witnesses.show_testimony(
                trace.adjoints[index], self._component, testimony,
                complete=bool(frame.completed[index]),
            )  # fmt: skip

    def _describe(self, trace: Trace, node: Node) -> None:
        self._place.set_text(f"node {node.index + 1} of {len(trace)}")
        self._equation.set_formula(tex_equation(trace, node), to_unicode(equation(trace, node)))
        operands = trace.operands(node.index)
        many = f" of {len(operands)} operands" if len(operands) > _MOST_OPERANDS else ""
        self._rows["Primitive"].set_text(node.op + many if operands else _leaf(trace, node))
        self._rows["Module"].set_text(node.module or "the model's parameters")
        shape = " × ".join(str(size) for size in node.value.shape) or "one number"
        self._rows["Shape"].set_text(f"{shape} · {node.value.dtype}")
        self._operands_key.setVisible(bool(operands))
        self._operands.setVisible(bool(operands))
        for slot, link in enumerate(self._links):
            link.setVisible(slot < len(operands))
            if slot < len(operands):
                link.set_node(operands[slot].index, operands[slot].name)

    def _show_numbers(self, trace: Trace, frame: Frame, node: Node) -> None:
        known = bool(frame.evaluated[node.index])
        labels = component_labels(trace, node)
        value = node.value.astype(np.float64)
        component = self._component
        self._value.show_array(
            value if known else None, node.value.shape, component=component, labels=labels
        )
        self._value_note.set_text("" if known else "not computed yet")
        before = self._before if known else None
        was = None if before is None else before.nodes[node.index].value
        self._original.show_number(was, node.value, component)
        if known and node.value.size:
            place = np.unravel_index(component, node.value.shape)
            self._numbers.set_formula(tex_with_numbers(trace, node, tuple(int(i) for i in place)))
        else:
            self._numbers.set_formula("")
        self._numbers.setVisible(known and node.primitive is not None)
        several = node.value.size > 1
        self._which.setVisible(several and known)
        if several:
            said = f" “{labels[component]}”" if component < len(labels) else ""
            self._which.set_text(
                f"component {component + 1} of {node.value.size}{said}; click a cell for another"
            )
        self._show_adjoint(trace, frame, node)

    def _show_adjoint(self, trace: Trace, frame: Frame, node: Node) -> None:
        has_adjoint = trace.adjoints[node.index] is not None
        self._adjoint.setVisible(has_adjoint)
        self._adjoint_title.setVisible(has_adjoint)
        self._adjoint_name.setVisible(has_adjoint)
        self._adjoint_note.setVisible(has_adjoint and not frame.completed[node.index])
        before = self._before if frame.completed[node.index] else None
        was = None if before is None else before.adjoints[node.index]
        self._original_adjoint.show_number(was, trace.adjoints[node.index], self._component)
        if not has_adjoint:
            return
        sum_so_far = trace.partial_adjoint(node.index, frame.cursor, frame.version)
        complete = bool(frame.completed[node.index])
        self._adjoint.show_array(
            None if sum_so_far is None else sum_so_far.astype(np.float64),
            node.value.shape,
            component=self._component,
            partial=not complete,
            labels=component_labels(trace, node),
        )
        self._adjoint_name.set_name(adjoint_name(trace, node.index))
        growing = sum_so_far is not None
        self._adjoint_note.set_text("still growing" if growing else "not computed yet")

    def _show_torch(self, trace: Trace, frame: Frame, verdict: Verdict | None, node: Node) -> None:
        value, adjoint = self._torch["PyTorch's value"], self._torch["PyTorch's adjoint"]
        if verdict is None or verdict.answer is None:
            text = "not asked yet" if verdict is None else "unverified"
            value.set_text(text)
            adjoint.set_text(text)
            return
        answer = verdict.answer
        if frame.evaluated[node.index]:
            theirs = answer.values[node.index]
            value.set_text(_beside(theirs, verdict.value_errors, node.index, self._component))
        else:
            value.set_text("shown when ours is computed")
        other = answer.adjoints[node.index]
        if other is None or trace.adjoints[node.index] is None:
            adjoint.set_text("none: nothing to differentiate")
        elif not frame.completed[node.index]:
            adjoint.set_text("shown when ours is complete")
        else:
            adjoint.set_text(_beside(other, verdict.adjoint_errors, node.index, self._component))


def _leaf(trace: Trace, node: Node) -> str:
    """What a node is that nothing computes."""
    token = token_of(trace, node)
    return node.op if token is None else f"{node.op}, the token “{shown_token(token)}”"


def _beside(theirs: Array, errors: Array | None, node: int, component: int) -> str:
    """PyTorch's number and how far ours is from it."""
    number = float(np.asarray(theirs).reshape(-1)[component]) if np.size(theirs) else float("nan")
    error = float("nan") if errors is None else float(errors[node])
    return f"{number:.6g}, difference {error:.1e}" if error else f"{number:.6g}, the same bits"


def component_labels(trace: Trace, node: Node) -> tuple[str, ...]:
    """Tokens that a vector over the vocabulary is about."""
    vocabulary = trace.provenance.get("vocabulary", ())
    if node.value.shape != (len(vocabulary),) or not node.name.startswith(_OVER_VOCABULARY):
        return ()
    return tuple(shown_token(token) for token in vocabulary)
