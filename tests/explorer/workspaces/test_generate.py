from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QSpinBox

from engine.models.language_model import Draw
from engine.models.weights import load_model
from engine.text.tokenizer import tokenizer
from explorer.kit.styled import restyle
from explorer.panels.generate_cards import shown_probability
from explorer.panels.generate_session import DRAWING
from explorer.theme import THEMES, Style, ThemeName
from tests.explorer.workspaces.generate_hands import WEIGHTS, Page


def _sample(length: int, seed: int = 17, top_k: int | None = None) -> list[Draw]:
    """The engine's own draws after the usual prompt, at the temperature the page begins with."""
    model = load_model(WEIGHTS).model
    prompt = model.vocabulary.encode(tokenizer("word").tokenize("Narwhals are"))
    draws = model.sample(
        length,
        np.random.default_rng(seed),
        prompt=[int(token) for token in prompt],
        temperature=0.8,
        top_k=top_k,
    )
    return list(draws)


@pytest.mark.parametrize("seed", [17, 4])
def test_a_stream_is_the_sample_that_the_engine_draws(page: Page, seed: int) -> None:
    spin = page.controls.seed.findChild(QSpinBox)
    assert spin is not None
    spin.setValue(seed)
    page.settle()
    page.stream(20)
    expected = _sample(20, seed)
    assert page.tokens == [draw.token for draw in expected]
    assert [one.uniform for one in page.session.drawn] == [draw.uniform for draw in expected]
    assert len(page.text.tokens) == 2 + 20


def test_tokens_drawn_one_by_one_are_the_same_sample(page: Page) -> None:
    for _ in range(3):
        page.draw_one()
    assert page.tokens == [draw.token for draw in _sample(3)]
    assert page.generate.selected == 2


def test_stopping_keeps_what_was_shown_and_drawing_goes_on_from_there(page: Page) -> None:
    page.controls.length.set_number(1000)
    page.controls.stream_button.click()
    page.until(lambda: len(page.session.drawn) >= 2)
    page.controls.stream_button.click()
    shown = len(page.session.drawn)
    assert not page.session.is_streaming
    assert not page.jobs.is_running(DRAWING)
    assert page.controls.stream_button.text() == "Stream"
    page.draw_one()
    assert page.tokens == [draw.token for draw in _sample(shown + 1)]


def test_leaving_the_page_stops_the_stream(page: Page) -> None:
    page.controls.stream_button.click()
    page.generate.leave()
    assert not page.session.is_streaming
    assert not page.jobs.is_running(DRAWING)


@pytest.mark.parametrize("index", [0, 7, 19])
def test_a_picked_token_shows_what_it_was_drawn_from(page: Page, index: int) -> None:
    page.stream(20)
    page.pick(19 if index != 19 else 0)
    page.pick(index)
    assert page.generate.selected == index
    draw = _sample(20)[index]
    vocabulary = page.model.model.vocabulary
    [drawn] = [bar for bar in page.generate.bars.bars if bar.highlighted]
    assert drawn.token == vocabulary.tokens[draw.token]
    for bar in page.generate.bars.bars:
        token = vocabulary.index(bar.token)
        assert token is not None
        assert bar.numbers == (shown_probability(draw.distribution[token]),)
    # The k-th draw takes the k-th number of the seed's generator.
    uniform = np.random.default_rng(17).random(20)[index]
    assert f"{uniform:.4f}" in page.said
    assert page.session.drawn[index].uniform == uniform


def test_an_unknown_word_is_one_sentence_and_the_text_stays(page: Page) -> None:
    page.stream(20)
    tokens, bars = page.text.tokens, page.generate.bars.bars
    page.controls.prompt.setPlainText("Zebras are")
    page.settle()
    [sentence] = page.failures
    assert "zebras" in sentence.lower()
    assert sentence.count(".") == 1
    assert page.controls.prompt.problem == sentence
    assert page.text.tokens == tokens
    assert page.generate.bars.bars == bars
    assert len(page.session.drawn) == 20
    page.controls.draw_button.click()
    assert page.failures == [sentence, sentence]
    assert len(page.session.drawn) == 20
    page.controls.prompt.setPlainText("The narwhals are")
    page.settle()
    assert not page.controls.prompt.problem
    # The empty sentence takes the notice back.
    assert page.failures == [sentence, sentence, ""]
    assert [token.word.text for token in page.text.tokens] == ["The", "narwhals", "are"]


def test_a_wrong_prompt_stays_marked_when_the_text_starts_over(page: Page) -> None:
    page.stream(20)
    page.controls.prompt.setPlainText("Zebras are")
    page.settle()
    [sentence] = page.failures
    page.controls.again_button.click()
    page.settle()
    assert page.session.drawn == ()
    assert page.controls.prompt.problem == sentence


def test_top_k_cuts_all_rows_but_k(page: Page) -> None:
    assert not any(bar.cut for bar in page.generate.bars.bars)
    page.controls.top_k.setValue(3)
    page.settle()
    bars = page.generate.bars.bars
    assert [bar.cut for bar in bars] == [row >= 3 for row in range(len(bars))]
    assert all(bar.numbers == ("cut",) for bar in bars[3:])
    assert sum(float(bar.numbers[0]) for bar in bars[:3]) == pytest.approx(1.0, abs=2e-4)
    page.stream(20)
    assert page.tokens == [draw.token for draw in _sample(20, top_k=3)]


def test_temperature_zero_leaves_one_row(page: Page) -> None:
    page.controls.temperature.setValue(page.controls.temperature.minimum())
    page.settle()
    assert page.controls.settings.temperature == 0
    kept = [bar for bar in page.generate.bars.bars if not bar.cut]
    assert [bar.numbers for bar in kept] == [("1.0000",)]


def test_the_settings_of_a_stream_change_on_the_way(page: Page) -> None:
    page.controls.length.set_number(1000)
    page.controls.stream_button.click()
    page.until(lambda: len(page.session.drawn) >= 1)
    page.controls.top_k.setValue(1)
    before = len(page.session.drawn)
    page.until(lambda: len(page.session.drawn) > before)
    page.controls.stream_button.click()
    assert all(one.distribution.kept == 1 for one in page.session.drawn[before:])
    assert all(one.distribution.kept > 1 for one in page.session.drawn[:before])


def test_an_ngram_model_generates(page: Page) -> None:
    page.choose_model("ngram narwhals")
    assert page.model.title == "3-gram"
    assert page.generate.order.isVisible()
    page.stream(20)
    prompt = page.session.prompt
    assert prompt is not None
    expected = page.model.model.sample(
        20, np.random.default_rng(17), prompt=prompt.ids, temperature=0.8
    )
    assert page.tokens == [draw.token for draw in expected]
    page.generate.order.setValue(2)
    page.settle()
    assert page.model.title == "2-gram"
    assert not page.failures


@pytest.mark.parametrize("content", [b"garbage", b"", b"\xff" * 64])
def test_a_file_that_is_no_weights_is_one_sentence_and_the_old_model_stays(
    page: Page, tmp_path: Path, content: bytes
) -> None:
    page.stream(20)
    path = tmp_path / "broken.safetensors"
    path.write_bytes(content)
    model, drawn, choice = page.model, page.session.drawn, page.generate.model.choice
    note = page.generate.note.text
    assert page.generate.open_file(str(path))
    page.settle()
    [sentence] = page.failures
    assert "\n" not in sentence
    assert page.model is model
    assert page.session.drawn == drawn
    assert page.generate.model.choice == choice == "rnn narwhals"
    assert page.generate.note.text == note
    page.draw_one()
    assert page.tokens == [draw.token for draw in _sample(21)]


def test_starting_over_goes_back_to_the_prompt(page: Page) -> None:
    before = page.generate.bars.bars
    page.stream(20)
    page.controls.again_button.click()
    page.settle()
    assert page.session.drawn == ()
    assert [token.word.text for token in page.text.tokens] == ["Narwhals", "are"]
    assert page.generate.bars.bars == before
    page.stream(20)
    assert page.tokens == [draw.token for draw in _sample(20)]


@pytest.mark.parametrize(("theme", "scale"), [("dark", 1.0), ("projector", 1.0), ("light", 2.0)])
def test_another_style_keeps_everything(page: Page, theme: ThemeName, scale: float) -> None:
    page.stream(20)
    page.pick(5)
    before = page.model, page.session.drawn, page.generate.selected, page.generate.bars.bars
    words, said = page.text.tokens, page.said
    plain = page.window.grab().toImage()
    restyle(page.window, Style(THEMES[theme], scale))
    assert (
        page.model, page.session.drawn, page.generate.selected, page.generate.bars.bars
    ) == before  # fmt: skip
    assert (page.text.tokens, page.said) == (words, said)
    assert page.text.look.scale == scale
    assert page.window.grab().toImage() != plain
    page.pick(6)
    assert page.generate.selected == 6


def test_the_end_of_a_long_text_stays_in_view_in_another_size(page: Page) -> None:
    page.stream(600)

    def end_is_seen() -> bool:
        rect = page.text.token_rect(page.text.selected).toAlignedRect()
        return bool(page.text.visibleRegion().boundingRect().contains(rect.center()))

    page.until(end_is_seen)
    restyle(page.window, Style(THEMES["dark"], 1.5))
    page.until(end_is_seen)
    page.window.resize(1100, 700)
    page.until(end_is_seen)


def test_drawing_asked_for_as_the_prompt_arrives_is_not_lost(page: Page) -> None:
    # The prompt is there, but the job that read it has not ended yet.
    page.session.text_begun.connect(lambda: page.session.stream(3))
    page.session.set_prompt("Narwhals are")
    page.until(lambda: len(page.session.drawn) == 3)
    page.settle()


def test_the_perplexity_shown_is_the_models_own(page: Page) -> None:
    page.stream(20)
    prompt = page.session.prompt
    assert prompt is not None
    scores = page.model.model.score([*prompt.ids, *page.tokens])[len(prompt.ids) :]
    [card] = page.generate.columns.cards.values()
    assert dict(card.figures.figures)["perplexity"] == f"{np.exp(-scores.mean()):.1f}"
