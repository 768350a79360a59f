"""What is written on cards, kept as pictures while neither it nor the zoom changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from explorer.theme import Theme

Key = tuple[int, ...]
_Place = tuple[int, Key]
_Face = tuple[float, QPixmap]

_MOST_BYTES = 64_000_000
_MOST_NEW = 16
_MOST_SEEN = 20_000
_STRETCH = 1.7
"""Factor by which a picture made at another zoom is stretched at most while passing."""

BELOW = 12.0
"""Room below a card for the badges at its lower edge, in pixels at 100 %."""


class FaceBook:
    """Pictures of the writing on cards, for one theme.

    A face is drawn directly when it is new and kept only when it is wanted again, so that what is
    passed once does not pay for pictures. A card's faces in different states are kept side by side:
    scrubbing comes back to them. While the zoom changes from
    frame to frame, pictures of the zoom before are stretched, and few new ones made in a frame.

    Attributes:
        passing: the zoom is changing: the next picture at rest is a sharper one.
    """

    def __init__(self) -> None:
        self._theme: Theme | None = None
        self._k = 0.0
        self._changes = 0
        self.passing = False
        self._seen: set[_Place] = set()
        self._faces: dict[_Place, _Face] = {}
        self._bytes = 0
        self._new = 0

    def open(self, theme: Theme, k: float) -> None:
        """Begin a picture in a theme at a number of device pixels per unit."""
        if theme != self._theme:
            self.clear()
        self._changes = self._changes + 1 if k != self._k else 0
        if k != self._k:
            self._seen.clear()
        # A single change is a jump, which is drawn well at once.
        self.passing = self._changes > 1
        self._theme, self._k, self._new = theme, k, 0

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
        face = node, key
        kept = self._faces.get(face)
        if kept is not None and self._is_near(kept[0]):
            if kept[0] == self._k:
                painter.drawPixmap(int(place[0]), int(place[1]), kept[1])
            else:
                painter.drawPixmap(QRectF(*place, *size), kept[1], QRectF(kept[1].rect()))
            return
        if (self.passing or face in self._seen) and self._new < _MOST_NEW:
            self._new += 1
            painter.drawPixmap(int(place[0]), int(place[1]), self._keep(face, size, write))
            return
        if self.passing:
            return
        self._seen.add(face)
        painter.save()
        painter.translate(*place)
        write(painter)
        painter.restore()

    def _is_near(self, k: float) -> bool:
        """Whether a picture of a zoom can stand for one of the present."""
        return k == self._k or (self.passing and 1 / _STRETCH < self._k / k < _STRETCH)

    def _keep(
        self, face: _Place, size: tuple[int, int], write: Callable[[QPainter], None]
    ) -> QPixmap:
        picture = QPixmap(*size)
        picture.fill(Qt.GlobalColor.transparent)
        inner = QPainter(picture)
        try:
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            write(inner)
        finally:
            inner.end()
        if self._bytes > _MOST_BYTES or len(self._seen) > _MOST_SEEN:
            self.clear()
        self._bytes += 4 * size[0] * size[1]
        self._faces[face] = (self._k, picture)
        return picture
