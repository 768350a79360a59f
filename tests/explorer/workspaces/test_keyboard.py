"""Everything by keyboard: Tab reaches each control, each has a name, and its focus is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from explorer.canvas import GraphCanvas
from explorer.kit.segmented import Segmented
from explorer.panels.cells import Cells

if TYPE_CHECKING:
    from explorer.window import MainWindow

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit,
    Segmented, GraphCanvas, Cells,
)  # fmt: skip
PLACES = (
    "", "view.check", "view.curve", "view.museum", "overlay.tables", "overlay.flops",
    "workspace.ngram", "workspace.generate", "workspace.train", "workspace.inside",
    "workspace.quiz", "workspace.code",
)  # fmt: skip
MOST = 200


@pytest.fixture(params=PLACES, ids=lambda place: place or "graph")
def place(request: pytest.FixtureRequest, plain: MainWindow) -> MainWindow:
    """The window with a sheet or workspace open."""
    plain.resize(1920, 1080)
    if request.param:
        plain.commands[request.param].trigger()
    for _ in range(3):
        QApplication.processEvents()
    return plain


def controls(window: MainWindow) -> list[QWidget]:
    """What a person can use and see now; the parts of spin boxes and lists belong to these."""
    parts = (QAbstractSpinBox, QComboBox)
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and widget.isVisible()
        and widget.isEnabled()
        and not isinstance(widget, QScrollBar)
        and not isinstance(widget.parentWidget(), parts)
    ]


def spoken_name(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def test_tab_reaches_every_control(place: MainWindow) -> None:
    reached: set[QWidget] = set()
    for _ in range(MOST):
        focus = QApplication.focusWidget()
        if focus is None or focus in reached:
            break
        reached.add(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    missed = [f"{type(w).__name__} {spoken_name(w)}" for w in controls(place) if w not in reached]
    assert missed == []


def test_every_control_has_a_name(place: MainWindow) -> None:
    nameless = [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in place.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget.parentWidget(), QAbstractSpinBox)
        and not spoken_name(widget)
    ]
    assert nameless == []


def test_the_focus_is_seen_on_every_control(place: MainWindow) -> None:
    """A control looks different while it has the keyboard."""
    place.appearance.set_theme("light")
    unseen = []
    for widget in controls(place):
        if not widget.isVisible() or isinstance(widget.focusProxy(), QWidget):
            continue
        # The box around an editor shows it.
        boxed = isinstance(widget, QLineEdit | QComboBox | QAbstractSpinBox)
        shown = widget.parentWidget() if boxed else widget
        assert shown is not None
        widget.clearFocus()
        before = shown.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if widget.hasFocus() and shown.grab().toImage() == before:
            unseen.append(f"{type(widget).__name__} {spoken_name(widget)}")
    assert unseen == []
