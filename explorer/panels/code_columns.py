"""The three columns of the Code workspace: mathematics, code, node; two where it is narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from engine.styles.dialects import DIALECTS, STYLES
from explorer.kit.label import Label
from explorer.kit.prose import Prose
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled, painting
from explorer.panels.code_math import MathColumn
from explorer.panels.code_node import NodeColumn
from explorer.panels.code_view import CodeView
from explorer.panels.tape import TapeView

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from engine.styles.dialects import StyleName
    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.panels.code_run import Dialect
    from explorer.panels.typeset import Typesetter
    from explorer.theme import Style

NARROW = 1120
"""Width at 100 % below which mathematics and node share a column."""

TALL = 600
"""Height at 100 % from which the tape has room below the mathematics."""

LOW = 300
"""Height at 100 % below which the code needs the room of what is said of it."""

SHARES = (9, 16, 8)
SHARES_NARROW = (8, 13)
LEAST_CODE = 420


class Columns(Styled):
    """One event in three languages.

    Attributes:
        math, code, node: the columns.
        choice: the switch of the dialects.

    Signals:
        style_chosen(name): another dialect was asked for.
    """

    style_chosen = Signal(str)

    def __init__(self, style: Style, typesetter: Typesetter, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.math = MathColumn(style, typesetter)
        self.node = NodeColumn(style)
        self.code = CodeView(style)
        options = [(name, DIALECTS[name].title) for name in STYLES]
        self.choice = Segmented(style, options, name="style of the code", accent="forward")
        self.choice.chosen.connect(self.style_chosen)
        self._caller_key = Label(style, font="secondary", role="ink_2")
        self._caller = Label(style, font="mono_small", elide=True)
        self._idea = Prose(style, font="secondary", role="ink_2", lines=3, grows=True)
        self._reason = Prose(style, font="secondary", lines=5, grows=True)
        self._tape_title = Label(style, "Tape", font="text_strong")
        self.tape = TapeView(style)
        self._narrow: bool | None = None
        self._build()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("mathematics, code and node of the present event")
        self.apply_style()

    def _build(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._left, self._right = _Scroll(), _Scroll()
        self._middle = QWidget()
        self._inside = QVBoxLayout(self._middle)
        self._head = QHBoxLayout()
        self._head.addWidget(self.choice)
        self._head.addStretch(1)
        self._strip = QHBoxLayout()
        self._strip.addWidget(self._caller_key)
        self._strip.addWidget(self._caller, 1)
        self._inside.addLayout(self._head)
        self._inside.addWidget(self._idea)
        self._inside.addWidget(self._reason)
        self._inside.addLayout(self._strip)
        self._inside.addWidget(self.code, 1)
        self._row.addWidget(self._left)
        self._row.addWidget(self._middle)
        self._row.addWidget(self._right)
        self._left.column.insertWidget(0, self.math)
        self._left.column.insertWidget(1, self._tape_title)
        self._left.column.insertWidget(2, self.tape, 100)
        self._right.column.insertWidget(0, self.node)

    def apply_style(self) -> None:
        """Set margins, and decide again what there is room for."""
        side, top = self.look.ipx(20), self.look.ipx(16)
        for area in (self._left, self._right):
            area.column.setContentsMargins(side, top, side, top)
            area.column.setSpacing(self.look.ipx(18))
        self._row.setContentsMargins(0, 0, 0, 0)
        self._inside.setContentsMargins(side, top, side, 0)
        self._inside.setSpacing(self.look.ipx(10))
        self._strip.setSpacing(self.look.ipx(8))
        self._middle.setMinimumWidth(self.look.ipx(LEAST_CODE))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the node under the mathematics where there is no room for three columns."""
        super().resizeEvent(event)
        self._arrange()

    @property
    def is_narrow(self) -> bool:
        """Whether mathematics and node share a column."""
        return bool(self._narrow)

    def _arrange(self) -> None:
        narrow = self.width() < self.look.px(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            home = self._left if narrow else self._right
            home.column.insertWidget(1 if narrow else 0, self.node)
            # Under a stylesheet a widget that moves to another parent gets its old palette back.
            self.node.set_style(self.look)
            self._right.setVisible(not narrow)
            shares = (*SHARES_NARROW, 0) if narrow else SHARES
            for place, share in enumerate(shares):
                self._row.setStretch(place, share)
        for widget in (self._tape_title, self.tape):
            widget.setVisible(not narrow and self.height() >= self.look.px(TALL))
        self._idea.setVisible(self.height() >= self.look.px(LOW))
        self.update()

    def show_dialect(self, dialect: Dialect) -> None:
        """Show the code of another dialect."""
        run = dialect.run
        self.choice.set_choice(run.dialect.name)
        self.code.show_listing(run.listing, dialect.spans)
        self._idea.set_sentence(run.dialect.idea)
        self._reason.setVisible(bool(run.reason))
        self._reason.set_sentence(f"This code has not run, so it is unverified. {run.reason}")

    def show_frame(self, trace: Trace, frame: Frame, dialect: Dialect) -> None:
        """Show a moment in all three columns."""
        self.math.show_frame(trace, frame)
        self.node.show_frame(trace, frame)
        self.tape.show_frame(trace, frame)
        self.show_line(frame, dialect)

    def show_line(self, frame: Frame, dialect: Dialect) -> None:
        """Highlight what runs, and say above the code where it was called from."""
        numbers = dialect.run.lines(frame.event)
        self.code.show_running(numbers, "backward" if frame.seeded else "forward")
        several = len(numbers) > 1
        style: StyleName = dialect.run.dialect.name
        noted = style == "objects" and frame.seeded
        self._caller_key.set_text(("note left by" if noted else "called from") if several else "")
        call = f"{numbers[-1]}  {dialect.run.statement(numbers[-1])}" if several else ""
        self._caller.set_text(call)

    @property
    def caller(self) -> str:
        """The call shown above the code, with its line number; empty where there is none."""
        return self._caller.full_text

    @property
    def remark(self) -> str:
        """What is said of a dialect that has not run; empty for one that has."""
        return "" if self._reason.isHidden() else self._reason.sentence

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surfaces and the hairlines between the columns."""
        theme = self.look.theme
        with painting(self) as painter:
            painter.fillRect(self.rect(), theme.color("canvas"))
            middle = self._middle.geometry()
            painter.fillRect(middle, theme.color("surface"))
            line = theme.color("line")
            painter.fillRect(QRectF(middle.left(), 0, 1, self.height()), line)
            if not self._narrow:
                painter.fillRect(QRectF(middle.right(), 0, 1, self.height()), line)


class _Scroll(QScrollArea):
    """A column that scrolls where the window is low.

    Attributes:
        column: its layout.
    """

    def __init__(self) -> None:
        super().__init__()
        page = QWidget()
        self.column = QVBoxLayout(page)
        self.column.addStretch(1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
