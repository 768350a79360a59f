from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QTextCursor

from engine.run_spec import RunSpec
from engine.runs import run
from engine.styles.dialects import STYLES, StyleName
from engine.styles.run import StyleRun, run_style
from explorer.panels.code_syntax import spans_of
from explorer.panels.code_view import CodeView
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def listing_of(style: StyleName, spec: RunSpec | None = None) -> StyleRun:
    return run_style(run(spec or RunSpec(network="feed-forward")), style)


def shown(qtbot: QtBot, style: Style, done: StyleRun, width: int, height: int) -> CodeView:
    view = CodeView(style)
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show_listing(done.listing, spans_of([line.text for line in done.listing]))
    view.show()
    qtbot.waitExposed(view)
    return view


def color_of(view: CodeView, word: str) -> str:
    """The colour in which the first occurrence of a word is drawn."""
    text = view.toPlainText()
    block = view.document().findBlock(text.index(word))
    start = text.index(word) - block.position()
    for form in block.layout().formats():
        if form.start <= start < form.start + form.length:
            return str(form.format.foreground().color().name()).upper()
    return "plain"


@pytest.mark.parametrize("name", THEMES)
def test_the_parts_of_python_have_their_colours(
    qtbot: QtBot, program_fonts: object, name: str
) -> None:
    theme = THEMES[name]  # type: ignore[index]
    view = shown(qtbot, Style(theme), listing_of("procedural"), 700, 500)
    assert color_of(view, "def ") == theme.text("code_keyword").name().upper()
    assert color_of(view, '"""x (M') == theme.text("code_string").name().upper()
    assert color_of(view, "1.0") == theme.text("code_number").name().upper()
    assert color_of(view, "alpha @ x") == "plain"


@pytest.mark.parametrize("style_name", STYLES)
def test_the_text_is_that_of_the_listing(qtbot: QtBot, style: Style, style_name: StyleName) -> None:
    done = listing_of(style_name)
    view = shown(qtbot, style, done, 700, 500)
    assert view.toPlainText().splitlines() == [line.text for line in done.listing]


@pytest.mark.parametrize(("width", "height"), [(540, 420), (430, 300), (900, 700)])
@pytest.mark.parametrize("style_name", STYLES)
def test_the_line_that_runs_is_in_sight_at_every_event(
    qtbot: QtBot, style: Style, style_name: StyleName, width: int, height: int
) -> None:
    trace = run(RunSpec(text="one fish two", hidden=2))
    done = run_style(trace, style_name)
    view = shown(qtbot, style, done, width, height)
    for event in trace.events():
        view.show_running(done.lines(event), "forward")
        assert view.running_text == done.text[done.lines(event)[0]]
        block = view.document().findBlockByNumber(view._block[view.running[0]])
        row = view.cursorRect(QTextCursor(block))
        assert row.top() >= 0
        assert row.bottom() <= view.viewport().height()


@pytest.mark.parametrize("style_name", STYLES)
@pytest.mark.parametrize("network", ["feed-forward", "recurrent"])
def test_no_line_is_broken_in_the_narrow_window(
    qtbot: QtBot, style: Style, style_name: StyleName, network: str
) -> None:
    spec = RunSpec(text="one fish", hidden=2) if network == "recurrent" else None
    # The column of code is 540 pixels wide in a window of 1280.
    view = shown(qtbot, style, listing_of(style_name, spec), 540, 420)
    block = view.document().begin()
    while block.isValid():
        assert block.lineCount() == 1, block.text()
        block = block.next()


def test_the_running_line_and_its_callers_are_tinted_apart(qtbot: QtBot, style: Style) -> None:
    done = listing_of("objects")
    view = shown(qtbot, style, done, 800, 900)
    event = done_event(done)
    view.show_running(event, "backward")
    tints = [s.format.background().color().name() for s in view.extraSelections()]
    theme = style.theme
    assert tints[-1] == theme.tint("backward").name()
    assert set(tints[:-1]) == {theme.tint("backward", "lane").name()}
    assert len(tints) == len(event)


def done_event(done: StyleRun) -> tuple[int, ...]:
    """The lines of some contribution that was passed on by the tape."""
    return next(lines for lines in done.table.contributed.values() if len(lines) == 4)


def test_the_spoken_line_is_the_one_that_runs(qtbot: QtBot, style: Style) -> None:
    done = listing_of("procedural")
    view = shown(qtbot, style, done, 800, 600)
    view.show_running(done.table.evaluated[5], "forward")
    assert view.accessibleDescription() == "z = sigmoid(a)"


def test_the_font_follows_the_scale(qtbot: QtBot, style: Style) -> None:
    done = listing_of("procedural")
    view = shown(qtbot, style, done, 2000, 1500)
    before = view.font().pixelSize()
    view.set_style(Style(style.theme, 2.0))
    assert view.font().pixelSize() > 1.5 * before
