"""The Code workspace in the main window: networks, styles, the cursor, questions, PyTorch."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.oracle.client import Oracle
from engine.run_spec import RunSpec
from engine.styles.dialects import STYLES, StyleName
from explorer.settings import SettingsFile
from explorer.window import MainWindow
from explorer.workspaces.code import ASK_JOB, CodeWorkspace
from tests.explorer.workspaces.code_pages import LONG, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


# One cursor


@pytest.mark.parametrize("network", ["feed-forward", "recurrent"])
def test_another_style_keeps_the_event(qtbot: QtBot, plain: MainWindow, network: str) -> None:
    code = opened(qtbot, plain, network)
    assert code.run is not None
    events = code.run.trace.events()
    for cursor in (3, events.seed_index, len(events) - 4):
        code.player.seek(cursor)
        for name in STYLES:
            code.choose_style(name)
            assert code.player.cursor == cursor
            expected = code.run.dialects[name].run.lines(events[cursor - 1])
            assert code.columns.code.running == expected


def test_a_step_moves_the_line_in_every_style(code: CodeWorkspace) -> None:
    assert code.run is not None
    index = next(node.index for node in code.run.trace.nodes if node.name == "z")
    wanted: dict[StyleName, str] = {
        "procedural": "z = sigmoid(a)",
        "modules": "return rules.sigmoid(x)",
        "objects": "return Value(rules.sigmoid(x.value))",
        "pytorch": "z = self.sigmoid(a)",
    }
    code.player.seek(index)
    code.player.step_forward()
    for name, line in wanted.items():
        code.choose_style(name)
        assert code.columns.code.running_text.strip() == line


def test_playing_moves_the_highlighted_line(qtbot: QtBot, code: CodeWorkspace) -> None:
    seen: set[tuple[int, ...]] = set()

    def note(*_: object) -> None:
        seen.add(code.columns.code.running)

    code.player.moved.connect(note)
    code.player.set_speed(16)
    code.player.play()
    qtbot.waitUntil(lambda: not code.player.playing, timeout=LONG)
    assert len(seen) >= 5
    assert code.player.cursor == code.player.events


def test_the_three_columns_tell_the_same_event(code: CodeWorkspace) -> None:
    assert code.run is not None
    trace = code.run.trace
    cursor = next(i + 1 for i, e in enumerate(trace.events()) if trace.nodes[e.node].name == "b")
    code.player.seek(cursor)
    assert code.columns.node.card.name == "b"
    assert code.columns.math._equation._asked[0].startswith("b =")
    assert code.columns.code.running_text.strip() == "b = beta @ z"
    assert "b" in code.transport.sentence


def test_the_keys_move_this_cursor_and_not_the_graphs(
    qtbot: QtBot, plain: MainWindow, code: CodeWorkspace
) -> None:
    before = plain.player.cursor
    plain.activateWindow()
    code.columns.setFocus()
    QTest.keyClick(code.columns, Qt.Key.Key_Right)
    QTest.keyClick(code.columns, Qt.Key.Key_Right)
    assert code.player.cursor == 2
    QTest.keyClick(code.columns, Qt.Key.Key_Left)
    assert code.player.cursor == 1
    playing = []
    for _ in range(2):
        QTest.keyClick(code.columns, Qt.Key.Key_Space)
        playing.append(code.player.playing)
    assert playing == [True, False]
    assert plain.player.cursor == before


def test_the_graphs_own_run_is_one_run_under_one_cursor(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.seek(17)
    code = opened(qtbot, plain, "recurrent")
    assert code.run is not None
    assert plain.session.run is not None
    assert code.run.trace is plain.session.run.trace
    assert code.player.cursor == 17
    code.player.seek(40)
    plain.show_workspace("graph")
    assert plain.player.cursor == 40
    plain.player.seek(60)
    plain.show_workspace("code")
    assert code.player.cursor == 60


def test_the_feed_forward_network_leaves_the_graphs_cursor_alone(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plain.player.seek(17)
    code = opened(qtbot, plain)
    code.player.seek(5)
    plain.show_workspace("graph")
    assert plain.player.cursor == 17


def test_speed_and_step_are_shared(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.set_speed(4)
    plain.commands["unit.node"].trigger()
    code = opened(qtbot, plain)
    assert (code.player.speed, code.player.unit) == (4, "node")
    code.player.set_speed(2)
    plain.show_workspace("graph")
    assert plain.player.speed == 2


def test_version_a_is_told_by_the_same_code(qtbot: QtBot, code: CodeWorkspace) -> None:
    assert code.run is not None
    code.player.seek(len(code.run.trace.events("B")) - 5)
    code._session.set_version("A")
    assert code.frame is not None
    assert code.frame.version == "A"
    assert code.columns.code.running


# Runs


@pytest.mark.parametrize(
    "spec",
    [
        RunSpec(expression="x*z", values={"x": 2.0, "z": 3.0}),
        RunSpec(text="one fish two fish", hidden=3, cell="gru"),
        RunSpec(text="one fish two fish", hidden=3, activation="relu"),
    ],
    ids=["formula", "gru", "relu"],
)
def test_a_run_that_is_not_written_out_gives_way_to_one_that_is(
    qtbot: QtBot, plain: MainWindow, spec: RunSpec
) -> None:
    before = plain.session.run
    plain.session.request(spec)
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=LONG)
    code = opened(qtbot, plain, "recurrent")
    assert code.run is not None
    assert not code.run.borrowed
    tokens = plain.session.run.trace.provenance.get("tokens", ())  # type: ignore[union-attr]
    wanted = " ".join(tokens) or "Narwhals are way cooler than parrots"
    assert code._bar.subject == f"“{wanted}”"


def test_another_sentence_on_the_graph_is_taken_up(qtbot: QtBot, plain: MainWindow) -> None:
    code = opened(qtbot, plain, "recurrent")
    first = code.run
    plain.show_workspace("graph")
    before = plain.session.run
    plain.session.request(RunSpec(text="one fish two", hidden=2))
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=LONG)
    plain.show_workspace("code")
    qtbot.waitUntil(lambda: code.run is not first, timeout=LONG)
    assert code._bar.subject == "“one fish two”"
    qtbot.waitUntil(lambda: not plain.jobs.is_running(ASK_JOB), timeout=LONG)


def test_the_network_is_remembered_as_the_workspace_is(qtbot: QtBot, plain: MainWindow) -> None:
    opened(qtbot, plain)
    assert plain._settings.value.workspace == "code"
    assert plain.commands["workspace.code"].isChecked()


# Whether it agrees


@pytest.mark.parametrize("name", ["procedural", "modules", "objects"])
def test_the_badge_says_that_our_styles_agree(code: CodeWorkspace, name: StyleName) -> None:
    code.choose_style(name)
    badge = code._bar.badge
    assert badge.verdict == "agrees"
    assert badge.text() == "Equals the run"
    assert "adjoints" in badge.accessibleDescription()


def test_without_pytorch_its_code_is_shown_as_unverified(code: CodeWorkspace) -> None:
    code.choose_style("pytorch")
    assert code._bar.badge.verdict == "unverified"
    assert "unverified" in code.columns.remark
    assert "nn.Linear" in code.columns.code.toPlainText()
    code.choose_style("modules")
    assert code.columns.remark == ""


@pytest.fixture
def asking(
    qtbot: QtBot, tmp_path: Path, program_fonts: object
) -> Iterator[Callable[[Oracle], MainWindow]]:
    """Opens a window with an oracle, and closes both."""
    made: list[tuple[MainWindow, Oracle]] = []

    def make(oracle: Oracle) -> MainWindow:
        window = MainWindow(SettingsFile(tmp_path / "settings"), oracle)
        window.set_motion(False)
        window.show()
        made.append((window, oracle))
        return window

    yield make
    for window, oracle in made:
        window.close()
        oracle.close()


def test_pytorch_runs_the_code_on_screen(
    qtbot: QtBot, asking: Callable[[Oracle], MainWindow]
) -> None:
    code = opened(qtbot, asking(Oracle()))
    code.choose_style("pytorch")
    assert code._bar.badge.verdict == "agrees"
    assert code.columns.remark == ""
    assert code.dialect.run.adjoint_error is not None
    assert code.dialect.run.adjoint_error < 2e-15


def test_a_pytorch_that_fails_is_said_to_and_nothing_is_green(
    qtbot: QtBot, asking: Callable[[Oracle], MainWindow]
) -> None:
    broken = Oracle([sys.executable, "-c", "raise SystemExit(1)"])
    window = asking(broken)
    code = opened(qtbot, window)
    code.choose_style("pytorch")
    assert code._bar.badge.verdict == "unverified"
    assert "ended without an answer" in code.columns.remark
    code._bar.badge.click()
    assert "ended without an answer" in window._notice.sentence
