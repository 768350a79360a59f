"""Version A beside Version B in the window, to the end, and away again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.bench.samples import sample_trace
from explorer.panels.versus_strip import EQUAL, MARKED, PROVING
from explorer.run_jobs import Carried, prepared
from explorer.workspaces.versus import JOB, Versus
from tests.explorer.room import cramped
from tests.explorer.workspaces.versus_hands import (
    PROVED,
    compare,
    left_of,
    node,
    other,
    strip,
    to_the_proof,
    told,
)

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow


def test_both_versions_stand_side_by_side_a_at_the_left(plain: MainWindow, both: Versus) -> None:
    second, canvas = other(both), plain.graph.canvas
    assert left_of(plain, second) + second.width() < left_of(plain, canvas)
    assert abs(second.width() - canvas.width()) <= 2
    assert plain.commands["view.compare"].isChecked()


def test_the_key_opens_and_closes_the_comparison(plain: MainWindow) -> None:
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_D)
    both = plain.graph.aides.findChild(Versus)
    assert isinstance(both, Versus)
    assert other(both).isVisible()
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_D)
    assert other(both).isHidden()
    assert not plain.commands["view.compare"].isChecked()


def test_one_clock_moves_both(plain: MainWindow, both: Versus) -> None:
    plain.player.seek(100)
    mine, theirs = plain.graph.canvas.moment, other(both).moment
    assert mine is not None
    assert theirs is not None
    assert (mine.frame.version, theirs.frame.version) == ("B", "A")
    assert mine.frame.cursor == theirs.frame.cursor == 100
    assert plain.graph.transport.scrubber.isVisible()


def test_pulling_says_what_a_node_still_waits_for(plain: MainWindow, both: Versus) -> None:
    run = plain.session.run
    assert run is not None
    done = int(run.trace.events("A").completed_at[node(plain, "h_3")])
    # h_3 goes into step 4 and into the output: after the first of two contributions it waits.
    plain.player.seek(done - 1)
    assert told(both, "A")[1] == "h₃ still waiting for 1"
    assert told(both, "A")[0].endswith("1 waiting")
    plain.player.seek(done)
    assert told(both, "A")[1] == "h₃ has all 2: sums once"
    plain.player.seek(done + 1)
    assert told(both, "A")[1] == "h₃ is written once, the sum of 2"


def test_pushing_says_whose_accumulator_fills(plain: MainWindow, both: Versus) -> None:
    run = plain.session.run
    assert run is not None
    events = run.trace.events("B")
    first = next(e for e in run.trace.graph.contributing_edges(node(plain, "W_hh")))
    plain.player.seek(int(events.contributed_at[first]) + 1)
    assert told(both, "B")[1].endswith("adds to Wₕₕ: 1 of 5 there")


def test_at_the_end_every_adjoint_is_proved_equal(
    qtbot: QtBot, plain: MainWindow, both: Versus
) -> None:
    plain.player.seek(100)
    assert strip(both).sentence.startswith("Adjoints complete: A ")
    assert strip(both).cells.states == []
    assert to_the_proof(qtbot, plain, both) == PROVED
    assert strip(both).cells.states == [EQUAL] * 52
    # 52 adjoints and 78 contributions: A reads an adjoint for each and writes each sum; of B's
    # nodes 46 push, each reading its own adjoint, and each contribution and the seed is written.
    assert told(both, "A") == ("78 reads · 52 writes · 0 waiting", "every adjoint is complete")
    assert told(both, "B") == ("46 reads · 79 writes · 0 waiting", "every adjoint is complete")
    strip(both).grab()
    plain.player.seek(100)
    assert strip(both).sentence.startswith("Adjoints complete")


def test_playing_ends_in_the_proof_as_well(qtbot: QtBot, plain: MainWindow, both: Versus) -> None:
    plain.player.set_speed(16)
    plain.player.seek(plain.player.events - 3)
    plain.player.play()
    qtbot.waitUntil(lambda: not plain.player.playing, timeout=20_000)
    qtbot.waitUntil(lambda: strip(both).sentence == PROVED, timeout=20_000)


def test_a_cell_names_its_node_and_selects_it(
    qtbot: QtBot, plain: MainWindow, both: Versus
) -> None:
    to_the_proof(qtbot, plain, both)
    cells = strip(both).cells
    # The output's adjoint is the first to be complete, the parameters' are the last.
    assert cells.node_at(1) == node(plain, "L")
    assert cells.node_at(-1) == cells.node_at(cells.width() + 1) == -1
    assert cells._told(1) == "L: A and B are equal, bit for bit"
    QTest.mouseClick(cells, Qt.MouseButton.LeftButton, pos=QPoint(2, 4))
    assert plain.session.selected == node(plain, "L")


def test_another_run_is_compared_anew(qtbot: QtBot, plain: MainWindow, both: Versus) -> None:
    assert to_the_proof(qtbot, plain, both) == PROVED
    before = plain.session.run
    plain.graph.run_bar.type_text("x*z + sin(x)", "expression")
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    assert both.is_open
    assert other(both).scene is plain.graph.canvas.scene
    qtbot.waitUntil(
        lambda: strip(both).sentence == "All 5 adjoints are equal, bit for bit", timeout=20_000
    )
    # Edges x-a, z-a, x-s, a-y, s-y: A reads five, B writes five and the seed.
    assert told(both, "A")[0].startswith("5 reads · 5 writes")
    assert told(both, "B")[0].startswith("3 reads · 6 writes")


def test_of_a_planted_mistake_only_what_is_true_is_said(
    qtbot: QtBot, plain: MainWindow, both: Versus
) -> None:
    with qtbot.waitSignal(plain.session.run_changed, timeout=20_000):
        plain.session.plant("assigned")
    said = to_the_proof(qtbot, plain, both)
    run = plain.session.run
    assert run is not None
    assert run.scene.mistake is not None
    wrong = len(run.scene.mistake.wrong_adjoints)
    assert said == (
        "Without the mistake all 52 adjoints are equal, bit for bit;"
        f" {wrong} on screen are other numbers"
    )
    assert strip(both).cells.states.count(MARKED) == wrong
    strip(both).grab()
    plain.jobs.cancel("plant")


def test_a_pass_out_of_order_cannot_be_compared_and_says_so(
    qtbot: QtBot, plain: MainWindow, both: Versus
) -> None:
    said: list[str] = []
    plain.graph.failed.connect(said.append)
    with qtbot.waitSignal(plain.session.run_changed, timeout=20_000):
        plain.session.plant("unordered")
    assert not both.is_open
    assert not plain.commands["view.compare"].isChecked()
    assert any(sentence.startswith("Version A cannot run in this order") for sentence in said)
    plain.jobs.cancel("plant")
    plain.session.remove_planted()
    assert compare(plain).is_open


def test_leaving_gives_the_canvas_its_room_back(plain: MainWindow, both: Versus) -> None:
    narrow = plain.graph.canvas.width()
    plain.commands["view.compare"].trigger()
    QApplication.processEvents()
    assert other(both).isHidden()
    assert strip(both).isHidden()
    assert plain.graph.canvas.width() > 1.8 * narrow
    assert plain.graph.canvas.layer("waiting") is None
    plain.player.seek(60)
    assert plain.graph.canvas.moment is not None
    view = other(both).view
    plain.graph.canvas.zoom_in()
    assert other(both).view == view


def test_the_audience_sees_both(qtbot: QtBot, plain: MainWindow, both: Versus) -> None:
    plain.player.seek(110)
    plain.set_presenting(True)
    QApplication.processEvents()
    assert other(both).isVisible()
    assert strip(both).isVisible()
    assert plain.graph._heading._title.full_text == "Backward pass, Version A beside Version B"
    plain.grab()
    plain.set_presenting(False)


def test_a_proof_that_was_left_is_made_on_returning(
    qtbot: QtBot, plain: MainWindow, both: Versus
) -> None:
    plain.player.to_end()
    plain.show_workspace("ngram")
    plain.show_workspace("graph")
    qtbot.waitUntil(lambda: strip(both).sentence == PROVED, timeout=20_000)


@pytest.mark.parametrize(
    ("scale", "size"), [(1.0, (1280, 720)), (2.0, (1280, 720)), (3.0, (1920, 1080)),
                        (1.0, (960, 600))], ids=str
)  # fmt: skip
def test_both_and_what_is_said_of_them_have_room(
    qtbot: QtBot, plain: MainWindow, both: Versus, scale: float, size: tuple[int, int]
) -> None:
    plain.resize(*size)
    plain.appearance.set_scale(scale)
    plain.player.seek(110)

    def check() -> None:
        assert cramped(plain) == []
        assert plain.width() <= size[0]

    QApplication.processEvents()
    qtbot.waitUntil(check, timeout=3000)
    plain.commands["view.check"].trigger()
    QApplication.processEvents()
    qtbot.waitUntil(check, timeout=3000)


def test_a_long_run_has_a_cell_for_some_nodes_each(
    qtbot: QtBot, plain: MainWindow, both: Versus
) -> None:
    plain.session.show(prepared(None, sample_trace(300), Carried(plain.session.arrangement, None)))
    plain.player.to_end()
    qtbot.waitUntil(lambda: both.equality is not None, timeout=20_000)
    assert both.equality is not None
    count = len(both.equality.nodes)
    assert strip(both).sentence == f"All {count} adjoints are equal, bit for bit"
    assert 100 < len(strip(both).cells.states) < count
    assert " to " in strip(both).cells._told(60.0)
    strip(both).grab()


def test_a_window_closes_while_the_proof_is_made(
    qtbot: QtBot, plain: MainWindow, both: Versus, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def slow(trace: object) -> object:
        begun.set()
        while True:
            yield trace, ()

    monkeypatch.setattr("explorer.workspaces.versus._compare", slow)
    plain.player.to_end()
    qtbot.waitUntil(begun.is_set, timeout=5000)
    assert strip(both).sentence == PROVING
    assert plain.jobs.is_running(JOB)
    plain.close()
    assert not plain.jobs.is_running(JOB)
