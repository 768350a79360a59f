from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.models.smoothing import Smoothing
from explorer.panels.chain_cards import Strip, strip_of
from explorer.panels.chain_evidence import EvidenceTable, note_of, rows_of
from explorer.panels.chain_numbers import NumbersLine, numbers_of
from explorer.panels.chain_strip import ChainScroll, ChainStrip
from explorer.theme import Style
from tests.explorer.panels.chain_readings import (
    FANS,
    LECTURE,
    beside,
    narwhal_rnn,
    reading,
    sentence,
)


def cards(text: str = FANS, looked: int = 3, *, rnn: bool = False) -> Strip:
    found = reading(text)
    if rnn:
        return strip_of(found.sentence, 3, found, looked, narwhal_rnn(), beside(text, 2))
    return strip_of(found.sentence, 3, found, looked)


@pytest.fixture
def scroll(style: Style, qtbot: QtBot) -> ChainScroll:
    made = ChainScroll(ChainStrip(style))
    qtbot.addWidget(made)
    made.show_strip(cards())
    made.resize(900, made.sizeHint().height())
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_card_shows_its_factor() -> None:
    # The trigram's factors: 8/57, 1, 1/4, 1/2, 1, 1, 1.
    numbers = [card.number for card in cards().cards]
    assert numbers == ["0.1404", "1.0000", "0.2500", "0.5000", "1.0000", "1.0000", "1.0000"]
    # The bar is logarithmic: full at 1, nothing at 10^-4.
    assert cards().cards[2].share == pytest.approx(1 + math.log10(0.25) / 4)


def test_what_is_not_computed_is_open_not_zero() -> None:
    strip = strip_of(sentence(), 3, None, 3)
    assert [card.number for card in strip.cards] == [""] * 7
    assert [card.bits for card in strip.cards] == [(None, None)] * 7
    assert [card.use for card in strip.cards][:4] == ["dropped", "context", "context", "looked"]
    assert "not computed yet" in strip.cards[0].spoken


def test_an_unknown_word_is_marked() -> None:
    assert [card.known for card in cards(LECTURE).cards] == [True, True, False, False, False, False]


def test_the_bars_share_one_scale_and_infinity_is_full() -> None:
    strip = cards("narwhals are fans", 2, rnn=True)
    pairs = [card.bits for card in strip.cards]
    heights = [card.heights for card in strip.cards]
    assert pairs[2][0] == math.inf
    assert heights[2][0] == 1.0
    finite = [b for pair in pairs for b in pair if b is not None and math.isfinite(b)]
    for pair, height in zip(pairs[:2], heights[:2], strict=True):
        assert height == pytest.approx([b / max(*finite, 1.0) for b in pair if b is not None])


def test_the_rnn_reads_as_many_tokens_as_its_history() -> None:
    assert [card.read for card in cards(rnn=True).cards] == [False, True, True] + [False] * 4


def test_arrows_home_and_end_go_from_token_to_token(scroll: ChainScroll, qtbot: QtBot) -> None:
    strip = scroll.strip
    for key, place in (
        (Qt.Key.Key_Left, 2), (Qt.Key.Key_Right, 4), (Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 6),
    ):  # fmt: skip
        with qtbot.waitSignal(strip.looked_at) as looked:
            QTest.keyClick(strip, key)
        assert looked.args == [place]


def test_return_asks_why(scroll: ChainScroll, qtbot: QtBot) -> None:
    with qtbot.waitSignal(scroll.strip.why_asked) as asked:
        QTest.keyClick(scroll.strip, Qt.Key.Key_Return)
    assert asked.args == [3]


def test_a_click_looks_at_a_token_and_its_mark_asks_why(scroll: ChainScroll, qtbot: QtBot) -> None:
    strip = scroll.strip
    with qtbot.waitSignal(strip.looked_at) as looked:
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.card(1).center().toPoint())
    assert looked.args == [1]
    with qtbot.waitSignal(strip.why_asked) as asked:
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.why(1).center().toPoint())
    assert asked.args == [1]


def test_between_two_cards_there_is_no_token(scroll: ChainScroll) -> None:
    gap = QPoint(int(scroll.strip.card(0).right()) + 3, 30)
    assert scroll.strip.place_at(gap.toPointF()) == -1


def test_a_long_sentence_scrolls_to_the_token_looked_at(scroll: ChainScroll) -> None:
    text = " ".join([FANS] * 12)
    scroll.show_strip(cards(text, 3))
    assert scroll.horizontalScrollBar().maximum() > 0
    assert scroll.horizontalScrollBar().value() == 0
    scroll.show_strip(cards(text, 70))
    left = scroll.horizontalScrollBar().value()
    card = scroll.strip.card(70)
    assert left < card.left()
    assert card.right() < left + scroll.viewport().width()


def test_the_strip_grows_for_the_bars_of_an_rnn(scroll: ChainScroll) -> None:
    before = scroll.height()
    scroll.show_strip(cards(rnn=True))
    assert scroll.height() > before
    assert "Elman RNN" in scroll.strip.strip.cards[0].spoken


def test_the_strip_says_which_token_is_looked_at(scroll: ChainScroll) -> None:
    assert scroll.strip.accessibleName() == (
        "Token 4 of 7: “fans” after “are big”: 0.5000, 1 of 2 times."
    )


def test_an_order_that_answers_is_marked_in_the_evidence() -> None:
    rows = rows_of(reading(smoothing=Smoothing("witten-bell")), 3)
    # The 3-gram "are big fans" was seen once among two of its context.
    assert (rows[0].order, rows[0].context, rows[0].token) == (3, "are big", "fans")
    assert rows[0].counted == "1 of 2"
    assert [row.answers for row in rows] == [True] + [False] * (len(rows) - 1)
    assert sum(row.part for row in rows) == pytest.approx(1.0)
    assert rows[-1].token == "any word"


def test_counts_of_kinds_are_told_from_counts() -> None:
    kinds = note_of(reading(smoothing=Smoothing("kneser-ney")))
    assert kinds == "below 3-grams: how many different tokens stand before"
    assert note_of(reading(smoothing=Smoothing("witten-bell"))) == ""


def test_a_factor_of_zero_has_no_order_that_answers() -> None:
    (row,) = rows_of(reading("narwhals are fans"), 2)
    assert (row.counted, row.adds, row.answers, row.part) == ("0 of 8", "0", False, 0.0)


def test_the_table_keeps_room_so_that_the_page_stands_still(style: Style, qtbot: QtBot) -> None:
    table = EvidenceTable(style)
    qtbot.addWidget(table)
    found = reading(smoothing=Smoothing("witten-bell"))
    table.show_rows(rows_of(found, 6), 4)
    height = table.sizeHint().height()
    table.show_rows(rows_of(found, 0), 4)
    assert table.sizeHint().height() == height
    table.show_rows((), 4)
    assert table.accessibleName() == "Not computed yet"


def test_the_line_sets_the_factor_and_tells_the_rest(style: Style, qtbot: QtBot) -> None:
    line = NumbersLine(style)
    qtbot.addWidget(line)
    line.show_numbers(numbers_of(sentence(), reading(order=2), 5, 2))
    # The product is 1/114 = 0.00877: log -4.736, perplexity 114^(1/7) = 1.967, log2(114)/7 = 0.976
    assert line.accessibleName() == (
        "p(machine | of) = 0.5000, product 0.0088, log-probability −4.736 nats, perplexity 1.97, "
        "bits per token 0.976"
    )
    line.resize(1200, 30)
    line.show()
    wide = line.sizeHint().height()
    line.resize(260, 30)
    assert line.sizeHint().height() > wide


def test_open_numbers_are_said_to_be_open() -> None:
    spoken = numbers_of(sentence(), None, 2, 3).spoken
    assert spoken.startswith("p(big | narwhals, are) = not computed yet, product not computed yet")


def test_a_mark_of_punctuation_is_quoted_in_the_factor() -> None:
    numbers = numbers_of(sentence("watch out, the narwhals"), None, 3, 3)
    assert (numbers.token, numbers.context) == ("the", "out, “,”")
