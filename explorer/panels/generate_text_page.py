"""All tokens of a generated text, one after another, each open to a click."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy

from explorer import fonts
from explorer.kit.styled import Styled, focus_ring, painting, plain_tip, rounded
from explorer.panels.generate_flow import Flow
from explorer.panels.generate_marks import (
    NO_MARKS,
    Marks,
    TextToken,
    paint_copied,
    paint_parting,
    paint_tokens,
    paint_window,
    tip_of,
)

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

SIZE = 17.0
LINE = 30.0
MARGIN = 5.0
HINT = "Draw one token, or let the model stream: each token is drawn given all before it."


class TextPage(Styled):
    """What scrolls: all tokens; only the lines in view are painted.

    Attributes:
        tokens: the text.
        selected: index of the token whose draw is shown; the number of tokens stands for the end.
        marks: what is marked in it besides.

    Signals:
        picked(index), again(index): as in `GeneratedText`.
        reached(rect): this part should be in view.
        laid_out(): all lines have found another place.
    """

    picked = Signal(int)
    again = Signal(int)
    reached = Signal(QRectF)
    laid_out = Signal()
    own_keys: ClassVar = frozenset(
        {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return}
    )

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.tokens: list[TextToken] = []
        self.selected = 0
        self.marks: Marks = NO_MARKS
        self._flow = Flow(1.0, 1.0)
        self._widths: dict[str, float] = {}
        self._apart = False
        self._hovered = -1
        self._by_key = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self.setAccessibleName("Generated text")
        self.apply_style()

    def show_tokens(self, tokens: list[TextToken], selected: int, *, apart: bool = False) -> None:
        """Show another text; ``apart`` gives each token a little room, as words need."""
        self.tokens, self.selected, self._apart = list(tokens), selected, apart
        self._lay_out()
        self._changed()

    def add_tokens(self, more: list[TextToken], selected: int) -> None:
        """Let the text go on; only what is new is laid out."""
        self._touch(self.selected, len(self.tokens))
        before = len(self.tokens)
        begun = not before or self.tokens[-1].surprise is None
        self.tokens += more
        self.selected = selected
        first = self._flow.unsettled
        self._flow.add([token.word for token in more], self._measure)
        self._grow()
        self._describe()
        self._touch(min(first, before), len(self.tokens))
        self._touch(selected, selected)
        if begun:
            self.update()
        self.reached.emit(self.token_rect(selected))

    def select(self, index: int) -> None:
        """Choose a token silently."""
        self._touch(self.selected, self.selected)
        self.selected = index
        self._touch(index, index)
        self.reached.emit(self.token_rect(index))

    def set_marks(self, marks: Marks) -> None:
        """Mark other things in the text; only the lines that look different are drawn again."""
        before, self.marks = self.marks, marks
        if before.is_chosen != marks.is_chosen:
            self.update()
            return
        if before.window != marks.window:
            self._touch(*before.window)
            self._touch(*marks.window)
        for index in {before.parting, marks.parting} if before.parting != marks.parting else ():
            self._touch(index, index)
        if before.copied != marks.copied:
            pairs = zip(before.copied, marks.copied, strict=False)
            same = next((i for i, (a, b) in enumerate(pairs) if a != b), None)
            if same is None:
                same = min(len(before.copied), len(marks.copied))
            for run in (*before.copied[same:], *marks.copied[same:]):
                self._touch(run.start, run.end)

    def token_rect(self, index: int) -> QRectF:
        """Where a token is; past the last one, where the next will be."""
        look, places = self.look, self._flow.places
        line = look.px(LINE)
        if index < len(places):
            place = places[index]
            return QRectF(look.px(MARGIN) + place.x, place.line * line, place.width, line)
        x, row = 0.0, self._flow.lines - 1
        if places and places[-1].line == row:
            x = places[-1].x + places[-1].width + look.px(3)
        return QRectF(look.px(MARGIN) + x, row * line, look.px(10), line)

    def apply_style(self) -> None:
        """Lay out again in the new font."""
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out again at the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tokens of the lines in view."""
        line = self.look.px(LINE)
        first, last = int(event.rect().top() / line), int(event.rect().bottom() / line)
        places = self._flow.places
        begin = bisect_left(places, first, key=lambda place: place.line)
        end = bisect_right(places, last, key=lambda place: place.line)
        with painting(self) as painter:
            painter.setFont(self._font())
            rects = [(index, self.token_rect(index)) for index in range(begin, end)]
            paint_window(painter, rects, self)
            paint_tokens(painter, rects, self, self._hovered)
            paint_copied(painter, rects, self)
            paint_parting(painter, rects, self)
            self._paint_end(painter)
            if self.tokens and self.tokens[-1].surprise is None:
                self._paint_hint(painter)

    @property
    def apart(self) -> bool:
        """Whether each token has a little room of its own, as words need."""
        return self._apart

    def _paint_end(self, painter: QPainter) -> None:
        """Draw the mark where the next token will come, and the focus when it is there."""
        look, theme = self.look, self.look.theme
        rect = self.token_rect(len(self.tokens))
        mark = QRectF(
            rect.left(), rect.top() + look.px(6), look.px(2.4), rect.height() - look.px(12)
        )
        on = self.selected == len(self.tokens)
        rounded(painter, mark, look.px(1.2), theme.color("forward" if on else "ghost"))
        if self.hasFocus() and self._by_key:
            focus_ring(painter, QRectF(self.rect()), look.px(6), look)

    def _paint_hint(self, painter: QPainter) -> None:
        """Say below a prompt how it goes on."""
        look = self.look
        painter.setFont(look.font("text"))
        painter.setPen(look.theme.text("ink_2"))
        top = (self._flow.lines + 0.3) * look.px(LINE)
        room = QRectF(look.px(MARGIN), top, self.width() - look.px(2 * MARGIN), look.px(2 * LINE))
        painter.drawText(room, Qt.TextFlag.TextWordWrap, HINT)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring of the focus to one who came here by key."""
        reasons = Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason
        self._by_key = event.reason() in reasons
        super().focusInEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which token a click would choose."""
        self._hover(self._at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the token under the pointer."""
        index = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._choose(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for another token at the place of the one under the pointer."""
        index = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and 0 <= index < len(self.tokens):
            self.again.emit(index)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        super().leaveEvent(event)
        self._hover(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the token before or after, the first drawn one, or the end; Return draws anew."""
        first, end = self._first_drawn(), len(self.tokens)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if first <= self.selected < end:
                self.again.emit(self.selected)
            return
        places = {
            Qt.Key.Key_Left: self.selected - 1, Qt.Key.Key_Right: self.selected + 1,
            Qt.Key.Key_Home: first, Qt.Key.Key_End: end,
        }  # fmt: skip
        wanted = places.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self._choose(min(max(wanted, first), end))

    def _touch(self, first: int, last: int) -> None:
        """Draw the lines of these tokens again."""
        if last < 0:
            return
        top = self.token_rect(max(first, 0)).top() - self.look.px(2)
        bottom = self.token_rect(last).bottom() + self.look.px(2)
        self.update(0, int(top), self.width(), int(bottom - top) + 1)

    def _changed(self) -> None:
        self._describe()
        self.update()
        self.select(self.selected)

    def _describe(self) -> None:
        words = (" " * token.word.spaced + token.word.text for token in self.tokens[-400:])
        self.setAccessibleDescription("".join(words))

    def _choose(self, index: int) -> None:
        if index != self.selected:
            self.selected = index
            self.update()
            self.reached.emit(self.token_rect(index))
        self.picked.emit(index)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            shape = Qt.CursorShape.ArrowCursor if index < 0 else Qt.CursorShape.PointingHandCursor
            self.setCursor(shape)
            self.setToolTip(plain_tip(tip_of(self, index)))
            self.update()

    def _at(self, place: QPointF) -> int:
        """The drawn token at a place, the end below or after the last one, -1 elsewhere."""
        line = int(place.y() / self.look.px(LINE))
        places = self._flow.places
        begin = bisect_left(places, line, key=lambda item: item.line)
        end = bisect_right(places, line, key=lambda item: item.line)
        for index in range(begin, end):
            if self.token_rect(index).contains(place):
                return index if self.tokens[index].surprise is not None else -1
        after = self.token_rect(len(self.tokens))
        beyond = place.y() >= after.bottom() or (
            place.y() >= after.top() and place.x() >= after.left()
        )
        return len(self.tokens) if beyond else -1

    def _first_drawn(self) -> int:
        drawn = (i for i, token in enumerate(self.tokens) if token.surprise is not None)
        return next(drawn, len(self.tokens))

    def _lay_out(self) -> None:
        margin = self.look.px(MARGIN)
        self._widths.clear()
        space = QFontMetricsF(self._font()).horizontalAdvance(" ")
        space -= self.look.px(1) if self._apart else 0.0
        self._flow = Flow(max(1.0, self.width() - 2 * margin), space)
        self._flow.add([token.word for token in self.tokens], self._measure)
        self.laid_out.emit()
        self._grow()
        self.update()

    def _grow(self) -> None:
        hint = 1.7 if self.tokens and self.tokens[-1].surprise is None else 0.0
        self.setMinimumHeight(int((self._flow.lines + 0.3 + hint) * self.look.px(LINE)))

    @property
    def pad(self) -> float:
        """Room at both sides of a token."""
        return self.look.px(3) if self._apart else 0.0

    def _measure(self, text: str) -> float:
        width = self._widths.get(text)
        if width is None:
            width = QFontMetricsF(self._font()).horizontalAdvance(text) + 2 * self.pad
            self._widths[text] = width
        return width

    def _font(self) -> QFont:
        return fonts.font("text", self.look.px(SIZE))
