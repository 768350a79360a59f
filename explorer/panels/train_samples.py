"""What the runs write, every so often: the newest on top, those of several runs side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractItemView

from explorer.kit.card import Card
from explorer.kit.notice import EmptyState
from explorer.kit.plot_legend import paint_mark
from explorer.kit.row_list import RowList
from explorer.panels.train_forms import Form, form_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from engine.training.record import Record
    from explorer.panels.train_tree import Tree
    from explorer.theme import Role, Style

MOST = 300
"""Samples of a run that are listed, the newest."""

_LINES = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample.

    Attributes:
        run: the name of the run.
        form: how the run looks.
        iteration: after which it was written.
        text: what was written.
        loss: held-out, in nats; NaN without any.
        near: it is the one of the iteration looked at.
    """

    run: str
    form: Form
    iteration: int
    text: str
    loss: float
    near: bool

    @property
    def spoken(self) -> str:
        """The sample in words."""
        judged = "" if math.isnan(self.loss) else f", held-out loss {self.loss:.3f}"
        return f"{self.run} after iteration {self.iteration}{judged}: {self.text}"


def samples_of(tree: Tree, whole: Record, at: int) -> tuple[Sample, ...]:
    """The samples of all runs, the newest first; at each run the one nearest before is marked."""
    found: list[tuple[int, int, Sample]] = []
    for place, run in enumerate(tree.runs):
        looks = (whole if place == tree.selected else run.record).looks[-MOST:]
        nearest = max((k.iteration for k in looks if k.iteration <= at), default=-1)
        for look in looks:
            near = look.iteration == nearest
            sample = Sample(
                run.name, form_of(place), look.iteration, look.sample, look.held_out_loss, near
            )
            found.append((-look.iteration, place, sample))
    found.sort(key=lambda row: row[:2])
    return tuple(sample for _, _, sample in found)


class SampleList(RowList[Sample]):
    """The samples; the one of the iteration looked at is tinted.

    Signals:
        sought(iteration): a person chose one.
    """

    ROW: ClassVar = 104
    sought = Signal(int)

    def bring_to_top(self, place: int) -> None:
        """Scroll so far that a row is the first in sight."""
        self.scrollTo(self.model().index(place, 0), QAbstractItemView.ScrollHint.PositionAtTop)

    def fill(self, row: Sample) -> Role | None:
        """Return a tint for the one that is nearest to where is looked."""
        return row.form.color if row.near else None

    def picked_row(self, place: int) -> None:
        """Go to its iteration."""
        self.sought.emit(self.rows[place].iteration)

    def paint_row(self, painter: QPainter, rect: QRectF, row: Sample) -> None:
        """Draw the run's mark, the iteration, and the first lines of the text."""
        look, theme = self.look, self.look.theme
        inner = rect.adjusted(look.px(9), look.px(7), -look.px(9), -look.px(4))
        metrics = QFontMetricsF(look.font("secondary_strong"))
        height = metrics.height()
        painter.setPen(QPen(theme.color(row.form.color), look.px(1.8)))
        painter.setBrush(theme.color("surface"))
        spot = QPointF(inner.left() + look.px(5), inner.top() + height / 2)
        paint_mark(painter, row.form.symbol, spot, look.px(4))
        line = QRectF(inner.left() + look.px(16), inner.top(), inner.width() - look.px(16), height)
        painter.setFont(look.font("secondary_strong"))
        painter.setPen(theme.text("ink"))
        words = f"{row.run} · iteration {row.iteration}"
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)
        if not math.isnan(row.loss):
            painter.setFont(look.font("secondary"))
            painter.setPen(theme.text("ink_2"))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            taken = metrics.horizontalAdvance(words) + look.px(12)
            if line.width() - taken > look.px(90):
                painter.drawText(line, flags, f"held-out {row.loss:.3f}")
        painter.setPen(theme.text("ink"))
        text = inner.adjusted(0, height + look.px(3), 0, 0)
        _draw_lines(painter, text, row.text, look)


class SamplesCard(Card):
    """The samples of all runs.

    Attributes:
        samples: the list.

    Signals:
        sought(iteration): a person chose one.
    """

    sought = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Samples", "newest on top", parent)
        self.samples = SampleList(style, name="Samples of the runs, newest first")
        self._empty = EmptyState(style, "Every 100 iterations the model writes a few words here.")
        self.body.addWidget(self.samples, 1)
        self.body.addWidget(self._empty, 1)
        self.samples.sought.connect(self.sought)
        self._near = -1
        self.samples.hide()

    def show_tree(self, tree: Tree | None, whole: Record | None, at: int, *, follow: bool) -> None:
        """Show the samples; the one of an iteration gone back to is scrolled to."""
        rows = () if tree is None or whole is None else samples_of(tree, whole, at)
        if rows != self.samples.rows:
            self.samples.show_rows(rows)
        self.samples.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        near = 0 if follow else next((i for i, row in enumerate(rows) if row.near), 0)
        if near != self._near and rows:
            self._near = near
            self.samples.bring_to_top(near)


def _draw_lines(painter: QPainter, rect: QRectF, text: str, style: Style) -> None:
    """Draw as many lines of a text as fit, line ends shown as such."""
    layout = QTextLayout(" ⏎ ".join(text.strip().split("\n")), style.font("text"))
    layout.setTextOption(QTextOption())
    layout.beginLayout()
    y = 0.0
    for _ in range(_LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(rect.width())
        if y + line.height() > rect.height() + 1:
            line.setNumColumns(0)
            break
        line.setPosition(QPointF(0, y))
        y += line.height()
    layout.endLayout()
    painter.save()
    painter.setClipRect(rect)
    layout.draw(painter, rect.topLeft())
    painter.restore()
