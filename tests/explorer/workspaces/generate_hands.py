"""The Generate workspace in a window, with what a person does on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from explorer.assets import asset
from explorer.panels.generate_controls import SPEEDS
from explorer.panels.generate_session import DRAWING, LOOKING, PREPARING
from explorer.theme import THEMES, Style
from explorer.workspaces.generate import GenerateWorkspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from explorer.jobs import Jobs
    from explorer.panels.generate_column import Column
    from explorer.panels.generate_models import LoadedModel
    from explorer.panels.generate_text_page import TextPage

STYLE = Style(THEMES["light"])
WEIGHTS = str(asset("weights", "narwhals.safetensors"))
LONG = 20_000


class Page:
    """The workspace in a window, with what it complained of."""

    def __init__(self, qtbot: QtBot, jobs: Jobs) -> None:
        self.qtbot, self.jobs = qtbot, jobs
        self.generate = GenerateWorkspace(STYLE, jobs)
        self.generate.set_motion(False)
        self.session, self.controls = self.generate.session, self.generate.controls
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.generate.bar())
        layout.addWidget(self.generate, 1)
        qtbot.addWidget(self.window)
        self.failures: list[str] = []
        self.generate.failed.connect(self.failures.append)
        self.window.resize(1400, 960)
        self.window.show()

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG)

    def settle(self) -> None:
        keys = (PREPARING, DRAWING, LOOKING)
        self.until(
            lambda: (
                not self.session.is_streaming
                and not self.session.is_preparing
                and not self.generate.watch.is_looking
                and not any(self.session.loader.is_loading(c.key) for c in self.session.columns)
                and not any(map(self.jobs.is_running, keys))
            )
        )

    def draw_one(self) -> None:
        self.controls.draw_button.click()
        self.settle()

    def stream(self, length: int) -> None:
        self.controls.speed.setValue(len(SPEEDS) - 1)
        self.controls.length.set_number(length)
        self.controls.stream_button.click()
        assert self.controls.stream_button.text() == "Stop"
        self.settle()
        assert self.controls.stream_button.text() == "Stream"

    def choose_model(self, identity: str) -> None:
        combo = self.generate.model.findChild(QComboBox)
        assert combo is not None
        index = combo.findData(identity)
        combo.setCurrentIndex(index)
        combo.activated.emit(index)
        self.settle()

    @property
    def text(self) -> TextPage:
        """The text looked at closely."""
        return self.generate.columns.cards[self.session.column.key].text.page

    @property
    def model(self) -> LoadedModel:
        assert self.session.model is not None
        return self.session.model

    @property
    def tokens(self) -> list[int]:
        return [one.token for one in self.session.drawn]

    @property
    def said(self) -> str:
        return self.generate.draw_card.said

    def pick(self, drawn: int) -> None:
        prompt = len(self.text.tokens) - len(self.session.drawn)
        rect = self.text.token_rect(prompt + drawn)
        QTest.mouseClick(self.text, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())

    def page_of(self, column: int) -> TextPage:
        """The text of a column, counted from the left."""
        return self.generate.columns.cards[self.columns[column].key].text.page

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.session.columns

    def texts(self) -> list[list[str]]:
        """The drawn tokens of each column."""
        return [[one.text for one in column.drawn] for column in self.columns]

    def put_beside(self, identity: str, order: int = 3) -> None:
        """Choose a model in the first field that is free, as n-grams of an order."""
        bar = self.generate._bar
        if len(self.columns) == 1:
            combo = bar.beside[0].findChild(QComboBox)
            assert combo is not None
            index = combo.findData(identity)
            combo.setCurrentIndex(index)
            combo.activated.emit(index)
        else:
            bar.more.click()
            menu = bar._menu
            assert menu is not None
            [action] = [each for each in menu.actions() if each.data() == identity]
            action.trigger()
            menu.close()
        self.settle()
        if identity.startswith("ngram") and order != self.generate.order.order:
            self.generate.order.setValue(order)
            self.settle()

    @property
    def caption(self) -> str:
        return self.generate.caption.sentence
