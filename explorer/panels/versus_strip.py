"""Below both canvases: how far each version is, and at the end the proof that both are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QToolTip

from engine.trace.versus_words import proof
from explorer.canvas.buffers import draw_rects
from explorer.kit.prose import Prose, plain_sentence
from explorer.kit.styled import Styled, painting, plain_tip
from explorer.panels.versus import enlarged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.trace.equality import Equality
    from engine.trace.frame import Frame
    from engine.trace.graph import BoolArray, IntArray
    from engine.trace.trace import Trace
    from explorer.theme import Style

PROVING = "Running both versions afresh, to hold their adjoints together…"
_SIDE, _CELLS, _LETTER = 16, 20, 14
_NARROWEST = 4.0
_GAP = 1.0
_DECADES = 16.0
"""Decades below 1 at which a difference has the smallest mark."""

EQUAL, MARKED, DIFFERS = range(3)


class EqualityStrip(Styled):
    """A sentence, and a cell for every adjoint or for some of them, the output's at the left.

    Attributes:
        cells: the cells.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._sentence = Prose(style, font="text_strong")
        self.cells = EqualityCells(style)
        self._large = False
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.addWidget(self._sentence, 1)
        self._row.addWidget(self.cells, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.apply_style()

    @property
    def sentence(self) -> str:
        """What is said of both."""
        return self._sentence.sentence

    def apply_style(self) -> None:
        """Set margins."""
        look = self.look
        side = look.ipx(_SIDE)
        self._row.setContentsMargins(side, look.ipx(6), side, look.ipx(8))
        self._row.setSpacing(look.ipx(4))

    def set_style(self, style: Style) -> None:
        """Draw with another style, larger for the audience."""
        super().set_style(enlarged(style) if self._large else style)

    def set_large(self, style: Style, *, large: bool) -> None:
        """Say it larger to the audience, or in a style as it is."""
        self._large = large
        self.set_style(style)

    def set_low(self, *, low: bool) -> None:
        """Put the cells beside the sentence where there is no height for both."""
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.LeftToRight if low else ways.TopToBottom)

    def show_progress(self, trace: Trace, a: Frame, b: Frame) -> None:
        """Show which adjoints are complete in Version A and in B."""
        nodes = np.flatnonzero(trace.graph.differentiable)[::-1]
        self.cells.show_progress(trace, nodes, a.completed[nodes], b.completed[nodes])
        self._say(
            f"Adjoints complete: A {int(a.completed.sum())}, B {int(b.completed.sum())}"
            f" of {len(nodes)}"
        )

    def show_proving(self, trace: Trace, a: Frame, b: Frame) -> None:
        """Both are at the end, and are being held together."""
        self.show_progress(trace, a, b)
        self._say(PROVING)

    def show_proof(self, trace: Trace, found: Equality, wrong: Sequence[int]) -> None:
        """Show which adjoints are the same in both.

        Args:
            trace: the run on screen.
            found: both versions of it, run afresh.
            wrong: the nodes whose adjoint on screen a planted mistake has made wrong.
        """
        state = np.where(found.equal, EQUAL, DIFFERS)
        marked = np.zeros(len(trace), np.bool_)
        marked[list(wrong)] = marked[found.shown_otherwise] = True
        state[marked & found.equal] = MARKED
        self.cells.show_proof(trace, found, state[found.nodes])
        good = bool((state[found.nodes] == EQUAL).all())
        self._say(proof(trace, found, len(wrong)), good=good)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Stand apart from the canvases."""
        theme = self.look.theme
        with painting(self) as painter:
            painter.fillRect(self.rect(), theme.color("surface"))
            painter.fillRect(QRectF(0, 0, self.width(), 1), theme.color("line"))

    def _say(self, sentence: str, *, good: bool | None = None) -> None:
        self._sentence.set_role("ink" if good is None else "agrees" if good else "disagrees")
        self._sentence.set_sentence(sentence)
        self.setAccessibleName(self.sentence)


class EqualityCells(Styled):
    """The cells: two rows, A above B, while they fill; one row in the end.

    An adjoint that is equal in both is a full cell; one that is equal and yet not the one on
    screen, or wrong, has another colour below; where the two differ, the cell is crossed and as
    high as the difference is large, on a logarithmic scale.

    Signals:
        node_chosen(node): a cell was clicked.
    """

    node_chosen = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._trace: Trace | None = None
        self._found: Equality | None = None
        self._nodes: IntArray = np.zeros(0, np.intp)
        self._done: tuple[BoolArray, BoolArray] | None = None
        self._state: NDArray[np.int_] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def states(self) -> list[int]:
        """What each cell shows at the end, of several nodes the worst; empty before."""
        if self._state is None:
            return []
        starts = self._starts()
        return cast("list[int]", np.maximum.reduceat(self._state, starts).tolist())

    def show_progress(self, trace: Trace, nodes: IntArray, a: BoolArray, b: BoolArray) -> None:
        """Fill the cells of the nodes that are complete, (D,) each."""
        self._trace, self._nodes, self._done = trace, nodes, (a, b)
        self._found = self._state = None
        self.update()

    def show_proof(self, trace: Trace, found: Equality, state: NDArray[np.int_]) -> None:
        """Show `EQUAL`, `MARKED` or `DIFFERS` of each node, (D,)."""
        self._trace, self._nodes, self._found, self._state = trace, found.nodes, found, state
        self._done = None
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of two rows."""
        return QSize(self.look.ipx(200), self.look.ipx(_CELLS))

    def minimumSizeHint(self) -> QSize:
        """Return a small width: the cells adapt."""
        return QSize(self.look.ipx(40), self.look.ipx(_CELLS))

    def node_at(self, x: float) -> int:
        """The first node of the cell at a place, -1 where there is none."""
        starts = self._starts()
        place = int((x - self._left) / max(self._across, 1.0) * len(starts))
        if not len(starts) or x < self._left or place >= len(starts):
            return -1
        return int(self._nodes[starts[place]])

    def event(self, event: QEvent) -> bool:
        """Tell of a cell."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self._told(float(event.pos().x()))
            QToolTip.showText(event.globalPos(), plain_tip(text), self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the node of a cell."""
        node = self.node_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and node >= 0:
            self.node_chosen.emit(node)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cells."""
        if not len(self._nodes):
            return
        with painting(self) as painter:
            painter.setRenderHint(painter.RenderHint.Antialiasing, False)
            painter.setPen(Qt.PenStyle.NoPen)
            if self._state is not None:
                self._paint_proof(painter)
            elif self._done is not None:
                self._paint_progress(painter, self._done)

    def _paint_progress(self, painter: QPainter, done: tuple[BoolArray, BoolArray]) -> None:
        look, theme, starts = self.look, self.look.theme, self._starts()
        half = self.height() // 2
        low, high = self._columns()
        count = np.diff(starts, append=len(self._nodes))
        for row, (letter, complete) in enumerate(zip("AB", done, strict=True)):
            top, bottom = row * half, (row + 1) * half - max(1, look.ipx(1))
            painter.setBrush(theme.color("raised"))
            draw_rects(painter, _points(low, top), _points(high, bottom))
            share = np.add.reduceat(complete, starts, dtype=int) / count
            some = share > 0
            painter.setBrush(theme.color("backward"))
            tops = bottom - share * (bottom - top)
            draw_rects(painter, _points(low, tops)[some], _points(high, bottom)[some])
            painter.setFont(look.font("mono_small"))
            painter.setPen(theme.text("ink_2"))
            place = QRectF(0, top, look.px(_LETTER), half)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, letter)
            painter.setPen(Qt.PenStyle.NoPen)

    def _paint_proof(self, painter: QPainter) -> None:
        theme, height = self.look.theme, float(self.height())
        low, high = self._columns()
        states = np.array(self.states)
        good = states != DIFFERS
        painter.setBrush(theme.color("agrees"))
        draw_rects(painter, _points(low, 0)[good], _points(high, height)[good])
        painter.setBrush(theme.color("disagrees"))
        marked = states == MARKED
        draw_rects(painter, _points(low, height * 0.6)[marked], _points(high, height)[marked])
        if good.all():
            return
        bad = ~good
        painter.setBrush(theme.color("line"))
        draw_rects(painter, _points(low, 0)[bad], _points(high, height)[bad])
        painter.setBrush(theme.color("disagrees"))
        tops = height * (1 - self._sizes())
        draw_rects(painter, _points(low, tops)[bad], _points(high, height)[bad])
        painter.setPen(theme.color("surface"))
        for left, right in zip(low[bad].tolist(), high[bad].tolist(), strict=True):
            painter.drawLine(int(left), 0, int(right) - 1, self.height() - 1)

    def _sizes(self) -> NDArray[np.float64]:
        """Of each cell the largest difference as a share of the height."""
        assert self._found is not None
        difference = np.nan_to_num(self._found.difference[self._nodes], nan=np.inf)
        largest = np.maximum.reduceat(difference, self._starts())
        with np.errstate(divide="ignore"):
            decades = np.log10(np.maximum(largest, 10.0**-_DECADES))
        share: NDArray[np.float64] = np.clip(1 + decades / _DECADES, 0.25, 1.0)
        return share

    def _told(self, x: float) -> str:
        """What a cell says in words."""
        starts, node = self._starts(), self.node_at(x)
        if self._trace is None or node < 0:
            return ""
        place = int(np.flatnonzero(self._nodes[starts] == node)[0])
        last = (*starts[1:].tolist(), len(self._nodes))[place]
        nodes = self._nodes[starts[place] : last]
        names = plain_sentence(f"`{self._trace.nodes[node].name}`")
        if len(nodes) > 1:
            names += plain_sentence(f" to `{self._trace.nodes[int(nodes[-1])].name}`")
        if self._found is None:
            return names
        found = self._found
        if not found.equal[nodes].all():
            largest = np.nan_to_num(found.difference[nodes], nan=np.inf).max()
            return f"{names}: A and B differ by {largest:.1e}"
        equal = f"{names}: A and B are equal, bit for bit"
        return equal if self.states[place] == EQUAL else f"{equal}, and not as on screen or wrong"

    @property
    def _left(self) -> float:
        return 0.0 if self._state is not None else self.look.px(_LETTER)

    @property
    def _across(self) -> float:
        return self.width() - self._left

    def _starts(self) -> IntArray:
        """Where the stretches of nodes begin that have a cell each."""
        count = len(self._nodes)
        most = max(1, int(self._across / _NARROWEST))
        cells = min(count, most)
        return np.linspace(0, count, cells, endpoint=False).astype(np.intp)

    def _columns(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The left and the right ends of the cells, in whole pixels."""
        ends = np.rint(np.linspace(self._left, self.width(), len(self._starts()) + 1))
        return ends[:-1], ends[1:] - _GAP


def _points(x: NDArray[np.float64], y: float | NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([x, np.broadcast_to(y, x.shape)], axis=1)
