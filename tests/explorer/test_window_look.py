"""How the main window looks: presenting, themes, sizes, motion."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from explorer.kit.label import Label
from explorer.window import MainWindow


def theme_of(window: MainWindow) -> str:
    return window.look.theme.name


@pytest.mark.parametrize("identity", ["ngram", "generate", "inside", "quiz"])
def test_present_shows_whatever_workspace_is_on_screen(window: MainWindow, identity: str) -> None:
    window.show_workspace(identity)
    window.commands["view.present"].trigger()
    assert window.workspace.identity == identity
    assert theme_of(window) == "projector"
    window.show_workspace("graph")
    assert not window.graph.transport.isVisible()
    window.show_workspace(identity)
    window.commands["view.leave"].trigger()
    window.show_workspace("graph")
    assert window.graph.transport.isVisible()


def test_motion_is_off_in_every_workspace(window: MainWindow) -> None:
    for motion in (True, False):
        window.set_motion(motion)
        assert window.generate.motion is motion
        assert window.graph.canvas.motion is motion


def test_present_shows_canvas_and_caption_and_comes_back(window: MainWindow) -> None:
    window.player.seek(70)
    window.commands["view.present"].trigger()
    assert theme_of(window) == "projector"
    assert not window.graph.transport.isVisible()
    assert not window.graph.dock.isVisible()
    assert window.graph._caption.sentence
    window.commands["view.leave"].trigger()
    assert theme_of(window) == "light"
    assert window.graph.transport.isVisible()
    assert window.player.cursor == 70


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize(("size", "scale"), [((1280, 720), 1.0), ((1920, 1080), 2.0)])
def test_no_label_is_cut_off(
    window: MainWindow, theme: str, size: tuple[int, int], scale: float
) -> None:
    window.player.seek(100)
    window.commands[f"theme.{theme}"].trigger()
    window.appearance.set_scale(scale)
    window.resize(*size)
    window.grab()
    for label in visible(window):
        if not label._elide and not label.wordWrap():
            assert label.width() >= label.sizeHint().width() - 1, label.full_text
    assert window.player.cursor == 100


def visible(root: QWidget) -> list[Label]:
    return [label for label in root.findChildren(Label) if label.isVisible()]
