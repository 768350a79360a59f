"""What the audience reads around the canvas: a heading above it, a caption below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from engine.trace.formulas import tex_adjoint_sum, tex_equation, tex_name, tex_with_numbers
from engine.trace.narration import caption
from explorer.kit.label import Label
from explorer.kit.prose import Prose
from explorer.kit.styled import Styled, painting
from explorer.panels.typeset import Typeset

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.panels.typeset import Typesetter
    from explorer.theme import Style


class Heading(Styled):
    """Which pass is on, and of what."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._title = Label(style, font="display", elide=True)
        self._subject = Prose(style, font="caption", role="ink_2")
        column = QVBoxLayout(self)
        column.addWidget(self._title)
        column.addWidget(self._subject)
        self.apply_style()

    def apply_style(self) -> None:
        """Set the margins."""
        look, column = self.look, self.layout()
        if column is not None:
            column.setContentsMargins(look.ipx(40), look.ipx(22), look.ipx(40), 0)
            column.setSpacing(look.ipx(4))

    def show_frame(self, trace: Trace, frame: Frame, *, both: bool = False) -> None:
        """Name the pass and what is run, in one version or in both."""
        if frame.phase in {"start", "forward"}:
            self._title.set_text("Forward pass")
        elif both:
            self._title.set_text("Backward pass, Version A beside Version B")
        else:
            self._title.set_text(f"Backward pass, Version {frame.version}")
        self._subject.set_sentence(subject(trace))


class Caption(Styled):
    """What is happening in words, and its formula with the numbers put in."""

    def __init__(self, style: Style, typesetter: Typesetter, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._words = Prose(style, font="caption", lines=2)
        self._formula = Typeset(style, typesetter, font="formula")
        row = QHBoxLayout(self)
        row.addWidget(self._words, 1)
        row.addWidget(self._formula, 1)
        self.apply_style()

    @property
    def sentence(self) -> str:
        """The words shown."""
        return self._words.sentence

    def apply_style(self) -> None:
        """Set margins and height."""
        look, row = self.look, self.layout()
        if row is not None:
            row.setContentsMargins(look.ipx(40), look.ipx(12), look.ipx(40), look.ipx(16))
            row.setSpacing(look.ipx(32))
        self.setFixedHeight(look.ipx(112))

    def show_frame(self, trace: Trace, frame: Frame) -> None:
        """Say a moment."""
        self._words.set_sentence(caption(trace, frame))
        self._formula.set_formula(_formula(trace, frame), "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line above the caption."""
        theme = self.look.theme
        with painting(self) as painter:
            painter.fillRect(self.rect(), theme.color("surface"))
            painter.fillRect(QRectF(0, 0, self.width(), self.look.px(1.5)), theme.color("line"))


def subject(trace: Trace) -> str:
    """What is run: the sentence, or the formula with its numbers as mathematics."""
    provenance = trace.provenance
    if provenance.get("kind") == "expression":
        values = ", ".join(f"{name} = {value:g}" for name, value in provenance["values"].items())
        text = f"`{trace.nodes[trace.output].name} = {provenance['expression']}`"
        return f"{text} at `{values}`" if values else text
    if provenance.get("kind") == "example":
        return str(provenance.get("text", ""))
    tokens = provenance.get("tokens", ())
    joiner = "" if provenance.get("tokenizer") == "char" else " "
    return joiner.join(tokens).replace("\n", "⏎").replace("`", "'")


def _formula(trace: Trace, frame: Frame) -> str:
    """The active node's equation with numbers, or its adjoint as a sum."""
    if frame.active_node < 0:
        return ""
    node = trace.nodes[frame.active_node]
    component = tuple(int(i) for i in np.zeros(node.value.ndim, int))
    if node.value.size == 0:
        return ""
    if frame.seeded:
        return tex_adjoint_sum(trace, frame, node.index, component)
    if node.primitive is None:
        return tex_equation(trace, node)
    if node.value.ndim:
        return tex_equation(trace, node)
    return f"{tex_name(node.name)} = {tex_with_numbers(trace, node, component)}"
