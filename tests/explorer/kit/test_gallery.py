"""Every widget of the kit side by side, drawn in each theme and at two scales.

With ``TAPESTRY_PICTURES`` set to a folder the pictures are kept there to be looked at.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from explorer.actions import Actions
from explorer.commands import COMMANDS, Situation
from explorer.formula import FormulaLabel
from explorer.icons import IconName
from explorer.kit.badge import Badge, Verdict
from explorer.kit.bar_list import Bar, BarList
from explorer.kit.button import Button, IconButton
from explorer.kit.card import Card
from explorer.kit.combo_field import ComboField
from explorer.kit.field import SpinField, TextField
from explorer.kit.label import Label
from explorer.kit.math_label import MathLabel
from explorer.kit.notice import EmptyState, Notice
from explorer.kit.play_button import PlayButton
from explorer.kit.rail_button import RailButton
from explorer.kit.scrubber import Scrubber
from explorer.kit.segmented import Segmented
from explorer.kit.slider import Slider
from explorer.kit.styled import restyle
from explorer.theme import THEMES, Style, Theme, apply_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

DRAWN = (
    Bar(",", 1.0, ("734", "0.4221")),
    Bar(".", 0.41, ("296", "0.1702")),
    Bar("of", 0.14, ("101", "0.0581"), highlighted=True),
    Bar("northumberland's", 0.02, ("7", "0.0040")),
    Bar(" ", 0.02, ("7", "0.0040")),
    Bar("\n", 0.0, ("0", "0.0000")),
    Bar("cardinal", 0.0, ("", "cut"), cut=True),
)


class Gallery(QWidget):
    """All widgets of the kit."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.look = style
        self.commands = Actions(self)
        for item in COMMANDS:
            self.commands.add(item.id, self.nothing)
        self.commands.refresh(Situation(events=136, cursor=94, loss_cursor=68))
        self.commands.check("workspace.graph")
        layout = QVBoxLayout(self)
        layout.addLayout(self._top())
        layout.addLayout(self._middle(), 1)
        layout.addWidget(self._scrubber(94, 0.4))
        layout.addWidget(self._scrubber(30, 0.0))
        layout.addLayout(self._transport())

    def nothing(self) -> None:
        """Stand in for a slot."""

    def _top(self) -> QHBoxLayout:
        look, row = self.look, QHBoxLayout()
        row.addWidget(ComboField(look, "Model", [("elman", "Elman RNN"), ("gru", "GRU")]))
        row.addWidget(TextField(look, "Text", "Narwhals are way cooler than parrots"), 1)
        row.addWidget(SpinField(look, "Hidden", 1, 512, 8))
        wrong = SpinField(look, "Seed", 0, 99, 3)
        wrong.set_problem("Choose a number above 0.")
        row.addWidget(wrong)
        badge = Badge(look)
        badge.set_verdict("agrees", "Agrees with PyTorch", "max 3.3e-16", "Every number.")
        row.addWidget(badge)
        row.addWidget(Button(look, "Present", kind="ink"))
        return row

    def _middle(self) -> QHBoxLayout:
        look, row = self.look, QHBoxLayout()
        rail = QVBoxLayout()
        icons: dict[str, IconName] = {"graph": "graph", "ngram": "ngram", "generate": "generate"}
        for name, icon in icons.items():
            rail.addWidget(RailButton(look, self.commands[f"workspace.{name}"], icon))
        rail.addStretch()
        row.addLayout(rail)
        row.addWidget(self._prompt())
        card = Card(look, "Next word after my lord", "1739 seen · 100 different")
        bars = BarList(look, name="Next word")
        bars.set_bars(DRAWN)
        card.body.addWidget(bars)
        row.addWidget(card, 1)
        row.addWidget(self._states(), 1)
        return row

    def _prompt(self) -> Card:
        look, card = self.look, Card(self.look, "Prompt")
        card.body.addWidget(Slider(look, "Temperature", 0, 2, 0.05, 0.8, decimals=2))
        card.body.addWidget(Slider(look, "Length", 0, 400, 10, 200))
        off = Slider(look, "Top p", 0, 1, 0.01, 1.0, decimals=2)
        off.setEnabled(False)
        card.body.addWidget(off)
        card.body.addWidget(Button(look, "Draw one token", kind="primary"))
        pair = QHBoxLayout()
        pair.addWidget(Button(look, "Stream"))
        greedy = Button(look, "Greedy")
        greedy.setEnabled(False)
        pair.addWidget(greedy)
        card.body.addLayout(pair)
        card.body.addStretch()
        return card

    def _states(self) -> Card:
        look, card = self.look, Card(self.look, "Inspector", "node 43 of 68")
        formula = FormulaLabel(look, r"z_4 = W_{\mathrm{xh}} x_4 + W_{\mathrm{hh}} h_3 + b_h")
        formula.finish()
        card.body.addWidget(formula)
        names = QHBoxLayout()
        for name in ("h_4", "W_xh", "p(·|h_3)", "ℓ_2", "∂ℓ/∂z_4"):
            names.addWidget(MathLabel(look, name))
        names.addStretch()
        card.body.addLayout(names)
        grid = QGridLayout()
        words: dict[Verdict, str] = {
            "checking": "Checking with PyTorch",
            "disagrees": "Disagrees at h₄",
            "unverified": "Unverified",
        }
        for place, (verdict, text) in enumerate(words.items()):
            badge = Badge(look)
            badge.set_verdict(verdict, text)
            grid.addWidget(badge, place, 0)
        version = Segmented(look, [("a", "Version A"), ("b", "Version B")], name="Version",
                            accent="backward")  # fmt: skip
        version.set_choice("b")
        grid.addWidget(version, 0, 1)
        card.body.addLayout(grid)
        notice = Notice(look)
        notice.say("This text has no words: type at least one.", "problem", "Undo")
        card.body.addWidget(notice)
        good = Notice(look)
        good.say("Every number equals PyTorch's.", "good")
        card.body.addWidget(good)
        card.body.addWidget(
            EmptyState(look, "Select a node to see its numbers.", "Select the loss")
        )
        return card

    def _scrubber(self, cursor: int, alpha: float) -> Scrubber:
        scrubber = Scrubber(self.look)
        scrubber.set_run(136, 68, [11, 22, 34, 45, 57, 80, 91, 102, 114, 125])
        scrubber.set_position(cursor, alpha)
        return scrubber

    def _transport(self) -> QHBoxLayout:
        look, row = self.look, QHBoxLayout()
        keys: dict[str, IconName] = {"start": "to-start", "back": "step-back"}
        for name, icon in keys.items():
            row.addWidget(IconButton(look, self.commands[f"play.{name}"], icon))
        play = PlayButton(look, self.commands["play.toggle"])
        play.set_state(playing=True, direction="backward")
        row.addWidget(play)
        keys = {"forward": "step-forward", "loss": "to-loss", "end": "to-end", "loop": "loop"}
        self.commands.check("play.loop")
        for name, icon in keys.items():
            row.addWidget(IconButton(look, self.commands[f"play.{name}"], icon))
        row.addWidget(Label(look, "event 94 of 136"))
        row.addStretch()
        units = [("event", "event"), ("node", "node"), ("module", "module"), ("time", "time")]
        row.addWidget(Segmented(look, units, name="Step by"))
        return row


@pytest.fixture
def dressed(qapp: QApplication, program_fonts: tuple[str, ...]) -> Iterator[QApplication]:
    palette, font = qapp.palette(), qapp.font()
    yield qapp
    qapp.setStyleSheet("")
    qapp.setPalette(palette)
    qapp.setFont(font)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_every_widget_draws_itself(
    qtbot: QtBot, dressed: QApplication, theme: Theme, scale: float
) -> None:
    style = Style(theme, scale)
    apply_style(dressed, style)
    gallery = Gallery(Style(THEMES["light"]))
    qtbot.addWidget(gallery)
    restyle(gallery, style)
    gallery.resize(int(1400 * scale), int(620 * scale))
    gallery.show()
    for formula in gallery.findChildren(FormulaLabel):
        formula.finish()
    picture = gallery.grab()
    folder = os.environ.get("TAPESTRY_PICTURES")
    if folder:
        picture.save(str(Path(folder) / f"kit-{theme.name}-{scale:g}.png"))
    colors = {
        picture.toImage().pixelColor(x, y).name()
        for x in range(0, picture.width(), 3)
        for y in range(0, picture.height(), 3)
    }
    for role in ("surface", "raised", "forward", "backward"):
        assert QColor(theme.color(role)).name() in colors


def test_no_widget_is_wider_than_a_small_screen(
    qtbot: QtBot, dressed: QApplication, program_fonts: tuple[str, ...]
) -> None:
    style = Style(THEMES["light"])
    apply_style(dressed, style)
    gallery = Gallery(style)
    qtbot.addWidget(gallery)
    assert gallery.minimumSizeHint().width() <= 1280
