"""The chain rule on the n-gram page, as a person uses it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.models.chain_rule import cut_history
from engine.models.smoothing import Smoothing
from engine.steps import reported
from explorer.assets import asset
from explorer.jobs import Jobs
from explorer.kit.combo_field import ComboField
from explorer.kit.styled import restyle
from explorer.panels.chain_reading import Recurrent
from explorer.panels.ngram_counting import NARWHALS
from explorer.run_jobs import Wish
from explorer.theme import THEMES, Style, ThemeName
from explorer.window import MainWindow
from explorer.workspaces.ngram import NGramWorkspace
from tests.explorer.room import cramped

LONG = 30_000
FANS = "Narwhals are big fans of machine learning"
LECTURE = "Narwhals are way cooler than parrots"
NARWHAL_RNN = str(asset("weights", "narwhals.safetensors"))
CHARACTER_RNN = str(asset("weights", "shakespeare.safetensors"))


JOBS = (
    "ngram count", "ngram look-up", "ngram statistics", "ngram measure",
    "chain offers", "chain load", "chain read", "chain beside",
)  # fmt: skip


def is_still(ngram: NGramWorkspace, jobs: Jobs) -> bool:
    """Whether no job runs and every plot is drawn."""
    drawing = any(timer.isActive() for timer in ngram.strip.findChildren(QTimer))
    return not drawing and not any(jobs.is_running(key) for key in JOBS)


class Page:
    """The n-gram page with the eight narwhal sentences counted."""

    def __init__(self, qtbot: QtBot, jobs: Jobs) -> None:
        self.qtbot, self.jobs = qtbot, jobs
        self.ngram = NGramWorkspace(Style(THEMES["light"]), jobs)
        self.chain, self.card = self.ngram.chain, self.ngram.chain_card
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.ngram.bar())
        layout.addWidget(self.ngram, 1)
        qtbot.addWidget(self.window)
        self.failures: list[str] = []
        self.wishes: list[Wish] = []
        self.ngram.failed.connect(self.failures.append)
        self.ngram.graph_wanted.connect(self.wishes.append)
        self.window.resize(1300, 850)
        self.window.show()

    def count(self, name: str = "narwhals") -> None:
        self.choose(self.ngram.corpus, name)
        self.until(
            lambda: self.ngram.counted is not None and self.ngram.counted.choice.name == name
        )
        self.until(lambda: self.chain.reading is not None)
        self.settle()

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG)

    def settle(self) -> None:
        self.until(lambda: is_still(self.ngram, self.jobs))

    def choose(self, field: ComboField, identity: str) -> None:
        combo = field.findChild(QComboBox)
        assert combo is not None
        index = combo.findData(identity)
        assert index >= 0, f"{identity!r} is not offered"
        combo.setCurrentIndex(index)
        combo.activated.emit(index)

    def offered(self) -> list[str]:
        combo = self.card.beside.field.findChild(QComboBox)
        assert combo is not None
        return [str(combo.itemData(i)) for i in range(combo.count())]

    def type(self, text: str) -> None:
        editor = self.card.field.findChild(QLineEdit)
        assert editor is not None
        editor.selectAll()
        QTest.keyClicks(editor, text)
        self.settle()

    def put_beside(self, path: str = NARWHAL_RNN) -> Recurrent:
        self.choose(self.card.beside.field, path)
        self.settle()
        assert self.chain.rnn is not None
        return self.chain.rnn

    @property
    def numbers(self) -> list[str]:
        return [card.number for card in self.card.strip.strip.cards]

    @property
    def uses(self) -> list[str]:
        return [card.use for card in self.card.strip.strip.cards]

    @property
    def said(self) -> str:
        return self.card.notice.sentence


@pytest.fixture
def fresh(qtbot: QtBot, program_fonts: tuple[str, ...]) -> Iterator[Page]:
    jobs = Jobs()
    yield Page(qtbot, jobs)
    assert jobs.shutdown(LONG / 1000)


@pytest.fixture
def page(fresh: Page) -> Page:
    fresh.count()
    return fresh


def test_before_the_first_count_the_numbers_are_open(fresh: Page) -> None:
    assert set(fresh.numbers) == {""}
    assert fresh.card.numbers.accessibleName().endswith("bits per token not computed yet")


def test_the_usual_sentence_is_one_that_the_text_can_read(page: Page) -> None:
    assert page.card.field.text == FANS
    # The trigram's factors: 8/57, 1, 2/8, 1/2, 1, 1, 1.
    assert page.numbers == ["0.1404", "1.0000", "0.2500", "0.5000", "1.0000", "1.0000", "1.0000"]
    assert "product 0.0175" in page.card.numbers.accessibleName()
    assert page.uses[:4] == ["dropped", "context", "context", "looked"]


def test_shakespeare_has_his_own_sentence(fresh: Page) -> None:
    fresh.ngram.enter()
    fresh.until(lambda: fresh.chain.reading is not None)
    assert fresh.card.field.text == "To be, or not to be: that is the question"
    assert not fresh.said


def test_the_one_control_of_the_order_moves_everything(page: Page) -> None:
    page.ngram.order.setValue(2)
    page.settle()
    # p(machine | of) = 1/2 is what the bigram has less: 1/114.
    assert page.numbers[5] == "0.5000"
    assert "product 0.0088" in page.card.numbers.accessibleName()
    assert page.uses[:4] == ["dropped", "dropped", "context", "looked"]
    page.ngram.order.setValue(1)
    page.settle()
    assert page.uses[:4] == ["dropped", "dropped", "dropped", "looked"]


def test_smoothed_numbers_wait_for_the_fit(page: Page) -> None:
    page.type("narwhals are fans")
    assert page.numbers[2] == "0"
    page.ngram.smoothing.set_smoothing(Smoothing("witten-bell"))
    page.ngram.smoothing.chosen.emit(Smoothing("witten-bell"))
    assert set(page.numbers) == {""}
    page.until(lambda: page.chain.reading is not None)
    assert all(page.numbers)
    assert page.numbers[2] != "0"
    assert page.chain.model is not None
    assert page.chain.model.smoothing == Smoothing("witten-bell")
    assert len(page.card.table.rows) > 1


def test_a_typed_sentence_is_read_at_once(page: Page) -> None:
    page.type("the narwhals are coming")
    assert [card.label for card in page.card.strip.strip.cards] == [
        "the", "narwhals", "are", "coming",
    ]  # fmt: skip
    # Two of the 57 tokens are "the"; of 8 "narwhals are" one goes on with "coming".
    assert page.numbers == [f"{2 / 57:.4f}", "1.0000", "1.0000", "0.1250"]


def test_a_zero_is_explained_and_taken_back(page: Page) -> None:
    page.type("narwhals are fans")
    assert "“fans” was never seen after “narwhals are”" in page.said
    assert "choose a smoothing" in page.said
    assert "perplexity ∞" in page.card.numbers.accessibleName()
    page.type("narwhals are big")
    assert not page.said


def test_unknown_words_are_marked_and_nothing_is_lost(page: Page) -> None:
    page.type(LECTURE)
    assert page.card.field.text == LECTURE
    assert [card.known for card in page.card.strip.strip.cards] == [True] * 2 + [False] * 4
    assert page.said.startswith("“way” and 3 more do not occur")
    assert not page.failures


def test_an_empty_sentence_marks_the_field_and_leaves_the_rest(page: Page) -> None:
    before = page.numbers
    editor = page.card.field.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    assert "type at least one word" in page.card.field.problem
    assert page.numbers == before
    page.type("narwhals are big")
    assert not page.card.field.problem


def test_a_click_on_a_token_shows_what_it_was_drawn_from(page: Page) -> None:
    strip = page.card.strip
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.card(2).center().toPoint())
    page.settle()
    assert page.ngram.context.text == "Narwhals are"
    assert strip.strip.looked == 2
    marked = [bar.token for bar in page.ngram.bars.bars if bar.highlighted]
    assert marked == ["big"]


def test_the_arrows_move_between_tokens_and_the_context_follows(page: Page) -> None:
    QTest.keyClick(page.card.strip, Qt.Key.Key_Home)
    page.settle()
    assert page.ngram.context.text == ""
    QTest.keyClick(page.card.strip, Qt.Key.Key_Right)
    page.settle()
    assert page.ngram.context.text == "Narwhals"
    assert page.card.table.rows[0].token == "are"


def test_typing_another_context_leaves_the_sentence(page: Page) -> None:
    QTest.keyClick(page.card.strip, Qt.Key.Key_End)
    page.ngram.set_context("the narwhals")
    page.settle()
    assert page.card.field.text == FANS
    assert not any(bar.highlighted for bar in page.ngram.bars.bars)


def test_hovering_shows_the_evidence_of_that_token(page: Page) -> None:
    page.card.strip.hovered.emit(5)
    assert page.card.table.rows[0].token == "machine"
    page.card.strip.hovered.emit(-1)
    assert page.card.table.rows[0].token == "fans"


def test_only_rnns_of_the_same_tokens_are_offered(page: Page) -> None:
    assert NARWHAL_RNN in page.offered()
    assert CHARACTER_RNN not in page.offered()
    absent = page.card.beside._absent
    assert absent.sentence == (
        "2 more read characters: set Tokens to characters to put one of them beside."
    )
    page.ngram.tokens.setFocus()
    QTest.keyClick(page.ngram.tokens, Qt.Key.Key_Right)
    page.until(lambda: page.chain.sentence is not None and page.chain.sentence.kind == "char")
    page.settle()
    assert CHARACTER_RNN in page.offered()
    assert NARWHAL_RNN not in page.offered()


def test_the_rnn_beside_has_its_score(page: Page) -> None:
    rnn = page.put_beside()
    ids = rnn.model.vocabulary.encode([word.lower() for word in FANS.split()]).tolist()
    bits = [-log / math.log(2) for log in rnn.model.score(ids).tolist()]
    shown = [card.bits[1] for card in page.card.strip.strip.cards]
    assert shown == pytest.approx(bits)
    assert "bits: the " in page.card.beside.totals.sentence


def test_the_history_is_cut_by_the_slider_and_by_the_switch(page: Page) -> None:
    rnn = page.put_beside()
    slider = page.card.beside.slider
    assert slider.shown() == "all tokens"
    slider.setValue(1)
    page.settle()
    ids = rnn.model.vocabulary.encode([word.lower() for word in FANS.split()]).tolist()
    assert page.chain.beside is not None
    assert page.chain.beside.chain == reported(cut_history(rnn.model, ids, 1))
    assert slider.shown() == "1 token"
    page.card.beside.same.setFocus()
    page.card.beside.history_chosen.emit("same")
    page.settle()
    assert page.chain.history == 2
    assert page.card.beside.totals.sentence.endswith("from the same tokens.")
    page.ngram.order.setValue(2)
    page.settle()
    assert page.chain.history == 1
    assert page.card.beside.totals.sentence.endswith("from the same tokens.")


def test_taking_the_rnn_away_takes_its_bars_away(page: Page) -> None:
    page.put_beside()
    height = page.card.strip.height()
    page.choose(page.card.beside.field, "")
    page.settle()
    assert page.chain.rnn is None
    assert not page.card.strip.strip.beside
    assert page.card.strip.sizeHint().height() < height


def test_an_rnn_that_cannot_read_a_word_says_so(page: Page) -> None:
    page.put_beside()
    page.type("narwhals are zebras")
    assert "“zebras” does not occur" in page.card.beside.totals.sentence
    assert [card.bits[1] for card in page.card.strip.strip.cards] == [None] * 3


def test_weights_of_other_tokens_are_one_sentence(page: Page) -> None:
    page.chain.put_beside(str(asset("weights", "shakespeare-lstm.safetensors")))
    page.settle()
    [sentence] = page.failures
    assert "reads characters" in sentence
    assert page.chain.rnn is None


def test_a_file_that_holds_no_weights_is_one_sentence(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "broken.safetensors"
    path.write_bytes(b"\x08" * 40)
    page.chain.put_beside(str(path))
    page.settle()
    assert len(page.failures) == 1
    assert page.chain.rnn is None


def test_weights_from_a_file_are_offered_from_then_on(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    path.write_bytes(Path(NARWHAL_RNN).read_bytes())
    page.chain.put_beside(str(path))
    page.settle()
    assert page.chain.rnn is not None
    assert page.chain.rnn.title == "Elman RNN, mine"
    assert str(path) in page.offered()


def test_why_wants_the_loss_of_the_token_as_a_graph(page: Page) -> None:
    page.put_beside()
    QTest.keyClick(page.card.strip, Qt.Key.Key_Return)
    [wish] = page.wishes
    assert wish.spec is not None
    assert (wish.spec.text, wish.spec.weights) == ("Narwhals are big fans", NARWHAL_RNN)
    assert wish.node == "ℓ_4"
    assert "“fans”" in wish.title


def test_why_under_a_cut_history_wants_the_tokens_that_were_read(page: Page) -> None:
    page.put_beside()
    page.chain.set_history("2")
    page.settle()
    page.card.why.click()
    [wish] = page.wishes
    assert wish.spec is not None
    assert (wish.spec.text, wish.node) == ("are big fans", "ℓ_3")


def test_why_without_an_rnn_says_what_was_counted_and_offers_one(page: Page) -> None:
    page.card.why.click()
    assert not page.wishes
    assert "“fans” after “are big”: 0.5000, 1 of 2 times." in page.said
    button = page.card.notice.findChild(QPushButton)
    assert button is not None
    # The narwhal RNN knows every word of the sentence, Shakespeare's does not.
    assert button.text() == "Put the Elman RNN, Narwhals beside"
    button.click()
    page.settle()
    assert page.chain.rnn is not None
    assert page.chain.rnn.path == NARWHAL_RNN


def test_the_context_menu_asks_why(page: Page) -> None:
    page.put_beside()
    strip = page.card.strip
    place = strip.card(1).center().toPoint()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, strip.mapToGlobal(place))
    QApplication.sendEvent(strip, event)
    menu = strip.findChild(QMenu)
    assert menu is not None
    menu.actions()[0].trigger()
    menu.close()
    assert [wish.node for wish in page.wishes] == ["ℓ_2"]


def test_another_corpus_keeps_a_sentence_that_was_typed(page: Page, tmp_path: Path) -> None:
    page.type("big fans")
    path = tmp_path / "letters.txt"
    path.write_text("a b a c a b\n", encoding="utf-8")
    assert page.ngram.open_file(str(path))
    page.until(lambda: page.ngram.counted is not None and page.ngram.counted.choice != NARWHALS)
    page.settle()
    assert page.card.field.text == "big fans"
    assert "“big” and 1 more do not occur in letters.txt" in page.said


def test_a_file_begins_with_its_own_first_tokens(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "letters.txt"
    path.write_text("a b a c a b\n", encoding="utf-8")
    assert page.ngram.open_file(str(path))
    page.until(lambda: page.ngram.counted is not None and page.ngram.counted.choice != NARWHALS)
    page.settle()
    assert page.card.field.text == "a b a c a b"
    assert not page.said


def test_the_last_of_many_requests_wins(page: Page) -> None:
    page.put_beside()
    for order in (1, 4, 2, 5, 3):
        page.ngram.order.setValue(order)
        page.chain.set_history(str(order))
    page.settle()
    assert page.chain.reading is not None
    assert page.chain.reading.order == 3
    assert page.chain.beside is not None
    assert page.chain.beside.history == 3


def test_closing_during_a_job_is_safe(page: Page) -> None:
    page.put_beside()
    page.card.edited.emit(" ".join([FANS] * 40))
    page.window.close()


@pytest.mark.parametrize(("theme", "scale"), [("dark", 1.0), ("projector", 1.5), ("light", 2.0)])
def test_another_style_keeps_everything(page: Page, theme: ThemeName, scale: float) -> None:
    page.put_beside()
    before = page.numbers, page.said, page.card.field.text, page.card.strip.strip
    restyle(page.window, Style(THEMES[theme], scale))
    page.window.grab()
    assert (page.numbers, page.said, page.card.field.text, page.card.strip.strip) == before
    assert page.card.strip.card(0).height() == pytest.approx(76 * scale)


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_with_an_rnn_beside_nothing_is_smaller_than_its_text(page: Page, scale: float) -> None:
    page.window.resize(1280, 720)
    page.put_beside()
    page.type("narwhals are fans")
    restyle(page.window, Style(THEMES["light"], scale))
    page.until(lambda: cramped(page.window) == [])


def test_why_opens_the_graph_at_the_loss_of_the_token(window: MainWindow, qtbot: QtBot) -> None:
    window.show_workspace("ngram")
    chain = window.ngram.chain
    qtbot.waitUntil(lambda: chain.reading is not None, timeout=LONG)
    qtbot.waitUntil(lambda: is_still(window.ngram, window.jobs), timeout=LONG)
    chain.set_text("my lord , what")
    chain.put_beside(str(asset("weights", "shakespeare-words.safetensors")))
    qtbot.waitUntil(lambda: chain.beside is not None and chain.reading is not None, timeout=LONG)
    beside = chain.beside
    assert beside is not None
    assert beside.chain is not None
    chain.ask_why(1)
    qtbot.waitUntil(lambda: window.session.selected >= 0, timeout=LONG)
    run = window.session.run
    assert run is not None
    node = run.trace.nodes[window.session.selected]
    assert node.name == "ℓ_2"
    # The shipped weights are float32, the graph computes in float64.
    assert float(node.value) == pytest.approx(-beside.chain.logs[1], rel=1e-4)
