"""The generated text in a pane that scrolls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtWidgets import QScrollArea

from explorer.kit.styled import Dressed
from explorer.panels.generate_text_page import LINE, TextPage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style


class GeneratedText(Dressed, QScrollArea):
    """The text in a scrolling pane that follows its end.

    Signals:
        picked(index): a person chose a token, or with the number of tokens, the end.
        again(index): a person wants another one drawn at a token's place.
    """

    picked = Signal(int)
    again = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self.page = TextPage(style)
        self.page.picked.connect(self.picked)
        self.page.again.connect(self.again)
        self.page.reached.connect(self._reach)
        self.page.laid_out.connect(self._unsettle)
        self._settled = True
        self.verticalScrollBar().rangeChanged.connect(self._settle)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self.page)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)

    def minimumSizeHint(self) -> QSize:
        """Return room for three lines."""
        return QSize(self.look.ipx(200), self.look.ipx(3 * LINE))

    def _unsettle(self) -> None:
        self._settled = False

    def _settle(self) -> None:
        """Bring the selected token back into view once all lines have found another place."""
        if not self._settled:
            self._settled = True
            self._reach(self.page.token_rect(self.page.selected))

    def _reach(self, rect: QRectF) -> None:
        middle = rect.center()
        self.ensureVisible(int(middle.x()), int(middle.y()), 0, int(rect.height()))
