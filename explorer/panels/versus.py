"""Version A beside Version B: what stands above each canvas, and the proof below both."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from engine.trace.narration import adjoint_name
from explorer.kit.label import Label
from explorer.kit.prose import Prose
from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.trace.equality import Equality
    from engine.trace.events import Version
    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from engine.trace.versus import Tally
    from explorer.theme import Style

_TITLES: dict[Version, str] = {"A": "Version A pulls", "B": "Version B pushes"}
_RULES: dict[Version, str] = {
    "A": "waits for every part, then sums once",
    "B": "adds to its operands as soon as it is done",
}


class VersusHead(Styled):
    """Above a canvas: which version it shows, what it has read and written, what it waits for."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._title = Label(style, font="text_strong", role="backward")
        self._rule = Label(style, font="secondary", role="ink_2", elide=True)
        self._counts = Label(style, font="mono_small", role="ink_2")
        self._state = Prose(style, role="ink")
        self._first, self._second = QHBoxLayout(), QHBoxLayout()
        self._first.addWidget(self._title)
        self._first.addWidget(self._rule, 1)
        self._second.addWidget(self._state, 1)
        self._second.addWidget(self._counts)
        column = QVBoxLayout(self)
        column.addLayout(self._first)
        column.addLayout(self._second)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.apply_style()

    @property
    def counts(self) -> str:
        """The counters in words."""
        return self._counts.full_text

    @property
    def state(self) -> str:
        """What is waited for, as a sentence."""
        return self._state.sentence

    def apply_style(self) -> None:
        """Set margins and spacing."""
        column = self.layout()
        if column is not None:
            side = self.look.ipx(16)
            column.setContentsMargins(side, self.look.ipx(10), side, self.look.ipx(4))
            column.setSpacing(self.look.ipx(3))
        self._first.setSpacing(self.look.ipx(10))
        self._second.setSpacing(self.look.ipx(10))

    def show_frame(self, trace: Trace, frame: Frame, count: Tally) -> None:
        """Say a moment, and what was counted until then."""
        self._title.set_text(_TITLES[frame.version])
        self._rule.set_text(_RULES[frame.version])
        self._counts.set_text(
            f"{count.reads} reads · {count.writes} writes · {count.waiting} waiting"
        )
        self._counts.setToolTip("reads and writes of adjoints; sums begun but not complete")
        self._state.set_sentence(_sentence(trace, frame))
        self.setAccessibleName(f"{_TITLES[frame.version]}: {self.counts}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Go on with the canvas."""
        with painting(self) as painter:
            painter.fillRect(self.rect(), self.look.theme.color("canvas"))


class Rule(Styled):
    """A hairline between two canvases."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.setFixedWidth(max(1, self.look.ipx(1)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        with painting(self) as painter:
            painter.fillRect(self.rect(), self.look.theme.color("line"))


class EqualityStrip(Styled):
    """Below both canvases: one cell for every adjoint, filled when it is the same in both.

    Green is equal bit for bit; where it is not, the cell is red and crossed. While the versions are
    under way, a cell's left half is filled when A has completed it and its right half when B has.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._sentence = Label(style, font="text", elide=True)
        self._done: tuple[np.ndarray, np.ndarray] | None = None
        self._unequal: np.ndarray | None = None
        row = QHBoxLayout(self)
        row.addWidget(self._sentence)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.apply_style()

    @property
    def sentence(self) -> str:
        """What is proved."""
        return self._sentence.full_text

    def apply_style(self) -> None:
        """Set margins."""
        row = self.layout()
        if row is not None:
            side = self.look.ipx(16)
            row.setContentsMargins(side, self.look.ipx(7), side, self.look.ipx(24))

    def sizeHint(self) -> QSize:
        """The sentence, and the cells below."""
        return QSize(200, self.look.ipx(52))

    def show_state(
        self, trace: Trace, first: Frame, second: Frame, equality: Equality | None
    ) -> None:
        """Show how far both are, and at the end whether they are the same.

        Args:
            trace: the run.
            first, second: the moment in Version A and in B.
            equality: of the adjoints, None while it is not known.
        """
        nodes = np.flatnonzero(trace.graph.differentiable)[::-1]
        self._done = first.completed[nodes], second.completed[nodes]
        self._unequal = None
        ended = first.phase == second.phase == "end"
        if ended and equality is not None:
            self._unequal = ~equality.equal[nodes]
        self._sentence.set_text(_proof(self._done, equality if ended else None, ended=ended))
        self.setAccessibleName(self.sentence)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cells, from the output at the left to the inputs at the right."""
        look, theme = self.look, self.look.theme
        with painting(self) as painter:
            painter.fillRect(self.rect(), theme.color("surface"))
            painter.fillRect(QRectF(0, 0, self.width(), 1), theme.color("line"))
            if self._done is None:
                return
            left, room = look.px(16), self.width() - look.px(32)
            top, height = self.height() - look.px(21), look.px(12)
            count = len(self._done[0])
            bins = max(1, min(count, int(room / max(3.0, look.px(4)))))
            edges = np.linspace(0, count, bins + 1).astype(int)
            width = room / bins
            gap = min(1.5, width / 4)
            painter.setPen(Qt.PenStyle.NoPen)
            for i, (low, high) in enumerate(pairwise(edges.tolist())):
                cell = QRectF(left + i * width, top, width - gap, height)
                painter.fillRect(cell, theme.color("raised"))
                if self._unequal is not None:
                    wrong = bool(self._unequal[low:high].any())
                    painter.fillRect(cell, theme.color("disagrees" if wrong else "agrees"))
                    if wrong:
                        painter.setPen(theme.color("surface"))
                        painter.drawLine(cell.topLeft(), cell.bottomRight())
                        painter.setPen(Qt.PenStyle.NoPen)
                    continue
                for done, half in zip(self._done, (0.0, 0.5), strict=True):
                    share = float(done[low:high].mean())
                    if share:
                        part = QRectF(cell.left() + half * cell.width(), top,
                                      cell.width() / 2, height)  # fmt: skip
                        part.setTop(part.bottom() - share * height)
                        painter.fillRect(part, theme.color("backward"))


def _sentence(trace: Trace, frame: Frame) -> str:
    """What the version is doing to its active node."""
    if not frame.seeded or frame.active_node < 0:
        return "nothing flows back yet"
    if frame.phase == "end":
        return "every adjoint is complete"
    node = frame.active_node
    name = adjoint_name(trace, node)
    if frame.version == "A":
        left = int(frame.expected[node] - frame.arrived[node])
        if frame.completed[node] or left <= 0:
            return f"`{name}` is complete, summed once"
        return f"`{name}` is still waiting for {left}"
    edge = frame.active_edge
    if edge < 0:
        return f"`{name}` is complete"
    operand = int(trace.graph.edge_operand[edge])
    arrived, expected = int(frame.arrived[operand]), int(frame.expected[operand])
    return f"pushes into `{adjoint_name(trace, operand)}`: {arrived} of {expected} are in"


def _proof(
    done: tuple[np.ndarray, np.ndarray],
    equality: Equality | None,
    *,
    ended: bool,
) -> str:
    total = len(done[0])
    if not ended:
        return f"A has completed {int(done[0].sum())} of {total} adjoints, B {int(done[1].sum())}"
    if equality is None:
        return "Holding the adjoints of both to each other…"
    differing = equality.differing
    if len(differing):
        largest = float(np.nan_to_num(equality.difference[differing], nan=np.inf).max())
        return f"{len(differing)} of {total} adjoints differ, by at most {largest:.1e}"
    told = f"All {total} adjoints are equal, bit for bit"
    wrong = len(equality.shown_otherwise)
    if wrong:
        return f"{told}; on screen {wrong} of them carry the planted mistake"
    return told
