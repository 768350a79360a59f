from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.models.units import clearest, neighbours, ranks_of, separations, token_vectors
from engine.models.weights import SavedModel, save_model
from engine.text.vocabulary import Vocabulary
from explorer.assets import asset
from explorer.jobs import Jobs
from explorer.kit.styled import restyle
from explorer.panels.generate_models import ModelChoice
from explorer.panels.inside_reading import Quantity, Reading, TextSource
from explorer.panels.inside_session import BY_LIKENESS, BY_PART
from explorer.run_jobs import Wish
from explorer.theme import THEMES, Style, ThemeName
from explorer.workspaces.inside import InsideWorkspace

STYLE = Style(THEMES["light"])
NARWHALS = ModelChoice(weights=str(asset("weights", "narwhals.safetensors")))
TEXT = "a (bad) cab\n" * 20
LONG = 20_000


class Page:
    """The workspace in a window, with what it complained of and what it asked for."""

    def __init__(self, qtbot: QtBot, jobs: Jobs) -> None:
        self.qtbot, self.jobs = qtbot, jobs
        self.inside = InsideWorkspace(STYLE, jobs)
        self.session, self.controls = self.inside.session, self.inside.controls
        self.text, self.heat, self.side = self.inside.text, self.inside.heat, self.inside.side
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.inside.bar())
        layout.addWidget(self.inside, 1)
        qtbot.addWidget(self.window)
        self.failures: list[str] = []
        self.wishes: list[Wish] = []
        self.inside.failed.connect(self.failures.append)
        self.inside.graph_wanted.connect(self.wishes.append)
        self.window.resize(1700, 1000)
        self.window.show()

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG)

    def settle(self) -> None:
        names = ("reading", "quantity", "units", "rows", "neighbours")
        self.until(lambda: not any(self.jobs.is_running(f"inside {name}") for name in names))

    def open(self, choice: ModelChoice, text: str = "") -> None:
        self.inside.open(choice, TextSource("typed", typed=text) if text else None)
        self.settle()

    @property
    def reading(self) -> Reading:
        assert self.session.reading is not None
        return self.session.reading

    @property
    def quantity(self) -> Quantity:
        assert self.session.quantity is not None
        return self.session.quantity

    def place(self, token: int) -> QPoint:
        return self.text.token_rect(token).center().toPoint()

    def click(self, token: int) -> None:
        QTest.mouseClick(self.text.viewport(), Qt.MouseButton.LeftButton, pos=self.place(token))

    def drag(self, first: int, last: int) -> None:
        port, button = self.text.viewport(), Qt.MouseButton.LeftButton
        QTest.mousePress(port, button, pos=self.place(first))
        QTest.mouseMove(port, self.place(last))
        QTest.mouseRelease(port, button, pos=self.place(last))
        self.settle()

    def choose(self, field: QWidget, identity: str) -> None:
        combo = field.findChild(QComboBox)
        assert combo is not None
        index = combo.findData(identity)
        combo.setCurrentIndex(index)
        combo.activated.emit(index)
        self.settle()


@pytest.fixture
def page(qtbot: QtBot, program_fonts: tuple[str, ...]) -> Iterator[Page]:
    """The page before it has read anything; its threads have ended when the test has."""
    jobs = Jobs()
    yield Page(qtbot, jobs)
    assert jobs.shutdown(10.0)


@pytest.fixture
def narwhals(page: Page) -> Page:
    """The page with the eight sentences read."""
    page.open(NARWHALS)
    return page


@pytest.fixture
def lstm(page: Page, tmp_path: Path) -> Page:
    """The page with a fresh LSTM of characters in two layers."""
    model = RecurrentLM.fresh(
        Architecture("lstm", 12, 2), Vocabulary(tuple("\n ()abcd")), np.random.default_rng(2)
    )
    save_model(SavedModel(model, "char"), tmp_path / "lstm.safetensors")
    page.open(ModelChoice(weights=str(tmp_path / "lstm.safetensors")), TEXT)
    return page


def _typed(page: Page) -> QLineEdit:
    line = page.inside.bar().typed.findChild(QLineEdit)  # type: ignore[attr-defined]
    assert isinstance(line, QLineEdit)
    return line


def test_entering_reads_the_usual_text_once(page: Page) -> None:
    page.inside.open(NARWHALS)
    assert page.inside.empty.isVisible()
    page.settle()
    assert page.reading.title == "Eight narwhal sentences"
    assert not page.inside.empty.isVisible()
    before = page.reading
    page.inside.enter()
    page.settle()
    assert page.reading is before


def test_cancelling_the_first_reading_offers_another_try(page: Page) -> None:
    page.inside.open(NARWHALS)
    page.inside.bar().cancelled.emit()  # type: ignore[attr-defined]
    assert page.inside.empty.accessibleName() == "Nothing was read."
    page.inside.empty.action_requested.emit()
    page.settle()
    assert page.reading.loaded.choice == NARWHALS


def test_a_click_looks_at_a_token_everywhere(narwhals: Page) -> None:
    narwhals.click(8)
    assert narwhals.session.position == 8
    found = narwhals.reading.activations
    bars = narwhals.side.next_card.bars.bars
    tokens = narwhals.reading.model.vocabulary.tokens
    assert bars[0].token == tokens[int(found.top_tokens[9, 0])]
    came = next(bar for bar in bars if bar.highlighted)
    assert came.token == tokens[int(found.tokens[9])]
    assert "of the past" in narwhals.side.state.accessibleName()
    assert "8 numbers" in narwhals.side.state.sentence
    assert f"rank {found.ranks[9]} of 41" in narwhals.side.next_card.sentence


def test_at_the_end_no_token_comes(narwhals: Page) -> None:
    narwhals.session.look_at(10_000)
    assert narwhals.side.next_card.sentence == "The text ends here."
    assert not any(bar.highlighted for bar in narwhals.side.next_card.bars.bars)


def test_a_token_outside_the_first_bars_is_the_last_one(lstm: Page) -> None:
    lstm.window.resize(1700, 1100)
    ranks = lstm.reading.activations.ranks
    worst = int(ranks.argmax())
    lstm.session.look_at(worst - 1)
    bars = lstm.side.next_card.bars.bars
    assert bars[-1].highlighted
    assert sum(bar.highlighted for bar in bars) == 1


def test_dragging_ranks_the_units_of_the_passage(narwhals: Page) -> None:
    narwhals.drag(2, 4)
    part = narwhals.session.part
    assert part is not None
    assert np.flatnonzero(part).tolist() == [2, 3, 4]
    expected = separations(ranks_of(narwhals.quantity.values), part)
    assert narwhals.side.units.order == tuple(clearest(expected).tolist())
    top = narwhals.side.units.list.bars[0]
    assert top.numbers[1] == f"{expected[narwhals.side.units.order[0]]:.3f}"


def test_clicking_a_ranked_unit_shows_where_it_fires(narwhals: Page) -> None:
    narwhals.drag(2, 4)
    narwhals.side.units.list.picked.emit(0)
    unit = narwhals.side.units.order[0]
    assert narwhals.session.unit == unit
    assert narwhals.controls.unit.value == unit + 1
    assert narwhals.side.units.list.bars[0].highlighted


def test_a_click_takes_a_passage_back_but_not_a_pattern(lstm: Page) -> None:
    lstm.drag(2, 4)
    lstm.click(7)
    assert lstm.session.part is None
    lstm.choose(lstm.controls.part, "brackets")
    lstm.click(7)
    assert lstm.session.pattern == "brackets"
    QTest.keyClick(lstm.text, Qt.Key.Key_Escape)
    assert lstm.session.part is None


def test_a_pattern_selects_its_characters(lstm: Page) -> None:
    lstm.choose(lstm.controls.part, "brackets")
    part = lstm.session.part
    assert part is not None
    inside = "".join(np.array(lstm.reading.surfaces)[part])
    assert inside == "bad)" * 20
    assert lstm.session.separation is not None


def test_selecting_everything_says_that_it_parts_nothing(narwhals: Page) -> None:
    narwhals.session.select(0, 10_000)
    narwhals.settle()
    assert narwhals.session.separation is None
    assert narwhals.side.units.order == ()


def test_keys_move_select_and_change_the_unit(narwhals: Page) -> None:
    text, shift = narwhals.text, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(text, Qt.Key.Key_Right)
    QTest.keyClick(text, Qt.Key.Key_Right, shift)
    QTest.keyClick(text, Qt.Key.Key_Right, shift)
    narwhals.settle()
    assert narwhals.session.part is not None
    assert np.flatnonzero(narwhals.session.part).tolist() == [1, 2, 3]
    QTest.keyClick(text, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert narwhals.session.unit == 1
    QTest.keyClick(text, Qt.Key.Key_Left)
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert narwhals.session.part is not None
    assert np.flatnonzero(narwhals.session.part).tolist() == [2]


def test_a_unit_is_chosen_by_number(narwhals: Page) -> None:
    narwhals.controls.unit.changed.emit(5)
    assert narwhals.session.unit == 4
    assert narwhals.text.accessibleDescription().startswith("Unit 5 of h₁ is ")


def test_a_cell_of_the_heat_map_is_picked_by_mouse_and_keys(narwhals: Page) -> None:
    place = narwhals.heat.cell_rect(3, 6).center().toPoint()
    QTest.mouseClick(narwhals.heat.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (narwhals.session.unit, narwhals.session.position) == (3, 6)
    QTest.keyClick(narwhals.heat, Qt.Key.Key_Down)
    QTest.keyClick(narwhals.heat, Qt.Key.Key_Left)
    assert (narwhals.session.unit, narwhals.session.position) == (4, 5)


def test_zooming_keeps_the_marked_cell_in_view(lstm: Page) -> None:
    lstm.session.look_at(200)
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Minus):
        QTest.keyClick(lstm.heat, key)
        port = lstm.heat.viewport().rect()
        assert port.contains(lstm.heat.cell_rect(lstm.session.unit, 200).center().toPoint())


def test_rows_are_sorted_by_the_selection_and_by_likeness(lstm: Page) -> None:
    lstm.choose(lstm.controls.part, "vowels")
    lstm.choose(lstm.controls.sorting, BY_PART)
    assert lstm.session.separation is not None
    assert lstm.heat.rows.tolist() == clearest(lstm.session.separation).tolist()
    assert lstm.heat.verticalScrollBar().value() == 0
    lstm.choose(lstm.controls.sorting, BY_LIKENESS)
    assert lstm.heat.rows[0] == lstm.session.unit
    lstm.session.choose_unit(7)
    lstm.settle()
    assert lstm.heat.rows[0] == 7


def test_stepping_goes_by_the_rows_on_screen(lstm: Page) -> None:
    lstm.choose(lstm.controls.part, "vowels")
    lstm.choose(lstm.controls.sorting, BY_PART)
    lstm.session.choose_unit(int(lstm.heat.rows[0]))
    lstm.heat.stepped.emit(1)
    assert lstm.session.unit == lstm.heat.rows[1]


@pytest.mark.parametrize("name", ["h", "c", "i", "f", "g", "o"])
def test_each_quantity_of_each_layer_is_shown(lstm: Page, name: str) -> None:
    for layer in (0, 1):
        lstm.controls.quantity_wanted.emit(name, layer)
        lstm.settle()
        assert (lstm.quantity.name, lstm.quantity.layer) == (name, layer)
        assert lstm.quantity.values is lstm.reading.activations.layers[layer][name]
        assert lstm.controls.quantity.choice == name
        assert not lstm.text.grab().isNull()


def test_gates_tell_how_far_they_are_open(lstm: Page) -> None:
    lstm.side.show_card("gates")
    assert lstm.side.gates.sentence == ""
    lstm.controls.quantity_wanted.emit("f", 0)
    lstm.settle()
    mean = lstm.quantity.values[:, 0].mean()
    assert lstm.side.gates.sentence.startswith(f"Unit 1: f is {mean:.2f} open on average")


def test_the_nearest_tokens_follow_the_text_and_what_is_typed(narwhals: Page) -> None:
    narwhals.side.show_card("near")
    narwhals.click(3)
    narwhals.settle()
    near, tokens = narwhals.side.near, narwhals.reading.model.vocabulary.tokens
    token = int(narwhals.reading.activations.tokens[3])
    assert near.token == token
    ids, cosines = neighbours(token_vectors(narwhals.reading.model), token, 24)
    assert near.bars.bars[0].token == tokens[int(ids[0])]
    assert near.bars.bars[0].numbers == (f"{cosines[0]:+.3f}",)
    near.field.submitted.emit("Big")
    narwhals.settle()
    assert tokens[near.token] == "big"
    near.side.chosen.emit("output")
    narwhals.settle()


def test_a_typed_token_that_is_none_is_named(narwhals: Page) -> None:
    narwhals.side.show_card("near")
    narwhals.side.near.field.submitted.emit("zebra")
    assert "“zebra” is no word" in narwhals.failures[-1]
    narwhals.side.near.field.submitted.emit("rock")
    assert narwhals.failures[-1] == ""


def test_the_state_can_be_opened_as_a_graph(narwhals: Page) -> None:
    narwhals.session.look_at(3)
    narwhals.controls.graph.click()
    (wish,) = narwhals.wishes
    assert wish.node == "h_4"
    assert wish.spec is not None
    assert wish.spec.weights == NARWHALS.weights


def test_a_typed_text_is_read(narwhals: Page) -> None:
    narwhals.choose(narwhals.inside.bar().text, "typed")  # type: ignore[attr-defined]
    line = _typed(narwhals)
    line.setText("narwhals are friendly")
    line.returnPressed.emit()
    narwhals.settle()
    assert narwhals.reading.surfaces == ("narwhals", "are", "friendly")


def test_an_unknown_word_leaves_what_was_read(narwhals: Page) -> None:
    before = narwhals.reading
    narwhals.inside.open(NARWHALS, TextSource("typed", typed="narwhals are zebras"))
    narwhals.settle()
    assert narwhals.reading is before
    assert "zebras" in narwhals.failures[-1]
    assert narwhals.session.quantity is not None


def test_files_are_opened_by_their_kind(narwhals: Page, tmp_path: Path) -> None:
    text = tmp_path / "short.txt"
    text.write_text("what narwhals are hiding\n", encoding="utf-8")
    assert narwhals.inside.open_file(str(text))
    narwhals.settle()
    assert narwhals.reading.title == "short.txt"
    assert narwhals.inside.open_file(NARWHALS.weights)
    narwhals.settle()
    assert not narwhals.inside.open_file("trace.json")


def test_a_missing_file_of_weights_is_named(page: Page, tmp_path: Path) -> None:
    page.open(ModelChoice(weights=str(tmp_path / "none.safetensors")))
    assert page.failures
    assert page.inside.empty.accessibleName() == "The text could not be read."


def test_only_the_last_wanted_text_arrives(page: Page) -> None:
    for typed in ("narwhals", "narwhals are", "narwhals are big"):
        page.inside.open(NARWHALS, TextSource("typed", typed=typed))
    page.settle()
    assert len(page.reading.surfaces) == 3


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("size", [(1216, 664), (1856, 1024), (520, 700)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_theme_and_size_is_drawn(
    lstm: Page, theme: ThemeName, size: tuple[int, int], scale: float
) -> None:
    restyle(lstm.window, Style(THEMES[theme], scale))
    lstm.window.resize(*size)
    lstm.choose(lstm.controls.part, "brackets")
    for card in ("units", "near", "gates"):
        lstm.side.show_card(card)
        lstm.settle()
        assert not lstm.window.grab().isNull()


def test_an_audience_sees_larger_text_and_no_way_out(lstm: Page) -> None:
    before = lstm.text.token_rect(0).height()
    lstm.inside.set_presenting(True)
    assert lstm.text.token_rect(0).height() > before
    assert not lstm.controls.graph.isVisible()
    lstm.inside.set_presenting(False)
    assert lstm.text.token_rect(0).height() == before
    assert lstm.controls.graph.isVisible()


def test_a_wide_window_sets_long_texts_in_columns(lstm: Page) -> None:
    lstm.window.resize(1900, 700)
    assert lstm.text.columns.count > 1
    first = lstm.text.token_rect(0)
    # The line after the last one of a column stands at the top of the next.
    rows = lstm.text.viewport().height() // first.height()
    tops = [lstm.text.token_rect(12 * line).top() for line in range(20)]
    assert tops.count(first.top()) > 1, rows


def test_scrolling_brings_the_position_into_view(lstm: Page) -> None:
    lstm.window.resize(700, 600)
    last = len(lstm.reading.surfaces) - 1
    QTest.keyClick(lstm.text, Qt.Key.Key_End)
    assert lstm.session.position == last
    assert lstm.text.viewport().rect().contains(lstm.place(last))
    QTest.keyClick(lstm.text, Qt.Key.Key_Home)
    assert lstm.text.viewport().rect().contains(lstm.place(0))


def test_hovering_reads_a_token_out(lstm: Page) -> None:
    told: list[int] = []
    lstm.text.hovered.connect(told.append)
    QTest.mouseMove(lstm.text.viewport(), lstm.place(5))
    lstm.until(lambda: told == [5])
    QTest.mouseMove(lstm.heat.viewport(), lstm.heat.cell_rect(2, 3).center().toPoint())
    lstm.until(lambda: told[-1] == -1 or len(told) == 1)


def test_the_same_model_keeps_the_pattern_in_its_next_text(lstm: Page) -> None:
    lstm.choose(lstm.controls.part, "vowels")
    lstm.session.choose_unit(5)
    lstm.open(lstm.reading.loaded.choice, "bad cab\n" * 9)
    assert lstm.session.pattern == "vowels"
    assert lstm.session.unit == 5
    assert lstm.session.separation is not None


def test_another_model_reads_the_same_text_at_the_same_place(lstm: Page, tmp_path: Path) -> None:
    lstm.session.look_at(17)
    model = RecurrentLM.fresh(
        Architecture("gru", 5), Vocabulary(tuple("\n ()abcd")), np.random.default_rng(3)
    )
    save_model(SavedModel(model, "char"), tmp_path / "gru.safetensors")
    choice = ModelChoice(weights=str(tmp_path / "gru.safetensors"))
    lstm.inside.bar().model_wanted.emit(choice)  # type: ignore[attr-defined]
    lstm.settle()
    assert lstm.reading.loaded.choice == choice
    assert "".join(lstm.reading.surfaces) == TEXT
    assert lstm.session.position == 17
    assert lstm.quantity.units == 5


def test_what_was_typed_in_vain_stays_to_be_mended(narwhals: Page) -> None:
    narwhals.choose(narwhals.inside.bar().text, "typed")  # type: ignore[attr-defined]
    line = _typed(narwhals)
    line.setText("narwhals are zebras")
    line.returnPressed.emit()
    narwhals.settle()
    assert _typed(narwhals).text() == "narwhals are zebras"
    assert _typed(narwhals).isVisible()
    assert "zebras" in narwhals.failures[-1]
    assert narwhals.reading.title == "Eight narwhal sentences"
