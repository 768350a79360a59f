"""The n-gram workspace on the real widgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.jobs import Jobs
from explorer.theme import THEMES, Style
from explorer.workspaces.ngram import NGramWorkspace


@pytest.fixture
def page(qtbot: QtBot, program_fonts: object) -> Iterator[NGramWorkspace]:
    """The workspace with the narwhal sentences counted."""
    jobs = Jobs()
    workspace = NGramWorkspace(Style(THEMES["light"]), jobs)
    qtbot.addWidget(workspace)
    qtbot.addWidget(workspace.bar())
    workspace.resize(1200, 700)
    workspace.show()
    workspace._entered = True
    choose_corpus(qtbot, workspace, "narwhals")
    yield workspace
    workspace.hide()
    assert jobs.shutdown(5.0)


def choose_corpus(qtbot: QtBot, page: NGramWorkspace, name: str) -> None:
    with qtbot.waitSignal(page.lookup_changed, timeout=30_000):
        page.corpus.set_choice(name)
        page.corpus.chosen.emit(name)


def look_up(qtbot: QtBot, page: NGramWorkspace, context: str) -> None:
    with qtbot.waitSignal(page.lookup_changed, timeout=20_000):
        page.set_context(context)


def numbers_of(page: NGramWorkspace, token: str) -> tuple[str, ...]:
    return next(bar.numbers for bar in page.bars.bars if bar.token == token)


def test_narwhals_are_big_two_times_in_eight(qtbot: QtBot, page: NGramWorkspace) -> None:
    look_up(qtbot, page, "narwhals are")
    assert page.lookup is not None
    assert page.lookup.seen == 8
    assert numbers_of(page, "big") == ("2", "0.2500")


def test_shakespeare_puts_a_comma_after_my_lord(qtbot: QtBot, page: NGramWorkspace) -> None:
    choose_corpus(qtbot, page, "shakespeare")
    look_up(qtbot, page, "my lord")
    assert page.lookup is not None
    assert page.lookup.seen == 1739
    assert numbers_of(page, ",") == ("734", "0.4221")


def test_only_the_last_words_of_a_long_context_count(qtbot: QtBot, page: NGramWorkspace) -> None:
    look_up(qtbot, page, "who knows what narwhals are")
    assert page.lookup is not None
    assert page.lookup.labels("used") == ("narwhals", "are")
    assert page.lookup.labels("dropped") == ("who", "knows", "what")


def test_an_unknown_word_is_one_sentence_and_the_bars_stay(
    qtbot: QtBot, page: NGramWorkspace
) -> None:
    look_up(qtbot, page, "narwhals are")
    before = page.lookup
    with qtbot.waitSignal(page.failed, timeout=20_000) as failed:
        page.set_context("penguins are")
    assert failed.args is not None
    assert "penguins" in failed.args[0]
    assert page.lookup is before
    assert len(page.bars.bars) == 6


def test_the_order_decides_how_much_context_is_used(qtbot: QtBot, page: NGramWorkspace) -> None:
    look_up(qtbot, page, "what narwhals are")
    with qtbot.waitSignal(page.lookup_changed, timeout=20_000):
        page.order.set_order(4)
        page.order.chosen.emit(4)
    assert page.lookup is not None
    # "what narwhals are" is there once, followed by "hiding".
    assert [(f.token, f.count) for f in page.lookup.followers] == [("hiding", 1)]


def test_a_cell_is_its_count_over_its_rows_total(page: NGramWorkspace) -> None:
    assert page.heat is not None
    assert page.counted is not None
    table = page.counted.table
    ids = [int(i) for i in table.tokens]
    ids_again, counts, totals = page.counted.model(2).bigram_matrix(ids)
    assert [int(i) for i in ids_again] == ids
    expected = counts / totals[:, None].clip(min=1)
    assert table.probabilities == pytest.approx(expected)


def test_a_click_on_a_bar_goes_on_with_the_word(qtbot: QtBot, page: NGramWorkspace) -> None:
    look_up(qtbot, page, "narwhals are")
    with qtbot.waitSignal(page.lookup_changed, timeout=20_000):
        page.bars.picked.emit(next(i for i, b in enumerate(page.bars.bars) if b.token == "big"))
    assert page.context.text == "narwhals are big"


def test_a_text_file_is_counted_and_a_binary_one_refused(
    qtbot: QtBot, page: NGramWorkspace, tmp_path: Path
) -> None:
    text = tmp_path / "fish.txt"
    text.write_text("one fish two fish red fish blue fish", encoding="utf-8")
    with qtbot.waitSignal(page.lookup_changed, timeout=20_000):
        assert page.open_file(str(text))
    counted = page.counted
    binary = tmp_path / "binary.txt"
    binary.write_bytes(b"\0\1\2")
    with qtbot.waitSignal(page.failed, timeout=20_000) as failed:
        page.open_file(str(binary))
    assert failed.args is not None
    assert "binary.txt" in failed.args[0]
    assert page.counted is counted


def test_a_change_of_style_keeps_everything(qtbot: QtBot, page: NGramWorkspace) -> None:
    look_up(qtbot, page, "narwhals are")
    for name, scale in (("dark", 1.0), ("projector", 2.0)):
        page.set_style(Style(THEMES[name], scale))  # type: ignore[index]  # a literal
        assert not page.grab().isNull()
    assert numbers_of(page, "big") == ("2", "0.2500")
