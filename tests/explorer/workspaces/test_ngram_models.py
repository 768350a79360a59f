"""Smoothing, plots and files of the n-gram page, on the eight narwhal sentences.

57 tokens of 37 types: narwhals and are come 8 times, six types twice, 29 once. After "narwhals
are" come a and big twice, and coming, friendly, generated and hiding once.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from engine.models.arpa import read_arpa
from engine.models.smoothing import SMOOTHINGS, Smoothing
from explorer.jobs import Jobs
from explorer.panels.ngram_table import COUNT, TOKEN
from tests.explorer.workspaces.ngram_hands import LONG, Page, child


@pytest.fixture
def page(qtbot: QtBot, program_fonts: tuple[str, ...]) -> Iterator[Page]:
    """The page with the narwhal sentences counted, looked up and plotted."""
    jobs = Jobs()
    shown = Page(qtbot, jobs)
    shown.choose(shown.ngram.corpus, "narwhals")
    shown.until(lambda: shown.ngram.lookup is not None)
    shown.plot()
    yield shown
    assert jobs.shutdown(LONG / 1000)


def smooth(page: Page, name: str) -> None:
    page.choose(page.ngram.smoothing.method, name)
    page.plot()


def probability(page: Page, token: str) -> float:
    lookup = page.lookup
    place = lookup.model.vocabulary.index(token)
    [found] = lookup.evidence.probabilities[lookup.evidence.tokens == place]
    return float(found)


# Witten-Bell: p(big) = (2 + 37 / 37) / (57 + 37); p(big | are) = (2 + 6 p(big)) / (8 + 6), and
# the same once more after "narwhals are".
_BIG = Fraction(2 + 1, 57 + 37)
_ARE_BIG = (2 + 6 * _BIG) / (8 + 6)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mle", Fraction(2, 8)),
        ("add-k", Fraction(2 + 1, 8 + 37)),
        ("witten-bell", (2 + 6 * _ARE_BIG) / (8 + 6)),
    ],
)
def test_a_smoothing_changes_the_bars(page: Page, name: str, expected: Fraction) -> None:
    smooth(page, name)
    assert probability(page, "big") == pytest.approx(float(expected), abs=1e-14)
    assert page.lookup.evidence.tokens.size == (6 if name == "mle" else 37)
    assert page.lookup.different == 6
    [big] = [bar for bar in page.bars if bar.token == "big"]
    assert big.numbers == ("2", f"{float(expected):.4f}")


def test_k_is_typed(page: Page) -> None:
    smooth(page, "add-k")
    field = page.ngram.smoothing.k
    assert field.isVisible()
    editor = child(field, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "0.5")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    page.plot()
    # Half a count is added to each of 37 tokens.
    assert probability(page, "big") == pytest.approx((2 + 0.5) / (8 + 37 / 2), abs=1e-14)


@pytest.mark.parametrize("name", SMOOTHINGS)
def test_the_evidence_of_a_token_adds_up(page: Page, name: str) -> None:
    smooth(page, name)
    big = page.lookup.model.vocabulary.index("big")
    assert big is not None
    page.ngram.next_card.look_at(big)
    explanation = page.ngram.next_card.evidence.explanation
    assert explanation is not None
    total = sum(term.contribution for term in explanation.terms)
    assert total == pytest.approx(probability(page, "big"), abs=1e-14)
    first = page.ngram.next_card.evidence.lines[0].split("  ")
    assert first[:2] == ["3-gram", "2 of 8"]


def test_the_keyboard_on_a_bar_tells_its_evidence(page: Page) -> None:
    bars = page.ngram.bars
    bars.setFocus()
    QTest.keyClick(bars, Qt.Key.Key_Home)
    QTest.keyClick(bars, Qt.Key.Key_Down)
    assert page.ngram.next_card.evidence.accessibleName() == "p(big given narwhals are) = 0.2500"


def test_a_fit_says_what_a_person_should_know(page: Page) -> None:
    smooth(page, "modified-kneser-ney")
    assert "too few" in page.lookup.model.note
    assert page.ngram.next_card._note.isVisible()
    smooth(page, "mle")
    assert not page.ngram.next_card._note.isVisible()


def test_the_heat_map_shows_the_smoothed_bigrams(page: Page) -> None:
    labels = page.heat.table.labels
    row, column = labels.index("are"), labels.index("big")
    unseen = labels.index("mammals")
    assert page.heat.table.probabilities[row, unseen] == 0
    page.heat.set_cell((row, column))
    smooth(page, "witten-bell")
    assert page.heat.table.probabilities[row, column] == pytest.approx(float(_ARE_BIG), abs=1e-14)
    assert page.heat.table.probabilities[row, unseen] > 0
    # The place in the table is kept.
    assert page.heat.cell == (row, column)
    assert page.heat.reading((row, column))[1] == "counted 2 of 8 times"


def test_the_table_sorts_by_clicks_and_keys_and_searches(page: Page) -> None:
    card = page.ngram.next_card
    QTest.mouseClick(
        card.view, Qt.MouseButton.LeftButton, pos=card.view.segment(1).center().toPoint()
    )
    table = card.table
    assert table.isVisible()

    def column(place: int) -> list[str]:
        rows = range(table.rows.rowCount())
        return [str(table.rows.data(table.rows.index(row, place))) for row in rows]

    assert column(COUNT) == ["2", "2", "1", "1", "1", "1"]
    header = table.horizontalHeader()
    middle = QPoint(header.sectionViewportPosition(TOKEN) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    names = ["a", "big", "coming", "friendly", "generated", "hiding"]
    assert column(TOKEN) in (names, names[::-1])
    table.setFocus()
    table.setCurrentIndex(table.rows.index(0, TOKEN))
    first = column(TOKEN)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert column(TOKEN) == first[::-1]
    assert table.token == page.lookup.model.vocabulary.index(first[0])
    QTest.keyClicks(child(card.field, QLineEdit), "ING")
    assert column(TOKEN) in (["coming", "hiding"], ["hiding", "coming"])


def test_return_in_the_table_appends_the_token(page: Page) -> None:
    card = page.ngram.next_card
    card.view.setFocus()
    QTest.keyClick(card.view, Qt.Key.Key_Right)
    big = page.lookup.model.vocabulary.index("big")
    assert big is not None
    card.table.setFocus()
    card.table.setCurrentIndex(card.table.rows.index(card.table.rows.row_of(big), TOKEN))
    assert card.evidence.accessibleName() == "p(big given narwhals are) = 0.2500"
    QTest.keyClick(card.table, Qt.Key.Key_Return)
    page.settle()
    assert page.ngram.context.text == "narwhals are big"


def test_the_plots_hold_the_counts(page: Page) -> None:
    strip = page.ngram.strip
    series = {(card.name, line.name): line for card in strip.cards if card.plot is not None
              for line in card.plot.series}  # fmt: skip
    # Of 37 contexts of one word, 29 come once, and the full stop has one follower; "narwhals"
    # is always followed by "are", and "the" by "narwhals".
    assert series["once", "seen once"].y[:2].tolist() == [0, 30 / 37]
    assert series["once", "one follower"].y[1] == 32 / 37
    # All 51 sequences of seven tokens differ.
    assert series["different", "different"].y[[0, 6]].tolist() == [37, 51]
    assert series["different", "seen once"].y[0] == 29
    assert series["zipf", "count"].y[:9].tolist() == [8, 8, 2, 2, 2, 2, 2, 2, 1]
    assert series["counts", "1-grams"].x.tolist() == [1, 2, 8]
    assert series["counts", "1-grams"].y.tolist() == [29, 6, 2]


def test_an_infinite_perplexity_is_said_not_drawn(page: Page) -> None:
    card = page.ngram.strip.perplexity
    assert card.plot is not None
    # Of the last five tokens, "are generated by ai .", three never come before.
    assert "none (MLE) is infinite at orders 1 to 7: 3 of 5 tokens have p = 0" in card.remark
    assert [line.name for line in card.plot.series] == ["modified Kneser-Ney"]
    assert page.ngram.plots.held_out is not None
    # The vocabulary is that of the whole text, so add-one gives each of the three 1 / (52 + 37).
    smooth(page, "add-k")
    names = [line.name for line in card.plot.series]
    assert names == ["modified Kneser-Ney", "add-1"]
    shares = [Fraction(7 + 1, 89), *(Fraction(1, 89),) * 3, Fraction(1 + 1, 89)]
    product = 1.0
    for share in shares:
        product *= float(share)
    assert card.plot.series[1].y[0] == pytest.approx(product ** (-1 / 5))


def test_all_smoothings_are_compared_on_demand(page: Page) -> None:
    card = page.ngram.strip.perplexity
    card.button.click()
    page.plot()
    assert {one.name for one in card.smoothings()} == set(SMOOTHINGS)
    assert not card.button.isVisible()


def test_a_plot_grows_to_the_width_of_the_page_and_back(page: Page) -> None:
    strip = page.ngram.strip
    card = strip.card("zipf")
    card.grow.click()
    assert [each for each in strip.cards if each.isVisible()] == [card]
    page.until(lambda: card.width() == strip.width())
    card.grow.setFocus()
    QTest.keyClick(card.grow, Qt.Key.Key_Escape)
    assert all(each.isVisible() for each in strip.cards)


def test_two_clicks_on_a_plot_enlarge_it(page: Page) -> None:
    card = page.ngram.strip.card("once")
    assert card.plot is not None
    view = card.plot._view.viewport()
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    assert page.ngram.strip.large is card


@pytest.mark.parametrize("suffix", [".png", ".svg", ".csv"])
def test_what_is_shown_is_saved(page: Page, tmp_path: Path, suffix: str) -> None:
    ngram = page.ngram
    menus = [
        ngram.next_card.menu,
        ngram.table_card.menu,
        *(card.menu for card in ngram.strip.cards),
    ]
    for place, menu in enumerate(menus):
        path = tmp_path / f"{place}{suffix}"
        menu.save(str(path), suffix)
        assert path.stat().st_size > 60
        if suffix == ".png":
            assert not QImage(str(path)).isNull()
    assert len(page.remarks) == len(menus)
    assert not page.failures


def test_the_saved_tables_hold_the_numbers(page: Page, tmp_path: Path) -> None:
    page.ngram.next_card.save(str(tmp_path / "next.csv"))
    page.ngram.table_card.save(str(tmp_path / "pairs.csv"))
    with (tmp_path / "next.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["token", "count", "probability", "order"]
    assert ["big", "2", "0.25", "3"] in rows
    with (tmp_path / "pairs.csv").open(encoding="utf-8", newline="") as file:
        pairs = list(csv.reader(file))
    assert ["are", "big", "2", "8", "0.25"] in pairs


def test_counts_are_saved_and_opened(page: Page, tmp_path: Path) -> None:
    ngram, path = page.ngram, tmp_path / "narwhals.ngrams"
    assert ngram.fitted is not None
    before = page.bars
    ngram.files.save_counts(ngram.fitted, str(path))
    page.until(lambda: not page.jobs.is_running("ngram file"))
    assert page.remarks == ["Saved as narwhals.ngrams."]
    page.choose(ngram.corpus, "shakespeare")
    page.until(lambda: ngram.counted is not None and ngram.counted.choice.name == "shakespeare")
    page.settle()
    assert ngram.open_file(str(path))
    page.until(lambda: ngram.counted is not None and ngram.counted.choice.name == "counts")
    page.settle()
    page.ask("narwhals are")
    assert page.bars == before
    assert not page.failures


def test_an_arpa_file_holds_the_model(page: Page, tmp_path: Path) -> None:
    smooth(page, "witten-bell")
    ngram, path = page.ngram, tmp_path / "narwhals.arpa"
    assert ngram.fitted is not None
    ngram.files.save_arpa(ngram.fitted, str(path))
    page.until(lambda: not page.jobs.is_running("ngram file"))
    read = read_arpa(path)
    context = [read.vocabulary.index("narwhals"), read.vocabulary.index("are")]
    big = read.vocabulary.index("big")
    found = read.next_distribution([place for place in context if place is not None])
    assert found[big] == pytest.approx(probability(page, "big"), rel=1e-5)
    assert not page.failures


def test_a_model_without_back_off_is_no_arpa_file(page: Page, tmp_path: Path) -> None:
    ngram, path = page.ngram, tmp_path / "narwhals.arpa"
    assert ngram.fitted is not None
    ngram.files.save_arpa(ngram.fitted, str(path))
    page.until(lambda: not page.jobs.is_running("ngram file"))
    [sentence] = page.failures
    assert "Kneser-Ney" in sentence
    assert not path.exists()
    assert not ngram.note.is_busy


def test_measuring_that_was_stopped_can_be_taken_up(page: Page) -> None:
    card = page.ngram.strip.perplexity
    page.ngram.plots.measure_all()
    card.note.cancelled.emit()
    assert not page.jobs.is_running("ngram measure")
    assert card.button.isVisible()
    card.button.click()
    page.plot()
    assert Smoothing("kneser-ney") in card.smoothings()
