"""Planting and removing in the real window: nothing blocks, and everything follows."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.run_spec import RunSpec
from explorer.window import MainWindow


def plant(window: MainWindow, qtbot: QtBot, identity: str, *, example: bool = False) -> None:
    session = window.session
    session.plant(identity, example=example)
    qtbot.waitUntil(lambda: session.diagnosis is not None, timeout=60_000)
    qtbot.waitUntil(lambda: session.verdict is not None, timeout=60_000)


def remove(window: MainWindow, qtbot: QtBot) -> None:
    window.session.remove_planted()
    qtbot.waitUntil(lambda: window.session.verdict is not None, timeout=60_000)


def test_the_museum_opens_by_its_key(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_M)
    assert window.graph.sheets.name == "museum"
    QTest.keyClick(window, Qt.Key.Key_M)
    assert window.graph.sheets.name == ""


def test_choosing_a_mistake_plants_it_and_pytorch_really_disagrees(
    window: MainWindow, qtbot: QtBot
) -> None:
    graph, session = window.graph, window.session
    window.commands["view.museum"].trigger()
    page = graph.sheets.page("museum")
    right = session.run
    next(row for row in page.rows if row.identity == "tanh-input").click()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: session.diagnosis is not None, timeout=60_000)
    qtbot.waitUntil(lambda: session.verdict is not None, timeout=60_000)
    assert session.right_run is right
    assert session.verdict is not None
    assert session.verdict.status == "disagrees"
    assert graph.museum.banner.sentence == "A mistake is planted: tanh differentiated at its input"
    assert "disagrees first at the adjoint of z₅, where the error is born" in page.told  # type: ignore[attr-defined]
    assert session.run is not None
    assert session.run.scene.mistake is not None


def test_removing_brings_the_right_run_back_at_the_same_cursor(
    window: MainWindow, qtbot: QtBot
) -> None:
    session, player = window.session, window.player
    right = session.run
    assert right is not None
    # A node is complete there: such a moment is found again in every run of this program.
    player.seek(player.loss_cursor + 2)
    cursor = player.cursor
    plant(window, qtbot, "exp-input")
    plant(window, qtbot, "tanh-input")
    assert player.cursor == cursor
    remove(window, qtbot)
    assert session.run is right
    assert player.cursor == cursor
    assert session.diagnosis is None
    assert session.verdict is not None
    assert session.verdict.status == "agrees"
    assert window.graph.museum.banner.isHidden()


def test_its_example_takes_the_screen_and_gives_it_back(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    right = session.run
    plant(window, qtbot, "not-shifted", example=True)
    assert session.run is not None
    assert len(session.run.trace) == 6
    assert "its example, a classifier with logits above 700" in window.graph.museum.banner.sentence
    remove(window, qtbot)
    assert session.run is right


def test_another_run_ends_the_mistake(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    plant(window, qtbot, "assigned")
    planted = session.run
    session.request(RunSpec(text="one two three"))
    qtbot.waitUntil(lambda: session.run is not planted, timeout=60_000)
    qtbot.waitUntil(lambda: session.verdict is not None, timeout=60_000)
    assert session.right_run is None
    assert window.graph.museum.banner.isHidden()
    session.remove_planted()
    assert session.run is not planted


def test_the_algorithm_is_written_as_the_mistake_has_it(window: MainWindow, qtbot: QtBot) -> None:
    plant(window, qtbot, "assigned")
    window.player.seek(window.player.loss_cursor + 3)
    view = window.graph.dock.algorithm
    assert "dy/dv = dy/du · du/dv" in view.accessibleDescription()
    remove(window, qtbot)
    window.player.seek(window.player.loss_cursor + 3)
    assert "dy/dv += dy/du · du/dv" in view.accessibleDescription()


@pytest.mark.parametrize("version", ["A", "B"])
@pytest.mark.parametrize("identity", ["assigned", "unordered", "detached", "not-shifted"])
def test_every_moment_of_a_planted_run_can_be_shown(
    window: MainWindow, qtbot: QtBot, identity: str, version: str
) -> None:
    plant(window, qtbot, identity, example=identity == "not-shifted")
    window.session.set_version("A" if version == "A" else "B")
    for cursor in range(0, window.player.events + 1, 3):
        window.player.seek(cursor)
        window.graph.canvas.grab()


def test_a_planted_run_is_saved_as_such_and_opened_as_such(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session = window.session
    plant(window, qtbot, "detached")
    path = tmp_path / "planted.json"
    window.files.save_trace(str(path))
    qtbot.waitUntil(path.exists, timeout=20_000)
    qtbot.waitUntil(lambda: not window.jobs.is_running("save"), timeout=20_000)
    assert '"planted":"detached"' in path.read_text(encoding="utf-8")
    remove(window, qtbot)
    window.open_file(str(path))
    qtbot.waitUntil(lambda: session.diagnosis is not None, timeout=60_000)
    assert session.run is not None
    assert session.run.planted is not None
    assert session.run.planted.exhibit.id == "detached"
    assert session.right_run is not None
    assert "planted" not in session.right_run.trace.provenance
    qtbot.waitUntil(lambda: session.verdict is not None, timeout=60_000)


def test_the_strip_and_the_drawer_keep_apart(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1280, 720)
    plant(window, qtbot, "assigned")
    graph = window.graph
    banner = graph.museum.banner
    qtbot.waitUntil(lambda: graph.is_narrow and banner.isVisible(), timeout=10_000)
    qtbot.waitUntil(lambda: banner.geometry().bottom() > 0, timeout=10_000)
    assert not graph._side.strip.geometry().intersects(banner.geometry())
    assert not graph.dock.geometry().intersects(banner.geometry())
    remove(window, qtbot)
    qtbot.waitUntil(lambda: graph.dock.geometry().top() == 0, timeout=10_000)
