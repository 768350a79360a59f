"""What the tests of what if do with a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.canvas.differences import Differences
from explorer.layout.cards import HEADER, PAD, STRIP
from explorer.workspaces.what_if import LAYER, WhatIfs

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.panels.what_if_sheet import WhatIfSheet
    from explorer.window import MainWindow


def aide(window: MainWindow) -> WhatIfs:
    return next(each for each in window.graph.aides._all if isinstance(each, WhatIfs))


def sheet(window: MainWindow) -> WhatIfSheet:
    desk = aide(window)._desk
    assert desk is not None
    return desk.sheet


def trace(window: MainWindow) -> Trace:
    assert window.session.run is not None
    return window.session.run.trace


def node(window: MainWindow, name: str) -> int:
    return next(each.index for each in trace(window).nodes if each.name == name)


def number(window: MainWindow, name: str, component: int) -> float:
    return float(trace(window).nodes[node(window, name)].value.reshape(-1)[component])


def layer(window: MainWindow) -> Differences | None:
    found = window.graph.canvas._layers.get(LAYER)
    assert found is None or isinstance(found, Differences)
    return found


def look_at(window: MainWindow, name: str, component: int = 0) -> None:
    """Select a node with the sheet open, and one of its numbers."""
    window.session.select(node(window, name))
    if not aide(window).is_open:
        window.commands["whatif.open"].trigger()
    sheet(window).component_chosen.emit(component)
    QApplication.processEvents()


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until what is wanted is on screen."""
    it = aide(window)
    qtbot.waitUntil(
        lambda: (
            not window.jobs.is_running(LAYER)
            and (it.answer is None or it.answer.changes == it.changes)
        ),
        timeout=20_000,
    )


def type_number(qtbot: QtBot, window: MainWindow, text: str) -> None:
    line = sheet(window).typed._line
    line.setFocus()
    line.selectAll()
    # Qt's test keys are ASCII alone.
    line.insert(text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle(qtbot, window)


def place_on(window: MainWindow, name: str, component: int) -> QPoint:
    """The pixel in the middle of a cell of a card's value strip."""
    canvas = window.graph.canvas
    assert canvas.scene is not None
    index = node(window, name)
    left, top, right, _ = canvas.scene.box(index)
    count = trace(window).nodes[index].value.size
    x = left + PAD + (component + 0.5) * (right - left - 2 * PAD) / count
    return QPointF(*canvas.view.pixel(x, top + HEADER + STRIP / 2)).toPoint()


def drag(window: MainWindow, start: QPoint, pixels: int, *, fine: bool = False) -> None:
    """Drag upwards on the canvas by so many pixels, in steps."""
    canvas = window.graph.canvas
    keys = Qt.KeyboardModifier.ShiftModifier if fine else Qt.KeyboardModifier.NoModifier
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, keys, start)
    for step in range(1, 9):
        QTest.mouseMove(canvas, start - QPoint(0, pixels * step // 8))
        QApplication.processEvents()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, keys, start - QPoint(0, pixels))
