"""What is done rarely on the n-gram page: saving counts and models, opening saved counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from explorer.kit.button import PaintedButton, draw_icon
from explorer.kit.styled import rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style


class MoreMenu(PaintedButton):
    """A button with three dots and a menu.

    Attributes:
        menu: the list.

    Signals:
        save_wanted(), open_wanted(): of the counts.
        arpa_wanted(): the model is to be saved as an ARPA file.
    """

    save_wanted = Signal()
    open_wanted = Signal()
    arpa_wanted = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "More", parent)
        self.menu = QMenu(self)
        self._save = QAction("Save counts …", self)
        self._open = QAction("Open counts …", self)
        self._arpa = QAction("Save as ARPA …", self)
        self._save.triggered.connect(self.save_wanted)
        self._open.triggered.connect(self.open_wanted)
        self._arpa.triggered.connect(self.arpa_wanted)
        self.menu.addActions([self._save, self._open])
        self.menu.addSeparator()
        self.menu.addAction(self._arpa)
        self.setToolTip("Save or open the counts, or save the model as an ARPA file")
        self.clicked.connect(self._show_menu)
        self.set_ready(False)

    def set_ready(self, ready: bool) -> None:
        """Whether there is something to save."""
        self._save.setEnabled(ready)
        self._arpa.setEnabled(ready)

    def sizeHint(self) -> QSize:
        """Return a square of 34 pixels at 100 %."""
        return QSize(self.look.ipx(34), self.look.ipx(34))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint."""
        return self.sizeHint()

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw three dots."""
        theme = self.look.theme
        over = self.underMouse() or self.isDown()
        rounded(painter, rect, self.radius, theme.color("raised"),
                theme.color("edge" if over else "line"))  # fmt: skip
        draw_icon(painter, "more", rect, theme.color("ink_2"), self.look.px(16), self)

    def _show_menu(self) -> None:
        self.menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
