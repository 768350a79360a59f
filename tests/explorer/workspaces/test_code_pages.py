"""The pages of the Code workspace: both questions, the room there is, the audience's view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QPalette

from explorer.kit.label import Label
from explorer.window import MainWindow
from explorer.workspaces.code import ASK_JOB, CodeWorkspace
from tests.explorer.workspaces.code_pages import LONG, code_of, opened

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_the_questions_are_pages_of_their_own(code: CodeWorkspace) -> None:
    code.player.play()
    code.show_page("call")
    assert not code.player.playing
    assert code.call_page.isVisible()
    assert not code.transport.isVisible()
    code.show_page("inside")
    assert code.inside_page.isVisible()
    code.show_page("run")
    assert code.columns.isVisible()
    assert code.transport.isVisible()


def test_the_questions_are_about_the_network_on_screen(
    qtbot: QtBot, plain: MainWindow, code: CodeWorkspace
) -> None:
    first = code.call_page.answer
    assert code.run is not None
    assert f"{code.run.trace.loss:.6g}" in first
    opened(qtbot, plain, "recurrent")
    assert f"{code.run.trace.loss:.6g}" in code.call_page.answer
    assert code.call_page.answer != first


@pytest.mark.parametrize(
    ("width", "height", "narrow"), [(1600, 900, False), (1280, 720, False), (960, 600, True)]
)
def test_nothing_is_cut_off(
    qtbot: QtBot, plain: MainWindow, code: CodeWorkspace, width: int, height: int, narrow: bool
) -> None:
    plain.resize(width, height)
    qtbot.waitUntil(lambda: plain.width() == width, timeout=LONG)
    assert code.columns.is_narrow == narrow
    qtbot.waitUntil(code.columns.node.isVisible, timeout=LONG)
    right = code.columns.width()
    for widget in (code.columns.choice, code.columns.code, code.columns.node, code.columns.math):
        assert widget.isVisible()
        place = widget.mapTo(code.columns, widget.rect().topRight())
        assert place.x() < right
    assert code._bar.page.width() >= code._bar.page.sizeHint().width()


def test_the_audience_sees_the_columns_in_large_type(
    qtbot: QtBot, plain: MainWindow, code: CodeWorkspace
) -> None:
    plain.resize(1280, 720)
    before = code.columns.math.look.scale
    plain.set_presenting(True)
    assert not code.transport.isVisible()
    assert code.columns.isVisible()
    assert code.columns.math.look.scale > before
    assert code.columns.math.look.theme.name == "projector"
    for label in code.columns.findChildren(Label):
        shown = label.palette().color(QPalette.ColorRole.WindowText)
        assert shown == label.look.theme.text(label._role), label.full_text
    plain.set_presenting(False)
    assert code.transport.isVisible()


def test_time_stands_still_off_screen(plain: MainWindow, code: CodeWorkspace) -> None:
    code.player.play()
    plain.show_workspace("ngram")
    assert not code.player.playing


def test_a_missing_source_is_told_with_a_way_on(
    qtbot: QtBot, plain: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.errors import InputError
    from engine.styles import run as styles

    def missing(_module: str) -> None:
        raise InputError("the source of engine.styles.procedural is not there")

    with monkeypatch.context() as patch:
        patch.setattr(styles, "Source", missing)
        plain.show_workspace("code")
        code = code_of(plain)
        qtbot.waitUntil(lambda: bool(code._empty._button.text()), timeout=LONG)
    assert "could not be run" in code._empty.accessibleName()
    code._empty._button.click()
    qtbot.waitUntil(lambda: code.run is not None, timeout=LONG)
    assert code.columns.isVisible()
    qtbot.waitUntil(lambda: not plain.jobs.is_running(ASK_JOB), timeout=LONG)
