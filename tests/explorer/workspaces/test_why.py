from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.training.softmax_table import OTHER
from explorer.jobs import Jobs
from explorer.kit.styled import restyle
from explorer.panels.ngram_counting import NARWHALS
from explorer.panels.why_counting import WhyCounting
from explorer.run_jobs import Wish
from explorer.theme import THEMES, Style, ThemeName
from explorer.workspaces.ngram import NGramWorkspace
from tests.explorer.room import has_room

LONG = 30_000


class Page:
    """The n-gram page with the narwhal sentences counted and the softmax table open."""

    def __init__(self, qtbot: QtBot, jobs: Jobs) -> None:
        self.qtbot, self.jobs = qtbot, jobs
        self.ngram = NGramWorkspace(Style(THEMES["light"]), jobs)
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.ngram)
        qtbot.addWidget(self.window)
        self.bar = self.ngram.bar()
        qtbot.addWidget(self.bar)
        self.wishes: list[Wish] = []
        self.ngram.graph_wanted.connect(self.wishes.append)
        self.window.resize(1220, 660)
        self.window.show()
        self.ngram._bar.show_choice(NARWHALS, "word")
        self.ngram.enter()
        qtbot.waitUntil(lambda: self.ngram.lookup is not None, timeout=LONG)
        self.ngram.why.invitation.button.click()
        self.panel.pause = 0.0

    @property
    def panel(self) -> WhyCounting:
        assert self.ngram.why.panel is not None
        return self.ngram.why.panel

    @property
    def iteration(self) -> int:
        assert self.panel.step is not None
        return self.panel.step.iteration

    def until_iteration(self, number: int) -> None:
        self.qtbot.waitUntil(lambda: self.iteration >= number, timeout=LONG)


@pytest.fixture
def page(qtbot: QtBot, program_fonts: tuple[str, ...]) -> Iterator[Page]:
    jobs = Jobs()
    yield Page(qtbot, jobs)
    assert jobs.shutdown(LONG / 1000)


def test_it_begins_with_every_token_as_likely(page: Page) -> None:
    assert page.ngram.why.is_open
    counts, step = page.panel.counts, page.panel.step
    assert counts is not None
    assert step is not None
    assert counts.tokens[-1] == OTHER
    assert step.iteration == 0
    assert step.table.max() == step.table.min() == pytest.approx(1 / len(counts.tokens))


def test_it_runs_until_it_is_paused_and_comes_nearer_to_the_counts(page: Page) -> None:
    panel = page.panel
    assert panel.step is not None
    gap = panel.step.gap
    panel.run.click()
    assert panel.run.text() == "Pause"
    page.until_iteration(30)
    panel.run.click()
    assert panel.run.text() == "Start"
    assert panel.step.gap < gap
    assert f"iteration {page.iteration}" in panel.numbers.sentence
    assert panel.loss.series[0].x[-1] == page.iteration
    assert panel.loss.series[1].name == "counted table"
    assert panel.loss.series[0].y[-1] > panel.loss.series[1].y[0]


def test_one_step_is_one_iteration(page: Page) -> None:
    page.panel.one.click()
    page.until_iteration(1)
    page.panel.one.click()
    page.until_iteration(2)
    assert page.iteration == 2
    assert not page.panel.is_running


def test_reset_goes_back_to_the_start(page: Page) -> None:
    page.panel.run.click()
    page.until_iteration(5)
    page.panel.reset.click()
    assert page.iteration == 0
    assert not page.panel.is_running
    assert len(page.panel.loss.series[0].x) == 1


def test_the_learning_rate_changes_while_it_runs(page: Page) -> None:
    page.panel.run.click()
    page.until_iteration(3)
    before = page.iteration
    page.panel.rate.setValue(page.panel.rate.value() + 4)
    assert page.panel.is_running
    page.until_iteration(before + 3)


def test_a_row_is_chosen_in_both_tables_by_mouse_and_keys(page: Page) -> None:
    panel = page.panel
    spot = panel.counted.cell(2, 1).center().toPoint()
    QTest.mouseClick(panel.counted, Qt.MouseButton.LeftButton, pos=spot)
    assert panel.learned.row == panel.counted.row == 2
    QTest.keyClick(panel.learned, Qt.Key.Key_Up)
    assert panel.learned.row == panel.counted.row == 1
    assert panel.counts is not None
    assert panel.counted.reading(0, 0).startswith(f"p({panel.counts.tokens[0]} | ")


def test_a_step_is_wanted_as_a_graph_with_its_numbers(page: Page) -> None:
    page.panel.one.click()
    page.until_iteration(1)
    page.panel.graph.click()
    (wish,) = page.wishes
    assert wish.make is not None
    assert wish.node == "L"
    trace = wish.make()
    assert page.panel.step is not None
    assert float(trace.nodes[-1].value) == page.panel.step.loss


def test_back_leads_to_the_counts_and_stops_it(page: Page) -> None:
    page.panel.run.click()
    page.panel.back.click()
    assert not page.ngram.why.is_open
    assert not page.panel.is_running
    page.ngram.why.open()
    page.panel.run.click()
    page.ngram.leave()
    assert not page.panel.is_running


def test_the_curve_can_show_the_gap(page: Page) -> None:
    page.panel.curve.chosen.emit("gap")
    assert page.panel.curves.currentWidget() is page.panel.gap


@pytest.mark.parametrize(
    ("theme", "scale", "size"),
    [
        ("light", 1.0, (1216, 664)),
        ("dark", 1.0, (1856, 1024)),
        ("projector", 2.0, (1216, 664)),
        ("light", 3.0, (1216, 664)),
    ],
)
def test_it_has_room_in_every_theme(
    page: Page, theme: ThemeName, scale: float, size: tuple[int, int]
) -> None:
    page.panel.one.click()
    page.until_iteration(1)
    page.window.resize(*size)
    restyle(page.window, Style(THEMES[theme], scale))
    for presenting in (True, False):
        page.ngram.set_presenting(presenting)
        has_room(page.qtbot, page.window)
        page.window.grab()
    page.panel.back.click()
    page.window.grab()


def test_a_text_of_one_token_is_refused_and_the_counts_stay(page: Page, tmp_path: Path) -> None:
    refused: list[str] = []
    page.ngram.failed.connect(refused.append)
    (tmp_path / "once.txt").write_text("once")
    page.ngram.open_file(str(tmp_path / "once.txt"))
    page.qtbot.waitUntil(lambda: any("comes after another" in told for told in refused))
    assert not page.ngram.why.is_open
    page.ngram.why.open()
    assert not page.ngram.why.is_open
