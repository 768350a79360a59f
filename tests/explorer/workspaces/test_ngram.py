from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from engine.models.ngram_counts import NGramCounts
from engine.text.corpus import load_corpus
from engine.text.tokenizer import tokenizer
from engine.text.vocabulary import Vocabulary
from explorer.jobs import Jobs
from explorer.kit.bar_list import Bar
from explorer.kit.styled import restyle
from explorer.theme import THEMES, Style, ThemeName
from tests.explorer.workspaces.ngram_hands import LONG, Page, child


@pytest.fixture
def page(qtbot: QtBot, program_fonts: tuple[str, ...]) -> Iterator[Page]:
    """The page before any text is counted; its threads have ended when the test has."""
    jobs = Jobs()
    yield Page(qtbot, jobs)
    assert jobs.shutdown(LONG / 1000)


@pytest.fixture
def narwhals(page: Page) -> Page:
    """The page with the narwhal sentences counted and looked up."""
    page.choose(page.ngram.corpus, "narwhals")
    page.until(lambda: page.ngram.lookup is not None)
    page.settle()
    return page


def _row(page: Page, token: str) -> int:
    return next(row for row, bar in enumerate(page.bars) if bar.token == token)


def test_shakespeare_puts_a_comma_after_my_lord(page: Page) -> None:
    page.ngram.enter()
    page.until(lambda: page.ngram.lookup is not None)
    lookup = page.ask("my lord")
    assert (lookup.followers[0].count, lookup.seen) == (734, 1739)
    # 734 / 1739 = 0.42208
    assert page.bars[0] == Bar(",", 1.0, ("734", "0.4221"))


def test_two_of_eight_narwhal_sentences_go_on_with_big(narwhals: Page) -> None:
    assert narwhals.ngram.context.text == "narwhals are"
    assert narwhals.lookup.seen == 8
    # 2 / 8 = 0.25
    assert narwhals.bars[_row(narwhals, "big")].numbers == ("2", "0.2500")


def test_a_long_context_uses_only_its_last_words(narwhals: Page) -> None:
    short = narwhals.lookup
    lookup = narwhals.ask("watch out , the narwhals are")
    assert lookup.labels("dropped") == ("watch", "out", ",", "the")
    assert lookup.labels("used") == ("narwhals", "are")
    assert lookup.followers == short.followers
    assert lookup.remark == "At order 3 only the last 2 words count; 4 before are dropped."


def test_unknown_words_that_are_dropped_do_no_harm(narwhals: Page) -> None:
    lookup = narwhals.ask("zebras and narwhals are")
    assert lookup.labels("dropped") == ("zebras", "and")
    assert not narwhals.failures


def test_an_unknown_word_is_one_sentence_and_the_last_lookup_stays(narwhals: Page) -> None:
    before, bars = narwhals.lookup, narwhals.bars
    narwhals.ask("narwhals zebra")
    assert narwhals.lookup is before
    assert narwhals.bars == bars
    [sentence] = narwhals.failures
    assert "zebra" in sentence
    assert sentence.count(".") == 1
    assert narwhals.ngram.context.field.problem == sentence
    narwhals.ask("narwhals are")
    assert not narwhals.ngram.context.field.problem


def test_a_half_typed_word_is_reported_after_a_pause(narwhals: Page, qtbot: QtBot) -> None:
    editor = child(narwhals.ngram.context, QLineEdit)
    editor.selectAll()
    with qtbot.waitSignal(narwhals.ngram.failed, timeout=LONG):
        QTest.keyClicks(editor, "narwhals ar")
    [sentence] = narwhals.failures
    assert "“ar”" in sentence
    QTest.keyClicks(editor, "e")
    narwhals.until(lambda: not narwhals.ngram.context.field.problem)
    assert narwhals.lookup.text == "narwhals are"
    # The empty sentence takes the notice back.
    assert narwhals.failures == [sentence, ""]


@pytest.mark.parametrize(("order", "used"), [(1, ()), (2, ("are",)), (3, ("narwhals", "are"))])
def test_another_order_looks_at_another_number_of_words(
    narwhals: Page, order: int, used: tuple[str, ...]
) -> None:
    narwhals.ngram.order.setValue(order)
    narwhals.settle()
    assert narwhals.lookup.order == order
    assert narwhals.lookup.labels("used") == used


def test_characters_are_counted_instead_of_words(narwhals: Page) -> None:
    narwhals.ngram.tokens.setFocus()
    QTest.keyClick(narwhals.ngram.tokens, Qt.Key.Key_Right)
    narwhals.until(lambda: narwhals.lookup.kind == "char")
    narwhals.settle()
    assert narwhals.ngram.counted is not None
    assert narwhals.ngram.counted.kind == "char"
    # The last two characters of "narwhals are"
    assert narwhals.lookup.labels("used") == ("r", "e")
    assert all(len(follower.token) == 1 for follower in narwhals.lookup.followers)


def test_a_cell_is_the_count_over_the_total_of_its_row(narwhals: Page) -> None:
    cut = tokenizer("word").tokenize(load_corpus("narwhals").text)
    vocabulary = Vocabulary(tuple(sorted(set(cut))))
    matrix = NGramCounts.fit(vocabulary.encode(cut), vocabulary, 2).bigram_matrix(300)
    labels = vocabulary.decode(matrix.ids)
    heat = narwhals.heat
    assert list(heat.table.labels) == list(labels)
    for row, total in enumerate(matrix.totals.tolist()):
        for column, count in enumerate(matrix.counts[row].tolist()):
            share = count / total if total else 0.0
            assert heat.table.probabilities[row, column] == share
    row, column = labels.index("are"), labels.index("big")
    count, total = int(matrix.counts[row, column]), int(matrix.totals[row])
    assert heat.reading((row, column)) == (
        f"p(big | are) = {count / total:.4f}",
        f"counted {count} of {total} times",
    )


def test_a_cell_that_is_picked_looks_its_row_up(narwhals: Page) -> None:
    heat = narwhals.heat
    row = heat.table.labels.index("are")
    heat.set_cell((row, 0))
    QTest.keyClick(heat, Qt.Key.Key_Return)
    narwhals.settle()
    assert narwhals.ngram.context.text == "are"
    assert narwhals.lookup.labels("used") == ("are",)


def test_a_click_on_a_bar_appends_its_word(narwhals: Page) -> None:
    bars = narwhals.ngram.bars
    index = bars.model().index(_row(narwhals, "big"), 0)
    bars.scrollTo(index)
    place: QPoint = bars.visualRect(index).center()
    QTest.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=place)
    narwhals.settle()
    assert narwhals.ngram.context.text == "narwhals are big"
    # "are big" was seen twice, before "aquatic" and before "fans"
    assert {follower.token for follower in narwhals.lookup.followers} == {"aquatic", "fans"}


def test_cancelling_keeps_what_was_there(narwhals: Page) -> None:
    ngram = narwhals.ngram
    before = ngram.counted, ngram.lookup, ngram.bars.bars, ngram.note.text
    narwhals.choose(ngram.corpus, "shakespeare")
    narwhals.until(lambda: ngram.note.is_busy)
    child(ngram.note, QAbstractButton).click()
    assert narwhals.is_still()
    assert (ngram.counted, ngram.lookup, ngram.bars.bars, ngram.note.text) == before
    assert ngram.corpus.choice == "narwhals"
    assert not ngram.note.is_busy
    assert not narwhals.failures


def test_a_text_file_is_counted(narwhals: Page, tmp_path: Path) -> None:
    path = tmp_path / "letters.txt"
    path.write_text("a b a c a b\n", encoding="utf-8")
    assert narwhals.ngram.open_file(str(path))
    narwhals.settle()
    assert narwhals.ngram.corpus.choice == "file"
    # The words of the text before are unknown in this one, so nothing is looked up.
    assert narwhals.ngram.context.text == ""
    lookup = narwhals.ask("a")
    # After the three a's come b, c and b.
    assert [(one.token, one.count) for one in lookup.followers] == [("b", 2), ("c", 1)]
    assert not narwhals.failures


@pytest.mark.parametrize("content", [b"\x89PNG\x00\x01\xff\xfe" * 50, b"", b" \n"])
def test_a_file_without_text_is_one_sentence(
    narwhals: Page, tmp_path: Path, content: bytes
) -> None:
    ngram, path = narwhals.ngram, tmp_path / "picture.txt"
    path.write_bytes(content)
    before = ngram.counted, ngram.lookup, ngram.note.text
    assert ngram.open_file(str(path))
    narwhals.settle()
    [sentence] = narwhals.failures
    assert "\n" not in sentence
    assert (ngram.counted, ngram.lookup, ngram.note.text) == before
    assert ngram.corpus.choice == "narwhals"


def test_a_file_of_another_kind_is_left_to_others(narwhals: Page) -> None:
    assert not narwhals.ngram.open_file("weights.safetensors")
    assert not narwhals.failures


@pytest.mark.parametrize(("theme", "scale"), [("dark", 1.0), ("projector", 1.0), ("light", 2.0)])
def test_another_style_keeps_everything(narwhals: Page, theme: ThemeName, scale: float) -> None:
    ngram, heat = narwhals.ngram, narwhals.heat
    narwhals.ask("the narwhals are")
    heat.set_cell((1, 0))
    before = ngram.counted, ngram.lookup, narwhals.bars, ngram.context.text, ngram.note.text
    plain = narwhals.window.grab().toImage()
    restyle(narwhals.window, Style(THEMES[theme], scale))
    assert (
        ngram.counted, ngram.lookup, narwhals.bars, ngram.context.text, ngram.note.text
    ) == before  # fmt: skip
    assert heat.cell == (1, 0)
    assert heat.look.scale == scale
    assert narwhals.window.grab().toImage() != plain
    assert narwhals.is_still()
