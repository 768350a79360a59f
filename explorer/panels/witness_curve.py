"""The sheet "Error against h": how far a finite difference is from our adjoint, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from engine.witnesses.words import curve_sentence
from explorer.kit.field import SpinField
from explorer.kit.label import Label
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled, painting
from explorer.panels.paragraph import Paragraph
from explorer.panels.witness_plot import WitnessPlot

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.trace.trace import Trace
    from engine.witnesses import ErrorCurve
    from explorer.theme import Style

_LEGEND = (
    ("error", None),
    ("truncation, h²/6 · |f‴|", (6.0, 4.0)),
    ("rounding, ε |f| / 2h", (1.2, 3.0)),
)


class CurveSheet(Styled):
    """One component of one adjoint; the plot, and what is seen in it in words.

    Signals:
        wanted(node, component, dtype): a person chose another component or precision.
    """

    wanted = Signal(int, int, str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.node, self.component = -1, 0
        self._dtype = ""
        self._subject = Paragraph(style, font="text_strong", lines=12)
        self.precision = Segmented(
            style, (("float64", "float64"), ("float32", "float32")), name="precision"
        )
        self.place = SpinField(style, "component", 1, 1, 1)
        self._count = Label(style, font="secondary", role="ink_2")
        self.plot = WitnessPlot(style)
        self._legend = _Legend(style)
        self._sentence = Paragraph(style, role="ink", lines=12)
        self._switches = QHBoxLayout()
        self._switches.addWidget(self.precision)
        self._switches.addStretch(1)
        self._switches.addWidget(self.place)
        self._switches.addWidget(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._subject)
        column.addLayout(self._switches)
        column.addWidget(self.plot, 1)
        column.addWidget(self._legend)
        column.addWidget(self._sentence)
        self._column = column
        self.precision.chosen.connect(self._want)
        self.place.changed.connect(self._want)
        self.plot.h_chosen.connect(self._say)
        self.apply_style()

    @property
    def sentence(self) -> str:
        """What is said of the curve."""
        return self._sentence.sentence

    @property
    def dtype(self) -> str:
        """The precision of the evaluations."""
        return self.precision.choice

    def apply_style(self) -> None:
        """Set the spacing."""
        self._column.setSpacing(self.look.ipx(10))
        self._switches.setSpacing(self.look.ipx(6))

    def forget(self) -> None:
        """Turn away from a run that has gone; nothing is plotted until a node is shown."""
        self.node, self.component = -1, 0
        self.plot.show_curve(None)

    def show_node(self, trace: Trace, node: int, component: int) -> None:
        """Turn to a component of a node's adjoint; its curve is on its way."""
        self.node, self.component = node, component
        record = trace.nodes[node]
        size = record.value.size
        self._subject.set_sentence(
            f"The adjoint of `{record.name}` held to central differences of the output"
        )
        self.place.set_range(1, max(size, 1))
        self.place.set_value(component + 1)
        self.place.apply_style()
        self.place.setVisible(size > 1)
        self._count.setVisible(size > 1)
        self._count.set_text(f"of {size}")
        self.plot.show_curve(None)
        if trace.adjoints[node] is None:
            self._sentence.set_sentence(
                f"`{record.name}` has no adjoint: there is nothing to differentiate. Choose a"
                " node whose card has a strip for its adjoint."
            )
        else:
            self._sentence.set_sentence("Moving it by h forward and back, for 49 lengths of h…")

    def show_curve(self, curve: ErrorCurve) -> None:
        """Show the curve of the present component, at the step that a check uses."""
        self.plot.show_curve(curve)
        if curve.dtype != self._dtype:
            self._dtype = curve.dtype
            self.plot.choose(curve.chosen)
        self._say(self.plot.h)

    def _say(self, h: float) -> None:
        if self.plot.curve is not None:
            self._sentence.set_sentence(curve_sentence(self.plot.curve, h))

    def _want(self, _choice: object) -> None:
        self.wanted.emit(self.node, self.place.value - 1, self.precision.choice)


class _Legend(Styled):
    """Which line is which; one above the other where they do not fit side by side."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for all rows."""
        return QSize(self.look.ipx(200), self.look.ipx(19) * len(_LEGEND))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a piece of each line and its name."""
        look, theme = self.look, self.look.theme
        font = look.font("secondary")
        metrics = QFontMetricsF(font)
        with painting(self) as painter:
            painter.setFont(font)
            for row, (words, dashes) in enumerate(_LEGEND):
                middle = look.px(19) * (row + 0.5)
                pen = QPen(theme.color("ink" if dashes is None else "ink_2"), look.px(1.6))
                if dashes is not None:
                    pen.setDashPattern(list(dashes))
                painter.setPen(pen)
                painter.drawLine(QPointF(0, middle), QPointF(look.px(30), middle))
                painter.setPen(theme.text("ink_2"))
                place = QRectF(look.px(40), middle - metrics.height() / 2, self.width(), 40)
                painter.drawText(place, Qt.AlignmentFlag.AlignLeft, words)
