"""The Train page: runs begin, pause, step, are gone back to, opened, branched, saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.models.weights import load_model
from explorer.jobs import Jobs
from explorer.panels.ngram_counting import NARWHALS, TextChoice
from explorer.panels.train_settings import TrainChoice
from explorer.panels.train_text import read_text
from tests.explorer.workspaces.train_hands import LONG, WORDS, TrainPage

POEM = "the sea is wide and the sky is high and the road is long to the sea\n" * 80


@pytest.fixture
def page(qtbot: QtBot, program_fonts: object) -> Iterator[TrainPage]:
    """The page before anything has begun; its threads have ended when the test has."""
    jobs = Jobs()
    page = TrainPage(qtbot, jobs)
    yield page
    page.session.pause()
    assert jobs.shutdown(LONG / 1000)


@pytest.fixture
def poem(tmp_path: Path) -> TextChoice:
    path = tmp_path / "poem.txt"
    path.write_text(POEM)
    return TextChoice("file", str(path))


def names(page: TrainPage) -> list[str]:
    return [line.name for line in page.train.loss.plot.series]


def test_before_the_first_run_the_page_says_what_to_do(page: TrainPage) -> None:
    texts = [label.text() for label in page.train.loss.findChildren(QLabel) if label.isVisible()]
    assert any("way back stays open" in text for text in texts)
    assert not page.look.branch_button.isEnabled()
    assert not page.train.runs.save_button.isEnabled()
    assert page.train.transport.state.full_text == "Press Space to begin"


def test_a_run_begins_with_what_the_bar_says_and_pauses(page: TrainPage) -> None:
    bar = page.train._bar
    bar.choose_text(NARWHALS, "word")
    bar.seed.set_value(5)
    QTest.mouseClick(bar.start, Qt.MouseButton.LeftButton)
    page.until(lambda: page.session.iteration > 50)
    page.until(lambda: page.train.transport.state.full_text.startswith("Training run 1"))
    QTest.mouseClick(page.train.transport.play_button, Qt.MouseButton.LeftButton)
    page.settle()
    stopped = page.session.iteration
    assert page.train.transport.state.full_text == f"Paused run 1 · iteration {stopped}"
    assert page.run.settings.seed == 5
    assert page.run.settings.architecture.hidden == WORDS.hidden
    assert names(page)[:2] == ["run 1, loss", "run 1, smoothed"]
    loss = page.train.loss.plot.series[0]
    assert (loss.y == page.run.record.losses).all()


def test_one_step_is_one_iteration(page: TrainPage) -> None:
    page.train_to(10)
    before = page.session.iteration
    QTest.mouseClick(page.train.transport.step_button, Qt.MouseButton.LeftButton)
    page.settle()
    assert page.session.iteration == before + 1


def test_pausing_and_going_on_at_once_never_trains_twice(page: TrainPage) -> None:
    page.train_to(10)
    for _ in range(5):
        page.session.train()
        page.session.pause()
        page.session.train()
    page.until(lambda: page.session.iteration > 60)
    page.session.pause()
    page.settle()
    assert len(page.run.record) == page.run.iteration


def test_going_back_shows_the_numbers_of_that_iteration(page: TrainPage) -> None:
    page.train_to(150)
    plot = page.train.loss.plot
    plot.setFocus()
    page.session.look_at(138)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert page.session.at == 137
    record = page.run.record
    figures = dict(page.look.figures.figures)
    assert figures["loss"] == f"{record.losses[136]:.4f}"
    assert figures["smoothed"] == f"{record.smoothed[136]:.4f}"
    (norms,) = page.train.norms.plot.series
    assert norms.y == pytest.approx(record.state_norms[136])
    assert plot.marked == 137
    near = [row for row in page.train.samples.samples.rows if row.near]
    assert [row.iteration for row in near] == [100]
    assert page.train.transport.state.full_text.endswith("looking at 137")


def test_a_drag_over_the_curve_goes_back(page: TrainPage) -> None:
    page.train_to(150)
    plot = page.train.loss.plot
    view = plot._view.viewport()
    place = plot.place_of(80, float(plot.series[0].y[79]))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.mapFrom(plot, place.toPoint()))
    assert abs(page.session.at - 80) <= 1
    QTest.mouseClick(page.look.now_button, Qt.MouseButton.LeftButton)
    assert page.session.looked is None
    assert page.session.at == page.session.iteration


def test_the_map_of_all_norms_goes_back_too(page: TrainPage) -> None:
    page.train_to(100)
    history = page.train.history
    QTest.mouseClick(history, Qt.MouseButton.LeftButton, pos=history.rect().center())
    first = page.session.at
    assert 0 < first < page.session.iteration
    QTest.keyClick(history, Qt.Key.Key_Right)
    assert page.session.at == first + 1
    assert f"Iteration {first + 1}" in history.accessibleDescription()


def test_the_iteration_can_be_typed(page: TrainPage) -> None:
    page.train_to(100)
    spin = page.look.iteration._spin
    spin.setValue(61)
    assert page.session.at == 61


def test_an_opened_iteration_has_the_loss_of_the_curve(page: TrainPage) -> None:
    page.train_to(140)
    page.session.look_at(137)
    QTest.mouseClick(page.look.graph_button, Qt.MouseButton.LeftButton)
    page.until(lambda: bool(page.wishes))
    wish = page.wishes[0]
    trace = wish.make()
    assert wish.node == "L"
    # One text a window, so the graph is the whole step; both are computed in float32.
    assert trace.loss == pytest.approx(page.run.record.losses[136], rel=1e-5)
    assert wish.title == (
        f"Iteration 137 of run 1: the loss L = {page.run.record.losses[136]:.4f} is the point on"
        " the training curve."
    )


def test_the_graphs_of_all_texts_of_a_window_have_the_mean_of_the_curve(page: TrainPage) -> None:
    page.train_to(40, TrainChoice(NARWHALS, "word", hidden=8, steps=6, batch=3))
    page.session.look_at(31)
    losses = []
    for lane in range(3):
        page.look.lane.set_value(lane + 1)
        QTest.mouseClick(page.look.graph_button, Qt.MouseButton.LeftButton)
        page.until(lambda count=lane + 1: len(page.wishes) == count)  # type: ignore[misc]
        trace = page.wishes[-1].make()
        losses.append(trace.loss)
    assert np.mean(losses) == pytest.approx(page.run.record.losses[30], rel=1e-5)
    assert "text 3 of 3" in page.wishes[-1].title
    assert f"{page.run.record.losses[30]:.4f}" in page.wishes[-1].title


def test_a_branch_has_its_own_curve_colour_and_samples(page: TrainPage) -> None:
    page.train_to(230)
    page.branch(137, 70, rate=0.05)
    assert page.run.begun_at == 137
    assert page.run.settings.learning_rate == 0.05
    assert len(page.train.runs.runs.rows) == 2
    first, second = page.train.runs.runs.rows
    assert second.about == "run 1 at 137: rate 0.05"
    assert first.form.color != second.form.color
    assert first.form.symbol != second.form.symbol
    assert {"run 1, smoothed", "run 2, smoothed"} <= set(names(page))
    runs = {(row.run, row.iteration) for row in page.train.samples.samples.rows}
    assert {("run 1", 200), ("run 2", 200), ("run 2", 100)} <= runs


def test_another_cell_begins_anew(page: TrainPage) -> None:
    page.train_to(60)
    page.branch(50, 30, cell="gru")
    assert page.run.begun_at == 0
    assert page.run.settings.architecture.cell == "gru"
    assert page.train.runs.runs.rows[1].about == "run 1: GRU from 0"


def test_each_run_can_be_trained_on_and_branched_again(page: TrainPage) -> None:
    page.train_to(60)
    page.branch(40, 30, clip=0.2)
    page.branch(55, 20, rate=0.02)
    assert page.run.parent is page.session.tree.runs[1]  # type: ignore[union-attr]
    page.train.runs.runs.picked_row(0)
    before = page.session.iteration
    page.train_to(before + 20, None)
    assert page.session.tree is not None
    assert page.session.tree.selected == 0
    assert page.run.iteration >= before + 20


@pytest.mark.parametrize("typed", ["fast", "-1", "0", "", "nan"])
def test_a_branch_with_no_number_is_refused_in_one_sentence(page: TrainPage, typed: str) -> None:
    page.train_to(20)
    page.look.rate.set_text(typed)
    QTest.mouseClick(page.look.branch_button, Qt.MouseButton.LeftButton)
    assert "The learning rate must be a number above 0" in page.failures[-1]
    assert page.look.rate.problem
    assert len(page.train.runs.runs.rows) == 1


def test_a_learning_rate_that_cannot_be_is_refused_in_one_sentence(page: TrainPage) -> None:
    page.train_to(20)
    page.look.rate.set_text("50")
    QTest.mouseClick(page.look.branch_button, Qt.MouseButton.LeftButton)
    page.settle()
    assert "must lie in (0, 10)" in page.failures[-1]
    assert len(page.train.runs.runs.rows) == 1


def test_all_runs_are_saved_and_opened_again(page: TrainPage, tmp_path: Path) -> None:
    page.train_to(60)
    page.branch(40, 30, rate=0.05)
    path = tmp_path / "runs.safetensors"
    page.session.save(str(path))
    page.settle()
    assert page.remarks[-1] == "Saved as runs.safetensors."
    losses = page.run.whole_record.losses.tobytes()
    assert page.train.open_file(str(path))
    page.settle()
    # Opened beside those that are there.
    assert [row.name for row in page.train.runs.runs.rows] == ["run 1", "run 2", "run 3", "run 4"]
    assert page.run.whole_record.losses.tobytes() == losses
    assert page.remarks[-1] == "2 runs opened."
    before = page.run.iteration
    page.train_to(before + 10, None)
    assert page.run.iteration >= before + 10


def test_a_file_without_runs_is_refused_and_nothing_is_lost(
    page: TrainPage, tmp_path: Path
) -> None:
    page.train_to(20)
    path = tmp_path / "no.safetensors"
    path.write_bytes(b"nothing")
    page.session.load(str(path))
    page.settle()
    assert "no.safetensors" in page.failures[-1]
    assert len(page.train.runs.runs.rows) == 1


def test_the_weights_of_an_iteration_are_saved_as_a_model(page: TrainPage, tmp_path: Path) -> None:
    page.train_to(60)
    page.session.look_at(41)
    path = tmp_path / "at-41.safetensors"
    page.session.save_weights(str(path))
    page.settle()
    saved = load_model(path)
    assert saved.tokens == "word"
    assert saved.provenance["iterations"] == 41
    expected = page.run.trainer_at(41).model.parameters
    for name, value in saved.model.parameters.items():
        assert (value == expected[name]).all()


def test_a_run_that_diverges_stops_with_one_sentence_and_can_be_gone_back_to(
    page: TrainPage,
) -> None:
    wild = TrainChoice(
        NARWHALS, "word", hidden=8, steps=6, batch=1, learning_rate=9.9, optimizer="sgd", clip=1e30
    )
    page.session.begin(wild)
    page.until(lambda: bool(page.session.runner.problem))
    page.settle()
    assert page.failures[-1] == page.session.runner.problem
    assert "branch there with a smaller learning rate" in page.failures[-1]
    assert page.train.transport.state.full_text.startswith("Stopped run 1")
    assert page.session.iteration == len(page.run.record)
    page.branch(1, 5, rate=0.01, clip=1.0)
    assert page.session.runner.problem == ""


def test_a_small_text_says_that_nothing_is_held_out(page: TrainPage) -> None:
    page.train_to(10)
    said = " ".join(label.full_text for label in [page.train.loss._note])
    assert "too small to hold a part out" in said
    assert not any("held-out" in name for name in names(page))


def test_a_text_file_has_held_out_losses_and_lines_to_beat(
    page: TrainPage, poem: TextChoice
) -> None:
    page.train_to(120, TrainChoice(poem, "char", hidden=16, steps=12, batch=4))
    page.until(lambda: page.session.tree is not None and page.session.tree.judged)
    assert "run 1, held-out" in names(page)
    baselines = [line for line in page.train.loss.plot.series if line.named]
    assert [line.name for line in baselines][-1] == "5-gram, modified Kneser-Ney"
    assert all(line.dashed for line in baselines)
    assert page.session.tree is not None
    loss = page.session.tree.baselines[-1].loss
    assert baselines[-1].y == pytest.approx([loss, loss])
    page.train.loss.unit._choose(1)
    baselines = [line for line in page.train.loss.plot.series if line.named]
    assert baselines[-1].y[0] == pytest.approx(loss / np.log(2))
    page.train.loss.unit._choose(2)
    baselines = [line for line in page.train.loss.plot.series if line.named]
    assert baselines[-1].y[0] == pytest.approx(np.exp(loss))


def test_the_runs_on_another_text_come_back_with_it(page: TrainPage, poem: TextChoice) -> None:
    page.train_to(30)
    page.train_to(10, TrainChoice(poem, "char", hidden=8, steps=8, batch=2))
    assert len(page.train.runs.runs.rows) == 1
    page.train._bar.choose_text(NARWHALS, "word")
    page.settle()
    assert page.session.tree is not None
    assert page.session.tree.key == (NARWHALS, "word")
    assert page.run.iteration >= 30


def test_the_text_is_read_as_the_engine_reads_it(poem: TextChoice) -> None:
    from engine.text.corpus import corpus_from_file
    from engine.training.live import LiveText, live_text

    for kind in ("char", "word"):
        choice = TrainChoice(poem, kind)
        *_, read = read_text(choice)
        assert isinstance(read, LiveText)
        expected = live_text(
            corpus_from_file(poem.path), kind, largest_vocabulary=choice.largest_vocabulary
        )
        assert read.text.vocabulary == expected.text.vocabulary
        assert (read.text.train == expected.text.train).all()
        assert (read.text.held_out == expected.text.held_out).all()
        assert (read.text.starts == expected.text.starts).all()


def test_a_text_too_short_for_a_window_is_refused_in_one_sentence(
    page: TrainPage, tmp_path: Path
) -> None:
    path = tmp_path / "short.txt"
    path.write_text("hello")
    page.session.begin(TrainChoice(TextChoice("file", str(path)), "char"))
    page.settle()
    assert "choose fewer steps or a longer text" in page.failures[-1]
    assert page.session.run is None
    assert page.train.transport.state.full_text == "Press Space to begin"


def test_an_audience_sees_curves_and_samples_without_the_fields(page: TrainPage) -> None:
    page.train_to(10)
    page.train.set_presenting(True)
    assert page.train.loss.isVisible()
    assert page.train.samples.isVisible()
    assert not page.look.isVisible()
    assert not page.train.transport.play_button.isVisible()
    page.train.set_presenting(False)
    assert page.look.isVisible()
