"""The Generate workspace on the real widgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.jobs import Jobs
from explorer.theme import THEMES, Style
from explorer.workspaces.generate import GenerateWorkspace

NARWHALS = Path(__file__).parents[3] / "assets" / "weights" / "narwhals.safetensors"


@pytest.fixture
def page(qtbot: QtBot, program_fonts: object) -> Iterator[GenerateWorkspace]:
    """The workspace with the narwhal model and the prompt "narwhals"."""
    jobs = Jobs()
    workspace = GenerateWorkspace(Style(THEMES["light"]), jobs)
    qtbot.addWidget(workspace)
    qtbot.addWidget(workspace.bar())
    workspace.set_motion(False)
    workspace.resize(1300, 800)
    workspace.show()
    workspace._entered = True
    workspace.open_file(str(NARWHALS))
    qtbot.waitUntil(lambda: workspace.session.upcoming is not None, timeout=20_000)
    workspace.session.speed = 1000.0
    prompt(qtbot, workspace, "narwhals")
    yield workspace
    workspace.leave()
    workspace.hide()
    assert jobs.shutdown(5.0)


def prompt(qtbot: QtBot, page: GenerateWorkspace, text: str) -> None:
    with qtbot.waitSignal(page.session.text_begun, timeout=20_000):
        page.session.set_prompt(text)


def draw(qtbot: QtBot, page: GenerateWorkspace, count: int) -> None:
    page.session.stream(count)
    qtbot.waitUntil(
        lambda: len(page.session.drawn) >= count and not page.session.is_streaming, timeout=20_000
    )


def test_the_stream_is_the_engines_sample(qtbot: QtBot, page: GenerateWorkspace) -> None:
    draw(qtbot, page, 20)
    session = page.session
    assert session.model is not None
    assert session.prompt is not None
    expected = session.model.model.sample(
        20,
        np.random.default_rng(session.settings.seed),
        prompt=session.prompt.ids,
        temperature=session.settings.temperature,
    )
    assert [one.token for one in session.drawn] == [one.token for one in expected]


def test_one_token_at_a_time(qtbot: QtBot, page: GenerateWorkspace) -> None:
    page.session.draw_one()
    qtbot.waitUntil(lambda: len(page.session.drawn) == 1, timeout=20_000)
    assert page.session.drawn[0].text == "are"


def test_stopping_keeps_what_was_shown(qtbot: QtBot, page: GenerateWorkspace) -> None:
    page.session.speed = 50.0
    page.session.stream(400)
    qtbot.waitUntil(lambda: len(page.session.drawn) >= 2, timeout=20_000)
    page.session.stop()
    shown = len(page.session.drawn)
    assert shown < 400
    assert not page.session.is_streaming
    assert len(page.text.page.tokens) == shown + 1


def test_a_picked_token_shows_what_it_was_drawn_from(qtbot: QtBot, page: GenerateWorkspace) -> None:
    draw(qtbot, page, 6)
    page.text.page.select(3)
    page.text.picked.emit(3)
    one = page.session.drawn[page.selected]
    highlighted = [bar for bar in page.bars.bars if bar.highlighted]
    assert [bar.token for bar in highlighted] == [one.text]
    assert f"{one.uniform:.4f}" in page._said.full_text


def test_an_unknown_word_in_the_prompt_is_one_sentence_and_the_text_stays(
    qtbot: QtBot, page: GenerateWorkspace
) -> None:
    draw(qtbot, page, 3)
    before = page.session.drawn
    with qtbot.waitSignal(page.failed, timeout=20_000) as failed:
        page.session.set_prompt("penguins")
    assert failed.args is not None
    assert "penguins" in failed.args[0]
    assert page.session.drawn is before


def test_top_k_strikes_the_rest_out(qtbot: QtBot, page: GenerateWorkspace) -> None:
    page.session.set_settings(replace(page.session.settings, top_k=2))
    qtbot.waitUntil(lambda: page.session.upcoming is not None, timeout=20_000)
    page._show_selected()
    kept = [bar for bar in page.bars.bars if not bar.cut]
    assert len(kept) == 2
    assert any(bar.cut for bar in page.bars.bars)


def test_garbage_weights_are_one_sentence_and_the_old_model_stays(
    qtbot: QtBot, page: GenerateWorkspace, tmp_path: Path
) -> None:
    before, path = page.session.model, tmp_path / "garbage.safetensors"
    path.write_bytes(b"\0" * 64)
    with qtbot.waitSignal(page.failed, timeout=20_000) as failed:
        page.open_file(str(path))
    assert failed.args is not None
    assert "garbage.safetensors" in failed.args[0]
    assert page.session.model is before


def test_counted_ngrams_generate_too(qtbot: QtBot, page: GenerateWorkspace) -> None:
    before = page.session.model
    page._choose_model("ngram narwhals")
    qtbot.waitUntil(lambda: page.session.model is not before, timeout=20_000)
    qtbot.waitUntil(lambda: page.session.upcoming is not None, timeout=20_000)
    page.session.start_over()
    draw(qtbot, page, 5)
    assert all(one.text for one in page.session.drawn)


def test_starting_over_goes_back_to_the_prompt(qtbot: QtBot, page: GenerateWorkspace) -> None:
    draw(qtbot, page, 4)
    page.session.start_over()
    assert page.session.drawn == ()
    assert len(page.text.page.tokens) == 1


def test_a_change_of_style_keeps_the_text(qtbot: QtBot, page: GenerateWorkspace) -> None:
    draw(qtbot, page, 4)
    for name, scale in (("dark", 1.0), ("projector", 2.0)):
        page.set_style(Style(THEMES[name], scale))  # type: ignore[index]  # a literal
        assert not page.grab().isNull()
    assert len(page.session.drawn) == 4
