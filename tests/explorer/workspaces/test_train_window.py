"""The Train page in the window: keys, the rail, the graph of a step, Generate, and closing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from explorer.kit.rail_button import RailButton
from explorer.panels.train_runner import TRAIN
from tests.explorer.workspaces.train_hands import LONG, WORDS

if TYPE_CHECKING:
    from explorer.window import MainWindow
    from explorer.workspaces.train import TrainWorkspace


@pytest.fixture
def train(plain: MainWindow) -> TrainWorkspace:
    """The page on screen, training narwhals as fast as it can."""
    QTest.keyClick(plain, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    page = cast("TrainWorkspace", plain.workspace)
    assert page.identity == "train"
    page.session.runner.set_pace(0.0)
    return page


def begun(train: TrainWorkspace, qtbot: QtBot, iterations: int) -> None:
    train.session.begin(WORDS)
    qtbot.waitUntil(lambda: train.session.iteration >= iterations, timeout=LONG)


def paused(train: TrainWorkspace, qtbot: QtBot, iterations: int) -> None:
    begun(train, qtbot, iterations)
    train.session.pause()
    qtbot.waitUntil(lambda: not train.session.runner.is_busy, timeout=LONG)


def test_space_trains_and_pauses_and_the_arrows_look_and_step(
    plain: MainWindow, train: TrainWorkspace, qtbot: QtBot
) -> None:
    paused(train, qtbot, 100)
    session = train.session
    end = session.iteration
    QTest.keyClick(plain, Qt.Key.Key_Left)
    assert session.at == end - 1
    QTest.keyClick(plain, Qt.Key.Key_Right)
    assert session.looked is None
    QTest.keyClick(plain, Qt.Key.Key_Right)
    qtbot.waitUntil(
        lambda: not session.runner.is_busy and session.iteration == end + 1, timeout=LONG
    )
    QTest.keyClick(plain, Qt.Key.Key_Home)
    assert session.at == 1
    QTest.keyClick(plain, Qt.Key.Key_End)
    assert session.at == end + 1
    QTest.keyClick(plain, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.iteration > end + 20, timeout=LONG)
    QTest.keyClick(plain, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not session.runner.is_busy, timeout=LONG)


def test_space_begins_the_first_run(plain: MainWindow, train: TrainWorkspace, qtbot: QtBot) -> None:
    train._bar.show_choice(WORDS)
    QTest.keyClick(plain, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: train.session.iteration > 10, timeout=LONG)
    train.session.pause()


def test_training_goes_on_in_the_background_and_the_rail_says_so(
    plain: MainWindow, train: TrainWorkspace, qtbot: QtBot
) -> None:
    begun(train, qtbot, 20)
    (entry,) = (b for b in plain.findChildren(RailButton) if b.text() == "Train")
    assert entry.accessibleName() == "Train, at work"
    plain.show_workspace("graph")
    before = train.session.iteration
    qtbot.waitUntil(lambda: train.session.iteration > before + 50, timeout=LONG)
    plain.show_workspace("train")
    assert train.look_card.iteration.value >= before + 50
    train.session.pause()
    qtbot.waitUntil(lambda: not train.session.runner.is_busy, timeout=LONG)
    assert entry.accessibleName() == "Train"


@pytest.mark.parametrize("pace", [0.0, 1.0])
def test_closing_the_window_ends_the_training(
    plain: MainWindow, train: TrainWorkspace, qtbot: QtBot, pace: float
) -> None:
    begun(train, qtbot, 20)
    train.session.runner.set_pace(pace)
    plain.close()
    assert not plain.jobs.is_running(TRAIN)


def test_an_iteration_comes_on_the_graph_with_the_loss_of_the_curve(
    plain: MainWindow, train: TrainWorkspace, qtbot: QtBot
) -> None:
    paused(train, qtbot, 140)
    train.session.look_at(137)
    assert train.session.record is not None
    loss = float(train.session.record.losses[136])
    before = plain.session.run
    QTest.mouseClick(train.look_card.graph_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=LONG)
    assert plain.workspace is plain.graph
    assert plain.session.run is not None
    trace = plain.session.run.trace
    assert trace.loss == pytest.approx(loss, rel=1e-5)
    qtbot.waitUntil(lambda: plain.session.selected >= 0, timeout=LONG)
    assert trace.nodes[plain.session.selected].name == "L"
    assert f"Iteration 137 of run 1: the loss L = {loss:.4f}" in plain._notice.sentence


def test_the_weights_of_an_iteration_go_to_generate(
    plain: MainWindow, train: TrainWorkspace, qtbot: QtBot
) -> None:
    paused(train, qtbot, 60)
    train.session.look_at(41)
    QTest.mouseClick(train.look_card.generate_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: plain.workspace.identity == "generate", timeout=LONG)
    session = plain.generate.session
    qtbot.waitUntil(lambda: session.model is not None, timeout=LONG)
    assert session.model is not None
    model = session.model.model
    assert train.session.run is not None
    expected = train.session.run.trainer_at(41).model
    distribution = model.next_distribution([3, 1])
    assert np.allclose(distribution, expected.next_distribution([3, 1]), atol=1e-6)


def test_saving_and_opening_go_by_the_file_commands(
    plain: MainWindow,
    train: TrainWorkspace,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paused(train, qtbot, 60)
    path = str(tmp_path / "runs.safetensors")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (path, ""))
    plain.commands["file.save"].trigger()
    qtbot.waitUntil(lambda: plain._notice.sentence == "Saved as runs.safetensors.", timeout=LONG)
    plain.show_workspace("graph")
    plain.open_file(path)
    assert plain.workspace is train
    qtbot.waitUntil(lambda: len(train.runs.runs.rows) == 2, timeout=LONG)
