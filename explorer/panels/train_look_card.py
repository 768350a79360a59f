"""The card of one iteration: its numbers, its graph, its weights, and a branch from it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy

from engine.errors import InputError
from explorer.kit.button import Button
from explorer.kit.card import Card
from explorer.kit.combo_field import ComboField
from explorer.kit.field import SpinField
from explorer.kit.label import Label
from explorer.kit.number_field import NumberField
from explorer.panels.models import CELL_TITLES
from explorer.panels.train_figures import FigureColumn

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from engine.models.architecture import CellName
    from engine.training.live import LiveRun
    from engine.training.record import Record
    from explorer.theme import Style

_READABLE = 1e5


def figures_of(record: Record, clip: float, iteration: int) -> tuple[tuple[str, str], ...]:
    """The numbers of an iteration, of all that a run remembers; its adjoints are clipped."""
    look = record.look_near(iteration)
    rows: list[tuple[str, str]] = []
    if 1 <= iteration <= len(record):
        row = iteration - 1
        rows += [
            ("loss", _shown(record.losses[row])),
            ("smoothed", _shown(record.smoothed[row])),
        ]
    if look is not None and not math.isnan(look.held_out_loss):
        rows.append((f"held-out, at {look.iteration}", _shown(look.held_out_loss)))
    if 1 <= iteration <= len(record):
        norm = record.norms[iteration - 1]
        clipped = f" → {clip:g}" if norm > clip else ""
        rows.append(("adjoint norm", f"{norm:.3g}{clipped}"))
        rows.append(("learning rate", f"{record.rates[iteration - 1]:g}"))
    return tuple(rows)


def _shown(loss: float) -> str:
    """A loss, with four decimals while it is one that can be read."""
    return f"{loss:.4f}" if abs(loss) < _READABLE else f"{loss:.3e}"


class LookCard(Card):
    """One iteration of the selected run.

    Attributes:
        iteration: the field that goes to an iteration by its number.
        lane: which of the texts of the window is opened.
        rate, clip, cell: what a branch changes.
        graph_button, branch_button, now_button, weights_button, generate_button: what can be done.

    Signals:
        sought(iteration): a person went to one; -1 follows the run.
        graph_wanted(lane): the iteration is to be opened as a graph.
        branch_wanted(changes): a branch with these settings.
        weights_wanted(): its weights are to be saved.
        generate_wanted(): its weights are to be used on the Generate page.
        refused(sentence): a field holds no number.
    """

    sought = Signal(int)
    graph_wanted = Signal(int)
    branch_wanted = Signal(object)
    weights_wanted = Signal()
    generate_wanted = Signal()
    refused = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Iteration", parent=parent)
        self._run: LiveRun | None = None
        self.iteration = SpinField(style, "", 0, 9_999_999, 0)
        self.iteration.name_editor("Iteration")
        self.now_button = Button(style, "Follow", kind="flat")
        self.now_button.setToolTip("Look at the last iteration again, and go on with the run (End)")
        self.figures = FigureColumn(style)
        self.lane = SpinField(style, "text", 1, 1, 1)
        self.graph_button = Button(style, "Open as a graph")
        self.graph_button.setToolTip(
            "Show the whole computation of this iteration with its exact numbers"
        )
        self.weights_button = Button(style, "Save weights…", kind="flat")
        self.generate_button = Button(style, "Use in Generate", kind="flat")
        self._branch_title = Label(style, "Branch here with", font="text_strong")
        self.rate = NumberField(style, "Rate", 0.003, "The learning rate")
        self.clip = NumberField(style, "Clip", 1.0, "The norm to clip adjoints at")
        cells = tuple(CELL_TITLES.items())
        self.cell = ComboField(style, "Cell", cells)
        self.cell.setToolTip("Another cell has other weights: it begins at iteration 0, same seed")
        self.branch_button = Button(style, "Branch")
        self.branch_button.setToolTip("Begin a run that goes on from here in another way")
        self._build()
        self._connect()
        self.apply_style()
        self.show_look(None, None, 0, follows=True)

    def _build(self) -> None:
        self.header.insertWidget(1, self.iteration)
        self.header.addWidget(self.now_button)
        graph, files = QHBoxLayout(), QHBoxLayout()
        graph.addWidget(self.graph_button, 1)
        graph.addWidget(self.lane)
        files.addWidget(self.weights_button)
        files.addWidget(self.generate_button)
        files.addStretch(1)
        fields = QGridLayout()
        for place, field in enumerate((self.rate, self.clip, self.cell)):
            field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            fields.addWidget(field, place // 2, place % 2)
        fields.addWidget(self.branch_button, 1, 1)
        self._rows = (graph, files, fields)
        self.body.addWidget(self.figures)
        self.body.addLayout(graph)
        self.body.addLayout(files)
        self.body.addWidget(self._branch_title)
        self.body.addLayout(fields)
        self.body.addStretch(1)

    def _connect(self) -> None:
        self.iteration.changed.connect(self.sought)
        self.now_button.clicked.connect(self._follow)
        self.graph_button.clicked.connect(self._open)
        self.branch_button.clicked.connect(self._branch)
        self.weights_button.clicked.connect(self.weights_wanted)
        self.generate_button.clicked.connect(self.generate_wanted)
        for field in (self.rate, self.clip):
            field.submitted.connect(self._say_problem)

    def apply_style(self) -> None:
        """Set the distances inside."""
        super().apply_style()
        if hasattr(self, "_rows"):
            for row in self._rows:
                row.setSpacing(self.look.ipx(6))
            self.body.setSpacing(self.look.ipx(7))

    def show_run(self, run: LiveRun | None) -> None:
        """Offer what the selected run allows, its own settings in the fields of a branch."""
        self._run = run
        if run is not None:
            self.lane.set_range(1, run.settings.batch)
            self.rate.set_number(run.settings.learning_rate)
            self.clip.set_number(run.settings.clip_norm)
            self.cell.set_choice(run.settings.architecture.cell)

    def show_look(
        self, run: LiveRun | None, whole: Record | None, iteration: int, *, follows: bool
    ) -> None:
        """Show the numbers of an iteration."""
        there = run is not None
        if run is not None and whole is not None:
            self.iteration.set_range(0, max(1, len(whole)))
            self.figures.show_figures(figures_of(whole, run.settings.clip_norm, iteration))
        self.lane.setVisible(run is not None and run.settings.batch > 1)
        # While a person types there, the run must not write over it.
        if not (follows and self.iteration.hasFocus()):
            self.iteration.set_value(iteration)
        self.iteration.setEnabled(there)
        self.now_button.setVisible(there and not follows)
        self.graph_button.setEnabled(there and iteration > 0)
        self.branch_button.setEnabled(there)
        for button in (self.weights_button, self.generate_button):
            button.setVisible(there)
        for field in (self.rate, self.clip, self.cell, self.lane):
            field.setEnabled(there)
        self.set_note("the latest" if there and follows else "")

    @property
    def changes(self) -> dict[str, Any]:
        """What a branch is to change.

        Raises:
            InputError: a field holds no number.
        """
        run = self._run
        if run is None:
            return {}
        settings = run.settings
        changes: dict[str, Any] = {}
        for name, field in (("learning_rate", self.rate), ("clip_norm", self.clip)):
            number = field.number
            if f"{number:g}" != f"{getattr(settings, name):g}":
                changes[name] = number
        cell = cast("CellName", self.cell.choice)
        if cell != settings.architecture.cell:
            changes["architecture"] = replace(settings.architecture, cell=cell)
        return changes

    def _branch(self) -> None:
        try:
            changes = self.changes
        except InputError as error:
            self.refused.emit(str(error))
        else:
            self.branch_wanted.emit(changes)

    def _say_problem(self) -> None:
        problem = self.rate.problem or self.clip.problem
        self.refused.emit(problem)

    def _open(self) -> None:
        self.graph_wanted.emit(self.lane.value - 1)

    def _follow(self) -> None:
        self.sought.emit(-1)
