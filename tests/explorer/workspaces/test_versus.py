"""Version A beside Version B in the window, to the end, and away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.workspaces.versus import Versus

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow


@pytest.fixture
def both(qtbot: QtBot, plain: MainWindow) -> Versus:
    """The window with both versions shown."""
    plain.commands["view.compare"].trigger()
    found = plain.graph.aides.findChild(Versus)
    assert isinstance(found, Versus)
    assert found.is_open
    qtbot.waitUntil(lambda: found.equality is not None, timeout=20_000)
    return found


def counts(both: Versus) -> tuple[str, str]:
    """Of Version A and of Version B."""
    assert both.heads is not None
    mine, other = both.heads
    return other.counts, mine.counts


def test_both_versions_stand_side_by_side_a_at_the_left(plain: MainWindow, both: Versus) -> None:
    QApplication.processEvents()
    assert both.other is not None
    left = both.other.mapTo(plain, QPoint(0, 0)).x()
    right = plain.graph.canvas.mapTo(plain, QPoint(0, 0)).x()
    assert left + both.other.width() <= right
    assert abs(both.other.width() - plain.graph.canvas.width()) <= 2
    plain.session.set_version("A")
    QApplication.processEvents()
    left = plain.graph.canvas.mapTo(plain, QPoint(0, 0)).x()
    right = both.other.mapTo(plain, QPoint(0, 0)).x()
    assert left < right


def test_one_clock_moves_both(plain: MainWindow, both: Versus) -> None:
    assert both.other is not None
    plain.player.seek(100)
    mine, other = plain.graph.canvas.moment, both.other.moment
    assert mine is not None
    assert other is not None
    assert (mine.frame.version, other.frame.version) == ("B", "A")
    assert mine.frame.cursor == other.frame.cursor == 100


def test_pulling_says_what_a_node_still_waits_for(plain: MainWindow, both: Versus) -> None:
    assert both.heads is not None
    run = plain.session.run
    assert run is not None
    events = run.trace.events("A")
    h = next(n.index for n in run.trace.nodes if n.name == "h_3")
    # h_3 goes into step 4 and into the output: the first of two contributions has arrived.
    plain.player.seek(int(events.completed_at[h]) - 1)
    assert both.heads[1].state == "∂L/∂h₃ is still waiting for 1"
    assert counts(both)[0].endswith("1 waiting")


def test_at_the_end_every_adjoint_is_proved_equal(plain: MainWindow, both: Versus) -> None:
    assert both.strip is not None
    plain.player.seek(100)
    assert both.strip.sentence.startswith("A has completed")
    plain.player.to_end()
    assert both.strip.sentence == "All 52 adjoints are equal, bit for bit"
    # 78 contributions and 52 adjoints: A reads one adjoint for each term and writes each sum; B
    # reads the adjoint of each of the 46 nodes that push, and writes once for each term and the seed.
    assert counts(both) == (
        "78 reads · 52 writes · 0 waiting", "46 reads · 79 writes · 0 waiting",
    )  # fmt: skip
    both.strip.grab()


def test_what_one_is_steered_to_the_other_shows(plain: MainWindow, both: Versus) -> None:
    assert both.other is not None
    plain.graph.canvas.zoom_in()
    assert both.other.view == plain.graph.canvas.view
    QTest.mousePress(both.other, Qt.MouseButton.LeftButton, pos=QPoint(200, 120))
    QTest.mouseMove(both.other, QPoint(150, 100))
    QTest.mouseMove(both.other, QPoint(120, 100))
    QTest.mouseRelease(both.other, Qt.MouseButton.LeftButton, pos=QPoint(120, 100))
    assert both.other.view == plain.graph.canvas.view


def test_a_node_chosen_in_one_is_chosen_in_both(plain: MainWindow, both: Versus) -> None:
    assert both.other is not None
    assert both.other.scene is not None
    x, y = both.other.view.pixel(*(both.other.scene.corner[14] + 6))
    QTest.mouseClick(both.other, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert plain.session.selected == plain.graph.canvas.selected_node == 14
    assert both.other.selected_node == 14


def test_boxes_close_in_both(qtbot: QtBot, plain: MainWindow, both: Versus) -> None:
    assert both.other is not None
    with qtbot.waitSignal(plain.session.arranged, timeout=10_000):
        plain.commands["grain.steps"].trigger()
    assert both.other.scene is plain.graph.canvas.scene


def test_another_run_is_compared_anew(qtbot: QtBot, plain: MainWindow, both: Versus) -> None:
    assert both.strip is not None
    plain.graph.run_bar.type_text("x*z + sin(x)", "expression")
    qtbot.waitUntil(lambda: both.equality is not None and len(both.equality.nodes) < 10,
                    timeout=20_000)  # fmt: skip
    plain.player.to_end()
    assert both.strip.sentence == "All 5 adjoints are equal, bit for bit"


def test_leaving_gives_the_canvas_its_room_back(plain: MainWindow, both: Versus) -> None:
    assert both.other is not None
    QApplication.processEvents()
    narrow = plain.graph.canvas.width()
    plain.commands["view.compare"].trigger()
    QApplication.processEvents()
    assert both.other.isHidden()
    assert plain.graph.canvas.width() > 1.8 * narrow
    plain.player.seek(60)
    assert plain.graph.canvas.moment is not None


def test_the_audience_sees_both(plain: MainWindow, both: Versus) -> None:
    plain.set_presenting(True)
    QApplication.processEvents()
    assert both.other is not None
    assert both.other.isVisible()
    plain.grab()
    plain.set_presenting(False)


def test_a_window_closes_while_they_are_compared(plain: MainWindow) -> None:
    plain.commands["view.compare"].trigger()
    plain.close()
