"""What is written on cards, kept as pictures while neither it nor the zoom changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap

from explorer.theme import Theme

Key = tuple[int, ...]

_MOST_BYTES = 64_000_000
_MOST_NEW = 16
BELOW = 12.0
"""Room below a card for the badges at its lower edge, in pixels at 100 %."""


class FaceBook:
    """Pictures of the writing on cards, for one theme at one zoom.

    A face is drawn directly when it is new and kept only when it is wanted again unchanged, so
    that zooming and scrubbing, where nothing stays, do not pay for pictures.
    """

    def __init__(self) -> None:
        self._made_for: tuple[Theme, float] | None = None
        self._seen: dict[int, Key] = {}
        self._faces: dict[int, tuple[Key, QPixmap]] = {}
        self._bytes = 0
        self._new = 0

    def open(self, theme: Theme, k: float) -> None:
        """Begin a picture in a theme at a number of device pixels per unit."""
        if self._made_for != (theme, k):
            self._made_for = (theme, k)
            self.clear()
        self._new = 0

    def clear(self) -> None:
        """Forget everything, for another graph."""
        self._seen.clear()
        self._faces.clear()
        self._bytes = 0

    def draw(
        self,
        painter: QPainter,
        node: int,
        key: Key,
        place: tuple[float, float],
        size: tuple[int, int],
        write: Callable[[QPainter], None],
    ) -> None:
        """Write on a card.

        Args:
            painter: in device pixels.
            node: whose card it is.
            key: changes when what is written changes.
            place: of the card's corner, whole pixels.
            size: of the face, in pixels.
            write: draws the face with the card's corner at the painter's origin.
        """
        kept = self._faces.get(node)
        if kept is not None and kept[0] == key:
            painter.drawPixmap(int(place[0]), int(place[1]), kept[1])
            return
        if self._seen.get(node) == key and self._new < _MOST_NEW:
            self._new += 1
            painter.drawPixmap(int(place[0]), int(place[1]), self._keep(node, key, size, write))
            return
        self._seen[node] = key
        painter.save()
        painter.translate(*place)
        write(painter)
        painter.restore()

    def _keep(
        self, node: int, key: Key, size: tuple[int, int], write: Callable[[QPainter], None]
    ) -> QPixmap:
        face = QPixmap(*size)
        face.fill(Qt.GlobalColor.transparent)
        inner = QPainter(face)
        try:
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            write(inner)
        finally:
            inner.end()
        if self._bytes > _MOST_BYTES:
            self.clear()
        self._bytes += 4 * size[0] * size[1]
        self._faces[node] = (key, face)
        return face
