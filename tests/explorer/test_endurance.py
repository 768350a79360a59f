"""A random user, and opening and closing again and again."""

from __future__ import annotations

import gc
import os
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from engine.museum import EXHIBITS, plant
from engine.run_spec import RunSpec
from engine.runs import run
from engine.styles.dialects import STYLES
from engine.trace.codec import save_trace
from explorer.assets import asset
from explorer.commands import COMMANDS
from explorer.panels.check_sheet import CheckSheet
from explorer.panels.find_bar import FindBar
from explorer.panels.museum_desk import SHEET
from explorer.panels.witness_curve import CurveSheet
from explorer.settings import SettingsFile
from explorer.window import MainWindow
from explorer.workspaces.code import CodeWorkspace
from explorer.workspaces.witnessing import CHECK, CURVE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.random import Generator
    from pytestqt.qtbot import QtBot

T = TypeVar("T")

EVENTS = 500

# These open a dialog or end the program.
NOT_AT_RANDOM = {"file.open", "file.save", "file.quit", "help.shortcuts"}
ACTIONS = [
    c.id for c in COMMANDS if c.id not in NOT_AT_RANDOM and not c.id.startswith("workspace.")
]
KEYS = [
    Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_L, Qt.Key.Key_A, Qt.Key.Key_B, Qt.Key.Key_I,
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_1,
    Qt.Key.Key_4, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight, Qt.Key.Key_Backspace,
    Qt.Key.Key_M, Qt.Key.Key_K, Qt.Key.Key_H, Qt.Key.Key_V, Qt.Key.Key_N, Qt.Key.Key_F3,
]  # fmt: skip
TEXTS = [
    "Narwhals are", "Penguins", "", "` < & _^{", "a " * 40, "x*z + exp(x)", "1/0", "log(0-x)",
    "x" * 6000, "é 𝄞", "sin(", "W_hh h_0",
]  # fmt: skip
QUERIES = [
    "h", "h_2", "tanh", "W_hh", "\"are\"", "nan", "largest adjoint", "> 0.5", "= 0.1", "step 2",
    "", ">", "tanh and adjoint > 0", "no such thing",
]  # fmt: skip
JOBS = ("run", "plant", "open", "code run", "search index", "search")
MODELS = ["narwhals", "fresh", "gru", "lstm", "expression"]


class RandomUser:
    """Does one thing after another with the window, whatever state it is in."""

    def __init__(
        self, qtbot: QtBot, window: MainWindow, files: Sequence[Path], rng: Generator
    ) -> None:
        self._qtbot, self._window, self._files, self._rng = qtbot, window, files, rng
        self._deeds: tuple[Callable[[], None], ...] = (
            self._act, self._act, self._key, self._key, self._click, self._click, self._wheel,
            self._seek, self._resize, self._type, self._size, self._drag, self._look, self._visit,
            self._plant, self._sheet, self._read_code, self._open, self._wait, self._find,
        )  # fmt: skip

    def do_something(self) -> None:
        self._one_of(self._deeds)()

    def _one_of(self, things: Sequence[T]) -> T:
        return things[int(self._rng.integers(len(things)))]

    def _some_place(self, widget: QWidget) -> QPoint:
        return QPoint(
            int(self._rng.integers(max(1, widget.width()))),
            int(self._rng.integers(max(1, widget.height()))),
        )

    def _act(self) -> None:
        self._window.commands[self._one_of(ACTIONS)].trigger()

    def _visit(self) -> None:
        self._window.show_workspace(self._one_of(("graph", "graph", "code")))

    def _key(self) -> None:
        target = QApplication.focusWidget() or self._window.graph.canvas
        shift = Qt.KeyboardModifier.ShiftModifier
        plain = Qt.KeyboardModifier.NoModifier
        QTest.keyClick(target, self._one_of(KEYS), shift if self._rng.random() < 0.2 else plain)

    def _click(self) -> None:
        graph = self._window.graph
        targets: tuple[QWidget, ...] = (
            self._window.workspace, graph.canvas, graph.transport, graph.dock, graph.badge,
            graph.sheets, graph._side.button,
        )  # fmt: skip
        widget = self._one_of(targets)
        if not widget.isVisible():
            return
        place = self._some_place(widget)
        inner = widget.childAt(place) or widget
        QTest.mouseClick(
            inner,
            Qt.MouseButton.LeftButton,
            pos=inner.mapFrom(widget, place) if inner is not widget else place,
        )

    def _drag(self) -> None:
        canvas = self._window.graph.canvas
        left = Qt.MouseButton.LeftButton
        QTest.mousePress(canvas, left, pos=self._some_place(canvas))
        QTest.mouseMove(canvas, self._some_place(canvas))
        QTest.mouseRelease(canvas, left, pos=self._some_place(canvas))

    def _wheel(self) -> None:
        canvas = self._window.graph.canvas
        place = QPointF(self._some_place(canvas))
        turn = QPoint(0, int(self._rng.integers(-360, 361)))
        event = QWheelEvent(
            place, canvas.mapToGlobal(place), QPoint(), turn, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)

    def _seek(self) -> None:
        transport = self._window.workspace.playing
        player = self._window.player if transport is None else transport.player
        player.seek(int(self._rng.integers(-1, player.events + 2)))

    def _resize(self) -> None:
        self._window.resize(int(self._rng.integers(960, 1920)), int(self._rng.integers(600, 1080)))

    def _type(self) -> None:
        bar = self._window.graph.run_bar
        bar.type_text(self._one_of(TEXTS), self._one_of([*MODELS, bar.chosen.identity]))

    def _size(self) -> None:
        """Turn the fields that say how large the network is, and look behind "More"."""
        bar = self._window.graph.run_bar
        bar._open_sheet()
        field = self._one_of((bar._hidden, bar._layers, bar._embedding, bar._seed))
        field.set_value(int(self._rng.integers(1, 5)))
        bar._start.set_choice(self._one_of(("learned", "zero")))
        bar._tokens.set_choice(self._one_of(("word", "word", "char")))
        field.changed.emit(field.value)
        bar._sheet.close()

    def _find(self) -> None:
        """Ask for something in the graph, whatever of it is on screen."""
        self._window.commands["read.find"].trigger()
        for bar in self._window.graph.canvas.findChildren(FindBar):
            bar.line.setText(self._one_of(QUERIES))

    def _plant(self) -> None:
        session = self._window.session
        if self._rng.random() < 0.2:
            session.remove_planted()
        else:
            session.plant(self._one_of(EXHIBITS).id, example=bool(self._rng.random() < 0.2))

    def _sheet(self) -> None:
        """Press a button of a side sheet, or turn one of its fields."""
        sheets = self._window.graph.sheets
        sheets.open_sheet(self._one_of((SHEET, CHECK, CURVE)))
        page = sheets.page(sheets.name)
        if isinstance(page, CurveSheet):
            page.precision.set_choice(self._one_of(("float64", "float32")))
            page.place.set_value(int(self._rng.integers(1, 9)))
            page.place.changed.emit(page.place.value)
            return
        if isinstance(page, CheckSheet):
            page.order.set_choice(self._one_of(("backward", "error")))
        self._one_of([b for b in page.findChildren(QAbstractButton) if b.isEnabled()]).click()

    def _read_code(self) -> None:
        """Choose another network, style or page, if the Code workspace is on screen."""
        code = self._window.workspace
        if isinstance(code, CodeWorkspace):
            code.choose_style(self._one_of(STYLES))
            code.choose_network(self._one_of((code.network, "feed-forward", "recurrent")))
            code.show_page(self._one_of(("run", "run", "call", "inside")))

    def _open(self) -> None:
        self._window.open_file(str(self._one_of(self._files)))

    def _wait(self) -> None:
        """Let what was asked for come on screen."""
        jobs = self._window.jobs
        self._qtbot.waitUntil(lambda: not any(map(jobs.is_running, JOBS)), timeout=30_000)

    def _look(self) -> None:
        QApplication.processEvents()
        self._window.grab()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """What a person might open: a run, one with a mistake in it, weights, a text, and garbage."""
    folder = tmp_path_factory.mktemp("files")
    whole, planted = folder / "run.json", folder / "planted.json"
    right = run(RunSpec(text="so far so good", cell="gru", hidden=3))
    save_trace(right, whole)
    save_trace(plant(right, EXHIBITS[0]).trace, planted)
    text, garbage, empty = folder / "text.txt", folder / "garbage.json", folder / "no.safetensors"
    text.write_text("Penguins are cool")
    garbage.write_bytes(b"{\xff")
    empty.write_bytes(b"")
    weights = asset("weights", "narwhals.safetensors")
    return whole, planted, Path(weights), text, garbage, empty, folder / "missing.json"


@pytest.mark.parametrize("seed", [3])
def test_a_random_user_meets_no_fault(
    qtbot: QtBot, window: MainWindow, files: tuple[Path, ...], seed: int
) -> None:
    user = RandomUser(qtbot, window, files, np.random.default_rng(seed))
    window.set_motion(True)
    for _ in range(EVENTS):
        user.do_something()
    window.set_presenting(False)
    window.show_workspace("graph")
    window.player.pause()
    qtbot.waitUntil(lambda: not any(map(window.jobs.is_running, JOBS)), timeout=30_000)
    assert window.session.run is not None
    # The frame on screen is what the run says of the cursor, whatever led there.
    frame = window.graph.frame
    assert frame is not None
    # A planted backward pass of one version only has that version's moments in both.
    shown = window.session.run.trace.frame(window.player.cursor, window.session.version)
    assert (frame.cursor, frame.version) == (shown.cursor, shown.version)


def memory() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def played_and_closed(qtbot: QtBot, folder: Path) -> weakref.ref[MainWindow]:
    window = MainWindow(SettingsFile(folder))
    window.show()
    window.begin()
    qtbot.waitUntil(lambda: window.session.run is not None, timeout=20_000)
    window.player.to_loss()
    window.player.to_end()
    window.grab()
    window.close()
    QApplication.processEvents()
    window.deleteLater()
    return weakref.ref(window)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_opening_and_closing_again_and_again_leaves_nothing(
    qtbot: QtBot, tmp_path: Path, program_fonts: object
) -> None:
    sizes, windows = [], []
    for _ in range(20):
        windows.append(played_and_closed(qtbot, tmp_path))
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        sizes.append(memory())
    assert [window() for window in windows] == [None] * 20
    # The first windows fill caches of glyphs, icons and formulas.
    assert sizes[-1] - sizes[9] < 8_000_000, [size // 1000 for size in sizes]
