"""A distribution as a list: token, bar, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter

from explorer.kit.row_list import RowList
from explorer.kit.styled import rounded
from explorer.kit.tokens import shown_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

BAR = 18
GAP = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One row.

    Attributes:
        token: as the model has it; white space is made visible.
        share: length of the bar, in [0, 1] of the track.
        numbers: shown right-aligned in columns, the last one in ink.
        highlighted: drawn in the full accent, for the token that was drawn.
        cut: struck through and pale, for a token that cannot be drawn.
        mark: what a highlighted row is, in a word.
    """

    token: str
    share: float
    numbers: tuple[str, ...] = ()
    highlighted: bool = False
    cut: bool = False
    mark: str = "drawn"

    @property
    def spoken(self) -> str:
        """The row in words."""
        state = ", cut" if self.cut else f", {self.mark}" if self.highlighted else ""
        return f"{shown_token(self.token)}: {', '.join(self.numbers)}{state}"


class BarList(RowList[Bar]):
    """A scrollable list of bars.

    Args:
        name: what it shows, for screen readers.
        strong: bars in a strong tint, where none is ever highlighted.

    Signals:
        picked(row): a person clicked a row or pressed Return on it.
    """

    picked = Signal(int)
    ROW: ClassVar = 29

    def __init__(
        self, style: Style, *, name: str, strong: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(style, name=name, parent=parent)
        self._level: Literal["strong", "bar"] = "strong" if strong else "bar"
        self._token_width = 0.0
        self._columns: tuple[float, ...] = ()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The rows shown."""
        return self.rows

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show other rows; a highlighted one is scrolled into view."""
        self.show_rows(tuple(bars))
        self._measure(self.rows)
        chosen = next((row for row, bar in enumerate(bars) if bar.highlighted), None)
        if chosen is not None:
            self.scroll_to_row(chosen)

    def apply_style(self) -> None:
        """Measure again in the new fonts."""
        self._measure(self.rows)
        super().apply_style()

    def sizeHint(self) -> QSize:
        """Return room for eight rows or fewer."""
        rows = min(8, max(1, len(self.rows)))
        return QSize(self.look.ipx(300), self.look.ipx(self.ROW) * rows)

    def minimumSizeHint(self) -> QSize:
        """Return room for three rows."""
        return QSize(self.look.ipx(160), self.look.ipx(self.ROW) * 3)

    def picked_row(self, place: int) -> None:
        """Tell which row it is."""
        self.picked.emit(place)

    def paint_row(self, painter: QPainter, rect: QRectF, row: Bar) -> None:
        """Draw token, bar and numbers."""
        look = self.look
        gap = look.px(GAP)
        token_width = min(self._token_width, rect.width() * 0.36)
        token = QRectF(rect.left() + look.px(4), rect.top(), token_width, rect.height())
        right = self._paint_numbers(painter, rect, row)
        track = QRectF(token.right() + gap, 0, right - token.right() - 2 * gap, look.px(BAR))
        track.moveTop(rect.center().y() - track.height() / 2)
        self._paint_token(painter, token, row)
        if track.width() > look.px(8):
            self._paint_bar(painter, track, row)

    def _measure(self, bars: tuple[Bar, ...]) -> None:
        """Find the widths of the columns; of a long list its first thousand rows decide."""
        look, some = self.look, bars[:1000]
        fonts = [QFontMetricsF(look.font(role)) for role in ("text", "text_strong")]
        mono = QFontMetricsF(look.font("mono_strong"))
        widths = (one.horizontalAdvance(shown_token(bar.token)) for bar in some for one in fonts)
        self._token_width = max(max(widths, default=0.0), look.px(24)) + 1
        count = max((len(bar.numbers) for bar in some), default=0)
        self._columns = tuple(
            max(mono.horizontalAdvance(bar.numbers[i]) for bar in some if len(bar.numbers) > i)
            for i in range(count)
        )

    def _paint_token(self, painter: QPainter, rect: QRectF, bar: Bar) -> None:
        look, theme = self.look, self.look.theme
        font = look.font("text_strong" if bar.highlighted else "text")
        font.setStrikeOut(bar.cut)
        painter.setFont(font)
        role: Literal["forward", "ink_3", "ink"] = "ink"
        if bar.highlighted or bar.cut:
            role = "forward" if bar.highlighted else "ink_3"
        painter.setPen(theme.text(role))
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(shown_token(bar.token), Qt.TextElideMode.ElideRight, rect.width())
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, flags | Qt.TextFlag.TextSingleLine, text)

    def _paint_bar(self, painter: QPainter, track: QRectF, bar: Bar) -> None:
        look, theme = self.look, self.look.theme
        radius = look.px(3.5)
        back = theme.color("raised")
        back.setAlphaF(0.5 if bar.cut else 1.0)
        rounded(painter, track, radius, back)
        share = min(max(bar.share, 0.0), 1.0)
        if share <= 0 or bar.cut:
            return
        width = max(share * track.width(), look.px(1.5))
        fill = theme.color("forward") if bar.highlighted else theme.tint("forward", self._level)
        filled = QRectF(track.left(), track.top(), width, track.height())
        rounded(painter, filled, min(radius, width / 2), fill)

    def _paint_numbers(self, painter: QPainter, rect: QRectF, bar: Bar) -> float:
        """Draw the numbers from the right and return where they begin."""
        look, theme = self.look, self.look.theme
        right = rect.right() - look.px(4)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place in reversed(range(len(self._columns))):
            left = right - self._columns[place]
            if place < len(bar.numbers):
                last = place == len(self._columns) - 1
                painter.setFont(look.font("mono_strong" if last else "mono"))
                color = theme.text("ink" if last else "ink_2")
                if bar.highlighted or bar.cut:
                    color = theme.text("forward" if bar.highlighted else "ink_3")
                painter.setPen(color)
                cell = QRectF(left, rect.top(), self._columns[place], rect.height())
                painter.drawText(cell, flags, bar.numbers[place])
            right = left - look.px(GAP)
        return right + look.px(GAP)
