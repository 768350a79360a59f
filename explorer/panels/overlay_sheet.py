"""The sheet "Overlays": what is shown on the cards, and its sums over time and modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from engine.trace.measures import by_module, handed_on, parameter_bytes
from explorer.canvas.gauges import shown
from explorer.kit.combo_field import ComboField
from explorer.kit.label import Label
from explorer.kit.styled import Styled
from explorer.panels.overlay_bars import Amount, AmountBars
from explorer.panels.overlay_chart import Line, MagnitudeChart
from explorer.panels.overlay_words import MEANINGS, SUBJECTS, TITLES
from explorer.panels.paragraph import Paragraph

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from engine.trace.measures import Measures
    from engine.trace.trace import Trace
    from explorer.canvas.gauges import Subject
    from explorer.theme import Style

_CHOICES = (("none", "None"), *((subject, TITLES[subject]) for subject in SUBJECTS))


class OverlaySheet(Styled):
    """Chooses the overlay, says what it measures, and lists what the run costs.

    Attributes:
        chart: the adjoints of hidden states over time.
        flops, bytes: by module.

    Signals:
        wanted(name): another overlay is to be shown; ``none`` for none.
    """

    wanted = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.choice = ComboField(style, "On the cards", _CHOICES)
        self._meaning = Paragraph(style, role="ink_2", lines=12)
        self._over_time = Paragraph(style, font="text_strong", lines=3)
        self.chart = MagnitudeChart(style)
        self._no_chart = Paragraph(style, role="ink_2", lines=4)
        self.flops = AmountBars(style, "FLOPs by module")
        self._flops_note = Paragraph(style, role="ink_2", lines=6)
        self.bytes = AmountBars(style, "Bytes kept by module")
        self._bytes_note = Paragraph(style, role="ink_2", lines=6)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self.choice, self._meaning,
            self._over_time, self.chart, self._no_chart,
            Label(style, "FLOPs by module", font="text_strong"), self.flops, self._flops_note,
            Label(style, "Bytes kept by module", font="text_strong"), self.bytes, self._bytes_note,
        ):  # fmt: skip
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self._over_time.set_sentence("Adjoint magnitude over time")
        self._no_chart.set_sentence(
            "In this run no time step hands anything on to the next, so there is nothing to follow"
            " through time."
        )
        self.choice.chosen.connect(self.wanted)
        self.show_subject(None)
        self.apply_style()

    def apply_style(self) -> None:
        """Set the spacing."""
        self._column.setSpacing(self.look.ipx(9))

    def show_subject(self, subject: Subject | None) -> None:
        """Say what is shown on the cards."""
        self.choice.set_choice(subject or "none")
        self._meaning.set_sentence(
            MEANINGS[subject] if subject else "Nothing is shown on the cards but the run itself."
        )

    def show_measures(self, trace: Trace, measures: Measures) -> None:
        """Show the sums of a run."""
        step = trace.graph.step
        lines = tuple(
            Line(name, nodes, step[nodes], measures.magnitude[nodes])
            for name, nodes in handed_on(trace).items()
            if len(nodes) > 1
        )
        self.chart.show_lines(lines)
        self.chart.setVisible(bool(lines))
        self._no_chart.setVisible(not lines)
        rows = by_module(trace, measures)
        named = [(row, row.name or "outside modules") for row in rows]
        self.flops.show_rows(
            [
                Amount(name, (("forward", row.forward), ("backward", row.backward)),
                       shown("flops", row.forward + row.backward))
                for row, name in named if row.forward + row.backward
            ]
        )  # fmt: skip
        forward, backward = int(measures.forward.sum()), int(measures.backward.sum())
        times = f", {backward / forward:.1f} times as many" if forward else ""
        self._flops_note.set_sentence(
            f"Forward (blue, left) {shown('flops', forward)}; backward (orange, right)"
            f" {shown('flops', backward)}{times}."
        )
        self.bytes.show_rows(
            [Amount(name, (("ink_2", row.kept),), shown("bytes", row.kept))
             for row, name in named if row.kept]
        )  # fmt: skip
        total, fixed = int(measures.kept.sum()), parameter_bytes(trace, measures.kept)
        self._bytes_note.set_sentence(
            f"{shown('bytes', total)} in all; {shown('bytes', fixed)} of it are parameters, which"
            " are there with or without a backward pass."
        )

    def show_known(self, complete: NDArray[np.bool_]) -> None:
        """Draw what is known at a moment: (N,) the adjoints that are complete."""
        self.chart.show_known(complete)
