"""What stands above each of two canvases: the version, what it has read and written, its state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from engine.trace.versus_words import doing
from explorer.kit.label import Label
from explorer.kit.prose import Prose
from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from engine.trace.events import Version
    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from engine.trace.versus import Ledger, Tally
    from explorer.theme import Style

TITLES: dict[Version, str] = {"A": "Version A pulls", "B": "Version B pushes"}
_SHORT: dict[Version, str] = {"A": "A pulls", "B": "B pushes"}
_MANNERS: dict[Version, str] = {
    "A": "waits for every part, then sums once",
    "B": "adds to its operands' accumulators",
}
_COUNTED: dict[Version, str] = {
    "A": "Adjoints of consumers read, one for each term; adjoints written, each once; the sum that"
    " has some of its parts and waits for the rest.",
    "B": "Own adjoints read, one for each node that pushes; increments written, one for each"
    " operand; accumulators that have some of their parts and wait for the rest.",
}
LARGE = 1.3
"""How much larger everything is for the audience."""

FIGURE_SPACE = "\u2007"
_WORDY = 110
"""Width at 100 % from which the manner of a version is told."""


class VersusHead(Styled):
    """Above a canvas; a click makes its version the one that the window follows.

    Attributes:
        version: that it tells of.

    Signals:
        chosen(version): it was clicked.
    """

    chosen = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.version: Version = "A"
        self._leads = self._large = False
        self._title = Label(style, font="text_strong", role="backward", elide=True)
        self._manner = Label(style, font="secondary", role="ink_2", elide=True)
        self._counts = Label(style, font="secondary", role="ink_2", elide=True)
        self._state = Prose(style, role="ink")
        self._first = QHBoxLayout()
        self._first.addWidget(self._title)
        self._first.addWidget(self._manner, 1)
        self._first.addStretch(0)
        self._first.addWidget(self._counts)
        column = QVBoxLayout(self)
        column.addLayout(self._first)
        column.addWidget(self._state)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.apply_style()

    @property
    def counts(self) -> str:
        """The counters in words."""
        return " ".join(self._counts.full_text.split())

    @property
    def state(self) -> str:
        """What the version is doing, as a sentence."""
        return self._state.sentence

    def apply_style(self) -> None:
        """Set margins and spacing."""
        column = self.layout()
        if column is not None:
            side = self.look.ipx(16)
            column.setContentsMargins(side, self.look.ipx(9), side, self.look.ipx(4))
            column.setSpacing(self.look.ipx(3))
        self._first.setSpacing(self.look.ipx(10))
        self._arrange()

    def set_style(self, style: Style) -> None:
        """Draw with another style, larger for the audience."""
        super().set_style(enlarged(style) if self._large else style)

    def set_large(self, style: Style, *, large: bool) -> None:
        """Say it larger to the audience, or in a style as it is."""
        self._large = large
        self.set_style(style)

    def set_low(self, *, low: bool) -> None:
        """Take one line where there is no height for two; the tip has the other."""
        self._state.setVisible(not low)

    def lead(self, *, leads: bool) -> None:
        """Show whether the window follows this version: its dock, its steps and the view."""
        self._leads = leads
        self.setCursor(Qt.CursorShape.ArrowCursor if leads else Qt.CursorShape.PointingHandCursor)
        self._explain()
        self.update()

    def show_frame(self, trace: Trace, frame: Frame, ledger: Ledger) -> None:
        """Say a moment, and what was counted until then."""
        if frame.version != self.version:
            self.version = frame.version
            self._explain()
        self._manner.set_text(_MANNERS[frame.version])
        count = ledger.at(frame.cursor)
        self._counts.set_text(_counted(count, ledger))
        ended = frame.phase == "end"
        self._state.set_sentence("every adjoint is complete" if ended else doing(trace, frame))
        self.setAccessibleName(f"{TITLES[frame.version]}: {self.counts}; {self.state}")
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell what there is the width for."""
        super().resizeEvent(event)
        self._arrange()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lead, if released inside."""
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.chosen.emit(self.version)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Go on with the canvas; a line above the version that leads."""
        theme = self.look.theme
        with painting(self) as painter:
            painter.fillRect(self.rect(), theme.color("canvas"))
            if self._leads:
                painter.fillRect(QRectF(0, 0, self.width(), self.look.px(2)),
                                 theme.color("backward"))  # fmt: skip
            else:
                painter.fillRect(QRectF(0, 0, self.width(), 1), theme.color("line"))

    def _explain(self) -> None:
        """Say what is counted, and what a click does."""
        follow = f" Click to follow Version {self.version} in the dock and the view."
        self.setToolTip(_COUNTED[self.version] + ("" if self._leads else follow))

    def _arrange(self) -> None:
        """The counters beside the title; what there is no width for is left out of that."""
        look, gap = self.look, self._first.spacing()
        room = self.width() - 2 * look.ipx(16) - self._counts.sizeHint().width() - gap
        self._title.set_text(TITLES[self.version])
        if self._title.sizeHint().width() > room:
            self._title.set_text(_SHORT[self.version])
        room -= self._title.sizeHint().width()
        self._manner.setVisible(room >= look.px(_WORDY) + gap)
        self._first.setStretch(2, 0 if room >= look.px(_WORDY) + gap else 1)


class Rule(Styled):
    """A hairline between two canvases."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.setFixedWidth(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        with painting(self) as painter:
            painter.fillRect(self.rect(), self.look.theme.color("line"))


def _counted(count: Tally, ledger: Ledger) -> str:
    """The counters, each as wide as it will ever be: nothing moves while they grow."""
    numbers = (
        (count.reads, int(ledger.reads[-1]), "reads"),
        (count.writes, int(ledger.writes[-1]), "writes"),
        (count.waiting, int(ledger.waiting.max()), "waiting"),
    )
    shown = (f"{number:{len(str(most))}}" for number, most, _ in numbers)
    words = (word for _, _, word in numbers)
    return " · ".join(
        f"{number.replace(' ', FIGURE_SPACE)} {word}"
        for number, word in zip(shown, words, strict=True)
    )


def enlarged(style: Style) -> Style:
    """The same style for what the audience reads beside the graph."""
    return replace(style, scale=style.scale * LARGE)
