"""The table of next tokens, and the numbers of the smoothing fields."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from engine.models.ngram_lm import Evidence
from engine.models.smoothing import Smoothing
from explorer.panels.ngram_answers import TokenNames
from explorer.panels.ngram_smoothing import SmoothingFields
from explorer.panels.ngram_table import COUNT, ORDER, PROBABILITY, TOKEN, FollowerTable, short
from explorer.theme import THEMES, Style

STYLE = Style(THEMES["light"])
LABELS = ("the", "The", "apple", "␣", "zebra")
NAMES = TokenNames(
    LABELS, tuple(label.casefold() for label in LABELS), np.array([2, 3, 0, 1, 4], dtype=np.int32)
)
EVIDENCE = Evidence(
    order_used=2,
    context_count=10,
    tokens=np.array([4, 0, 2, 1, 3], dtype=np.int32),
    counts=np.array([1, 5, 4, 0, 0]),
    probabilities=np.array([0.5, 0.3, 0.1, 0.06, 0.04]),
    context=(0,),
    dropped=(),
    orders=np.array([2, 2, 2, 1, 1], dtype=np.int32),
)


@pytest.fixture
def table(qtbot: QtBot, program_fonts: object) -> FollowerTable:
    shown = FollowerTable(STYLE)
    qtbot.addWidget(shown)
    shown.resize(400, 300)
    shown.show()
    shown.show_evidence(EVIDENCE, NAMES)
    return shown


def tokens(table: FollowerTable) -> list[int]:
    return [table.rows.token(row) for row in range(table.rows.rowCount())]


@pytest.mark.parametrize(
    ("column", "once", "twice"),
    [
        # Equal ones stay as probable as they are.
        (TOKEN, [2, 3, 0, 1, 4], [4, 1, 0, 3, 2]),
        (COUNT, [0, 2, 4, 1, 3], [1, 3, 4, 2, 0]),
        (PROBABILITY, [3, 1, 2, 0, 4], [4, 0, 2, 1, 3]),
        (ORDER, [4, 0, 2, 1, 3], [1, 3, 4, 0, 2]),
    ],
)
def test_a_column_sorts_and_turns_round(
    table: FollowerTable, column: int, once: list[int], twice: list[int]
) -> None:
    table.sort_by(column)
    assert tokens(table) == once
    table.sort_by(column)
    assert tokens(table) == twice


def test_the_header_says_what_is_sorted(table: FollowerTable) -> None:
    across = Qt.Orientation.Horizontal
    assert table.rows.headerData(PROBABILITY, across) == "p ↓"
    table.sort_by(TOKEN)
    assert table.rows.headerData(TOKEN, across) == "token ↑"
    assert table.rows.headerData(PROBABILITY, across) == "p"


def test_searching_minds_no_case_and_keeps_the_token(table: FollowerTable) -> None:
    table.go_to(1)
    table.search("THE")
    assert tokens(table) == [0, 1]
    assert table.token == 1
    table.search("no such")
    assert table.rows.rowCount() == 0
    assert table.token == -1
    table.search("")
    assert len(tokens(table)) == 5


def test_a_cell_tells_its_row(table: FollowerTable) -> None:
    index = table.rows.index(1, COUNT)
    assert table.rows.data(index) == "5"
    spoken = table.rows.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "token the, count 5, p 0.3000, order 2"
    assert table.rows.data(QModelIndex()) is None


def test_arrows_tell_which_token_is_looked_at(table: FollowerTable, qtbot: QtBot) -> None:
    table.setCurrentIndex(table.rows.index(0, TOKEN))
    with qtbot.waitSignal(table.looked_at) as looked:
        QTest.keyClick(table, Qt.Key.Key_Down)
    assert looked.args == [0]


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.25, "0.2500"), (0.0, "0.0000"), (1.0, "1.0000"), (3.56e-5, "3.6e-5"), (5e-4, "0.0005")],
)
def test_small_probabilities_have_a_power_of_ten(probability: float, text: str) -> None:
    assert short(probability) == text


@pytest.fixture
def fields(qtbot: QtBot, program_fonts: object) -> SmoothingFields:
    shown = SmoothingFields(STYLE)
    qtbot.addWidget(shown)
    shown.show()
    return shown


def _type(fields: SmoothingFields, text: str) -> None:
    editor = fields.discount.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def _choose(fields: SmoothingFields, name: str) -> None:
    fields.method.set_choice(name)
    fields.method.chosen.emit(name)


def test_only_the_number_of_the_smoothing_is_asked_for(fields: SmoothingFields) -> None:
    shown = {}
    for name in ("mle", "add-k", "witten-bell", "kneser-ney", "modified-kneser-ney"):
        _choose(fields, name)
        shown[name] = (fields.k.isVisible(), fields.discount.isVisible())
        assert fields.smoothing.name == name
    assert shown.pop("add-k") == (True, False)
    assert shown.pop("kneser-ney") == (False, True)
    assert set(shown.values()) == {(False, False)}


def test_a_discount_is_typed_or_estimated(fields: SmoothingFields, qtbot: QtBot) -> None:
    _choose(fields, "kneser-ney")
    _type(fields, "0.75")
    assert fields.smoothing == Smoothing("kneser-ney", discount=0.75)
    fields.discount.set_discount(None)
    fields.discount.submitted.emit("")
    assert fields.smoothing == Smoothing("kneser-ney")


@pytest.mark.parametrize("typed", ["2", "-1", "x", "nan"])
def test_a_wrong_discount_is_one_sentence_and_changes_nothing(
    fields: SmoothingFields, typed: str
) -> None:
    _choose(fields, "kneser-ney")
    before = fields.smoothing
    _type(fields, typed)
    assert fields.smoothing == before
    assert fields.discount.problem.startswith("The discount must be a number from 0 to 1")
    fields.set_smoothing(Smoothing("add-k", k=0.5))
    assert fields.k.number == 0.5
    assert not fields.discount.problem
