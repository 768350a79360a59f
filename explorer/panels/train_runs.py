"""The list of runs, in which one is chosen, and the buttons that save and open them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPen
from PySide6.QtWidgets import QHBoxLayout

from explorer.kit.button import Button
from explorer.kit.card import Card
from explorer.kit.notice import EmptyState
from explorer.kit.plot_legend import paint_mark
from explorer.kit.row_list import RowList
from explorer.panels.models import CELL_TITLES
from explorer.panels.ngram_counting import grouped
from explorer.panels.train_forms import Form, form_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from engine.training.live import LiveRun
    from explorer.panels.train_tree import Tree
    from explorer.theme import Role, Style


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run.

    Attributes:
        name: of the run.
        form: how it looks.
        about: how it differs, in a line.
        iteration: how far it has come.
        selected: it is the one looked at and trained on.
    """

    name: str
    form: Form
    about: str
    iteration: int
    selected: bool

    @property
    def spoken(self) -> str:
        """The run in words."""
        chosen = ", selected" if self.selected else ""
        return f"{self.name}, {self.about}, {self.iteration} iterations{chosen}"


def about(run: LiveRun) -> str:
    """What a run was begun with, or how it differs from the one it branched from."""
    settings, cell = run.settings, run.settings.architecture
    if run.parent is None:
        title = CELL_TITLES[cell.cell]
        return f"{title}, H = {cell.hidden}, rate {settings.learning_rate:g}"
    before = run.parent.settings
    changes = []
    if cell != before.architecture:
        changes.append(f"{CELL_TITLES[cell.cell]} from 0")
    if settings.learning_rate != before.learning_rate:
        changes.append(f"rate {settings.learning_rate:g}")
    if settings.clip_norm != before.clip_norm:
        changes.append(f"clip {settings.clip_norm:g}")
    begun = f"{run.parent.name} at {run.begun_at}" if run.begun_at else run.parent.name
    return f"{begun}: {', '.join(changes) or 'unchanged'}"


def rows_of(tree: Tree) -> tuple[RunRow, ...]:
    """The runs on a text, parents before their branches."""
    return tuple(
        RunRow(run.name, form_of(i), about(run), run.iteration, i == tree.selected)
        for i, run in enumerate(tree.runs)
    )


class RunList(RowList[RunRow]):
    """The runs; the selected one is tinted.

    Signals:
        chosen(place): a person chose another one.
    """

    ROW: ClassVar = 46
    chosen = Signal(int)

    def fill(self, row: RunRow) -> Role | None:
        """Return a tint for the selected run."""
        return row.form.color if row.selected else None

    def picked_row(self, place: int) -> None:
        """Choose a run."""
        self.chosen.emit(place)

    def paint_row(self, painter: QPainter, rect: QRectF, row: RunRow) -> None:
        """Draw the run's mark, name, length, and what it is about."""
        look, theme = self.look, self.look.theme
        inner = rect.adjusted(look.px(9), look.px(5), -look.px(9), -look.px(5))
        half = inner.height() / 2
        painter.setPen(QPen(theme.color(row.form.color), look.px(1.8)))
        painter.setBrush(theme.color("surface"))
        paint_mark(
            painter, row.form.symbol, QPointF(inner.left() + look.px(5), inner.top() + half / 2),
            look.px(4),
        )  # fmt: skip
        flags, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        top = QRectF(inner.left() + look.px(17), inner.top(), inner.width() - look.px(17), half)
        painter.setFont(look.font("text_strong"))
        painter.setPen(theme.text("ink"))
        painter.drawText(top, flags, row.name)
        painter.setFont(look.font("mono"))
        painter.drawText(top, flags | right, grouped(row.iteration))
        below = top.translated(0, half)
        font = look.font("secondary")
        painter.setFont(font)
        painter.setPen(theme.text("ink_2"))
        words = QFontMetricsF(font).elidedText(
            row.about, Qt.TextElideMode.ElideRight, below.width()
        )
        painter.drawText(below, flags, words)


class RunsCard(Card):
    """The runs on a text.

    Attributes:
        runs: the list.
        save_button, open_button: of all runs together.

    Signals:
        chosen(place): a person chose another run.
    """

    chosen = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Runs", "iterations", parent)
        self.runs = RunList(style, name="Runs")
        self._empty = EmptyState(style, "No run yet.")
        self.save_button = Button(style, "Save…")
        self.save_button.setToolTip("Save all runs on this text, with what they remember")
        self.open_button = Button(style, "Open…")
        self.open_button.setToolTip("Open runs that were saved, beside those that are there")
        row = QHBoxLayout()
        row.addWidget(self.save_button, 1)
        row.addWidget(self.open_button, 1)
        self._row = row
        self.body.addWidget(self.runs, 1)
        self.body.addWidget(self._empty, 1)
        self.body.addLayout(row)
        self.runs.chosen.connect(self.chosen)
        self.apply_style()
        self.show_tree(None)

    def show_tree(self, tree: Tree | None) -> None:
        """Show the runs on a text."""
        rows = () if tree is None else rows_of(tree)
        if rows != self.runs.rows:
            self.runs.show_rows(rows)
        self.runs.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self.save_button.setEnabled(bool(rows))

    def apply_style(self) -> None:
        """Set the distance of the buttons, and room for two runs at least."""
        super().apply_style()
        if hasattr(self, "runs"):
            self._row.setSpacing(self.look.ipx(8))
            self.body.setSpacing(self.look.ipx(6))
            self.runs.setMinimumHeight(self.look.ipx(2 * RunList.ROW))
            self._empty.setMinimumHeight(self.look.ipx(2 * RunList.ROW))
