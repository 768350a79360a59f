"""A random user, and opening and closing again and again."""

from __future__ import annotations

import gc
import os
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from explorer.actions import COMMANDS
from explorer.settings import SettingsFile
from explorer.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator
    from pytestqt.qtbot import QtBot

EVENTS = 1000

# These open a dialog or end the program.
NOT_AT_RANDOM = {"file.open", "file.save", "file.quit", "help.shortcuts"}
ACTIONS = [
    c.id for c in COMMANDS if c.id not in NOT_AT_RANDOM and not c.id.startswith("workspace.")
]
KEYS = [
    Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_L, Qt.Key.Key_A, Qt.Key.Key_B, Qt.Key.Key_I,
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_1,
    Qt.Key.Key_4, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight, Qt.Key.Key_Backspace,
]  # fmt: skip
TEXTS = [
    "Narwhals are", "Penguins", "", "` < & _^{", "a " * 40, "x*z + exp(x)", "1/0", "log(0-x)",
    "x" * 6000, "é 𝄞", "sin(", "W_hh h_0",
]  # fmt: skip


class RandomUser:
    """Does one thing after another with the window, whatever state it is in."""

    def __init__(self, window: MainWindow, rng: Generator) -> None:
        self._window, self._rng = window, rng
        self._deeds: tuple[Callable[[], None], ...] = (
            self._act, self._act, self._key, self._key, self._click, self._wheel, self._seek,
            self._resize, self._type, self._drag, self._look,
        )  # fmt: skip

    def do_something(self) -> None:
        deed = self._deeds[self._rng.integers(len(self._deeds))]
        deed()

    def _some_place(self, widget: QWidget) -> QPoint:
        return QPoint(
            int(self._rng.integers(widget.width())), int(self._rng.integers(widget.height()))
        )

    def _act(self) -> None:
        self._window.commands[str(self._rng.choice(ACTIONS))].trigger()

    def _key(self) -> None:
        target = QApplication.focusWidget() or self._window.graph.canvas
        shift = Qt.KeyboardModifier.ShiftModifier
        plain = Qt.KeyboardModifier.NoModifier
        key = KEYS[self._rng.integers(len(KEYS))]
        QTest.keyClick(target, key, shift if self._rng.random() < 0.2 else plain)

    def _click(self) -> None:
        graph = self._window.graph
        targets = (graph.canvas, graph.transport, graph.dock, graph.badge, graph._side.button)
        widget: QWidget = targets[self._rng.integers(len(targets))]
        if not widget.isVisible():
            return
        place = self._some_place(widget)
        inner = widget.childAt(place) or widget
        QTest.mouseClick(
            inner,
            Qt.MouseButton.LeftButton,
            pos=inner.mapFrom(widget, place) if inner is not widget else place,
        )

    def _drag(self) -> None:
        canvas = self._window.graph.canvas
        left = Qt.MouseButton.LeftButton
        QTest.mousePress(canvas, left, pos=self._some_place(canvas))
        QTest.mouseMove(canvas, self._some_place(canvas))
        QTest.mouseRelease(canvas, left, pos=self._some_place(canvas))

    def _wheel(self) -> None:
        canvas = self._window.graph.canvas
        place = QPointF(self._some_place(canvas))
        turn = QPoint(0, int(self._rng.integers(-360, 361)))
        event = QWheelEvent(
            place, canvas.mapToGlobal(place), QPoint(), turn, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)

    def _seek(self) -> None:
        player = self._window.player
        player.seek(int(self._rng.integers(-1, player.events + 2)))

    def _resize(self) -> None:
        self._window.resize(int(self._rng.integers(960, 1920)), int(self._rng.integers(600, 1080)))

    def _type(self) -> None:
        bar = self._window.graph.run_bar
        model = str(self._rng.choice(["narwhals", "fresh", "expression", bar.chosen.identity]))
        bar.type_text(TEXTS[self._rng.integers(len(TEXTS))], model)

    def _look(self) -> None:
        QApplication.processEvents()
        self._window.grab()


@pytest.mark.parametrize("seed", [3])
def test_a_random_user_meets_no_fault(qtbot: QtBot, window: MainWindow, seed: int) -> None:
    user = RandomUser(window, np.random.default_rng(seed))
    window.set_motion(True)
    for _ in range(EVENTS):
        user.do_something()
    window.set_presenting(False)
    window.player.pause()
    qtbot.waitUntil(lambda: not window.jobs.is_running("run"), timeout=30_000)
    assert window.session.run is not None
    # The frame on screen is what the run says of the cursor, whatever led there.
    frame = window.graph.frame
    assert frame is not None
    assert (frame.cursor, frame.version) == (window.player.cursor, window.session.version)


def memory() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def played_and_closed(qtbot: QtBot, folder: Path) -> weakref.ref[MainWindow]:
    window = MainWindow(SettingsFile(folder))
    window.show()
    window.begin()
    qtbot.waitUntil(lambda: window.session.run is not None, timeout=20_000)
    window.player.to_loss()
    window.player.to_end()
    window.grab()
    window.close()
    QApplication.processEvents()
    window.deleteLater()
    return weakref.ref(window)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_opening_and_closing_again_and_again_leaves_nothing(
    qtbot: QtBot, tmp_path: Path, program_fonts: object
) -> None:
    sizes, windows = [], []
    for _ in range(20):
        windows.append(played_and_closed(qtbot, tmp_path))
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        sizes.append(memory())
    assert [window() for window in windows] == [None] * 20
    # The first windows fill caches of glyphs, icons and formulas.
    assert sizes[-1] - sizes[9] < 8_000_000, [size // 1000 for size in sizes]
