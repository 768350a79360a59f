"""The strip that says that a mistake is planted, as long as one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from explorer.kit.button import Button, draw_icon
from explorer.kit.label import Label
from explorer.kit.prose import plain_sentence
from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style


class MuseumBanner(Styled):
    """Says which mistake is in the run, and takes it out.

    Signals:
        removed(): the button was pressed.
    """

    removed = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._words = Label(style, font="text_strong", role="disagrees", elide=True)
        self._remove = Button(style, "Remove")
        self._remove.setToolTip("Bring back the run without the mistake")
        self._remove.clicked.connect(self.removed)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(self._remove)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.apply_style()
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says, empty while hidden."""
        return "" if self.isHidden() else self._words.full_text

    def show_title(self, title: str, example: str = "") -> None:
        """Say which mistake is planted; an empty title takes the strip away.

        Args:
            title: the exhibit's.
            example: what is on screen instead of the run that was asked for, if it is.
        """
        where = f". On screen is its example, {plain_sentence(example)}" if example else ""
        self._words.set_text(f"A mistake is planted: {title}{where}")
        self.setAccessibleName(self._words.full_text)
        self.setVisible(bool(title))

    def apply_style(self) -> None:
        """Set margins."""
        look = self.look
        self._row.setContentsMargins(look.ipx(42), look.ipx(4), look.ipx(10), look.ipx(4))
        self._row.setSpacing(look.ipx(10))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the tint, the icon and the hairline below."""
        look, theme = self.look, self.look.theme
        with painting(self) as painter:
            painter.fillRect(self.rect(), theme.tint("disagrees"))
            painter.fillRect(
                QRectF(0, self.height() - 1, self.width(), 1), theme.tint("disagrees", "bar")
            )
            place = QRectF(look.px(14), 0, look.px(18), self.height())
            draw_icon(painter, "warning", place, theme.text("disagrees"), look.px(18), self)
