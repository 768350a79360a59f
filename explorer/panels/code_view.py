"""Code with its line numbers, the line that runs, and the lines it was called from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit, QWidget

from explorer.kit.styled import Dressed
from explorer.panels.code_syntax import Highlighter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from engine.styles.source import Line
    from explorer.panels.code_syntax import Spans
    from explorer.theme import Role, Style

LEAST = 0.72
"""Share of the font's size down to which it shrinks before long lines are broken."""

MOST = 1.4
"""Share up to which it grows where the whole listing still fits."""

SHOWN_ABOVE = 2
"""Lines kept in sight around the line that runs."""


class CodeView(Dressed, QPlainTextEdit):
    """A listing that scrolls by itself to the line that runs."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self._lines: tuple[Line, ...] = ()
        self._block: dict[int, int] = {}
        self._running: tuple[int, ...] = ()
        self._role: Role = "forward"
        self._gutter = _Gutter(self)
        self._colors = Highlighter(self.document(), style)
        self.setProperty("bare", "yes")
        self.setReadOnly(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("code")
        self.updateRequest.connect(self._follow_scroll)
        self.apply_style()

    @property
    def running(self) -> tuple[int, ...]:
        """The numbers of the highlighted lines, the innermost first."""
        return self._running

    @property
    def running_text(self) -> str:
        """The line that runs."""
        return self._text(self._running[0]) if self._running else ""

    def show_listing(self, lines: Sequence[Line], spans: Spans) -> None:
        """Show another listing."""
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        self._block = {line.number: place for place, line in enumerate(lines) if line.number}
        self._running = ()
        self._colors.show_spans(spans)
        self.setPlainText("\n".join(line.text for line in lines))
        self._fit()

    def show_running(self, numbers: tuple[int, ...], role: Role) -> None:
        """Highlight the line that runs and, lighter, those that called it.

        Args:
            numbers: line numbers, the innermost first.
            role: the colour of the pass.
        """
        if (numbers, role) != (self._running, self._role):
            self._running, self._role = numbers, role
            self._highlight()
            self._bring_into_sight()
            self.setAccessibleDescription(self.running_text.strip())

    def apply_style(self) -> None:
        """Take fonts and colours."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Text, self.look.theme.text("ink"))
        self.setPalette(palette)
        self._colors.set_style(self.look)
        self._fit()
        self._highlight()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the font to the new width."""
        super().resizeEvent(event)
        self._fit()
        self._bring_into_sight()

    def _text(self, number: int) -> str:
        place = self._block.get(number)
        return "" if place is None else self._lines[place].text

    def _fit(self) -> None:
        """The largest font at which the longest line fits, within limits."""
        font = self.look.font("code")
        size = self.look.size("code")
        longest = max((len(line.text) for line in self._lines), default=1)
        advance = QFontMetricsF(font).horizontalAdvance("0" * 100) / 100
        gutter = self._gutter_width(advance)
        room = self.width() - gutter - self.look.px(26)
        share = min(MOST, max(LEAST, room / max(1.0, advance * longest)))
        height = QFontMetricsF(font).lineSpacing() * max(1, len(self._lines))
        share = min(share, max(1.0, self.height() / height))
        font.setPixelSize(max(1, int(size * share)))
        self.setFont(font)
        self.document().setDocumentMargin(0)
        self._gutter.setFont(font)
        width = int(self._gutter_width(QFontMetricsF(font).horizontalAdvance("0")))
        self.setViewportMargins(width, 0, 0, 0)
        area = self.contentsRect()
        self._gutter.setGeometry(area.left(), area.top(), width, area.height())

    def _gutter_width(self, advance: float) -> float:
        digits = max((len(str(line.number)) for line in self._lines), default=2)
        return advance * digits + self.look.px(24)

    def _highlight(self) -> None:
        selections = []
        for place, number in reversed(list(enumerate(self._running))):
            block = self.document().findBlockByNumber(self._block.get(number, -1))
            if not block.isValid():
                continue
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(block)
            selection.format.setBackground(self._tint(place))
            selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selections.append(selection)
        self.setExtraSelections(selections)
        self._gutter.update()

    def _tint(self, place: int) -> QColor:
        return self.look.theme.tint(self._role, "lane" if place else "soft")

    def _bring_into_sight(self) -> None:
        """Scroll where the line that runs is out of sight; to its callers too if all fit."""
        rows = [
            self.document().findBlockByNumber(self._block[number]).firstLineNumber()
            for number in self._running
            if number in self._block
        ]
        if not rows:
            return
        bar = self.verticalScrollBar()
        page = max(1, bar.pageStep())
        top = bar.value()
        wanted = rows if max(rows) - min(rows) + 1 + 2 * SHOWN_ABOVE <= page else rows[:1]
        first, last = min(wanted) - SHOWN_ABOVE, max(wanted) + SHOWN_ABOVE + 1
        if first < top:
            bar.setValue(max(0, first))
        elif last > top + page:
            bar.setValue(last - page)

    def _follow_scroll(self) -> None:
        self._gutter.update()

    def paint_gutter(self, event: QPaintEvent) -> None:
        """Draw the numbers of the lines in sight, and a bar at those that are highlighted."""
        look = self.look
        bar, right = look.px(3), self._gutter.width() - look.px(10)
        painter = QPainter(self._gutter)
        try:
            painter.setFont(self._gutter.font())
            block = self.firstVisibleBlock()
            while block.isValid():
                box = self.blockBoundingGeometry(block).translated(self.contentOffset())
                if box.top() > event.rect().bottom():
                    break
                line = self._lines[block.blockNumber()] if self._lines else None
                if line is not None and line.number:
                    row = QRectF(0, box.top(), self._gutter.width(), box.height())
                    self._paint_number(painter, row, line.number, bar, right)
                block = block.next()
        finally:
            painter.end()

    def _paint_number(
        self, painter: QPainter, row: QRectF, number: int, bar: float, right: float
    ) -> None:
        theme = self.look.theme
        runs = number in self._running
        if runs:
            place = self._running.index(number)
            painter.fillRect(row, self._tint(place))
            strength = 1.0 if place == 0 else 0.45
            painter.fillRect(QRectF(0, row.top(), bar, row.height()),
                             theme.color(self._role, strength))  # fmt: skip
        painter.setPen(theme.text("ink") if runs else theme.color("ink_3"))
        first_line = QRectF(bar, row.top(), right - bar, self.fontMetrics().height())
        painter.drawText(
            first_line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number)
        )


class _Gutter(QWidget):
    """The strip of line numbers at the left of the code."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        self._view.paint_gutter(event)
