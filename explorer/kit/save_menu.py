"""A button with three dots that saves what stands beside it, as a picture or as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from engine.errors import InputError
from explorer.kit.button import PaintedButton, draw_icon
from explorer.kit.styled import rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

Save = Callable[[str], object]

KINDS = {".png": "Picture (PNG)", ".svg": "Drawing (SVG)", ".csv": "Table (CSV)"}


class SaveMenu(PaintedButton):
    """Offers to save in several kinds of file.

    Args:
        subject: what is saved, such as ``Word frequencies``; the file's name is made of it.
        savers: by the end of the file's name, what writes it to a path.

    Signals:
        saved(sentence): a file was written.
        failed(sentence): it could not be.
    """

    saved = Signal(str)
    failed = Signal(str)

    def __init__(
        self, style: Style, subject: str, savers: dict[str, Save], parent: QWidget | None = None
    ) -> None:
        super().__init__(style, f"Save {subject}", parent)
        self._subject = subject
        self._savers = savers
        self._menu = QMenu(self)
        for suffix in savers:
            action = QAction(f"Save as {KINDS.get(suffix, suffix)}…", self)
            action.setData(suffix)
            self._menu.addAction(action)
        self._menu.triggered.connect(self._choose)
        self.setToolTip(f"Save {subject.lower()} as a picture or a table")
        self.clicked.connect(self._open)

    def sizeHint(self) -> QSize:
        """Return a square of 28 pixels at 100 %."""
        return QSize(self.look.ipx(28), self.look.ipx(28))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw three dots."""
        theme = self.look.theme
        if self.underMouse() or self.isDown():
            rounded(painter, rect, self.radius, theme.color("raised"))
        draw_icon(painter, "more", rect, theme.color("ink_2"), self.look.px(16), self)

    def save(self, path: str, suffix: str) -> None:
        """Save to a path, which gets the end of its kind where it has none."""
        whole = path if path.lower().endswith(suffix) else path + suffix
        try:
            self._savers[suffix](whole)
        except InputError as error:
            self.failed.emit(str(error))
        else:
            self.saved.emit(f"Saved as {whole.replace(chr(92), '/').rsplit('/', 1)[-1]}.")

    def _open(self) -> None:
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _choose(self, action: QAction) -> None:
        suffix = str(action.data())
        name = self._subject.lower().replace(" ", "-") + suffix
        path, _ = QFileDialog.getSaveFileName(
            self.window(), f"Save {self._subject}", name, f"{KINDS.get(suffix, '')} (*{suffix})"
        )
        if path:
            self.save(path, suffix)
