"""The passage of a question, as large as its place allows; shaded once the answer is out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QToolTip

from explorer import fonts
from explorer.kit.styled import Styled, painting, plain_tip, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QFont, QMouseEvent, QPaintEvent, QResizeEvent, QTextLine
    from PySide6.QtWidgets import QWidget

    from engine.quiz import Copy, Judged
    from explorer.theme import Style

LARGEST, SMALLEST = 38.0, 16.0
FOR_A_ROOM = 54.0
"""The largest type when an audience looks."""

LEADING = 1.5
FULL_SHADE = {"char": 9.0, "word": 16.0}
"""Bits of surprise that are shaded most strongly."""


class PassageView(Styled):
    """A passage in the largest type that fits.

    Attributes:
        text: the passage.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.text = ""
        self._judged: tuple[Judged, ...] = ()
        self._starts: tuple[int, ...] = ()
        self._full = FULL_SHADE["char"]
        self._copy: Copy | None = None
        self._largest = LARGEST
        self._layout = QTextLayout()
        self._used = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Passage")

    def show_text(self, text: str) -> None:
        """Show a passage bare."""
        self.text, self._judged, self._copy = text, (), None
        self.setAccessibleDescription(text)
        self.setMouseTracking(False)
        self._fit()

    def show_evidence(self, judged: Sequence[Judged], copy: Copy | None, tokens: str) -> None:
        """Shade its tokens by their surprise, and underline what is copied."""
        self._judged, self._copy = tuple(judged), copy
        self._full = FULL_SHADE.get(tokens, FULL_SHADE["word"])
        starts, at = [], 0
        for one in self._judged:
            starts.append(at)
            at += len(one.text)
        self._starts = tuple(starts)
        self.setMouseTracking(True)
        self.update()

    def set_presenting(self, presenting: bool) -> None:
        """Use larger type for a room."""
        self._largest = FOR_A_ROOM if presenting else LARGEST
        self._fit()

    def reading(self, index: int) -> str:
        """A token's surprise in words."""
        one = self._judged[index]
        token = one.text.strip() or "space"
        if one.surprise is None:
            return f"{token}: not in the model's vocabulary"
        if math.isinf(one.surprise):
            return f"{token}: never seen so, the model gives it probability 0"
        return f"{token}: p = {2.0**-one.surprise:.4f}, {one.surprise:.2f} bits"

    def apply_style(self) -> None:
        """Fit the type again."""
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the least: what room there is beyond it is taken."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return what the smallest type needs at the present width."""
        width = max(self.width(), self.look.ipx(240))
        return QSize(self.look.ipx(240), int(self._laid_out(SMALLEST, width)[1]) + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the type to the new size."""
        super().resizeEvent(event)
        self._fit()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw shading, text and the line under what is copied."""
        look, theme = self.look, self.look.theme
        top = self._top()
        with painting(self) as painter:
            for start, one in zip(self._starts if self._judged else (), self._judged, strict=False):
                bits = self._full if one.surprise is None else min(one.surprise, self._full)
                shade = theme.color("backward", 0.45 * bits / self._full)
                for rect in self._rects(start, len(one.text)):
                    rounded(painter, rect, look.px(2), shade)
            painter.setPen(theme.text("ink"))
            self._layout.draw(painter, QPointF(0, top))
            if self._copy is not None:
                painter.setPen(QPen(theme.color("forward"), look.px(2.4)))
                for rect in self._rects(self._copy.start, self._copy.length):
                    painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the token under the pointer, once the answer is out."""
        for index, (start, one) in enumerate(zip(self._starts, self._judged, strict=False)):
            if any(rect.contains(event.position()) for rect in self._rects(start, len(one.text))):
                tip = plain_tip(self.reading(index))
                QToolTip.showText(event.globalPosition().toPoint(), tip, self)
                return
        QToolTip.hideText()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the tip away."""
        super().leaveEvent(event)
        QToolTip.hideText()

    def _rects(self, start: int, length: int) -> list[QRectF]:
        """Where characters stand, one rectangle a line."""
        rects = []
        for number in range(self._layout.lineCount()):
            line = self._layout.lineAt(number)
            first = max(start, line.textStart())
            last = min(start + length, line.textStart() + line.textLength())
            if first < last:
                left, right = _across(line, first), _across(line, last)
                top = self._top() + line.y()
                rects.append(QRectF(left, top, right - left, line.height()))
        return rects

    def _top(self) -> float:
        """The block of lines stands in the middle of the height."""
        return max(0.0, (self.height() - self._used) / 2)

    def _fit(self) -> None:
        """Take the largest type in which the whole passage fits."""
        low, high = SMALLEST, self._largest
        while high - low > 0.5:
            middle = (low + high) / 2
            fits = self._laid_out(middle, self.width())[1] <= self.height()
            low, high = (middle, high) if fits else (low, middle)
        self._layout, self._used = self._laid_out(low, self.width())
        self.update()

    def _laid_out(self, size: float, width: float) -> tuple[QTextLayout, float]:
        """The passage set in a size, and the height it takes."""
        font = self._font(size)
        layout = QTextLayout(self.text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        layout.setTextOption(option)
        step = QFontMetricsF(font).height() * LEADING / 1.2
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1.0, width))
            line.setPosition(QPointF(0, y))
            y += step
        layout.endLayout()
        return layout, y

    def _font(self, size: float) -> QFont:
        return fonts.font("text", self.look.px(size))


def _across(line: QTextLine, place: int) -> float:
    """Where a character of a line begins, in pixels from the line's left end."""
    x, _ = cast("tuple[float, int]", line.cursorToX(place))
    return x
