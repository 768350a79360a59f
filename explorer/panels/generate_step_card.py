"""The card in which the sample becomes the next input, with the way to the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.kit.button import Button
from explorer.kit.card import Card
from explorer.panels.generate_steps import Steps, StepStrip

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.panels.generate_column import Column
    from explorer.theme import Style

SAMPLE = "The sample becomes the next input"
WINDOW = "The window slides along the text"


class StepCard(Card):
    """The last steps of the model looked at closely.

    Attributes:
        steps: the strip.
        graph_button: opens the text up to the selected token as an unrolled graph.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, SAMPLE, parent=parent)
        self.steps = StepStrip(style)
        self.graph_button = Button(style, "Open as graph", kind="flat")
        self.graph_button.setToolTip(
            "Play the unrolled graph of this text up to the selected token, forward and backward"
        )
        self.header.addWidget(self.graph_button)
        self.body.addWidget(self.steps, 1)

    def show_steps(self, column: Column, place: int, *, alone: bool) -> None:
        """Show the steps up to the token drawn at a place, or up to the next one."""
        model = column.model
        if model is None or column.prompt is None:
            return
        drawn = place < len(column.drawn)
        end = len(column.prompt.ids) + place + drawn
        order = 0 if model.is_recurrent else model.choice.order
        title = WINDOW if order else SAMPLE
        self.set_title(title if alone else f"{model.title}: {title[0].lower()}{title[1:]}")
        self.graph_button.setVisible(model.is_recurrent and end > 0)
        used = order
        if order and drawn:
            used = column.drawn[place].distribution.context + 1
        self.steps.show_steps(Steps(column.surfaces[:end], drawn, order, used))
