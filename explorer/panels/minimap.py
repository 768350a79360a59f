"""The overview in the corner of the canvas: the whole graph, and the part that is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QImage, QPainterPath, QPen

from explorer.canvas.buffers import draw_rects
from explorer.canvas.hits import Hits, ink_on_found
from explorer.canvas.minimap import (
    THINNEST,
    Map,
    centred,
    hits_on_map,
    is_all_in_view,
    map_of,
    paint_map,
)
from explorer.kit.styled import Styled, focus_ring, painting, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent

    from explorer.canvas import GraphCanvas
    from explorer.theme import Style

WIDEST, HIGHEST, MARGIN = 220, 140, 12
REFRESH = 120
"""Milliseconds between two pictures of the states while they change."""

SMALLEST = 200
"""Height of a canvas at 100 % below which there is no room for a map."""

MOST_FRAMED = 150
"""Hits on the map that have a frame; more are dots."""

_SHARE = 0.34
_PAD = 6
_STEP = 0.25
_ARROWS = {
    Qt.Key.Key_Left: (_STEP, 0.0),
    Qt.Key.Key_Right: (-_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, _STEP),
    Qt.Key.Key_Down: (0.0, -_STEP),
}
_ZOOMS = {
    Qt.Key.Key_Plus: 1.25, Qt.Key.Key_Equal: 1.25, Qt.Key.Key_Minus: 0.8,
}  # fmt: skip
_WHEEL = 1.0015


class Minimap(Styled):
    """A click or a drag moves the view, the wheel zooms, and so do the keys while it has them.

    Args:
        canvas: what it shows, and what it moves.
    """

    own_keys: ClassVar = frozenset({*_ARROWS, *_ZOOMS})

    def __init__(self, style: Style, canvas: GraphCanvas) -> None:
        super().__init__(style, canvas)
        self._canvas = canvas
        self._image = QImage()
        self._made_for: tuple[object, ...] = ()
        self._hits = np.zeros((0, 2))
        self._hits_for: tuple[object, ...] = ()
        self._hit_nodes = np.zeros(0, np.intp)
        self._held: QPointF | None = None
        self._timer = QTimer(self, singleShot=True, interval=REFRESH)
        self._timer.timeout.connect(self.refresh)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Overview")
        self.setToolTip("The whole graph. Click or drag to move, turn the wheel to zoom (N hides).")
        self.hide()

    @property
    def is_useful(self) -> bool:
        """Whether a part of the graph is out of sight, and there is room for a map."""
        canvas, scene = self._canvas, self._canvas.scene
        if scene is None or canvas.height() < self.look.px(SMALLEST):
            return False
        size = canvas.width(), canvas.height()
        return not is_all_in_view(scene.layout.bounds, canvas.goal, *size)

    def show_graph(self) -> None:
        """Come into sight, in the canvas' lower right corner."""
        self.fit()
        if self._made_for != self._state:
            self.refresh()
        self._describe()
        self.show()
        self.raise_()

    def fit(self) -> None:
        """Take the place and the size that the canvas has for it."""
        where, look = self._map, self.look
        if where is None:
            return
        margin, frame = look.ipx(MARGIN), 2 * look.ipx(_PAD)
        width, height = round(where.width) + frame, round(where.height) + frame
        self.setGeometry(
            self._canvas.width() - width - margin, self._canvas.height() - height - margin,
            width, height,
        )  # fmt: skip

    def refresh(self) -> None:
        """Draw the states of the present moment."""
        scene, moment, where = self._canvas.scene, self._canvas.moment, self._map
        if scene is None or moment is None or where is None:
            return
        ratio = self.devicePixelRatioF()
        fine = Map(where.bounds, where.width * ratio, where.height * ratio)
        self._image = paint_map(scene, moment.card, self.look.theme, fine)
        self._image.setDevicePixelRatio(ratio)
        self._made_for = self._state
        self.update()

    def apply_style(self) -> None:
        """Draw in other colours, at another size."""
        self.fit()
        if not self.isHidden():
            self.refresh()

    # Qt calls these.

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture that was made, and what is seen now; canvas and map come together."""
        scene, where, theme = self._canvas.scene, self._map, self.look.theme
        with painting(self) as painter:
            rounded(painter, QRectF(self.rect()), self.look.px(8), theme.color("surface"),
                    theme.color("edge"), self.look.px(1.2))  # fmt: skip
            if scene is not None and where is not None:
                painter.translate(self.look.ipx(_PAD), self.look.ipx(_PAD))
                painter.drawImage(QPointF(0, 0), self._image)
                self._paint_hits(painter, where)
                self._paint_view(painter, where)
                painter.resetTransform()
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), self.look.px(8), self.look)
        if self._made_for != self._state and not self._timer.isActive():
            self._timer.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of what is seen, or bring what was clicked into the middle."""
        where = self._map
        if event.button() != Qt.MouseButton.LeftButton or where is None:
            return
        place = event.position() - QPointF(self.look.ipx(_PAD), self.look.ipx(_PAD))
        seen = where.rect(self._canvas.goal, self._canvas.width(), self._canvas.height())
        self._held = place - seen.center() if seen.contains(place) else QPointF(0, 0)
        if not seen.contains(place):
            self._move_to(place, animated=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is seen with the pointer."""
        if self._held is not None:
            pad = self.look.ipx(_PAD)
            place = event.position() - QPointF(pad, pad) - self._held
            self._move_to(place, animated=False)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the middle of the canvas."""
        self._zoom(_WHEEL ** event.angleDelta().y(), animated=False)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move by a quarter of what is seen, plus and minus zoom."""
        key, canvas = Qt.Key(event.key()), self._canvas
        if key in _ARROWS:
            across, down = _ARROWS[key]
            canvas.look_at(canvas.goal.panned(across * canvas.width(), down * canvas.height()))
        elif key in _ZOOMS:
            self._zoom(_ZOOMS[key], animated=True)
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is drawn out of sight."""
        super().hideEvent(event)
        self._timer.stop()
        self._held = None

    @property
    def _map(self) -> Map | None:
        """Where things are on the map, in pixels."""
        canvas, look = self._canvas, self.look
        if canvas.scene is None:
            return None
        widest = min(look.px(WIDEST), _SHARE * canvas.width())
        highest = min(look.px(HIGHEST), _SHARE * canvas.height())
        return map_of(canvas.scene.layout.bounds, widest, highest, look.px(THINNEST))

    @property
    def _state(self) -> tuple[object, ...]:
        """What the picture depends on."""
        moment = self._canvas.moment
        frame = None if moment is None else (moment.frame.cursor, moment.frame.version)
        return self._canvas.scene, frame, self.look, self.size()

    def _move_to(self, place: QPointF, *, animated: bool) -> None:
        where, canvas = self._map, self._canvas
        if where is not None:
            x, y = where.at(place.x(), place.y())
            view = centred(canvas.goal, x, y, canvas.width(), canvas.height())
            canvas.look_at(view, animated=animated)

    def _zoom(self, factor: float, *, animated: bool) -> None:
        canvas = self._canvas
        middle = canvas.width() / 2, canvas.height() / 2
        canvas.look_at(canvas.goal.zoomed(factor, *middle), animated=animated)

    def _paint_hits(self, painter: QPainter, where: Map) -> None:
        scene, hits = self._canvas.scene, self._canvas.layer("found")
        if scene is None or not isinstance(hits, Hits) or hits.nodes[-1] >= len(scene.trace):
            return
        if self._hits_for != (id(hits.nodes), scene, where):
            self._hits_for, self._hit_nodes = (id(hits.nodes), scene, where), hits.nodes
            self._hits = hits_on_map(scene, hits.nodes, where)
        theme, many = self.look.theme, len(self._hits) > MOST_FRAMED
        layers = ((ink_on_found(theme), 3.2), (theme.color("found"), 2.2))
        painter.setPen(Qt.PenStyle.NoPen)
        for color, reach in layers[1:] if many else layers:
            painter.setBrush(color)
            r = self.look.px(reach / 2 if many else reach)
            draw_rects(painter, self._hits - r, self._hits + r)

    def _paint_view(self, painter: QPainter, where: Map) -> None:
        """Dim what is out of sight and frame what is not."""
        canvas, theme = self._canvas, self.look.theme
        whole = QRectF(0, 0, where.width, where.height)
        seen = where.rect(canvas.view, canvas.width(), canvas.height())
        least = self.look.px(4)
        grown = QRectF(0, 0, max(seen.width(), least), max(seen.height(), least))
        grown.moveCenter(seen.center())
        seen = grown.intersected(whole.adjusted(-2, -2, 2, 2))
        around = QPainterPath()
        around.addRect(whole)
        inside = QPainterPath()
        inside.addRect(seen)
        painter.fillPath(around.subtracted(inside), theme.color("surface", 0.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("ink"), self.look.px(1.6)))
        painter.drawRect(seen)

    def _describe(self) -> None:
        where, canvas = self._map, self._canvas
        if where is None:
            return
        seen = where.rect(canvas.goal, canvas.width(), canvas.height())
        seen = seen.intersected(QRectF(0, 0, where.width, where.height))
        share = seen.width() * seen.height() / (where.width * where.height)
        self.setAccessibleDescription(
            f"{share:.0%} of the graph is in view; arrow keys move, plus and minus zoom"
        )
