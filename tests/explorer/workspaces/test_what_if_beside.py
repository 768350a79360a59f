"""What if beside everything else: selection, files, other runs, PyTorch, careless hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from engine.run_spec import RunSpec
from engine.trace.json_text import trace_to_json
from explorer.workspaces.what_if import LAYER, SHEET
from tests.explorer.workspaces.what_if_hands import (
    aide,
    drag,
    layer,
    look_at,
    node,
    number,
    settle,
    sheet,
    trace,
    type_number,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow


def test_selection_cursor_view_and_boxes_stay(qtbot: QtBot, plain: MainWindow) -> None:
    plain.session.arrange(plain.session.arrangement.__class__(collapsed=frozenset({"step[4]"})))
    qtbot.waitUntil(lambda: bool(plain.session.run and plain.session.run.arrangement.collapsed))
    plain.player.seek(plain.player.events - 20)
    look_at(plain, "h_2")
    QApplication.processEvents()
    canvas = plain.graph.canvas
    canvas.zoom_by(1.3)
    before = canvas.view, plain.player.cursor, plain.session.selected
    type_number(qtbot, plain, "0.5")
    assert (canvas.view, plain.player.cursor, plain.session.selected) == before
    assert plain.session.run is not None
    assert plain.session.run.arrangement.collapsed == {"step[4]"}
    plain.commands["grain.operations"].trigger()
    qtbot.waitUntil(lambda: not (plain.session.run and plain.session.run.arrangement.collapsed))
    plain.commands["whatif.undo"].trigger()
    settle(qtbot, plain)
    assert plain.session.run.arrangement.collapsed == frozenset()


def test_the_inspector_tells_the_original_and_the_difference(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plain.player.to_end()
    look_at(plain, "b_h", 0)
    before = number(plain, "h_1", 0)
    type_number(qtbot, plain, "1")
    plain.session.select(node(plain, "h_1"))
    inspector = plain.graph.dock.inspector
    inspector.choose_component(0)
    now = number(plain, "h_1", 0)
    assert inspector._original.text.startswith(f"{before:.6g}".replace("-", "\u2212"))
    assert f"{abs(now - before):.4g}" in inspector._original.text
    assert inspector._original_adjoint.text
    plain.commands["whatif.reset"].trigger()
    settle(qtbot, plain)
    assert inspector._original.text == ""


def test_a_changed_run_is_saved_opened_and_changed_on(
    qtbot: QtBot, plain: MainWindow, tmp_path: Path
) -> None:
    look_at(plain, "h_2")
    type_number(qtbot, plain, "0.5")
    data = trace_to_json(trace(plain))
    path = tmp_path / "changed.json"
    plain.files.save_trace(str(path))
    qtbot.waitUntil(path.exists, timeout=20_000)
    plain.open_file(str(path))
    qtbot.waitUntil(lambda: plain.session.unaltered is None, timeout=20_000)
    assert trace_to_json(trace(plain)) == data
    assert aide(plain).changes == {}
    look_at(plain, "h_2", 1)
    type_number(qtbot, plain, "0.25")
    assert (number(plain, "h_2", 0), number(plain, "h_2", 1)) == (0.5, 0.25)
    plain.commands["whatif.reset"].trigger()
    settle(qtbot, plain)
    assert trace_to_json(trace(plain)) == data


def test_a_new_run_drops_the_changes_also_while_one_is_computed(
    qtbot: QtBot, plain: MainWindow
) -> None:
    look_at(plain, "h_2")
    type_number(qtbot, plain, "0.5")
    aide(plain).change((node(plain, "h_2"), 0), 0.75)
    plain.session.request(RunSpec(text="other words", hidden=3))
    qtbot.waitUntil(lambda: len(trace(plain).provenance["tokens"]) == 2, timeout=20_000)
    settle(qtbot, plain)
    assert "changes" not in trace(plain).provenance
    assert aide(plain).changes == {}
    assert not aide(plain).undo_stack.canUndo()
    assert layer(plain) is None
    assert plain.session.unaltered is None


def test_a_planted_run_is_refused_with_a_sentence(qtbot: QtBot, plain: MainWindow) -> None:
    look_at(plain, "h_2")
    plain.session.plant("assigned")
    qtbot.waitUntil(lambda: plain.session.diagnosis is not None, timeout=20_000)
    look_at(plain, "h_2")
    assert sheet(plain)._note.sentence.startswith("A mistake is planted")
    before = trace(plain)
    aide(plain).change((node(plain, "h_2"), 0), 0.5)
    assert trace(plain) is before
    assert plain._notice.sentence.startswith("A mistake is planted")
    plain.session.remove_planted()
    type_number(qtbot, plain, "0.5")
    assert number(plain, "h_2", 0) == 0.5


def test_what_overflows_is_shown_and_said(qtbot: QtBot, plain: MainWindow) -> None:
    plain.session.request(RunSpec(expression="exp(x)*x", values={"x": 1.0}))
    qtbot.waitUntil(lambda: len(trace(plain)) < 10, timeout=20_000)
    look_at(plain, "x")
    type_number(qtbot, plain, "2000")
    assert trace(plain).loss == np.inf
    assert "no finite number" in sheet(plain)._remark.sentence
    plain.graph.canvas.grab()
    type_number(qtbot, plain, "1")
    assert "changes" not in trace(plain).provenance


def test_pytorch_judges_the_changed_run_when_the_hand_is_gone(
    qtbot: QtBot, window: MainWindow
) -> None:
    look_at(window, "h_2")
    it = aide(window)
    it._take_hold()
    it._move(0.25)
    settle(qtbot, window)
    assert window.session.checking == "idle"
    it._let_go()
    qtbot.waitUntil(lambda: window.session.verdict is not None, timeout=60_000)
    assert window.session.verdict is not None
    assert window.session.verdict.status == "agrees"


def test_every_number_of_every_card_can_be_tried(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.to_end()
    for index in range(len(trace(plain))):
        plain.session.select(index)
        if not aide(plain).is_open:
            plain.commands["whatif.open"].trigger()
        aide(plain).change((index, 0), 1.0)
        plain.graph.canvas.repaint()
    settle(qtbot, plain)
    plain.commands["whatif.reset"].trigger()
    settle(qtbot, plain)
    assert "changes" not in trace(plain).provenance


@pytest.mark.parametrize("seed", range(3))
def test_random_clicks_and_keys_do_no_harm(qtbot: QtBot, plain: MainWindow, seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain.player.to_end()
    original = trace(plain)
    canvas = plain.graph.canvas
    commands = ("whatif.open", "whatif.undo", "whatif.redo", "whatif.reset", "grain.modules",
                "grain.operations", "grain.roll", "view.zoom_fit")  # fmt: skip
    for _ in range(60):
        match int(rng.integers(5)):
            case 0:
                plain.commands[str(rng.choice(commands))].trigger()
            case 1:
                plain.session.select(int(rng.integers(-1, len(original))))
            case 2:
                spot = QPoint(int(rng.integers(canvas.width())), int(rng.integers(canvas.height())))
                drag(plain, spot, int(rng.integers(-60, 60)))
            case 3:
                place = int(rng.integers(len(original))), int(rng.integers(9))
                aide(plain).change(place, float(rng.choice([0, 0.5, -3, 1e9, np.nan])))
            case _:
                QApplication.processEvents()
    plain.commands["whatif.reset"].trigger()
    settle(qtbot, plain)
    assert trace(plain) is original


def test_the_window_can_be_closed_while_a_change_is_computed(
    qtbot: QtBot, plain: MainWindow
) -> None:
    look_at(plain, "h_2")
    aide(plain).change((node(plain, "h_2"), 0), 0.5)
    plain.close()
    assert not plain.jobs.is_running(LAYER)


def test_the_newest_change_wins_and_no_second_job_is_started(
    qtbot: QtBot, plain: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at(plain, "h_2")
    started: list[str] = []
    plain.jobs.started.connect(started.append)
    it = aide(plain)
    it._take_hold()
    for step in range(50):
        it._move(step / 50)
    settle(qtbot, plain)
    assert number(plain, "h_2", 0) == 49 / 50
    assert started.count(LAYER) == 2
    it._let_go()
    assert SHEET in plain.graph.sheets.name
