"""What can wait begins after the first frame, not before it."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.app import FirstFrame


class Painted(QWidget):
    """Writes down when it is painted, and when the rest began."""

    def __init__(self) -> None:
        super().__init__()
        self.story: list[str] = []

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write it down."""
        self.story.append("painted")

    def begin(self) -> None:
        """Write that down too."""
        self.story.append("begun")


def test_the_first_frame_comes_before_the_rest(qtbot: QtBot) -> None:
    window = Painted()
    qtbot.addWidget(window)
    FirstFrame(window, window.begin)
    window.show()
    qtbot.waitUntil(lambda: "begun" in window.story)
    assert window.story[0] == "painted"
    window.repaint()
    qtbot.waitUntil(lambda: window.story.count("painted") >= 2)
    assert window.story.count("begun") == 1


def test_a_window_that_is_not_painted_begins_all_the_same(qtbot: QtBot) -> None:
    window = Painted()
    qtbot.addWidget(window)
    FirstFrame(window, window.begin)
    qtbot.waitUntil(lambda: window.story == ["begun"], timeout=5000)
