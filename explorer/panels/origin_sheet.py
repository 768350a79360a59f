"""The sheet "Where the gradient comes from": slices of one adjoint, and the spectral radius."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.kit.button import Button
from explorer.kit.field import SpinField, TextField
from explorer.kit.label import Label
from explorer.kit.name_field import NameField
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled, laid_out_once
from explorer.panels.origin_bar import StackedBar
from explorer.panels.origin_plot import StepPlot
from explorer.panels.origin_radius import RadiusSlider
from explorer.panels.paragraph import Paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.panels.origin_slices import Slices
    from explorer.theme import Style

MOST_TYPED = 1000.0
"""Largest spectral radius that can be typed; the slider ends before."""

_WHOLE = (("all", "all, by size"), ("one", "one number"))
_LOSSES = (("all", "all losses"), ("one", "one loss"))
_SCALES = (("log", "log"), ("even", "even"))
_NOTHING = "No parameter of this run is used more than once, so there is nothing to split."
_HINT = (
    "Every step has a loss of its own right above it, so no slice dies. Choose one loss to see how"
    " far back in time its gradient reaches."
)


class OriginSheet(Styled):
    """Chooses what is split, shows the slices twice, and scales the recurrent matrices.

    Attributes:
        bar, plot: the two pictures of the slices.
        slider: of the spectral radius.

    Signals:
        wanted(): another parameter, component or loss was chosen; read `node` and the others.
        pointed(place): a slice is looked at.
        chosen(place): a slice was clicked.
        radius_wanted(radius): the recurrent matrices are to have this spectral radius.
        settled(): the slider was let go.
        reset_wanted(): the original is to come back.
    """

    wanted = Signal()
    pointed = Signal(int)
    chosen = Signal(int)
    radius_wanted = Signal(float)
    settled = Signal()
    reset_wanted = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.parameter = NameField(style, "adjoint of", ())
        self.whole = Segmented(style, _WHOLE, name="what is split")
        self.component = SpinField(style, "number", 1, 1, 1)
        self.losses = Segmented(style, _LOSSES, name="losses")
        self.loss = SpinField(style, "loss", 1, 1, 1)
        self._subject = Paragraph(style, font="text_strong", lines=6)
        self.bar = StackedBar(style)
        self._largest = Paragraph(style, role="ink_2", lines=8)
        self._steps = Label(style, "By time step", font="text_strong")
        self.scale = Segmented(style, _SCALES, name="scale")
        self.plot = StepPlot(style)
        self._path = Paragraph(style, lines=8)
        self._hint = Paragraph(style, role="ink_2", lines=6)
        self._radius_name = Paragraph(style, font="text_strong", lines=3)
        self.slider = RadiusSlider(style)
        self.typed = TextField(style, "ρ", "")
        self.reset = Button(style, "Reset")
        self._note = Paragraph(style, role="ink_2", lines=8)
        self._rows: list[QHBoxLayout] = []
        self._components = self._loss_count = 1
        self._build()
        self._connect()
        self.show_nothing()
        self.apply_style()

    def _build(self) -> None:
        """Whatever changes its height by a move of the pointer stands below all else."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        choice = self._row(self.parameter, None, self.whole)
        self._numbers = self._row(self.losses, None, self.component, self.loss)
        self._slices, slices = _column(
            self._subject, self.bar, self._row(self._steps, None, self.scale), self.plot
        )
        names = self._row(self._radius_name, self.typed, self.reset)
        self._radius, radius = _column(names, self.slider)
        self._inside = (slices, radius)
        for widget in (choice, self._numbers, self._slices, self._radius, self._path, self._hint,
                       self._largest, self._note):  # fmt: skip
            self._column.addWidget(widget)
        self._column.addStretch(1)

    def _connect(self) -> None:
        for chooser in (self.parameter.chosen, self.whole.chosen, self.losses.chosen):
            chooser.connect(self._choose)
        for number in (self.component.changed, self.loss.changed):
            number.connect(self._choose)
        self.scale.chosen.connect(self._set_scale)
        for view in (self.bar, self.plot):
            view.pointed.connect(self._point)
            view.chosen.connect(self.chosen)
        self.slider.changed.connect(self._slide)
        self.slider.sliderReleased.connect(self.settled)
        self.typed.submitted.connect(self._type)
        self.reset.clicked.connect(self.reset_wanted)

    @property
    def node(self) -> int:
        """The shared node, -1 for none."""
        return int(self.parameter.choice or -1)

    @property
    def place(self) -> int | None:
        """The component that is split, None for all."""
        return self.component.value - 1 if self.whole.choice == "one" else None

    @property
    def loss_place(self) -> int:
        """Which of the losses is looked at, -1 for all."""
        return self.loss.value - 1 if self.losses.choice == "one" else -1

    @property
    def path(self) -> str:
        """What is said of the slice looked at."""
        return self._path.sentence

    @property
    def largest(self) -> str:
        """What is said of all slices."""
        return self._largest.sentence

    @property
    def subject(self) -> str:
        """What is split, in words."""
        return self._subject.sentence

    def apply_style(self) -> None:
        """Set the spacing."""
        self._column.setSpacing(self.look.ipx(9))
        for column in self._inside:
            column.setSpacing(self.look.ipx(7))
        for row in self._rows:
            row.setSpacing(self.look.ipx(8))
        self.typed.setFixedWidth(self.look.ipx(112))

    def offer(self, options: Sequence[tuple[str, str]], losses: int) -> None:
        """Offer what can be split.

        Args:
            options: node and name of each parameter that is used several times.
            losses: how many losses of single steps there are; 0 hides the choice.
        """
        with laid_out_once(self):
            self.parameter.set_options(options)
            self.losses.setVisible(losses > 0)
            if losses <= 0:
                self.losses.set_choice("all")
            last = self.loss.value == self._loss_count
            self._loss_count = max(losses, 1)
            self.loss.set_range(1, self._loss_count)
            if last:
                self.loss.set_value(self._loss_count)
            self.loss.apply_style()
            if not options:
                self.show_nothing()
            self._follow_choice()

    def choose_node(self, node: int, size: int) -> None:
        """Turn to a parameter with so many components."""
        self.parameter.set_choice(str(node))
        self._components = size
        self.component.set_range(1, max(size, 1))
        self.component.apply_style()
        if size <= 1:
            self.whole.set_choice("one")
        self.whole.setVisible(size > 1)
        self._follow_choice()

    def show_nothing(self, sentence: str = _NOTHING) -> None:
        """Say why there are no slices."""
        self.bar.show_slices(None)
        self.plot.show_slices(None)
        for widget in (self._slices, self._numbers, self.whole, self._path, self._largest):
            widget.hide()
        self._hint.set_sentence(sentence)
        self._hint.show()
        self.parameter.setVisible(bool(self.parameter.choice))

    def show_slices(self, slices: Slices, subject: str, largest: str, *, in_time: bool) -> None:
        """Show the slices of what was chosen, and what is said of them."""
        with laid_out_once(self):
            for widget in (self.parameter, self._slices, self._path, self._largest):
                widget.show()
            self._subject.set_sentence(subject)
            self._largest.set_sentence(largest)
            self._steps.set_text("By time step" if in_time else "By consumer")
            self.bar.show_slices(slices)
            self.plot.show_slices(slices)
            if self.bar.place < 0:
                self.show_path(
                    "Point at a slice, or walk with the arrow keys, to see its way in the graph."
                )
            self._follow_choice()

    def show_path(self, sentence: str) -> None:
        """Say what the way of the slice looked at is."""
        self._path.set_sentence(sentence)

    def set_place(self, place: int) -> None:
        """Mark a slice in both pictures."""
        self.bar.set_place(place)
        self.plot.set_place(place)

    def show_radius(self, name: str, original: float | None, note: str) -> None:
        """Show which radius can be changed; without an original the note says why none can."""
        self._radius_name.set_sentence(name)
        self._radius.setVisible(bool(name))
        self._note.set_sentence(note)
        self._note.setVisible(bool(note))
        self.slider.set_original(original)
        for widget in (self.slider, self.typed, self.reset):
            widget.setEnabled(original is not None)
        if original is not None:
            self.set_radius(original)

    def set_radius(self, radius: float) -> None:
        """Show the radius of the run on screen."""
        self.slider.set_radius(radius)
        self.typed.set_text(f"{radius:.4g}")
        self.typed.set_problem("")
        self.reset.setEnabled(radius != self.slider.original)

    def _row(self, *widgets: QWidget | None) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            if widget is None:
                row.addStretch(1)
            else:
                row.addWidget(widget)
        self._rows.append(row)
        return holder

    def _follow_choice(self) -> None:
        """Show the numbers that belong to what was chosen."""
        one, few = self.whole.choice == "one", self.losses.isHidden()
        self.component.setVisible(one and self._components > 1)
        self.loss.setVisible(self.losses.choice == "one")
        self._numbers.setVisible(not few or (one and self._components > 1))
        if self._slices.isHidden():
            return
        self._hint.set_sentence(_HINT)
        self._hint.setVisible(not few and self.losses.choice == "all")

    def _choose(self, _choice: object) -> None:
        self._follow_choice()
        self.wanted.emit()

    def _set_scale(self, scale: str) -> None:
        self.plot.set_logarithmic(scale == "log")

    def _point(self, place: int) -> None:
        self.set_place(place)
        self.pointed.emit(place)

    def _slide(self, radius: float) -> None:
        self.typed.set_text(f"{radius:.4g}")
        self.typed.set_problem("")
        self.reset.setEnabled(radius != self.slider.original)
        self.radius_wanted.emit(radius)

    def _type(self, text: str) -> None:
        try:
            radius = float(text.strip().replace(",", ".").replace("−", "-"))
        except ValueError:
            self.typed.set_problem("Type a number, such as 0.9.")
            return
        if not 0 <= radius <= MOST_TYPED:
            self.typed.set_problem(f"Type a number from 0 to {MOST_TYPED:g}.")
            return
        self.set_radius(radius)
        self.radius_wanted.emit(radius)


def _column(*widgets: QWidget) -> tuple[QWidget, QVBoxLayout]:
    """Widgets one above the other, which are shown and hidden together."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        column.addWidget(widget)
    return holder, column
