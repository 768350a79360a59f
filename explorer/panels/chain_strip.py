"""The tokens of a sentence as cards side by side, one of them looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetricsF, QHelpEvent
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QSizePolicy, QToolTip

from explorer.kit.styled import Styled, focus_ring, painting, plain_tip
from explorer.panels.chain_cards import Strip
from explorer.panels.chain_paint import CARD, GAP_BELOW, LANE, paint_card, paint_lane, paint_why
from explorer.speech import announce

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

_GAP = 7.0
_EDGE = 3.0
_WHY = 17.0
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ChainStrip(Styled):
    """Cards of tokens; arrows, Home and End go from one to the next, Return asks why.

    Signals:
        looked_at(place): a person chose a token.
        hovered(place): the pointer is on a token; -1 when on none.
        why_asked(place): a person wants to know where a number comes from.
    """

    looked_at = Signal(int)
    hovered = Signal(int)
    why_asked = Signal(int)
    own_keys: ClassVar = frozenset(
        {
            Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End,
            Qt.Key.Key_Return, Qt.Key.Key_Enter,
        }
    )  # fmt: skip

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.strip = Strip()
        self._hovered = -1
        self._widest = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_strip(self, strip: Strip) -> None:
        """Show other cards."""
        before, self.strip = self.strip, strip
        if len(strip.cards) <= self._hovered:
            self._hovered = -1
        if [c.label for c in before.cards] != [c.label for c in strip.cards]:
            self._measure()
        if bool(before.beside) != bool(strip.beside) or before.cards != strip.cards:
            self.updateGeometry()
        self._tell()
        self.update()

    def apply_style(self) -> None:
        """Measure the tokens anew."""
        self._measure()

    def card(self, place: int) -> QRectF:
        """The rectangle of a token's card."""
        width = self._width()
        gap = self.look.px(_GAP)
        left = self.look.px(_EDGE) + place * (width + gap)
        return QRectF(left, self.look.px(_EDGE), width, self.look.px(CARD))

    def why(self, place: int) -> QRectF:
        """The rectangle of the question mark on a card."""
        card, side = self.card(place), self.look.px(_WHY)
        inset = self.look.px(3)
        return QRectF(card.right() - side - inset, card.top() + inset, side, side)

    def lane(self, place: int) -> QRectF:
        """The rectangle below a card, of the two surprisals."""
        card = self.card(place)
        top = card.bottom() + self.look.px(GAP_BELOW)
        return QRectF(card.left(), top, card.width(), self.look.px(LANE))

    def place_at(self, point: QPointF) -> int:
        """The token at a point, -1 where there is none."""
        step = self._width() + self.look.px(_GAP)
        place = int((point.x() - self.look.px(_EDGE)) // step)
        if 0 <= place < len(self.strip.cards):
            area = self.card(place)
            if self.strip.beside:
                area = area.united(self.lane(place))
            if area.contains(point):
                return place
        return -1

    def sizeHint(self) -> QSize:
        """Return the least width, and the height of cards and bars."""
        height = 2 * _EDGE + CARD + (GAP_BELOW + LANE if self.strip.beside else 0)
        return QSize(self._least(), self.look.ipx(height))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: what does not fit is scrolled."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cards in sight."""
        strip = self.strip
        with painting(self) as painter:
            for place, card in enumerate(strip.cards):
                rect = self.card(place)
                if rect.right() < event.rect().left() or rect.left() > event.rect().right() + 1:
                    continue
                paint_card(painter, rect, card, self.look, hovered=place == self._hovered)
                if strip.beside:
                    paint_lane(painter, self.lane(place), card, self.look)
                if place == self._hovered and not strip.narrow:
                    paint_why(painter, self.why(place), self.look, self)
            if self.hasFocus() and strip.cards:
                ring = self.card(strip.looked).adjusted(-3, -3, 3, 3)
                focus_ring(painter, ring, self.look.px(10), self.look)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the token beside, or to the first or last; ask why on Return."""
        last, key = len(self.strip.cards) - 1, Qt.Key(event.key())
        places = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        if last < 0:
            super().keyPressEvent(event)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.why_asked.emit(self.strip.looked)
        elif key in _MOVES:
            self._look(min(max(self.strip.looked + _MOVES[key], 0), last))
        elif key in places:
            self._look(places[key])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look at a token, or ask why on its question mark."""
        place = self.place_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or place < 0:
            super().mousePressEvent(event)
            return
        self._look(place)
        if not self.strip.narrow and self.why(place).contains(event.position()):
            self.why_asked.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the end of a click: nothing behind the strip is to have it."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        self._hover(self.place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        super().leaveEvent(event)
        self._hover(-1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the question why; by the keyboard for the token looked at."""
        keyboard = event.reason() == event.Reason.Keyboard
        place = self.strip.looked if keyboard else self.place_at(QPointF(event.pos()))
        if not 0 <= place < len(self.strip.cards):
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = QAction(f"Why does “{self.strip.cards[place].label}” have this number?", menu)
        action.setData(place)
        menu.addAction(action)
        menu.triggered.connect(self._ask)
        below = self.card(place).bottomLeft().toPoint()
        menu.popup(self.mapToGlobal(below) if keyboard else event.globalPos())

    def event(self, event: QEvent) -> bool:
        """Tell in a tip what a card is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.place_at(QPointF(event.pos()))
            if place >= 0:
                area = self.card(place).toRect()
                words = plain_tip(self.strip.cards[place].spoken)
                QToolTip.showText(event.globalPos(), words, self, area)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _ask(self, action: QAction) -> None:
        place = int(action.data())
        self._look(place)
        self.why_asked.emit(place)

    def _look(self, place: int) -> None:
        self.looked_at.emit(place)
        announce(self, self.accessibleName())

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor
            )
            self.update()
            self.hovered.emit(place)

    def _tell(self) -> None:
        strip = self.strip
        if strip.cards:
            card = strip.cards[strip.looked]
            self.setAccessibleName(f"Token {strip.looked + 1} of {len(strip.cards)}: {card.spoken}")

    def _measure(self) -> None:
        font = self.look.font("brand")
        font.setWeight(font.Weight.DemiBold)
        metrics = QFontMetricsF(font)
        labels = {card.label for card in self.strip.cards}
        self._widest = max((metrics.horizontalAdvance(label) for label in labels), default=0.0)

    def _natural(self) -> float:
        """The least width of a card."""
        look = self.look
        if self.strip.narrow:
            return look.px(60)
        return min(max(self._widest + look.px(16), look.px(76)), look.px(170))

    def _least(self) -> int:
        count, look = len(self.strip.cards), self.look
        return int(count * (self._natural() + look.px(_GAP)) - look.px(_GAP) + look.px(2 * _EDGE))

    def _width(self) -> float:
        """The width of a card: they share the room, up to what looks well."""
        count, look = max(1, len(self.strip.cards)), self.look
        room = (self.width() - look.px(2 * _EDGE) - (count - 1) * look.px(_GAP)) / count
        return max(self._natural(), min(room, look.px(96 if self.strip.narrow else 210)))


class ChainScroll(QScrollArea):
    """The strip, scrolling sideways where it is longer than its place.

    Attributes:
        strip: the cards.
    """

    def __init__(self, strip: ChainStrip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = strip
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWidget(strip)
        self.viewport().setAutoFillBackground(False)
        strip.setAutoFillBackground(False)

    def show_strip(self, strip: Strip) -> None:
        """Show other cards, the one looked at in sight."""
        moved = (strip.looked, len(strip.cards)) != (
            self.strip.strip.looked, len(self.strip.strip.cards)
        )  # fmt: skip
        self.strip.show_strip(strip)
        self._fit()
        if moved:
            self._reveal()

    def sizeHint(self) -> QSize:
        """Return the strip's height, and room for the scroll bar where there is one."""
        hint = self.strip.sizeHint()
        bar = self.horizontalScrollBar().sizeHint().height() if self._scrolls() else 0
        return QSize(hint.width(), hint.height() + bar)

    def minimumSizeHint(self) -> QSize:
        """Return a little width: it scrolls."""
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the scroll bar where there is one."""
        super().resizeEvent(event)
        self._fit()
        self._reveal()

    def _scrolls(self) -> bool:
        return self.strip.sizeHint().width() > self.width()

    def _fit(self) -> None:
        height = self.sizeHint().height()
        if height != self.minimumHeight() or height != self.maximumHeight():
            self.setFixedHeight(height)
        # The area itself would follow only when the events come to it.
        hint, room = self.strip.sizeHint(), self.viewport().size()
        self.strip.resize(max(hint.width(), room.width()), max(hint.height(), room.height()))

    def _reveal(self) -> None:
        if self.strip.strip.cards:
            card = self.strip.card(self.strip.strip.looked)
            middle, margin = card.center().toPoint(), int(card.width() * 1.6)
            self.ensureVisible(middle.x(), middle.y(), margin, 0)
