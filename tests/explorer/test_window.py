"""The main window as a person uses it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.oracle.answers import OracleUnavailable
from engine.oracle.verdict import Disagreement, compare
from explorer.commands import COMMANDS
from explorer.kit.combo_field import ComboField
from explorer.panels.check_sheet import CheckSheet
from explorer.session import Run
from explorer.window import MainWindow


def loss_of(window: MainWindow) -> float:
    assert window.session.run is not None
    return window.session.run.trace.loss


def rerun(qtbot: QtBot, window: MainWindow, text: str, model: str | None = None) -> None:
    """Type a text (and choose a model) and wait for the new run."""
    before = window.session.run
    window.graph.run_bar.type_text(text, model)
    qtbot.waitUntil(lambda: window.session.run is not before, timeout=20_000)


def until_other_run(qtbot: QtBot, window: MainWindow, before: Run | None) -> None:
    qtbot.waitUntil(lambda: window.session.run is not before, timeout=20_000)


def refused(qtbot: QtBot, window: MainWindow, text: str, model: str | None = None) -> str:
    """Type what cannot be used; the sentence shown. The run on screen must stay."""
    before = window.session.run
    window._notice.clear()
    window.graph.run_bar.type_text(text, model)
    qtbot.waitUntil(lambda: bool(window._notice.sentence), timeout=20_000)
    assert window.session.run is before
    return window._notice.sentence


def choose(field: ComboField, identity: str) -> None:
    """Choose an option as a person does."""
    field.set_choice(identity)
    field.chosen.emit(identity)


def version_of(window: MainWindow) -> str:
    return window.session.version


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    window.graph.canvas.setFocus()
    QTest.keyClick(window.graph.canvas, key)


def test_it_opens_on_the_narwhals_ready_to_play(window: MainWindow) -> None:
    run = window.session.run
    assert run is not None
    assert run.trace.provenance["tokens"] == ["Narwhals", "are", "way", "cooler", "than", "parrots"]
    assert run.trace.provenance["weights"] != "fresh"
    assert window.player.cursor == 0
    assert window.graph.badge.verdict == "agrees"
    assert window.graph.badge.text() == "Agrees with PyTorch"


def test_playing_to_the_end_reaches_the_loss_and_every_adjoint(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.player.set_speed(16)
    press(qtbot, window, Qt.Key.Key_Space)
    assert window.player.playing
    qtbot.waitUntil(lambda: window.player.cursor == window.player.events, timeout=30_000)
    frame = window.graph.frame
    assert frame is not None
    assert frame.evaluated.all()
    assert frame.phase == "end"
    assert "189 of 189" in window.graph.transport.sentence
    # 0.458797 is what the command line reports for this sentence and these weights.
    assert loss_of(window) == pytest.approx(0.458797, abs=1e-6)


def test_the_keys_step_seek_and_change_version(qtbot: QtBot, window: MainWindow) -> None:
    player = window.player
    press(qtbot, window, Qt.Key.Key_Right)
    assert player.cursor == 1
    press(qtbot, window, Qt.Key.Key_L)
    assert player.cursor == player.loss_cursor == 58
    press(qtbot, window, Qt.Key.Key_End)
    assert player.cursor == player.events == 189
    press(qtbot, window, Qt.Key.Key_A)
    assert version_of(window) == "A"
    press(qtbot, window, Qt.Key.Key_B)
    assert version_of(window) == "B"
    press(qtbot, window, Qt.Key.Key_Home)
    assert player.cursor == 0


@pytest.mark.parametrize("unit", ["event", "node", "module", "time"])
def test_stepping_back_retraces_the_steps_forward(window: MainWindow, unit: str) -> None:
    window.commands[f"unit.{unit}"].trigger()
    player, places = window.player, [0]
    while player.cursor < player.events:
        player.step_forward()
        places.append(player.cursor)
    back = [player.cursor]
    while player.cursor > 0:
        player.step_back()
        back.append(player.cursor)
    assert back == places[::-1]


def test_stepping_back_lands_at_once_with_motion_on(window: MainWindow) -> None:
    window.set_motion(True)
    window.player.seek(30)
    window.player.step(-1, "node")
    assert (window.player.cursor, window.player.alpha) == (29, 0.0)


def test_dragging_the_scrubber_moves_the_run(qtbot: QtBot, window: MainWindow) -> None:
    scrubber = window.graph.transport.scrubber
    place = QPoint(int(scrubber.x_of(120)), scrubber.height() // 2)
    QTest.mouseClick(scrubber, Qt.MouseButton.LeftButton, pos=place)
    assert abs(window.player.cursor - 120) <= 1


def test_another_sentence_keeps_the_moment(qtbot: QtBot, window: MainWindow) -> None:
    window.player.seek(29)
    assert window.session.run is not None
    name = window.session.run.trace.nodes[28].name
    rerun(qtbot, window, "Narwhals are big fans of machine learning")
    assert window.session.run.trace.nodes[window.player.cursor - 1].name == name


def test_an_unknown_word_is_one_sentence_and_the_run_stays(
    qtbot: QtBot, window: MainWindow
) -> None:
    sentence = refused(qtbot, window, "Penguins are cool")
    assert "penguins" in sentence
    assert "\n" not in sentence
    rerun(qtbot, window, "Narwhals are coming")
    assert window._notice.sentence == ""


def test_a_text_of_unknown_words_can_be_read_with_fresh_weights(
    qtbot: QtBot, window: MainWindow
) -> None:
    refused(qtbot, window, "Penguins are cool")
    before = window.session.run
    window._notice.action_requested.emit()
    until_other_run(qtbot, window, before)
    assert window.session.run is not None
    assert window.session.run.trace.provenance["vocabulary"] == ["are", "cool", "penguins"]
    assert window.graph.run_bar.chosen.is_fresh


@pytest.mark.parametrize(
    ("text", "model", "message"),
    [
        ("", None, "at least one word"),
        ("exp(x", "expression", "never closed"),
        ("x + w", "expression", "w"),
        ("__import__('os')", "expression", ""),
        ("log(x - 5)", "expression", "log"),
        ("1/0 * x", "expression", ""),
    ],
)
def test_bad_text_and_formulas_are_one_sentence(
    qtbot: QtBot, window: MainWindow, text: str, model: str | None, message: str
) -> None:
    if model is not None:
        rerun(qtbot, window, "x*z", model)
    sentence = refused(qtbot, window, text)
    assert sentence
    assert message in sentence


def test_a_typed_formula_becomes_a_graph(qtbot: QtBot, window: MainWindow) -> None:
    rerun(qtbot, window, "exp(x*z) + x*z/log(x) + sin(log(x))/(x*z)", "expression")
    # x = 2, z = 3: e^6 + 6/log 2 + sin(log 2)/6.
    expected = np.exp(6) + 6 / np.log(2) + np.sin(np.log(2)) / 6
    assert loss_of(window) == pytest.approx(expected, rel=1e-15)
    qtbot.waitUntil(lambda: window.session.verdict is not None, timeout=20_000)
    assert window.graph.badge.verdict == "agrees"


def test_fresh_weights_follow_every_size(qtbot: QtBot, window: MainWindow) -> None:
    rerun(qtbot, window, "a b c a", "fresh")
    bar, losses = window.graph.run_bar, [loss_of(window)]
    changes: tuple[Callable[[], object], ...] = (
        lambda: bar._hidden._spin.setValue(5),
        lambda: bar._seed._spin.setValue(11),
        lambda: choose(bar._activation, "relu"),
        lambda: choose(bar._tokens, "char"),
    )
    for change in changes:
        before = window.session.run
        change()
        until_other_run(qtbot, window, before)
        losses.append(loss_of(window))
    assert len(set(losses)) == len(losses)
    assert window.session.run is not None
    assert window.session.run.trace.provenance["activation"] == "relu"
    assert window.session.run.trace.provenance["hidden"] == 5


def test_switching_the_version_keeps_the_moment_and_the_algorithm_follows(
    window: MainWindow,
) -> None:
    window.player.seek(120)
    assert window.graph.frame is not None
    done = int(window.graph.frame.completed.sum())
    window.session.set_version("A")
    assert window.graph.frame.version == "A"
    assert int(window.graph.frame.completed.sum()) == done
    window.session.set_version("B")
    assert int(window.graph.frame.completed.sum()) == done


def test_a_click_on_a_node_shows_its_numbers_beside_pytorchs(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.player.to_end()
    run, canvas = window.session.run, window.graph.canvas
    assert run is not None
    node = next(n for n in run.trace.nodes if n.name == "h_3")
    layout, view = run.layout, canvas.view
    middle = (
        layout.x[node.index] + layout.w[node.index] / 2,
        layout.y[node.index] + layout.h[node.index] / 2,
    )
    x, y = (
        (middle[0] - view.at(0, 0)[0]) / (view.at(1, 0)[0] - view.at(0, 0)[0]),
        (middle[1] - view.at(0, 0)[1]) / (view.at(0, 1)[1] - view.at(0, 0)[1]),
    )
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(int(x), int(y)))
    assert window.session.selected == node.index
    inspector = window.graph.dock.inspector
    assert inspector._rows["Primitive"].full_text == "tanh"
    assert inspector._rows["Module"].full_text == "step[3].cell"
    assert f"{float(node.value[0]):.6g}" in inspector._torch["PyTorch's value"].full_text
    inspector.choose_component(4)
    assert f"{float(node.value[4]):.6g}" in inspector._torch["PyTorch's value"].full_text


def test_a_disagreement_is_named_and_a_click_goes_there(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    assert session.verdict is not None
    node = 20
    session._take_verdict(
        replace(
            session.verdict,
            status="disagrees",
            first_disagreement=Disagreement(node, "ℓ_2", "adjoint", 0.5),
        )
    )
    badge = window.graph.badge
    assert badge.verdict == "disagrees"
    QTest.mouseClick(badge, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.selected == node, timeout=10_000)
    assert "differs from PyTorch" in window._notice.sentence
    assert window.graph.sheets.name == "check"


def test_without_pytorch_the_badge_is_unverified_and_says_how_to_get_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    run = window.session.run
    assert run is not None
    missing = OracleUnavailable("PyTorch is not installed.", "Install it with pip.")
    window.session._take_verdict(compare(run.trace, missing))
    assert window.graph.badge.verdict == "unverified"
    QTest.mouseClick(window.graph.badge, Qt.MouseButton.LeftButton)
    page = window.graph.sheets.page("check")
    assert isinstance(page, CheckSheet)
    assert page._torch.sentence == "PyTorch is not installed. Install it with pip."


def test_the_range_of_colours_is_offered_where_there_are_time_steps(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.graph._range.isVisible()
    rerun(qtbot, window, "x*z", "expression")
    assert not window.graph._range.isVisible()


def test_a_narrow_window_opens_the_inspector_as_a_drawer(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1280, 720)
    assert window.graph.is_narrow
    assert not window.graph.dock.isVisible()
    QTest.mouseClick(window.graph._side.button, Qt.MouseButton.LeftButton)
    assert window.graph.dock.isVisible()
    press(qtbot, window, Qt.Key.Key_I)
    assert not window.graph.dock.isVisible()


def test_every_command_is_connected(window: MainWindow) -> None:
    assert [item.id for item in COMMANDS if item.id not in window.commands] == []


def test_a_fault_stops_time_and_keeps_the_session(window: MainWindow) -> None:
    before = window.session.run
    window.player.play()
    window.report_fault("ZeroDivisionError: division by zero")
    assert not window.player.playing
    assert window.session.run is before
    assert "still here" in window._notice.sentence


def test_opening_the_window_loads_neither_torch_nor_pyqtgraph() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from explorer.fonts import load_fonts; load_fonts();"
        "from explorer.settings import SettingsFile; from explorer.window import MainWindow;"
        "from pathlib import Path; import tempfile;"
        "w = MainWindow(SettingsFile(Path(tempfile.mkdtemp()))); w.show(); w.grab();"
        "bad = {'torch', 'pyqtgraph', 'ziamath', 'networkx'} & set(sys.modules);"
        "w.close(); print(sorted(bad)); sys.exit(bool(bad))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
