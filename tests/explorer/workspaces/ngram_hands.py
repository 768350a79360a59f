"""The n-gram page in a window, and what a person does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from explorer.jobs import Jobs
from explorer.kit.bar_list import Bar
from explorer.kit.combo_field import ComboField
from explorer.panels.ngram_heatmap import HeatMap
from explorer.panels.ngram_lookup import Lookup
from explorer.theme import THEMES, Style
from explorer.workspaces.ngram import NGramWorkspace

STYLE = Style(THEMES["light"])
LONG = 20_000

W = TypeVar("W", bound=QWidget)


def child(parent: QWidget, kind: type[W]) -> W:
    found = parent.findChild(kind)
    assert found is not None
    return found


class Page:
    """The workspace in a window, with what it complained of."""

    def __init__(self, qtbot: QtBot, jobs: Jobs) -> None:
        self.qtbot, self.jobs = qtbot, jobs
        self.ngram = NGramWorkspace(STYLE, jobs)
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.ngram.bar())
        layout.addWidget(self.ngram, 1)
        qtbot.addWidget(self.window)
        self.failures: list[str] = []
        self.remarks: list[str] = []
        self.ngram.failed.connect(self.failures.append)
        self.ngram.announced.connect(self.remarks.append)
        self.window.resize(1300, 800)
        self.window.show()

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG)

    def is_still(self) -> bool:
        return not (self.jobs.is_running("ngram count") or self.jobs.is_running("ngram look-up"))

    def settle(self) -> None:
        self.until(self.is_still)

    def is_plotted(self) -> bool:
        """Whether every plot is drawn and every perplexity measured."""
        busy = self.jobs.is_running("ngram statistics") or self.jobs.is_running("ngram measure")
        return self.is_still() and not busy and self.ngram.strip.is_complete

    def plot(self) -> None:
        self.until(self.is_plotted)

    def choose(self, field: ComboField, identity: str) -> None:
        combo = child(field, QComboBox)
        index = combo.findData(identity)
        combo.setCurrentIndex(index)
        combo.activated.emit(index)

    def ask(self, context: str) -> Lookup:
        self.ngram.set_context(context)
        self.settle()
        return self.lookup

    @property
    def lookup(self) -> Lookup:
        assert self.ngram.lookup is not None
        return self.ngram.lookup

    @property
    def heat(self) -> HeatMap:
        assert self.ngram.heat is not None
        return self.ngram.heat

    @property
    def bars(self) -> tuple[Bar, ...]:
        return self.ngram.bars.bars
