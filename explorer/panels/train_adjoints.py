"""How far back in time the loss's adjoint reaches: at one iteration, and over all of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from explorer.colors import colorize, measure_colors
from explorer.kit.notice import EmptyState
from explorer.kit.plot import LinePlot, Series
from explorer.kit.plot_card import PlotCard
from explorer.kit.styled import Styled, focus_ring, painting, plain_tip
from explorer.panels.train_forms import form_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent

    from engine.training.record import Record
    from explorer.panels.train_tree import Tree
    from explorer.theme import Style

COLUMNS = 480
"""Columns of the picture; of more iterations each column shows one."""

_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

FEWEST_DECADES, MOST_DECADES = 2.0, 9.0
"""Powers of ten between the palest and the strongest colour."""


def norm_series(tree: Tree, whole: Record, at: int) -> tuple[Series, ...]:
    """The norms by time step at an iteration, of the selected run and of those that were there."""
    lines = []
    order = [tree.selected, *(i for i in range(len(tree.runs)) if i != tree.selected)]
    for place in order:
        run, form = tree.runs[place], form_of(place)
        record = whole if place == tree.selected else run.record
        if not record.first < at <= record.first + len(record):
            continue
        norms = np.asarray(record.state_norms[record.row(at)], np.float64)
        t = np.arange(len(norms), dtype=np.float64)
        lines.append(Series(run.name, t, norms, form.color, marks=len(t) <= 40, symbol=form.symbol))
    return tuple(lines)


def reach_sentence(norms: NDArray[np.floating]) -> str:
    """What the norms say about the signal that goes back from the end of the window."""
    last = len(norms) - 1
    known = np.flatnonzero(np.isfinite(norms) & (norms > 0))
    if len(known) < 2 or known[-1] != last:
        return ""
    if known[0] != 0:
        return f"vanished: 0 before h{str(known[0]).translate(_BELOW)}"
    ratio = float(norms[0] / norms[-1])
    name = "vanishing: " if ratio < 1e-2 else "exploding: " if ratio > 1e2 else ""
    return f"{name}norm at h₀ = {ratio:.2g} × norm at h{str(last).translate(_BELOW)}"


class NormCard(PlotCard):
    """The norm of the loss's adjoint with respect to h at each time step, once and over time.

    Attributes:
        history: the norms of all iterations.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        plot = LinePlot(
            style, "Norm of the adjoint of h by time step", x_label="time step t",
            y_label="norm of ∂L/∂hₜ", y_log=True,
        )  # fmt: skip
        super().__init__(style, "Adjoints through time", plot, parent=parent)
        self.body.removeWidget(plot)
        self.history = HistoryMap(style)
        self._pair = QWidget()
        self._both = QHBoxLayout(self._pair)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.addWidget(plot, 10)
        self._both.addWidget(self.history, 11)
        self.body.addWidget(self._pair, 1)
        self._empty = EmptyState(
            style, "How far back in time the loss reaches: its adjoint at each step of the window."
        )
        self.body.addWidget(self._empty, 1)
        self.apply_style()
        self.show_tree(None, None, 0)

    def apply_style(self) -> None:
        """Set the distance of the two pictures."""
        super().apply_style()
        if hasattr(self, "_both"):
            self._both.setSpacing(self.look.ipx(14))

    def show_tree(self, tree: Tree | None, whole: Record | None, at: int) -> None:
        """Show the norms of an iteration, and all those of the selected run."""
        for widget in (self._pair, self.menu):
            widget.setVisible(tree is not None)
        self._empty.setVisible(tree is None)
        series = () if tree is None or whole is None else norm_series(tree, whole, at)
        self.history.show_record(whole, at)
        self.plot.show_series(series, y_range=_decades(series))
        self.set_note(reach_sentence(series[0].y) if series else "")


def _decades(series: tuple[Series, ...]) -> tuple[float, float] | None:
    """The whole powers of ten around all norms."""
    norms = np.concatenate([line.y for line in series] or [np.zeros(0)])
    norms = norms[np.isfinite(norms) & (norms > 0)]
    if not len(norms):
        return None
    low, high = math.floor(math.log10(norms.min())), math.ceil(math.log10(norms.max()))
    return low - 0.08, max(high, low + 1) + 0.08


class HistoryMap(Styled):
    """The same norms as colours: iterations to the right, time steps upwards.

    Signals:
        sought(iteration): a person went to one.
    """

    sought = Signal(int)
    own_keys: ClassVar = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._record: Record | None = None
        self._image = QImage()
        self._at = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Norm of the adjoint of h by iteration and time step")

    def sizeHint(self) -> QSize:
        """Return a wide strip."""
        return QSize(self.look.ipx(300), self.look.ipx(120))

    def minimumSizeHint(self) -> QSize:
        """Return a small one."""
        return QSize(self.look.ipx(140), self.look.ipx(60))

    def show_record(self, record: Record | None, at: int) -> None:
        """Show a run's norms, and mark an iteration."""
        if record is not self._record:
            self._image = _picture(record, self.look)
        self._record, self._at = record, at
        self._describe()
        self.update()

    def apply_style(self) -> None:
        """Colour it anew."""
        self._image = _picture(self._record, self.look)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, the mark and the ends of the axes."""
        look, theme, box = self.look, self.look.theme, self._box()
        with painting(self) as painter:
            painter.fillRect(box, theme.color("raised"))
            if not self._image.isNull():
                painter.drawImage(box, self._image)
            if self._record is not None and len(self._record):
                x = self._x_of(self._at)
                painter.setPen(QPen(theme.color("surface"), look.px(3.5)))
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
                painter.setPen(QPen(theme.color("ink"), look.px(1.5)))
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
                self._paint_ends(painter, box)
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), look.px(5), look)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the iteration under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._seek(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the mark, or tell the number under the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event)
        self.setToolTip(plain_tip(self._cell(event.position())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next iteration, or the one before."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or self._record is None:
            super().keyPressEvent(event)
        else:
            self._go(self._at + step)

    def _seek(self, event: QMouseEvent) -> None:
        if self._record is not None and len(self._record):
            self._go(self._iteration_at(event.position().x()))

    def _go(self, iteration: int) -> None:
        if self._record is not None:
            self.sought.emit(min(max(iteration, 1), self._record.first + len(self._record)))

    def _box(self) -> QRectF:
        look = self.look
        return QRectF(
            look.px(34), 0, max(1.0, self.width() - look.px(34)), self.height() - look.px(18)
        )

    def _x_of(self, iteration: int) -> float:
        count = 1 if self._record is None else len(self._record)
        first = 0 if self._record is None else self._record.first
        box = self._box()
        return box.left() + (iteration - first - 0.5) / max(1, count) * box.width()

    def _iteration_at(self, x: float) -> int:
        box, record = self._box(), self._record
        if record is None:
            return 0
        share = min(max((x - box.left()) / box.width(), 0.0), 1.0)
        return record.first + 1 + min(int(share * len(record)), len(record) - 1)

    def _cell(self, point: QPointF) -> str:
        record, box = self._record, self._box()
        if record is None or not len(record) or not box.contains(point):
            return ""
        iteration = self._iteration_at(point.x())
        norms = record.state_norms[record.row(iteration)]
        t = min(int((box.bottom() - point.y()) / box.height() * len(norms)), len(norms) - 1)
        return f"iteration {iteration}, t = {t}: {norms[t]:.3g}"

    def _paint_ends(self, painter: QPainter, box: QRectF) -> None:
        look, record = self.look, self._record
        if record is None:
            return
        painter.setFont(look.font("node"))
        painter.setPen(look.theme.text("ink_2"))
        last = record.state_norms.shape[1] - 1
        flags = Qt.AlignmentFlag.AlignRight
        side = QRectF(0, box.top(), box.left() - look.px(6), box.height())
        painter.drawText(side, flags | Qt.AlignmentFlag.AlignTop, f"{last}")
        painter.drawText(side, flags | Qt.AlignmentFlag.AlignVCenter, "t")
        painter.drawText(side, flags | Qt.AlignmentFlag.AlignBottom, "0")
        below = QRectF(box.left(), box.bottom() + look.px(2), box.width(), look.px(16))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"{record.first + 1}")
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "iteration")
        painter.drawText(below, flags, f"{record.first + len(record)}")

    def _describe(self) -> None:
        record = self._record
        words = "Nothing yet."
        if record is not None and record.first < self._at <= record.first + len(record):
            norms = record.state_norms[record.row(self._at)]
            words = f"Iteration {self._at}: {reach_sentence(norms)}."
        self.setAccessibleDescription(words)


def _picture(record: Record | None, style: Style) -> QImage:
    """One column an iteration, or for more than `COLUMNS` of them every so many; t rises."""
    if record is None or not len(record):
        return QImage()
    places = np.unique(np.linspace(0, len(record) - 1, min(len(record), COLUMNS)).astype(np.intp))
    norms = np.asarray(record.state_norms[places], np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.log10(norms)
    known = powers[np.isfinite(powers)]
    low, top = np.quantile(known, (0.005, 0.995)) if known.size else (0.0, 0.0)
    span = min(max(float(top - low), FEWEST_DECADES), MOST_DECADES)
    shares = np.clip(1 + (powers - float(top)) / span, 0, 1)
    shares[norms == 0] = 0.0
    pixels = np.ascontiguousarray(
        colorize(shares.T[::-1], measure_colors(style.theme), 1.0, signed=False)
    )
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    return image.copy()
