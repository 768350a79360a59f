"""Closing the window, and cancelling, while a page's job is under way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from engine.models.smoothing import Smoothing
from explorer.assets import asset
from explorer.panels.generate_models import ModelChoice
from explorer.panels.inside_reading import TextSource
from explorer.panels.ngram_counting import SHAKESPEARE, CountedText, count_text
from explorer.panels.train_settings import TrainChoice
from explorer.settings import SettingsFile
from explorer.window import MainWindow
from explorer.workspaces.inside import InsideWorkspace
from explorer.workspaces.quiz import QuizWorkspace
from explorer.workspaces.train import TrainWorkspace

WEIGHTS = str(asset("weights", "narwhals.safetensors"))
LONG = 30_000


@pytest.fixture(scope="module")
def long_text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A text of 150,000 tokens, counted in about a third of a second."""
    rng = np.random.default_rng(0)
    words = [f"w{number}" for number in rng.zipf(1.3, 150_000) % 9000]
    path = tmp_path_factory.mktemp("long") / "long.txt"
    path.write_text(" ".join(words))
    return path


@pytest.fixture(scope="module")
def counted(long_text: Path) -> CountedText:
    """The same, counted."""
    *_, found = count_text(replace(SHAKESPEARE, name="file", path=str(long_text)), "word")
    assert isinstance(found, CountedText)
    return found


class Scene:
    """A window, and how a page's job is begun and cancelled in it."""

    def __init__(self, qtbot: QtBot, window: MainWindow, text: Path, counted: CountedText) -> None:
        self.qtbot, self.window, self.text, self.counted = qtbot, window, text, counted

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG)

    def runs(self, job: str) -> bool:
        return self.window.jobs.is_running(job)

    def page(self, identity: str) -> Any:
        """A page on screen, without what it would begin with."""
        page: Any = self.window._pages[identity]
        page._entered = True
        if isinstance(page, InsideWorkspace):
            page._wanted = (ModelChoice(weights=WEIGHTS), None)
        self.window.show_workspace(identity)
        return page


def count(scene: Scene) -> Callable[[], None]:
    ngram = scene.page("ngram")
    ngram.open_file(str(scene.text))
    return ngram.cancel  # type: ignore[no-any-return]


def smooth(scene: Scene) -> Callable[[], None]:
    ngram = scene.page("ngram")
    ngram._show_step(scene.counted)
    scene.until(lambda: ngram.fitted is not None)
    ngram.smoothing.set_smoothing(Smoothing("modified-kneser-ney"))
    ngram._choose_model(None)
    return ngram.cancel  # type: ignore[no-any-return]


def measure(scene: Scene) -> Callable[[], None]:
    ngram = scene.page("ngram")
    ngram._show_step(scene.counted)
    ngram.plots.measure_all()
    return ngram.plots.cancel  # type: ignore[no-any-return]


def save_counts(scene: Scene) -> Callable[[], None]:
    ngram = scene.page("ngram")
    ngram._show_step(scene.counted)
    scene.until(lambda: ngram.fitted is not None)
    ngram.files.save_counts(ngram.fitted, str(scene.text.with_name("saved.ngrams")))
    return ngram.cancel  # type: ignore[no-any-return]


def learn(scene: Scene) -> Callable[[], None]:
    ngram = scene.page("ngram")
    ngram._show_step(scene.counted)
    ngram.why.open()
    ngram.why.panel.run.click()
    return ngram.why.stop  # type: ignore[no-any-return]


def load_a_model(scene: Scene) -> Callable[[], None]:
    generate = scene.page("generate")
    generate.session.load(ModelChoice(text=scene.counted.choice, kind="char", order=5))
    return generate.session.cancel_loading  # type: ignore[no-any-return]


def generate(scene: Scene) -> Callable[[], None]:
    page = scene.page("generate")
    page.open_file(WEIGHTS)
    scene.until(lambda: page.session.prompt is not None)
    page.session.stream(1000)
    return page.session.stop  # type: ignore[no-any-return]


def train(scene: Scene) -> Callable[[], None]:
    page = scene.page("train")
    assert isinstance(page, TrainWorkspace)
    page.session.runner.set_pace(0.0)
    page.session.begin(TrainChoice(scene.counted.choice, "char", hidden=64))
    scene.until(lambda: page.session.iteration >= 1)
    return page.session.pause


def read_for_training(scene: Scene) -> Callable[[], None]:
    page = scene.page("train")
    page.session.begin(TrainChoice(scene.counted.choice, "word"))
    return page.session.cancel  # type: ignore[no-any-return]


def read_activations(scene: Scene) -> Callable[[], None]:
    page = scene.page("inside")
    text = "narwhals are big fans " * 2000
    page.open(ModelChoice(weights=WEIGHTS), TextSource("typed", typed=text))
    return page._cancel  # type: ignore[no-any-return]


def prepare_a_quiz(scene: Scene) -> Callable[[], None]:
    page = scene.page("quiz")
    assert isinstance(page, QuizWorkspace)
    page.begin(page.setup.wish)
    return page.cancel


BEGINNINGS = {
    "ngram count": count, "ngram look-up": smooth, "ngram measure": measure,
    "ngram file": save_counts, "why counting": learn, "generate model 0": load_a_model,
    "generate tokens": generate, "train run": train, "train begin": read_for_training,
    "inside reading": read_activations, "quiz": prepare_a_quiz,
}  # fmt: skip


@pytest.mark.parametrize("turns", [0, 7])
@pytest.mark.parametrize("job", BEGINNINGS)
def test_closing_during_a_job_leaves_no_thread_and_shows_nothing_late(
    qtbot: QtBot, tmp_path: Path, program_fonts: object, long_text: Path, counted: CountedText,
    job: str, turns: int,
) -> None:  # fmt: skip
    window = MainWindow(SettingsFile(tmp_path))
    window.show()
    scene = Scene(qtbot, window, long_text, counted)
    BEGINNINGS[job](scene)
    scene.until(lambda: scene.runs(job))
    late: list[str] = []
    for _ in range(turns):
        QCoreApplication.processEvents()
    window.jobs.ended.connect(late.append)
    window.workspace.failed.connect(late.append)
    window.workspace.announced.connect(late.append)
    begun = time.monotonic()
    window.close()
    took = time.monotonic() - begun
    late.clear()
    threads = [thread.name for thread in threading.enumerate() if thread.name.startswith("job")]
    assert (threads, window.jobs._current) == ([], {})
    assert took < 1.0
    for _ in range(20):
        QCoreApplication.processEvents()
    assert late == []
    window.deleteLater()


@pytest.mark.parametrize("seed", [1, 2])
def test_cancelling_at_random_moments_leaves_every_page_usable(
    qtbot: QtBot, tmp_path: Path, program_fonts: object, long_text: Path, counted: CountedText,
    seed: int,
) -> None:  # fmt: skip
    rng = np.random.default_rng(seed)
    window = MainWindow(SettingsFile(tmp_path))
    window.show()
    scene = Scene(qtbot, window, long_text, counted)
    for job in rng.permutation(list(BEGINNINGS)):
        cancel = BEGINNINGS[job](scene)
        for _ in range(int(rng.integers(0, 12))):
            QCoreApplication.processEvents()
        cancel()
        scene.until(lambda job=job: not scene.runs(job))  # type: ignore[misc]
        window.grab()
    scene.until(lambda: not window.jobs._current)
    ngram = window.ngram
    window.show_workspace("ngram")
    ngram.set_context("")
    scene.until(lambda: not window.jobs._current)
    assert ngram.lookup is not None
    window.close()
    window.deleteLater()
