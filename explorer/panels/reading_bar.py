"""The bar at the head of the canvas that says in words which part of the graph is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QFontMetricsF, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from explorer.canvas.emphasis import accent
from explorer.kit.button import IconButton
from explorer.kit.label import Label
from explorer.kit.prose import Prose
from explorer.kit.styled import Styled, painting, rounded
from explorer.panels.typeset import Typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.canvas.emphasis import EmphasisKind
    from explorer.panels.typeset import Typesetter
    from explorer.theme import FontRole, Style

WIDEST, NARROWEST = 780, 320
MARGIN = 12
LARGE = 1.5
_SAMPLE = 30
_CHILDREN = Qt.FindChildOption.FindDirectChildrenOnly


class ReadingBar(Styled):
    """Floats over a canvas; as wide as its sentence needs, as high as its lines.

    Args:
        typesetter: sets the formula.
        canvas: what it floats over.
        large: for the audience.

    Signals:
        closed(): it was dismissed by a person.
    """

    closed = Signal()

    def __init__(
        self, style: Style, typesetter: Typesetter, canvas: QWidget, *, large: bool = False
    ) -> None:
        super().__init__(style, canvas)
        self._canvas = canvas
        self._kind: EmphasisKind = "why"
        self._clear: tuple[QRectF, ...] = ()
        self._has_formula = False
        self._font: FontRole = "caption" if large else "text_strong"
        self._widest = WIDEST * LARGE if large else WIDEST
        self._words = Prose(style, font=self._font, lines=4, grows=True)
        self._formula = Typeset(style, typesetter, font="formula" if large else "node_name")
        self._note = Label(style, font="text" if large else "secondary", role="ink_2", elide=True)
        self._closing = QAction("Show all of the graph again", self)
        self._closing.setToolTip("Show all of the graph again (Esc)")
        self._closing.triggered.connect(self.closed)
        close = IconButton(style, self._closing, "close")
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._column = QVBoxLayout()
        for part in (self._words, self._formula, self._note):
            self._column.addWidget(part)
        self._row = QHBoxLayout(self)
        self._row.addLayout(self._column, 1)
        self._row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.apply_style()
        self.hide()

    @property
    def sentence(self) -> str:
        """The words in plain Unicode, empty while hidden."""
        return "" if self.isHidden() else self._words.sentence

    @property
    def note(self) -> str:
        """What stands under the formula, empty where there is none."""
        return "" if self._note.isHidden() else self._note.full_text

    def say(self, kind: EmphasisKind, sentence: str, clear: Sequence[QRectF] = ()) -> None:
        """Say another sentence, and no numbers.

        Args:
            kind: what is looked at; shown as a line of its form.
            sentence: with mathematics between backticks.
            clear: places of the canvas that the bar should not cover.
        """
        self._kind, self._clear = kind, tuple(clear)
        self._words.set_sentence(sentence)
        self.setAccessibleName(self._words.sentence)
        self.show()
        self.raise_()
        self.show_numbers("", "", "")
        self.update()

    def show_numbers(self, tex: str, plain: str, note: str) -> None:
        """Say it with numbers too: a formula, the same in plain text, and a remark on it."""
        self._formula.set_formula(tex, plain)
        self._has_formula = bool(tex)
        self._note.set_text(note)
        self.fit()

    def apply_style(self) -> None:
        """Set margins."""
        look = self.look
        left = look.ipx(14 + _SAMPLE + 12)
        self._row.setContentsMargins(left, look.ipx(6), look.ipx(6), look.ipx(6))
        self._row.setSpacing(look.ipx(10))
        self._column.setSpacing(look.ipx(2))
        self._column.setContentsMargins(0, look.ipx(5), 0, look.ipx(5))
        self.fit()

    def fit(self) -> None:
        """Take a place at the edge of the canvas: above, or where the ends can still be seen.

        Where there is hardly room for the sentence, the numbers are left to the inspector.
        """
        look, room = self.look, self._canvas.width() - 2 * self.look.ipx(MARGIN)
        least = min(look.ipx(NARROWEST), room)
        self._formula.setVisible(self._has_formula and room > least)
        self._note.setVisible(bool(self._note.full_text) and room > least)
        widest = max(min(self._wanted(), look.ipx(self._widest), room), least)
        avoided = [*(box.toRect() for box in self._clear), *self._beside()]
        best, fewest = QRect(), len(avoided) + 1
        for width in (widest, max(widest * 3 // 5, least)):
            for place in self._places(width, self._height_at(width)):
                hidden = sum(place.intersects(box) for box in avoided)
                if hidden < fewest:
                    best, fewest = place, hidden
            if not fewest:
                break
        self.setGeometry(best)

    def _beside(self) -> list[QRect]:
        """What else floats over the canvas."""
        others = self._canvas.findChildren(Styled, options=_CHILDREN)
        return [each.geometry() for each in others if each is not self and each.isVisible()]

    def _wanted(self) -> int:
        """The width at which nothing is wrapped."""
        words = QFontMetricsF(self.look.font(self._font)).horizontalAdvance(self.sentence) * 1.08
        formula = self._formula.sizeHint().width() if self._has_formula else 0
        return int(max(words, formula) + self.look.px(120))

    def _height_at(self, width: int) -> int:
        """The height that the wrapped sentence needs at a width."""
        if width != self.width():
            self.resize(width, self.height())
        self._row.activate()
        return self._row.totalSizeHint().height()

    def _places(self, width: int, height: int) -> list[QRect]:
        """Where the bar may stand, the best place first."""
        margin = self.look.ipx(MARGIN)
        right, low = self._canvas.width() - width - margin, self._canvas.height() - height - margin
        middle = (right + margin) // 2
        corners = ((middle, margin), (middle, low), (margin, margin), (right, margin),
                   (margin, low), (right, low))  # fmt: skip
        return [QRect(left, top, width, height) for left, top in corners]

    def event(self, event: QEvent) -> bool:
        """Follow what the sentence and the formula need."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and not self.isHidden():
            self.fit()
        return done

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface, and a line as those in the graph are."""
        look, theme = self.look, self.look.theme
        with painting(self) as painter:
            rounded(painter, QRectF(self.rect()), look.px(10), theme.color("surface"),
                    theme.color("edge"), look.px(1.2))  # fmt: skip
            painter.translate(look.px(14), look.px(11) + 0.75 * look.size(self._font) + look.px(2))
            painter.scale(look.scale, look.scale)
            self._paint_sample(painter)

    def _paint_sample(self, painter: QPainter) -> None:
        color = accent(self.look.theme, self._kind)
        end = QPointF(_SAMPLE - 8.0, 0)
        for width, shade in ((4.4, color), (1.8, self.look.theme.color("surface"))):
            if self._kind == "affects" or shade is color:
                painter.setPen(QPen(shade, width if self._kind != "why" else 2.8))
                painter.drawLine(QPointF(0, 0), end)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        tip = float(_SAMPLE)
        corners = ((tip, 0.0), (tip - 10, -5.5), (tip - 10, 5.5))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
