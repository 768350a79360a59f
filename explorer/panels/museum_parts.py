"""The parts of the bug museum's page: an exhibit's row, a line of code, what a witness says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from explorer.kit.button import PaintedButton, draw_icon
from explorer.kit.label import Label
from explorer.kit.styled import Styled, painting, rounded
from explorer.panels.paragraph import Paragraph

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.museum.exhibits import Exhibit
    from engine.museum.words import Finding, Testimony
    from explorer.icons import IconName
    from explorer.theme import Role, Style

LINES = 40
"""More than any paragraph of the page takes."""

_SIGNS: dict[Finding, tuple[IconName, Role, str]] = {
    "caught": ("close", "disagrees", "disagrees"),
    "passed": ("check", "agrees", "agrees"),
    "unknown": ("question", "ink_2", "not known"),
}


class ExhibitRow(PaintedButton):
    """One exhibit of the list; pressing it plants the mistake.

    Signals:
        chosen(identity): it was pressed.
    """

    chosen = Signal(str)

    def __init__(self, style: Style, exhibit: Exhibit, parent: QWidget | None = None) -> None:
        super().__init__(style, exhibit.title, parent)
        self.identity = exhibit.id
        self._line = f"replaces {exhibit.replaces}"
        self._planted = False
        self.setAccessibleDescription(self._line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._tell)

    def set_planted(self, planted: bool) -> None:
        """Show whether this is the mistake that is planted."""
        self._planted = planted
        self.setAccessibleName(f"{self.text()}, planted" if planted else self.text())
        self.update()

    def sizeHint(self) -> QSize:
        """Return a row of two lines."""
        return QSize(self.look.ipx(200), self.look.ipx(48))

    def minimumSizeHint(self) -> QSize:
        """Return a small width: both lines are cut where they must be."""
        return QSize(self.look.ipx(80), self.sizeHint().height())

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw title and line, tinted while planted."""
        look, theme = self.look, self.look.theme
        if self._planted:
            rounded(painter, rect, self.radius, theme.tint("disagrees"))
        elif self.underMouse() or self.isDown():
            rounded(painter, rect, self.radius, theme.color("raised"))
        left, width = look.px(10), rect.width() - look.px(20)
        if self._planted:
            place = QRectF(rect.right() - look.px(28), 0, look.px(18), rect.height())
            draw_icon(painter, "check", place, theme.text("disagrees"), look.px(16), self)
            width -= look.px(24)
        lines = (
            (self.text(), "text_strong", "disagrees" if self._planted else "ink", 6.0, 20.0),
            (self._line, "secondary", "ink_2", 25.0, 18.0),
        )
        for text, font, role, top, height in lines:
            painter.setFont(look.font(font))  # type: ignore[arg-type]
            painter.setPen(theme.text(role))  # type: ignore[arg-type]
            metrics = QFontMetricsF(painter.font())
            painter.drawText(
                QRectF(left, look.px(top), width, look.px(height)),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                metrics.elidedText(text, Qt.TextElideMode.ElideRight, width),
            )

    def _tell(self) -> None:
        self.chosen.emit(self.identity)


class CodeLine(Styled):
    """One line of code, tinted as wrong or right; it wraps where the sheet is narrow."""

    def __init__(self, style: Style, *, wrong: bool, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._icon: IconName = "close" if wrong else "check"
        self._role: Role = "disagrees" if wrong else "agrees"
        self._code = Label(style, font="mono")
        self._code.setWordWrap(True)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._code, 1)
        self._said = "wrong" if wrong else "right"
        self.apply_style()

    def set_code(self, code: str) -> None:
        """Show another line; a remark that was set apart is drawn nearer."""
        shown = "  #".join(part.rstrip() for part in code.split("#"))
        self._code.set_text(shown)
        self.setAccessibleName(f"{self._said}: {shown}")

    def apply_style(self) -> None:
        """Set margins."""
        look = self.look
        self._row.setContentsMargins(look.ipx(32), look.ipx(7), look.ipx(10), look.ipx(7))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the tint and the sign."""
        look, theme = self.look, self.look.theme
        with painting(self) as painter:
            rounded(painter, QRectF(self.rect()), look.px(7), theme.tint(self._role))
            place = QRectF(look.px(8), 0, look.px(16), self.height())
            draw_icon(painter, self._icon, place, theme.text(self._role), look.px(15), self)


class Said(Styled):
    """Who says something, and what: a sign, a name and a paragraph."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._finding: Finding | None = None
        self._who = Label(style, font="secondary_strong", role="ink_2", elide=True)
        self._word = Label(style, font="secondary_strong")
        self._what = Paragraph(style, lines=LINES)
        heading = QHBoxLayout()
        heading.addWidget(self._who, 1)
        heading.addWidget(self._word)
        self._column = QVBoxLayout(self)
        self._column.addLayout(heading)
        self._column.addWidget(self._what)
        self.apply_style()

    @property
    def sentence(self) -> str:
        """What is said, in plain Unicode."""
        return self._what.sentence

    def set_testimony(self, said: Testimony) -> None:
        """Show what a witness says."""
        self._finding = said.finding
        _, role, word = _SIGNS[said.finding]
        self._word.set_role(role)
        self._word.set_text(word)
        self.set_text(said.witness, said.sentence)

    def set_text(self, who: str, what: str) -> None:
        """Show a name and a paragraph."""
        self._who.set_text(who)
        self._what.set_sentence(what)
        self.setAccessibleName(f"{who} {self._word.full_text}: {self._what.sentence}")
        self.apply_style()
        self.update()

    def apply_style(self) -> None:
        """Set margins."""
        look = self.look
        left = 0 if self._finding is None else look.ipx(26)
        self._column.setContentsMargins(left, look.ipx(2), 0, look.ipx(2))
        self._column.setSpacing(look.ipx(1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sign of a witness."""
        if self._finding is None:
            return
        icon, role, _ = _SIGNS[self._finding]
        look = self.look
        with painting(self) as painter:
            place = QRectF(0, look.px(3), look.px(18), look.px(16))
            draw_icon(painter, icon, place, look.theme.text(role), look.px(15), self)
