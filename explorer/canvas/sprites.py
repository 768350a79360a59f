"""Cards, strips and arrow heads drawn once per zoom, then stamped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from explorer.canvas.ways import DOWN, LEFT, RIGHT, UP
from explorer.theme import Theme

RADIUS = 9.0
ARROW = (9.0, 8.0)
_CELL_RADIUS = 2.0
_CELL_GAP = 2.0
_DASHED_CELL = 10.0
_SMALLEST_DASHED = 12.0
_SHADOWS = ((2.0, 0.05), (1.0, 0.06))
_TURN = {RIGHT: 0.0, DOWN: 90.0, LEFT: 180.0, UP: 270.0}

Key = tuple[object, ...]


class SpriteBook:
    """The sprites of one theme at one zoom; asking for another zoom or theme starts it anew."""

    def __init__(self) -> None:
        self._made_for: tuple[Theme, float] | None = None
        self._pages: dict[Key, QPixmap] = {}
        self.theme: Theme
        self.k = 1.0

    def open(self, theme: Theme, k: float) -> None:
        """Make sprites for a theme and a number of device pixels per unit from now on."""
        if self._made_for != (theme, k):
            self._made_for = (theme, k)
            self._pages.clear()
        self.theme, self.k = theme, k

    def card(self, width: int, height: int, line: QColor, pill: bool, fill: QColor) -> QPixmap:
        """A card of so many pixels with its shadow; the margin is :meth:`margin` all around."""
        key = ("card", width, height, line.rgba(), pill, fill.rgba())
        return self._page(key, lambda: self._draw_card(width, height, line, pill, fill))

    def margin(self) -> int:
        """Pixels that a card's sprite has around the card."""
        return int(4 * self.k) + 1

    def ghost(self, cells: int, width: int, height: int) -> QPixmap:
        """A strip of dashed cells: not computed yet."""
        return self._page(
            ("ghost", cells, width, height), lambda: self._draw_ghost(cells, width, height)
        )

    def gaps(self, rows: int, cells: int, width: int, height: int) -> QPixmap:
        """What lies between the cells of a strip or matrix, in the colour of the card."""
        return self._page(
            ("gaps", rows, cells, width, height),
            lambda: self._draw_gaps(rows, cells, width, height),
        )

    def arrow(self, direction: int, color: QColor) -> QPixmap:
        """An arrow head; its tip is at the middle of the side it points to."""
        return self._page(
            ("arrow", direction, color.rgba()), lambda: self._draw_arrow(direction, color)
        )

    def other(self, key: Key, width: int, height: int, draw: Callable[[QPainter], None]) -> QPixmap:
        """A sprite that another painter draws, with its corner at the origin."""

        def made() -> QPixmap:
            pixmap, painter = _blank(width, height)
            draw(painter)
            painter.end()
            return pixmap

        return self._page(key, made)

    def _page(self, key: Key, make: Callable[[], QPixmap]) -> QPixmap:
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = make()
        return page

    def _draw_card(
        self, width: int, height: int, line: QColor, pill: bool, fill: QColor
    ) -> QPixmap:
        m, k = self.margin(), self.k
        pixmap, painter = _blank(width + 2 * m, height + 2 * m)
        radius = height / 2 if pill else RADIUS * k
        body = QRectF(m, m, width, height)
        if not pill and not self.theme.dark and k > 0.3:
            painter.setPen(Qt.PenStyle.NoPen)
            for spread, opacity in _SHADOWS:
                shade = QColor(0, 0, 0)
                shade.setAlphaF(opacity)
                painter.setBrush(shade)
                grown = body.adjusted(-spread * k / 2, 0, spread * k / 2, spread * k)
                painter.drawRoundedRect(grown, radius, radius)
        pen = max(1.0, 1.4 * k)
        painter.setPen(QPen(line, pen))
        painter.setBrush(fill)
        half = pen / 2
        painter.drawRoundedRect(body.adjusted(half, half, -half, -half), radius, radius)
        painter.end()
        return pixmap

    def _draw_ghost(self, cells: int, width: int, height: int) -> QPixmap:
        pixmap, painter = _blank(width, height)
        pen = QPen(self.theme.color("ghost"), max(1.0, self.k))
        pen.setDashPattern([2.5, 2.0])
        painter.setPen(pen)
        radius = _CELL_RADIUS * self.k
        half = pen.widthF() / 2
        if width / cells < max(_DASHED_CELL * self.k, _SMALLEST_DASHED):
            cells = 1
        for left, right in _columns(cells, width, self._gap()):
            box = QRectF(left, 0, right - left, height).adjusted(half, half, -half, -half)
            painter.drawRoundedRect(box, radius, radius)
        painter.end()
        return pixmap

    def _draw_gaps(self, rows: int, cells: int, width: int, height: int) -> QPixmap:
        pixmap, painter = _blank(width, height)
        painter.fillRect(pixmap.rect(), self.theme.color("surface"))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0))
        gap = self._gap() if rows == 1 else max(1.0, min(self._gap(), width / cells / 5))
        radius = min(_CELL_RADIUS * self.k, width / cells / 4)
        for top, bottom in _columns(rows, height, 0.0 if rows == 1 else gap):
            for left, right in _columns(cells, width, gap):
                box = QRectF(left, top, right - left, bottom - top)
                painter.drawRoundedRect(box, radius, radius)
        painter.end()
        return pixmap

    def _draw_arrow(self, direction: int, color: QColor) -> QPixmap:
        length, width = ARROW[0] * self.k, ARROW[1] * self.k
        side = int(2 * length) + 3
        pixmap, painter = _blank(side, side)
        painter.translate(side / 2, side / 2)
        painter.rotate(_TURN[direction])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        tip = [QPointF(0, 0), QPointF(-length, -width / 2), QPointF(-length, width / 2)]
        painter.drawPolygon(QPolygonF(tip))
        painter.end()
        return pixmap

    def _gap(self) -> float:
        return max(1.0, _CELL_GAP * self.k)


def _columns(cells: int, width: float, gap: float) -> list[tuple[float, float]]:
    """Left and right of each cell: the first and the last reach the ends of the strip."""
    share = width / cells
    gap = min(gap, share / 3)
    last = cells - 1
    return [
        (
            0.0 if i == 0 else i * share + gap / 2,
            float(width) if i == last else (i + 1) * share - gap / 2,
        )
        for i in range(cells)
    ]


def _blank(width: int, height: int) -> tuple[QPixmap, QPainter]:
    pixmap = QPixmap(max(width, 1), max(height, 1))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return pixmap, painter
