"""The one graph widget: shows a moment of a trace, and goes from arrangement to arrangement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from explorer.canvas.overlaid import Overlaid
from explorer.canvas.view import View, Window, fitted, following

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QPaintEvent

    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.canvas.moment import Moment
    from explorer.canvas.painter import Books
    from explorer.canvas.pictures import Pictures
    from explorer.canvas.scene import Scene
    from explorer.canvas.transition import Transition
    from explorer.layout import Layout
    from explorer.theme import Style

SETTLING = 250
"""Milliseconds after which a view or a moment is looked at, no longer passed through."""

UNFOLDING = 260
"""Milliseconds in which boxes open and close."""


class GraphCanvas(Overlaid):
    """The graph of a trace at a moment; what it shows depends on its attributes alone.

    The painters are imported when there is something to paint, after the program's first frame.

    Attributes:
        follow: keep the active node in view while it moves.

    Signals:
        settled(): another view or moment has been on screen for a while.
        scene_changed(): another run or arrangement is drawn.
    """

    settled = Signal()
    scene_changed = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.follow = True
        self._pictures: Pictures | None = None
        self._books: Books | None = None
        self._painted: tuple[View, int] | None = None
        self._settling = QTimer(self, singleShot=True, interval=SETTLING)
        self._settling.timeout.connect(self._settle)
        self._on_the_way: tuple[Transition, int, View] | None = None
        self._shift = QVariantAnimation(self)
        self._shift.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._shift.setStartValue(0.0)
        self._shift.setEndValue(1.0)
        self._shift.setDuration(UNFOLDING)
        self._shift.valueChanged.connect(self._shifted)
        self._shift.finished.connect(self._arrived)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 160)

    def set_trace(self, trace: Trace, layout: Layout, scene: Scene | None = None) -> None:
        """Show another run at its start.

        Args:
            trace: the run.
            layout: of that run.
            scene: of both, if a job has made it already.
        """
        from explorer.canvas.moment import moment_of
        from explorer.canvas.scene import scene_of

        old = self._scene
        self._shift.stop()
        self._on_the_way = None
        self._take(scene if scene is not None else scene_of(trace, layout))
        assert self._scene is not None
        self._moment = moment_of(self._scene, trace.frame(0), 0.0)
        self._marks = None
        if self.selected_node >= len(trace):
            self.selected_node = -1
        if old is None or self._fits or old.layout.bounds != layout.bounds:
            self.fit(animated=False)
        self._describe()
        self.scene_changed.emit()

    def arrange(self, scene: Scene, anchor: int = -1) -> None:
        """Draw the same run in another arrangement, at the same moment.

        Args:
            scene: of the trace on screen.
            anchor: the node that stays where it is seen; without one the whole graph is shown
                again, if it was, else what is in the middle stays.
        """
        from explorer.canvas.moment import moment_of
        from explorer.canvas.transition import transition

        old, moment = self._scene, self._moment
        if old is None or moment is None or scene.trace is not old.trace:
            return
        self._take(scene)
        self._moment = moment_of(scene, moment.frame, moment.alpha)
        goal = self._staying(old, scene, anchor)
        if self.motion and self.isVisible():
            self._on_the_way = transition(old, scene), anchor, self.view
            self._glide.stop()
            self._to = goal
            self._shift.start()
        else:
            self.view = self._to = goal
        self._describe()
        self.scene_changed.emit()

    def come_from(self, way: Transition, begin: View, goal: View) -> None:
        """Go from another run's scene and its view to the scene on screen, seen as ``goal``."""
        self._glide.stop()
        self._fits = False
        self._to = goal
        self.view = begin if self.motion and self.isVisible() else goal
        if self.view is not goal:
            self._on_the_way = way, -1, begin
            self._shift.start()
        self.update()

    def show_frame(self, frame: Frame, alpha: float = 0.0) -> None:
        """Show the state of a frame with a share ``alpha`` of the next event done."""
        from explorer.canvas.moment import moment_of

        if self._scene is None:
            return
        before = self._moment.active if self._moment else -1
        self._moment = moment_of(self._scene, frame, alpha)
        if self.follow and self._moment.active != before:
            self._follow(self._scene, self._moment)
        self.update()

    def apply_style(self) -> None:
        """Colour the cells again, and fit them at the new scale."""
        if self._scene is not None:
            from explorer.canvas.pictures import Pictures

            self._pictures = Pictures(self._scene, self.look.theme, self._range)
            if self._fits:
                self.fit(animated=False)

    @property
    def is_rearranging(self) -> bool:
        """Whether boxes are opening or closing."""
        return self._on_the_way is not None

    def zoom_in(self) -> None:
        """Zoom in by a quarter."""
        self.zoom_by(1.25)

    def zoom_out(self) -> None:
        """Zoom out by as much."""
        self.zoom_by(0.8)

    def render_to(self, painter: QPainter, rect: QRectF, view: View | None = None) -> None:
        """Draw the present moment into a rectangle of any painter: whole, or as a view shows it."""
        if self._scene is None:
            return
        ratio = painter.device().devicePixelRatio()
        shown = view or fitted(self._scene.layout.bounds, rect.width(), rect.height(), 2.0)
        painter.save()
        painter.setClipRect(rect)
        painter.translate(rect.topLeft())
        self._paint(painter, Window(shown, int(rect.width() * ratio), int(rect.height() * ratio),
                                    ratio))  # fmt: skip
        painter.restore()

    # Qt calls these.

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the moment that was set."""
        painter = QPainter(self)
        try:
            self._paint(painter, self._window())
        finally:
            painter.end()
        shown = self.view, self._moment.frame.cursor if self._moment else -1
        if shown != self._painted:
            self._painted = shown
            self._settling.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing moves or is told out of sight."""
        super().hideEvent(event)
        self._settling.stop()
        self._shift.stop()
        self._arrived()

    def _settle(self) -> None:
        """Draw sharply what was only passed through."""
        if self._books is not None and self._books.faces.passing:
            self.update()
        self.settled.emit()

    def _take(self, scene: Scene) -> None:
        """Draw this scene from now on."""
        from explorer.canvas.painter import Books
        from explorer.canvas.pictures import Pictures

        self._scene = scene
        if self._books is None:
            self._books = Books()
        self._pictures = Pictures(scene, self.look.theme, self._range)
        self._books.faces.clear()
        self._painted = None
        self._hover(-1)
        self.update()

    def _paint(self, painter: QPainter, window: Window) -> None:
        painter.scale(1 / window.ratio, 1 / window.ratio)
        books, pictures = self._books, self._pictures
        if self._scene is None or self._moment is None or pictures is None or books is None:
            painter.fillRect(0, 0, window.width, window.height, self.look.theme.color("canvas"))
            return
        from explorer.canvas.painter import Picture, paint

        scene, moving = self._scene, self._on_the_way is not None
        if self._on_the_way is not None:
            scene = self._on_the_way[0].at(float(self._shift.currentValue()))
        picture = Picture(
            scene, self._moment, self.look, pictures, books,
            self.selected_node, self.hovered_node, self._told, self._by_key, self._marks,
            tuple(layer for _, layer in sorted(self._layers.items())), self._lit_part(scene),
            moving, self._covered() if self._told >= 0 else (),
        )  # fmt: skip
        paint(painter, picture, window)

    def _covered(self) -> tuple[QRectF, ...]:
        """Where widgets lie over the canvas."""
        over = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return tuple(QRectF(each.geometry()) for each in over if each.isVisible())

    # Arrangements

    def _staying(self, old: Scene, new: Scene, anchor: int) -> View:
        """The view of a new arrangement in which the anchor is seen where it was."""
        if anchor < 0 and self._fits:
            return fitted(new.layout.bounds, self.width(), self.height(), self.look.scale)
        self._fits = False
        view = self.view
        node = anchor
        if node < 0:
            middle = view.at(self.width() / 2, self.height() / 2)
            away = old.corner + old.size / 2 - middle
            node = int((away[: len(old.trace)] ** 2).sum(axis=1).argmin())
        return _kept(view, old, new, node)

    def _shifted(self, share: float) -> None:
        if self._on_the_way is None:
            return
        way, anchor, begin = self._on_the_way
        if anchor >= 0:
            self.view = _kept(begin, way.old, way.at(float(share)), anchor)
        else:
            self.view = begin.toward(self._to, float(share))
        self.update()

    def _arrived(self) -> None:
        if self._on_the_way is not None:
            self._on_the_way = None
            self.view = self._to
            self.update()

    def _follow(self, scene: Scene, moment: Moment) -> None:
        """Keep what happens in view; a shared parameter is left where it is."""
        node, event = moment.active, moment.event
        if node >= 0 and int(scene.card_of[node]) in scene.layout.rails and event is not None:
            node = int(scene.trace.graph.edge_consumer[event.edge]) if event.edge >= 0 else -1
        if node >= 0 and self._on_the_way is None:
            box, backward = scene.box(node), moment.backward
            self.look_at(following(self.goal, box, self.width(), self.height(), backward=backward))


def _kept(view: View, old: Scene, new: Scene, node: int) -> View:
    """The view of a new scene in which a card's upper left corner is where it was in the old."""
    x, y = new.corner[node] - old.corner[node]
    return View(view.x + float(x), view.y + float(y), view.zoom)
