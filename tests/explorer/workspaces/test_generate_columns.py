"""Several models side by side on the Generate page, and going back in their texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.models.arpa import write_arpa
from engine.models.smoothing import Smoothing, smoothed
from explorer.panels.generate_columns_session import MOST_COLUMNS
from explorer.panels.generate_models import ModelChoice
from explorer.panels.generate_parting import SAME_NUMBERS
from explorer.panels.ngram_counting import NARWHALS
from tests.explorer.workspaces.generate_hands import Page

NGRAM = "ngram narwhals"


def test_both_models_use_the_same_number_at_the_same_place(page: Page) -> None:
    page.put_beside(NGRAM)
    assert page.caption == SAME_NUMBERS
    page.stream(20)
    expected = np.random.default_rng(17).random(20).tolist()
    for column in page.columns:
        assert [one.uniform for one in column.drawn] == expected
    first, second = page.texts()
    place = next(k for k, (a, b) in enumerate(zip(first, second, strict=True)) if a != b)
    assert page.caption.startswith(f"They part at token {place + 1}: “{first[place]}” in Elman RNN")
    assert f"from the same u = {expected[place]:.4f}" in page.caption
    # The place is marked in both texts, after the two tokens of the prompt.
    assert [page.page_of(i).marks.parting for i in range(2)] == [2 + place] * 2


def test_one_draw_advances_every_column(page: Page) -> None:
    page.put_beside(NGRAM)
    for count in (1, 2):
        page.draw_one()
        assert [len(text) for text in page.texts()] == [count, count]


def test_a_model_put_beside_catches_up_with_the_same_numbers(page: Page) -> None:
    page.stream(20)
    before = page.tokens
    page.put_beside(NGRAM)
    model = page.columns[1].model
    prompt = page.columns[1].prompt
    assert model is not None
    assert prompt is not None
    draws = model.model.sample(20, np.random.default_rng(17), prompt=prompt.ids, temperature=0.8)
    assert [one.token for one in page.columns[1].drawn] == [draw.token for draw in draws]
    assert [one.token for one in page.columns[0].drawn] == before


def test_another_order_draws_the_same_places_anew(page: Page) -> None:
    page.put_beside(NGRAM, order=2)
    page.stream(20)
    assert page.columns[1].choice.order == 2
    counted = page.columns[1].model
    page.generate.order.setValue(5)
    page.settle()
    assert page.columns[1].choice.order == 5
    model = page.columns[1].model
    assert counted is not None
    assert model is not None
    # Nothing was counted again.
    assert model.counted is counted.counted
    assert [len(text) for text in page.texts()] == [20, 20]
    uniforms = [[one.uniform for one in column.drawn] for column in page.columns]
    assert uniforms[0] == uniforms[1]


def test_the_same_model_twice_never_parts(page: Page) -> None:
    page.put_beside(NGRAM)
    page.put_beside(NGRAM)
    page.stream(10)
    _, second, third = page.texts()
    assert second == third


def test_characters_stand_beside_words_without_being_compared(page: Page) -> None:
    page.put_beside(NGRAM)
    page.generate.tokens.set_choice("char")
    page.generate.tokens.chosen.emit("char")
    page.settle()
    page.stream(10)
    assert "cannot be compared token by token" in page.caption
    assert [len(text) for text in page.texts()] == [10, 10]


def test_columns_come_up_to_four_and_go(page: Page) -> None:
    for _ in range(3):
        page.put_beside(NGRAM)
    assert len(page.columns) == MOST_COLUMNS
    assert not page.generate._bar.more.isVisible()
    page.stream(10)
    page.generate._bar.beside[0].chosen.emit("nothing")
    page.settle()
    assert [len(text) for text in page.texts()] == [10, 10, 10]
    for _ in range(2):
        page.generate._bar.beside[0].chosen.emit("nothing")
    assert page.texts() == [page.texts()[0]]
    assert page.caption == ""


def test_a_column_that_cannot_be_loaded_goes_again(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"garbage")
    page.stream(10)
    page.session.add(ModelChoice(weights=str(broken)))
    assert len(page.generate.columns.cards) == 2
    page.settle()
    assert len(page.failures) == 1
    assert [len(text) for text in page.texts()] == [10]
    assert len(page.generate.columns.cards) == 1


def test_cancelling_takes_the_column_away(page: Page) -> None:
    page.session.add(ModelChoice(text=NARWHALS))
    page.generate._bar.cancelled.emit()
    page.settle()
    assert len(page.columns) == 1
    assert not page.generate.note.is_busy


def test_a_prompt_that_one_model_does_not_know_is_refused(page: Page) -> None:
    page.put_beside(NGRAM)
    page.stream(10)
    before = page.texts()
    page.controls.prompt.setPlainText("Zebras are")
    page.settle()
    assert len(page.failures) == 1
    assert page.texts() == before


def test_a_click_looks_at_that_column_and_place(page: Page) -> None:
    page.put_beside(NGRAM)
    page.stream(10)
    rect = page.page_of(0).token_rect(2 + 4)
    QTest.mouseClick(page.page_of(0), Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    assert page.session.selected == page.columns[0].key
    assert page.generate.selected == 4
    [drawn] = [bar for bar in page.generate.bars.bars if bar.highlighted]
    assert drawn.token == page.texts()[0][4]
    # The same place is shown in the other column too.
    assert page.page_of(1).selected == 2 + 4
    assert [page.page_of(i).marks.is_chosen for i in range(2)] == [True, False]
    assert not page.generate.order.isVisible()


def test_another_draw_keeps_the_text_before_and_takes_one_new_number(page: Page) -> None:
    page.put_beside(NGRAM)
    page.stream(20)
    before = page.texts()
    page.pick(6)
    page.generate.draw_card.again_button.click()
    page.settle()
    new = np.random.default_rng((17, 6, 1)).random()
    for text, old, column in zip(page.texts(), before, page.columns, strict=True):
        assert text[:6] == old[:6]
        assert len(text) == 7
        assert column.drawn[6].uniform == new
        assert column.drawn[6].attempt == 1
    assert f"redraw 1: the new random number {new:.4f}" in page.said
    # What comes after has the seed's own numbers again.
    page.draw_one()
    assert page.session.drawn[7].uniform == np.random.default_rng(17).random(8)[7]
    page.generate.session.undo()
    assert page.texts() == before


def test_steps_back_are_taken_back_one_by_one(page: Page) -> None:
    page.stream(10)
    texts = [page.texts()]
    assert not page.controls.undo_button.isEnabled()
    for place in (7, 3):
        page.session.draw_another(place)
        page.settle()
        texts.append(page.texts())
    page.controls.again_button.click()
    page.settle()
    assert page.texts() == [[]]
    for text in reversed(texts):
        page.controls.undo_button.click()
        page.settle()
        assert page.texts() == text
    assert not page.controls.undo_button.isEnabled()


def test_a_bar_puts_its_token_in_by_hand(page: Page) -> None:
    page.put_beside(NGRAM)
    page.stream(10)
    before = page.texts()
    rect = page.page_of(0).token_rect(2 + 3)
    QTest.mouseClick(page.page_of(0), Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    rows = page.generate.bars.bars
    row = next(i for i, bar in enumerate(rows) if bar.token != before[0][3])
    page.generate.bars.picked.emit(row)
    page.settle()
    assert page.texts() == [[*before[0][:3], rows[row].token], before[1][:4]]
    one = page.columns[0].drawn[3]
    assert one.by_hand
    assert page.page_of(0).tokens[2 + 3].by_hand
    assert "chosen by a person, not drawn" in page.said
    # The other column drew its token as before.
    assert not page.columns[1].drawn[3].by_hand
    page.session.undo()
    assert page.texts() == before


def test_a_cut_token_can_be_put_in_at_the_end(page: Page) -> None:
    page.put_beside(NGRAM)
    page.controls.top_k.setValue(1)
    page.settle()
    row = next(i for i, bar in enumerate(page.generate.bars.bars) if bar.cut)
    token = page.generate.bars.bars[row].token
    page.generate.bars.picked.emit(row)
    page.settle()
    # The column looked at has it; the other one has drawn from the same place's number.
    assert page.columns[1].drawn[0].text == token
    assert page.columns[1].drawn[0].by_hand
    assert not page.columns[0].drawn[0].by_hand


def test_the_window_of_an_ngram_slides_along(page: Page) -> None:
    page.put_beside(NGRAM, order=3)
    page.stream(10)
    for place in (0, 4, 9):
        page.pick(place)
        used = page.columns[1].drawn[place].distribution.context
        assert used <= 2
        assert page.page_of(1).marks.window == (2 + place - used, 2 + place)
    # A recurrent model has none.
    assert page.page_of(0).marks.window == (0, 0)


def test_what_was_copied_is_underlined(page: Page) -> None:
    page.put_beside(NGRAM, order=5)
    page.stream(40)
    copies = page.generate.watch.copies
    assert set(copies) == {column.key for column in page.columns}
    runs = copies[page.columns[1].key].runs
    # A 5-gram model of eight sentences can hardly do anything else than copy.
    assert max(run.length for run in runs) >= 6
    marks = page.page_of(1).marks.copied
    assert [(run.start - 2, run.end - 2) for run in marks] == [(run.start, run.end) for run in runs]
    assert all("copied from Narwhals" in run.sentence for run in marks)
    figures = dict(page.generate.columns.cards[page.columns[1].key].figures.figures)
    longest = copies[page.columns[1].key].longest
    assert longest is not None
    assert figures["longest copied run"] == str(longest.length)


@pytest.mark.parametrize("name", ["witten-bell", "kneser-ney"])
def test_smoothing_is_chosen_in_the_bar(page: Page, name: str) -> None:
    page.put_beside(NGRAM)
    page.stream(10)
    page.generate.smoothing.set_choice(name)
    page.generate.smoothing.chosen.emit(name)
    page.settle()
    assert page.columns[1].choice.smoothing.name == name
    model = page.columns[1].model
    assert model is not None
    assert name.split("-", maxsplit=1)[0] in model.title.lower()
    # A smoothed model deems every token possible.
    assert page.columns[1].drawn[0].distribution.kept == len(model.model.vocabulary)


def test_an_arpa_file_stands_beside_other_models(page: Page, tmp_path: Path) -> None:
    counted = page.columns[0]
    page.put_beside(NGRAM, order=2)
    model = page.columns[1].model
    assert model is not None
    assert model.counted is not None
    path = tmp_path / "narwhals.arpa"
    write_arpa(smoothed(replace(model.counted.counts, order=2), Smoothing("witten-bell")), path)
    page.session.load(ModelChoice(weights=str(path)), page.columns[1].key)
    page.settle()
    assert not page.failures
    read = page.columns[1].model
    assert read is not None
    assert (read.title, read.kind, read.choice.order) == ("2-gram, ARPA", "word", 2)
    page.stream(10)
    assert page.columns[0].key == counted.key
    assert [len(text) for text in page.texts()] == [10, 10]
    # Its training text is not known, and that is said.
    figures = dict(page.generate.columns.cards[page.columns[1].key].figures.figures)
    assert figures["longest copied run"] == "its text is not known"
