"""The graph workspace in the main window: fields, keys, drawer, notices, moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from explorer.commands import COMMANDS, command
from explorer.panels.run_bar import LONGEST_TEXT
from explorer.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from explorer.kit.field import TextField


def another_run(qtbot: QtBot, window: MainWindow, act: Callable[[], object]) -> None:
    before = window.session.run
    act()
    qtbot.waitUntil(lambda: window.session.run is not before, timeout=20_000)


def told(qtbot: QtBot, window: MainWindow, act: Callable[[], object]) -> str:
    """The sentence that an act leads to; the run on screen stays."""
    window._notice.clear()
    before = window.session.run
    act()
    qtbot.waitUntil(lambda: bool(window._notice.sentence), timeout=20_000)
    assert window.session.run is before
    return window._notice.sentence


def state(window: MainWindow) -> tuple[object, ...]:
    """What a person could tell a change by."""
    player, session = window.player, window.session
    return (
        player.cursor, player.playing, player.speed, player.unit, player.loop, player.motion,
        session.version, session.selected, window.look.theme.name, window.look.scale,
        window._settings.value.theme, window._presenting, window.workspace.identity,
        window.graph.canvas.view, window.graph.dock.isVisible(), QApplication.focusWidget(),
        window.graph.sheets.name, floating(window), session.arrangement, window._notice.sentence,
        window.jobs.is_running("scalars"),
        [item.id for item in COMMANDS if item.id in window.commands
         and window.commands[item.id].isChecked()],
    )  # fmt: skip


def floating(window: MainWindow) -> list[str]:
    """What lies over the canvas, by its sentences."""
    over = window.graph.canvas.findChildren(QWidget)
    return [each.accessibleName() for each in over if each.isVisible()]


# Commands that open a dialog, end the program, or open what another test shows.
ELSEWHERE = {
    "file.open", "file.save", "file.quit", "help.shortcuts", "view.present", "read.next",
    "read.previous", *(f"place.go_{digit}" for digit in range(1, 10)),
}  # fmt: skip


@pytest.mark.parametrize("narrow", [False, True])
def test_every_command_changes_something_or_is_off(plain: MainWindow, narrow: bool) -> None:
    plain.resize(*((1280, 720) if narrow else (1600, 900)))
    tried = [c for c in COMMANDS if c.id not in ELSEWHERE and c.group != "Workspace"]
    dead = [item.id for item in tried if not answers(plain, item.id)]
    # The inspector is always open beside the canvas where there is room for it.
    assert dead == ([] if narrow else ["view.inspector"])


def answers(window: MainWindow, identity: str) -> bool:
    """Whether a command changes something, or says that it would not."""
    window.player.pause()
    window.player.seek(70)
    window.graph.canvas.fit(animated=False)
    window.graph.canvas.zoom_by(1.3)
    action = window.commands[identity]
    chosen_already = action.isChecked() and bool(command(identity).exclusive)
    before = state(window)
    action.trigger()
    after = state(window)
    window.player.pause()
    return after != before or chosen_already or not action.isEnabled()


@pytest.mark.parametrize("size", [(1600, 900), (1280, 720)])
def test_a_click_on_a_switch_leaves_the_keys_to_the_player(
    plain: MainWindow, size: tuple[int, int]
) -> None:
    plain.resize(*size)
    transport = plain.graph.transport
    middle = transport._unit.segment(3).center().toPoint()
    QTest.mouseClick(transport._unit, Qt.MouseButton.LeftButton, pos=middle)
    assert plain.player.unit == "time"
    QTest.keyClick(focused(), Qt.Key.Key_Right)
    assert (plain.player.unit, plain.player.cursor) == ("time", 6)
    QTest.mouseClick(transport._buttons[3], Qt.MouseButton.LeftButton)
    QTest.keyClick(focused(), Qt.Key.Key_Space)
    assert plain.player.playing
    plain.player.pause()


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_after_return_the_keys_play_the_new_sentence(qtbot: QtBot, plain: MainWindow) -> None:
    plain.commands["file.edit_text"].trigger()
    QTest.keyClicks(focused(), "Narwhals are coming")
    another_run(qtbot, plain, lambda: QTest.keyClick(focused(), Qt.Key.Key_Return))
    QTest.keyClick(focused(), Qt.Key.Key_Space)
    assert plain.player.playing
    assert plain.graph.run_bar.text == "Narwhals are coming"
    plain.player.pause()


def test_who_types_on_keeps_the_field(qtbot: QtBot, plain: MainWindow) -> None:
    plain.commands["file.edit_text"].trigger()
    line = focused()
    QTest.keyClicks(line, "Narwhals are")

    def enter_and_type_on() -> None:
        QTest.keyClick(line, Qt.Key.Key_Return)
        QTest.keyClicks(line, " coming")

    another_run(qtbot, plain, enter_and_type_on)
    assert focused() is line
    assert plain.graph.run_bar.text == "Narwhals are coming"


def test_after_a_refusal_the_field_keeps_the_keys(qtbot: QtBot, plain: MainWindow) -> None:
    plain.commands["file.edit_text"].trigger()
    line = focused()
    QTest.keyClicks(line, "Penguins")
    told(qtbot, plain, lambda: QTest.keyClick(line, Qt.Key.Key_Return))
    assert focused() is line


def test_the_values_of_a_formula_are_the_field_that_is_marked(
    qtbot: QtBot, plain: MainWindow
) -> None:
    bar = plain.graph.run_bar
    another_run(qtbot, plain, lambda: bar.type_text("x*z", "expression"))
    for wrong in ("x=", "x=two", "2=x", "x=1;z=2", "x=1e999", "x=nan"):
        sentence = told(qtbot, plain, lambda wrong=wrong: enter(bar._values, wrong))  # type: ignore[misc]
        assert "\n" not in sentence
        assert bar._values.problem or bar.problem
    another_run(qtbot, plain, lambda: enter(bar._values, "x=5, z=7"))
    assert plain.session.run is not None
    assert plain.session.run.trace.loss == 35
    assert (bar._values.problem, bar.problem, plain._notice.sentence) == ("", "", "")


def enter(field: TextField, text: str) -> None:
    """Type a text and press Return."""
    field.select_all()
    field._line.clear()
    QTest.keyClicks(field._line, text)
    QTest.keyClick(field._line, Qt.Key.Key_Return)


@pytest.mark.parametrize("text", ["x" * (LONGEST_TEXT + 1), "ab cd " * 1000, "é" * 30_000])
def test_an_absurdly_long_text_is_refused_at_once(
    qtbot: QtBot, plain: MainWindow, text: str
) -> None:
    assert f"{LONGEST_TEXT:,} at most" in told(
        qtbot, plain, lambda: plain.graph.run_bar.type_text(text, "fresh")
    )


@pytest.mark.parametrize(
    "text",
    ["` `` `", "<b>a</b> & <img src=x>", "_ ^ { } \\ $", "∂ 𝄞 é \u202e abc", "a_b^c {d}", "|" * 9],
)
@pytest.mark.parametrize("tokens", ["word", "char"])
def test_strange_letters_are_read_like_any_other(
    qtbot: QtBot, plain: MainWindow, text: str, tokens: str
) -> None:
    bar = plain.graph.run_bar
    bar._tokens.set_choice(tokens)
    another_run(qtbot, plain, lambda: bar.type_text(text, "fresh"))
    for cursor in range(0, plain.player.events, 11):
        plain.player.seek(cursor)
        plain.grab()
    assert "\n" not in plain.graph.transport.sentence


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.json", b"{}"), ("x.json", None), ("x.safetensors", b"1"), ("x.txt", b"\0")],
)
def test_a_start_on_a_bad_file_shows_the_opening_sentence_and_says_why(
    qtbot: QtBot,
    opener: Callable[[], MainWindow],
    tmp_path: Path,
    name: str,
    content: bytes | None,
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    shown = opener()
    shown.begin(str(tmp_path / name))
    qtbot.waitUntil(
        lambda: shown.session.run is not None and bool(shown._notice.sentence), timeout=20_000
    )
    assert name in shown._notice.sentence
    assert shown._notice._button.isHidden()


def test_the_word_of_a_crash_outlives_the_first_run(
    qtbot: QtBot, opener: Callable[[], MainWindow]
) -> None:
    shown = opener()
    shown.begin()
    shown.tell_of_crash("Fatal Python error: Segmentation fault\n\n  File x, line 3 in y\n")
    qtbot.waitUntil(lambda: shown.session.run is not None, timeout=20_000)
    assert "(Fatal Python error: Segmentation fault)" in shown._notice.sentence


def test_a_new_sentence_takes_an_old_problem_away(qtbot: QtBot, plain: MainWindow) -> None:
    told(qtbot, plain, lambda: plain.open_file("/nowhere/x.txt"))
    another_run(qtbot, plain, lambda: plain.graph.run_bar.type_text("Narwhals are"))
    assert plain._notice.sentence == ""


@pytest.mark.parametrize("text", ["", "   "])
def test_fresh_weights_are_no_help_for_an_empty_text(
    qtbot: QtBot, plain: MainWindow, text: str
) -> None:
    told(qtbot, plain, lambda: plain.graph.run_bar.type_text(text))
    assert plain._notice._button.isHidden()


def test_weights_named_from_the_folder_where_the_program_started_are_found(
    qtbot: QtBot, plain: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from explorer.assets import asset

    (tmp_path / "mine.safetensors").write_bytes(
        asset("weights", "narwhals.safetensors").read_bytes()
    )
    monkeypatch.chdir(tmp_path)
    bar = plain.graph.run_bar
    another_run(qtbot, plain, lambda: bar.type_text("x*z", "expression"))
    another_run(qtbot, plain, lambda: plain.open_file("mine.safetensors"))
    # The formula is no text: what was read before it is read again.
    assert bar.text == "Narwhals are way cooler than parrots"
    assert bar.chosen.label == "Elman RNN, mine"


def test_a_file_that_is_dropped_is_opened(qtbot: QtBot, plain: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("two fish", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])

    def drop() -> None:
        plain.dropEvent(
            QDropEvent(
                QPointF(9, 9),
                Qt.DropAction.CopyAction,
                data,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )

    another_run(qtbot, plain, drop)
    assert plain.graph.run_bar.text == "two fish"


def test_a_hidden_vector_as_long_as_the_vocabulary_has_no_tokens_for_names(
    qtbot: QtBot, plain: MainWindow
) -> None:
    bar = plain.graph.run_bar
    another_run(qtbot, plain, lambda: bar.type_text("a b c", "fresh"))
    another_run(qtbot, plain, lambda: bar._hidden._spin.setValue(3))
    assert plain.session.run is not None
    plain.player.to_end()
    index = {node.name: node.index for node in plain.session.run.trace.nodes}
    which = plain.graph.dock.inspector._which
    plain.session.select(index["h_1"])
    assert "“" not in which.full_text
    plain.session.select(index["y_1"])
    assert "“" in which.full_text


@pytest.mark.parametrize("speed", [8, 16])
def test_a_speed_chosen_by_key_is_the_one_shown(plain: MainWindow, speed: int) -> None:
    while plain.player.speed < speed:
        QTest.keyClick(plain.graph.canvas, Qt.Key.Key_BracketRight)
    assert plain.graph.transport._speed.choice == str(plain.player.speed)


@pytest.mark.parametrize("size", [(1280, 720), (1600, 900)])
@pytest.mark.parametrize("drawer", [False, True])
def test_presenting_leaves_everything_as_it_was(
    plain: MainWindow, size: tuple[int, int], drawer: bool
) -> None:
    plain.resize(*size)
    if drawer:
        plain.commands["view.inspector"].trigger()
    plain.player.seek(70)
    plain.session.select(8)
    plain.session.set_version("A")
    before = state(plain)[:13], plain.graph.dock.isVisible(), plain.isFullScreen()
    canvas, cursor = plain.graph.canvas, plain.player.cursor
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_F11)
    assert (plain._presenting, plain.isFullScreen()) == (True, True)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    plain.player.seek(cursor)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert (state(plain)[:13], plain.graph.dock.isVisible(), plain.isFullScreen()) == before
