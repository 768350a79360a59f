"""The context card: what was typed, which of it the model uses, and the formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from explorer.kit.card import Card
from explorer.kit.field import TextField
from explorer.kit.label import Label
from explorer.kit.math_label import MathLabel
from explorer.kit.styled import Styled, painting, rounded
from explorer.kit.tokens import shown_token
from explorer.panels.ngram_counting import kind_noun

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.ngram_lookup import Lookup
    from explorer.theme import Style

_CAPTIONS = {"dropped": "dropped", "unseen": "never seen so", "used": "context"}


class ContextCard(Card):
    """The field for the context and, as chips, what became of its tokens.

    Attributes:
        field: where the context is typed.

    Signals:
        edited(text): each change while typing.
        submitted(text): a person pressed Return.
    """

    edited = Signal(str)
    submitted = Signal(str)
    _row: QHBoxLayout | None = None

    def __init__(self, style: Style, text: str, parent: QWidget | None = None) -> None:
        super().__init__(style, "Context", parent=parent)
        self.field = TextField(style, "", text, placeholder="any number of words")
        self.field.edited.connect(self.edited)
        self.field.submitted.connect(self.submitted)
        self._remark = Label(style, role="ink_2", elide=True)
        self._formula = MathLabel(style, _formula(3))
        self._chips = ContextChips(style)
        self.header.insertSpacing(1, style.ipx(4))
        self.header.insertWidget(2, self._remark, 1)
        self.header.addWidget(self._formula)
        self._row = row = QHBoxLayout()
        row.addWidget(self.field, 2, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._chips, 5)
        self.body.addLayout(row)
        self._name("word")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.apply_style()

    @property
    def text(self) -> str:
        """The context as typed."""
        return self.field.text

    def set_text(self, text: str) -> None:
        """Show another context in the field."""
        self.field.set_text(text)

    def set_order(self, order: int) -> None:
        """Show the formula of another order."""
        self._formula.set_name(_formula(order))

    def show_lookup(self, lookup: Lookup) -> None:
        """Show what became of the context's tokens."""
        self.field.set_problem("")
        self._remark.set_text(lookup.remark)
        self._chips.show_lookup(lookup)
        self._name(kind_noun(lookup.kind))

    def show_problem(self, sentence: str) -> None:
        """Mark the field; the chips stay those of the last context that could be used."""
        self.field.set_problem(sentence)

    def apply_style(self) -> None:
        """Set distances; the field takes a third of the row."""
        super().apply_style()
        if self._row is not None:
            self._row.setSpacing(self.look.ipx(18))
            self.field.setMinimumWidth(self.look.ipx(220))
            self.field.setMaximumWidth(self.look.ipx(460))

    def _name(self, noun: str) -> None:
        self.setAccessibleName("Context")
        self.field.set_label("")
        editor = self.field.focusProxy()
        if editor is not None:
            editor.setAccessibleName(f"Context, any number of {noun}s")


class ContextChips(Styled):
    """The context's tokens as chips, with what follows at the end."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._lookup: Lookup | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_lookup(self, lookup: Lookup) -> None:
        """Show another context."""
        self._lookup = lookup
        parts = [f"{token.label}: {_CAPTIONS[token.use]}" for token in lookup.tokens]
        if lookup.followers:
            best = lookup.followers[0]
            parts.append(f"most often next: {shown_token(best.token)}, {best.probability:.4f}")
        self.setAccessibleName("; ".join(parts))
        self.update()

    def sizeHint(self) -> QSize:
        """Return one row of chips with their captions."""
        return QSize(self.look.ipx(300), self.look.ipx(56))

    def minimumSizeHint(self) -> QSize:
        """Return room for two chips."""
        return QSize(self.look.ipx(160), self.look.ipx(56))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the last chips that fit, the captions of their groups, and the next token."""
        if self._lookup is None:
            return
        with painting(self) as painter:
            self._paint(painter, self._lookup)

    def _paint(self, painter: QPainter, lookup: Lookup) -> None:
        look = self.look
        gap, height = look.px(7), look.px(36)
        next_width = self._next_width(lookup)
        arrow = look.px(30)
        tokens = list(lookup.tokens)
        widths = [self._width(token.label) for token in tokens]
        room = self.width() - next_width - arrow
        first = len(tokens)
        more = self._width("+99") + gap
        while first and sum(widths[first - 1 :]) + gap * (len(tokens) - first + 1) <= (
            room - (more if first > 1 else 0)
        ):
            first -= 1
        x = 0.0
        if first:
            self._chip(painter, QRectF(x, 1, more - gap, height), f"+{first}", "dropped")
            x += more
        groups: dict[str, tuple[float, float]] = {}
        for token, width in zip(tokens[first:], widths[first:], strict=True):
            self._chip(painter, QRectF(x, 1, width, height), token.label, token.use)
            start, _ = groups.get(token.use, (x, x))
            groups[token.use] = (start, x + width)
            x += width + gap
        for use, (start, end) in groups.items():
            self._caption(painter, start, end, _CAPTIONS[use], strong=use == "used")
        if tokens:
            self._arrow(painter, x, x + arrow - gap, 1 + height / 2)
            x += arrow
        self._next(painter, QRectF(x, 1, next_width, height), lookup)

    def _chip(self, painter: QPainter, rect: QRectF, text: str, use: str) -> None:
        look, theme = self.look, self.look.theme
        font = look.font("text_strong")
        if use == "used":
            rounded(painter, rect, look.px(7), theme.tint("forward"), theme.tint("forward", "bar"))
            painter.setPen(theme.text("ink"))
        else:
            pen = QPen(theme.color("ghost" if use == "dropped" else "backward"), look.px(1.2))
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), look.px(7), look.px(7))
            font.setStrikeOut(use == "dropped" and not text.startswith("+"))
            painter.setPen(theme.text("ink_3" if use == "dropped" else "ink_2"))
        painter.setFont(font)
        shown = QFontMetricsF(font).elidedText(
            text, Qt.TextElideMode.ElideRight, rect.width() - look.px(8)
        )
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, shown)

    def _next(self, painter: QPainter, rect: QRectF, lookup: Lookup) -> None:
        """Draw the chip of what comes next: the most frequent token and its probability."""
        look, theme = self.look, self.look.theme
        rounded(painter, rect, look.px(7), theme.color("surface"), theme.color("forward"),
                look.px(2))  # fmt: skip
        best = lookup.followers[0]
        painter.setFont(look.font("text_strong"))
        painter.setPen(theme.text("ink"))
        inner = rect.adjusted(look.px(14), 0, -look.px(14), 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(inner, flags | Qt.AlignmentFlag.AlignLeft, shown_token(best.token))
        painter.setFont(look.font("mono_strong"))
        painter.setPen(theme.text("forward"))
        painter.drawText(inner, flags | Qt.AlignmentFlag.AlignRight, f"{best.probability:.4f}")
        self._caption(painter, rect.left(), rect.right(), "most often next", strong=True)

    def _caption(
        self, painter: QPainter, start: float, end: float, text: str, *, strong: bool
    ) -> None:
        look, theme = self.look, self.look.theme
        painter.setFont(look.font("node_small"))
        painter.setPen(theme.text("ink_2" if strong else "ink_3"))
        wide = max(end - start, look.px(90))
        rect = QRectF(start, look.px(38), wide, look.px(18))
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _arrow(self, painter: QPainter, start: float, end: float, y: float) -> None:
        look, theme = self.look, self.look.theme
        painter.setPen(QPen(theme.color("edge"), look.px(1.5)))
        painter.drawLine(QPointF(start, y), QPointF(end - look.px(5), y))
        painter.setBrush(theme.color("edge"))
        head = [QPointF(end, y), QPointF(end - look.px(7), y - look.px(4)),
                QPointF(end - look.px(7), y + look.px(4))]  # fmt: skip
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(head)

    def _width(self, text: str) -> float:
        metrics = QFontMetricsF(self.look.font("text_strong"))
        return min(max(metrics.horizontalAdvance(text), self.look.px(20)) + self.look.px(26),
                   self.look.px(200))  # fmt: skip

    def _next_width(self, lookup: Lookup) -> float:
        text = QFontMetricsF(self.look.font("text_strong"))
        mono = QFontMetricsF(self.look.font("mono_strong"))
        width = text.horizontalAdvance(
            shown_token(lookup.followers[0].token)
        ) + mono.horizontalAdvance("0.0000")
        return width + self.look.px(28 + 16)


def _formula(order: int) -> str:
    """p(x_t | ...) of an order in the notation of `explorer.mathtext`."""
    if order == 1:
        return "p(x_t)"
    if order <= 3:
        before = ", ".join(f"x_{{t-{k}}}" for k in range(order - 1, 0, -1))
        return f"p(x_t|{before})"
    return f"p(x_t|x_{{t-{order - 1}}}, …, x_{{t-1}})"
