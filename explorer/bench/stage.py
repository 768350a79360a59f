"""One window in which ways to draw take turns, and the time each frame takes there."""

from __future__ import annotations

import gc
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStackedLayout, QWidget

from explorer.bench.process import find_platform
from explorer.fonts import load_fonts
from explorer.plain_import import restore_import

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from explorer.bench.drawing import Drawing

_ROUNDS = 3
_ROUNDS_TO_OPEN = 1000


def application() -> QCoreApplication:
    """The application, with the program's fonts; off screen where there is no display."""
    running = QApplication.instance()
    if running is not None:
        return running
    find_platform()
    restore_import()
    made = QApplication(["tapestry"])
    load_fonts()
    return made


class Stage:
    """A window that shows one drawing at a time.

    Args:
        width, height: of the window, in pixels at 100 %.
    """

    def __init__(self, width: int, height: int) -> None:
        self._window = QWidget()
        self._window.setWindowTitle("Tapestry: bench")
        self._pages = QStackedLayout(self._window)
        self._window.resize(width, height)
        self._window.show()
        QApplication.processEvents()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what is drawn."""
        return self._window.width(), self._window.height()

    @property
    def about(self) -> dict[str, Any]:
        """What the times depend on, beside the machine."""
        return {
            "platform": QGuiApplication.platformName(),
            "qt": qVersion(),
            "window": [self._window.width(), self._window.height()],
            "pixel_ratio": self._window.devicePixelRatioF(),
        }

    def put(self, drawing: Drawing) -> None:
        """Bring a drawing to the front, added if need be, and wait until it is painted."""
        if self._pages.indexOf(drawing.widget) < 0:
            self._pages.addWidget(drawing.widget)
        self._pages.setCurrentWidget(drawing.widget)
        QApplication.processEvents()

    def settle(self) -> None:
        """Let everything that is due happen."""
        QApplication.processEvents()

    def remove(self, drawing: Drawing) -> None:
        """Let go of a drawing."""
        self._pages.removeWidget(drawing.widget)
        drawing.widget.setParent(None)
        drawing.widget.deleteLater()

    def close(self) -> None:
        """Close the window."""
        self._window.close()
        self._window.deleteLater()

    def seconds(self, drawing: Drawing, changes: Iterable[Callable[[], object]]) -> Sequence[float]:
        """Seconds from each change to the painted window; the drawing is in front.

        A change after which the drawing had nothing to paint made no frame and is left out, unless
        none did.
        """
        painted = _Painted(drawing.surface)
        taken, frames = [], []
        enabled = gc.isenabled()
        gc.disable()
        try:
            for change in changes:
                gc.collect(0)
                painted.done = False
                start = perf_counter()
                change()
                painted.wait()
                taken.append(perf_counter() - start)
                if painted.done:
                    frames.append(taken[-1])
        finally:
            painted.stop()
            if enabled:
                gc.enable()
        return frames or taken

    def opening(self, make: Callable[[], Drawing]) -> float:
        """Seconds until a drawing that is made now has been painted; it is let go of then."""
        gc.collect()
        start = perf_counter()
        drawing = make()
        painted = _Painted(drawing.surface)
        self._pages.addWidget(drawing.widget)
        self._pages.setCurrentWidget(drawing.widget)
        painted.wait(_ROUNDS_TO_OPEN)
        taken = perf_counter() - start
        painted.stop()
        self.remove(drawing)
        return taken


class _Painted(QObject):
    """Whether a widget has been painted.

    Attributes:
        done: it has.
    """

    def __init__(self, surface: QWidget) -> None:
        super().__init__()
        self.done = False
        self._surface = surface
        surface.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take note of paint events."""
        if event.type() == QEvent.Type.Paint:
            self.done = True
        return super().eventFilter(watched, event)

    def wait(self, rounds: int = _ROUNDS) -> None:
        """Let what is due happen, until it is painted or nothing asks for it.

        Where no part that changed is in sight nothing is painted, and that is the frame.
        """
        QCoreApplication.sendPostedEvents()
        for _ in range(rounds):
            if self.done:
                return
            QCoreApplication.processEvents()

    def stop(self) -> None:
        """Watch no longer."""
        self._surface.removeEventFilter(self)
