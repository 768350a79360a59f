"""A random user of the pages of language models, who looks at the graph and code in between."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLineEdit, QWidget

from engine.models.architecture import Architecture
from engine.models.arpa import write_arpa
from engine.models.counts_file import SavedCounts, save_counts
from engine.models.fitting import fit_ngram
from engine.models.smoothing import Smoothing, smoothed
from engine.text.corpus import load_corpus
from engine.training.live import LiveRun, live_text
from engine.training.live_file import save_runs
from engine.training.settings import Settings
from explorer.assets import asset
from explorer.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.random import Generator
T = TypeVar("T")

EVENTS = 220
PAGES = ("ngram", "generate", "train", "inside", "quiz", "graph", "code")
KEYS = [
    Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return,
    Qt.Key.Key_Escape, Qt.Key.Key_R, Qt.Key.Key_M, Qt.Key.Key_2, Qt.Key.Key_BracketRight,
    Qt.Key.Key_PageDown, Qt.Key.Key_Plus, Qt.Key.Key_Z,
]  # fmt: skip
TEXTS = [
    "narwhals are", "the", "", "zebras", "` < & _^{", "9" * 30, "-1", "0.5", "é 𝄞", "are " * 200,
]  # fmt: skip
ACTIONS = (
    "theme.dark", "theme.light", "theme.projector", "text.larger", "text.normal", "view.present",
    "view.leave", "play.toggle", "play.forward", "play.back", "whatif.undo", "view.motion",
)  # fmt: skip


class PageVisitor:
    """Does one thing after another on whatever page is on screen."""

    def __init__(self, window: MainWindow, files: Sequence[Path], rng: Generator) -> None:
        self._window, self._files, self._rng = window, files, rng
        self._deeds: tuple[Callable[[], None], ...] = (
            self._visit, self._press, self._press, self._press, self._click, self._click,
            self._key, self._key, self._type, self._wheel, self._resize, self._act, self._open,
            self._look, self._turn, self._turn,
        )  # fmt: skip

    def do_something(self) -> None:
        self._one_of(self._deeds)()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            QApplication.processEvents()
            popup.close()

    def _one_of(self, things: Sequence[T]) -> T:
        return things[int(self._rng.integers(len(things)))]

    def _visible(self, kind: type[QWidget]) -> list[QWidget]:
        page = self._window.workspace
        bar = self._window._pages.bars.currentWidget()
        assert bar is not None
        children = [*page.findChildren(kind), *bar.findChildren(kind)]
        return [child for child in children if child.isVisible() and child.isEnabled()]

    def _some_place(self, widget: QWidget) -> QPoint:
        return QPoint(
            int(self._rng.integers(max(1, widget.width()))),
            int(self._rng.integers(max(1, widget.height()))),
        )

    def _visit(self) -> None:
        self._window.show_workspace(self._one_of(PAGES))

    def _press(self) -> None:
        buttons = self._visible(QAbstractButton)
        if buttons:
            button = self._one_of(buttons)
            assert isinstance(button, QAbstractButton)
            button.click()

    def _click(self) -> None:
        page = self._window.workspace
        place = self._some_place(page)
        inner = page.childAt(place) or page
        keys = self._one_of((Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier))
        click = self._one_of((QTest.mouseClick, QTest.mouseDClick, QTest.mousePress))
        at = inner.mapFrom(page, place) if inner is not page else place
        click(inner, Qt.MouseButton.LeftButton, keys, at)
        QTest.mouseRelease(inner, Qt.MouseButton.LeftButton, keys, self._some_place(inner))

    def _key(self) -> None:
        target = QApplication.focusWidget() or self._window.workspace
        keys = self._one_of(
            (Qt.KeyboardModifier.NoModifier,) * 3
            + (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)
        )
        QTest.keyClick(target, self._one_of(KEYS), keys)

    def _type(self) -> None:
        lines = self._visible(QLineEdit)
        if lines:
            line = self._one_of(lines)
            assert isinstance(line, QLineEdit)
            line.setFocus()
            line.selectAll()
            text = self._one_of(TEXTS)
            # QTest has no key for what lies outside Latin-1, and ends the process over it.
            if text.isascii():
                QTest.keyClicks(line, text)
            else:
                line.insert(text)
            QTest.keyClick(line, Qt.Key.Key_Return)

    def _wheel(self) -> None:
        widgets = self._visible(QWidget)
        if not widgets:
            return
        widget = self._one_of(widgets)
        place = QPointF(self._some_place(widget))
        event = QWheelEvent(
            place, widget.mapToGlobal(place), QPoint(), QPoint(0, self._one_of((-240, 240))),
            Qt.MouseButton.NoButton,
            self._one_of((Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier)),
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    def _resize(self) -> None:
        self._window.resize(int(self._rng.integers(960, 1900)), int(self._rng.integers(600, 1050)))

    def _act(self) -> None:
        self._window.commands[self._one_of(ACTIONS)].trigger()

    def _open(self) -> None:
        self._window.open_file(str(self._one_of(self._files)))

    def _look(self) -> None:
        QApplication.processEvents()
        self._window.grab()

    def _turn(self) -> None:
        """Let some of what has been asked for arrive."""
        for _ in range(4):
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Counts, an ARPA file, a training, weights, texts, and what only looks like them."""
    folder = tmp_path_factory.mktemp("pages")
    corpus = load_corpus("narwhals")
    run = LiveRun(Settings(Architecture(hidden=4), steps=4, batch=1), live_text(corpus, "word"))
    for _ in range(5):
        run.advance()
    save_runs((run,), folder / "run.safetensors")
    counted = fit_ngram(corpus, 3).model.counted
    write_arpa(smoothed(counted, Smoothing("witten-bell")), folder / "model.arpa")
    saved = SavedCounts(counted, "word", corpus.title)
    save_counts(saved, folder / "counts.ngrams")
    (folder / "text.txt").write_text("so far so good. so far so good! and on we go.\n" * 4)
    (folder / "short.txt").write_text("once")
    (folder / "empty.txt").write_bytes(b"")
    for name in ("run.safetensors", "model.arpa", "counts.ngrams"):
        whole = (folder / name).read_bytes()
        (folder / f"cut-{name}").write_bytes(whole[: len(whole) // 2])
    weights = Path(str(asset("weights", "narwhals.safetensors")))
    return (*sorted(folder.iterdir()), weights, folder / "missing.txt")


@pytest.mark.parametrize("seed", [5])
def test_a_random_visitor_of_the_pages_meets_no_fault(
    window: MainWindow,
    files: tuple[Path, ...],
    seed: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(seed)
    places = [*map(str, files), "", str(tmp_path / "out.csv"), str(tmp_path / "out.safetensors")]

    def chosen(*_: object) -> tuple[str, str]:
        return str(rng.choice(places[-3:])), ""

    def opened(*_: object) -> tuple[str, str]:
        return str(rng.choice(places[:-2])), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(chosen))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", staticmethod(opened))
    visitor = PageVisitor(window, files, rng)
    window.show_workspace("ngram")
    for _ in range(EVENTS):
        visitor.do_something()
    window.set_presenting(False)
    window.close()
    left = [t for t in threading.enumerate() if t.name.startswith("job")]
    begun = time.monotonic()
    for thread in left:
        thread.join(1.0)
    assert time.monotonic() - begun < 1.0, [thread.name for thread in left]
