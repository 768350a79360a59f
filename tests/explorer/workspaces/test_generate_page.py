"""Keys, saving, presenting and the way to the graph on the Generate page."""

from __future__ import annotations

import csv
import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from explorer.cli.main import main
from explorer.jobs import Jobs
from explorer.run_jobs import Wish
from explorer.window import MainWindow
from tests.explorer.workspaces.generate_hands import LONG, WEIGHTS, Page

NGRAM = "ngram narwhals"


def saved_as(page: Page, path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Save the transcript there by the button, and read it."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_: (str(path), "")))
    page.controls.save_button.click()
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def test_keys_draw_undo_and_draw_another(page: Page) -> None:
    page.generate.enter()
    QTest.keyClick(page.text, Qt.Key.Key_Space)
    page.settle()
    QTest.keyClick(page.text, Qt.Key.Key_Space)
    page.settle()
    assert len(page.tokens) == 2
    before = page.texts()
    QTest.keyClick(page.text, Qt.Key.Key_Left)
    assert page.generate.selected == 0
    QTest.keyClick(page.text, Qt.Key.Key_Return)
    page.settle()
    assert len(page.tokens) == 1
    assert page.session.drawn[0].attempt == 1
    QTest.keyClick(page.text, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    page.settle()
    assert page.texts() == before


def test_a_double_click_draws_another_there(page: Page) -> None:
    page.stream(10)
    before = page.tokens
    rect = page.text.token_rect(2 + 2)
    QTest.mouseDClick(page.text, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    page.settle()
    assert page.tokens[:2] == before[:2]
    assert len(page.tokens) == 3


def test_greedy_takes_the_most_probable_and_gives_the_temperature_back(page: Page) -> None:
    page.controls.greedy_button.click()
    page.settle()
    assert page.controls.settings.temperature == 0
    page.draw_one()
    [kept] = [bar for bar in page.generate.bars.bars if not bar.cut]
    assert kept.highlighted
    page.controls.greedy_button.click()
    assert page.controls.settings.temperature == 0.8
    assert not page.controls.greedy_button.isChecked()


def test_presenting_leaves_the_controls_out(page: Page) -> None:
    page.generate.set_presenting(True)
    assert not page.controls.isVisible()
    assert page.generate.columns.isVisible()
    QTest.keyClick(page.text, Qt.Key.Key_Space)
    page.settle()
    assert len(page.tokens) == 1
    page.generate.set_presenting(False)
    assert page.controls.isVisible()


def test_the_text_opens_as_a_graph_up_to_the_selected_token(page: Page) -> None:
    wishes: list[Wish] = []
    page.generate.graph_wanted.connect(wishes.append)
    page.stream(10)
    page.pick(3)
    page.generate.step_card.graph_button.click()
    [wish] = wishes
    # Two tokens of the prompt and four drawn ones.
    assert wish.node == "ℓ_6"
    if wish.spec is not None:
        assert wish.spec.weights == WEIGHTS
        assert wish.spec.text is not None
        assert wish.spec.text.lower().startswith("narwhals are")
    else:
        assert wish.make is not None
        assert len(wish.make().provenance["tokens"]) == 6


def test_an_ngram_has_no_graph(page: Page) -> None:
    page.choose_model(NGRAM)
    page.draw_one()
    assert not page.generate.step_card.graph_button.isVisible()


@pytest.mark.parametrize("smoothing", ["mle", "kneser-ney"])
def test_the_command_line_prints_the_same_text(
    page: Page,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    smoothing: str,
) -> None:
    page.put_beside(NGRAM, order=4)
    page.generate.smoothing.set_choice(smoothing)
    page.generate.smoothing.chosen.emit(smoothing)
    page.settle()
    page.controls.top_k.setValue(5)
    page.settle()
    page.stream(30)
    saved = saved_as(page, tmp_path / "texts.txt", monkeypatch)
    capsys.readouterr()
    commands = [line for line in saved.splitlines() if line.startswith("tapestry generate")]
    assert len(commands) == 2
    for command, column in zip(commands, page.columns, strict=True):
        assert main(shlex.split(command)[1:]) == 0
        printed = capsys.readouterr().out.rstrip("\n")
        assert printed == column.text
        assert f"\n{printed}\n" in saved


def test_every_token_is_in_the_table_and_in_the_whole(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.put_beside(NGRAM)
    page.stream(10)
    page.session.put_in(2, 0)
    page.settle()
    table = list(csv.DictReader(saved_as(page, tmp_path / "t.csv", monkeypatch).splitlines()))
    whole = json.loads(saved_as(page, tmp_path / "t.json", monkeypatch))
    drawn = [one for column in page.columns for one in column.drawn]
    assert [row["token"] for row in table] == [one.text for one in drawn]
    tokens = [row for text in whole["texts"] for row in text["tokens"]]
    for row, same, one in zip(table, tokens, drawn, strict=True):
        assert float(row["probability"]) == same["probability"] == one.probability
        assert same["u"] == (None if one.by_hand else one.uniform)
    assert whole["texts"][0]["command"] is not None
    # One command cannot say that a token was put in by hand.
    assert whole["texts"][1]["command"] is None
    assert whole["texts"][1]["model"]["order"] == 3


def test_a_transcript_that_cannot_be_written_is_one_sentence(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.draw_one()
    assert saved_as(page, tmp_path / "nowhere" / "t.txt", monkeypatch) == ""
    [sentence] = page.failures
    assert "t.txt" in sentence


def test_draws_are_told_to_screen_readers(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(page.generate.narrator.speaker, "say", said.append)
    page.draw_one()
    assert said[-1].startswith(page.session.drawn[0].text)
    page.stream(10)
    model = page.model
    assert said[-1] == model.cutter.detokenize([one.text for one in page.session.drawn[1:]])


def test_in_the_window_space_draws_and_nothing_else_plays(
    opener: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    window = opener()
    window.begin()
    qtbot.waitUntil(lambda: window.session.run is not None, timeout=LONG)
    window.show_workspace("generate")
    session = window.generate.session
    qtbot.waitUntil(lambda: session.upcoming is not None, timeout=LONG)
    focused = window.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.length == 1, timeout=LONG)
    assert not window.player.playing
    assert window.player.cursor == 0
    window.generate.step_card.graph_button.click()
    # The prompt's twelve characters and the drawn one, read by the LSTM on the graph.
    qtbot.waitUntil(
        lambda: window.session.run is not None and window.session.run.wish is not None,
        timeout=LONG,
    )
    run = window.session.run
    assert run is not None
    assert len(run.trace.provenance["tokens"]) == len("KING HENRY:\n") + 1
    assert window.workspace is window.graph


def test_closing_the_window_while_it_streams_ends_everything(
    opener: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    window = opener()
    window.show_workspace("generate")
    session = window.generate.session
    qtbot.waitUntil(lambda: session.upcoming is not None, timeout=LONG)
    session.stream(500)
    qtbot.waitUntil(lambda: session.length >= 3, timeout=LONG)
    window.close()
    assert not session.is_streaming


def test_a_first_model_that_is_not_to_be_had_leaves_a_sentence_and_a_button(
    qtbot: QtBot, program_fonts: object, tmp_path: Path
) -> None:
    jobs = Jobs()
    page = Page(qtbot, jobs)
    path = tmp_path / "mine.safetensors"
    path.write_bytes(b"garbage")
    assert page.generate.open_file(str(path))
    page.settle()
    [card] = page.generate.columns.cards.values()
    buttons = [each for each in card.findChildren(QPushButton) if each.isVisible()]
    assert [button.text() for button in buttons] == ["Try again"]
    assert not page.controls.draw_button.isEnabled()
    # Once the file is whole, the button is enough.
    path.write_bytes(Path(WEIGHTS).read_bytes())
    buttons[0].click()
    page.until(lambda: page.session.upcoming is not None)
    assert page.controls.draw_button.isEnabled()
    assert card.text.isVisible()
    page.settle()
    assert jobs.shutdown(LONG / 1000)
