"""What the tests of both versions do with a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from explorer.workspaces.versus import Versus

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.canvas import GraphCanvas
    from explorer.panels.versus_strip import EqualityStrip
    from explorer.window import MainWindow

PROVED = "All 52 adjoints are equal, bit for bit"


def compare(window: MainWindow) -> Versus:
    """The window with both versions shown."""
    window.commands["view.compare"].trigger()
    found = window.graph.aides.findChild(Versus)
    assert isinstance(found, Versus)
    QApplication.processEvents()
    return found


def other(both: Versus) -> GraphCanvas:
    assert both.other is not None
    return both.other


def strip(both: Versus) -> EqualityStrip:
    assert both.strip is not None
    return both.strip


def told(both: Versus, version: str) -> tuple[str, str]:
    """The counters and the state of a version."""
    assert both.heads is not None
    head = next(head for head in both.heads if head.version == version)
    return head.counts, head.state


def to_the_proof(qtbot: QtBot, window: MainWindow, both: Versus) -> str:
    window.player.to_end()
    qtbot.waitUntil(lambda: both.equality is not None, timeout=20_000)
    return strip(both).sentence


def node(window: MainWindow, name: str) -> int:
    run = window.session.run
    assert run is not None
    return next(n.index for n in run.trace.nodes if n.name == name)


def left_of(window: MainWindow, canvas: GraphCanvas) -> int:
    return canvas.mapTo(window, QPoint(0, 0)).x()
