"""Finds widgets that are smaller than what they show, or that lie outside what holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from explorer.canvas import GraphCanvas
from explorer.kit.label import Label
from explorer.kit.prose import Prose
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def cramped(root: QWidget) -> list[str]:
    """What is wrong with the visible widgets under a window, one line each."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or widget.width() == 0:
            continue
        if isinstance(widget, QAbstractScrollArea | GraphCanvas):
            continue
        problem = _too_small(widget) or _outside(widget, root)
        if problem:
            found.append(f"{type(widget).__name__} {_words(widget)!r}: {problem}")
    return found


def has_room(qtbot: QtBot, root: QWidget) -> None:
    """Wait until everything is laid out; then nothing is too small."""

    def check() -> None:
        wrong = cramped(root)
        assert not wrong, wrong

    qtbot.waitUntil(check, timeout=3000)


def _too_small(widget: QWidget) -> str:
    needed = _needed(widget)
    if widget.height() < needed.height() - 1:
        return f"{widget.height()} of {needed.height()} high"
    if widget.width() < needed.width() - 1:
        return f"{widget.width()} of {needed.width()} wide"
    return ""


def _needed(widget: QWidget) -> QSize:
    """The size below which a part of what it shows is cut off."""
    hint, least = widget.sizeHint(), widget.minimumSizeHint()
    if isinstance(widget, Label):
        if widget.wordWrap():
            hint = QSize(0, widget.heightForWidth(widget.width()))
        return QSize(0 if widget._elide else hint.width(), hint.height())
    if isinstance(widget, Segmented):
        # Too narrow for all its labels it shows one, and a list.
        return QSize(least.width(), hint.height())
    if isinstance(widget, QAbstractButton):
        return QSize(min(hint.width(), widget.maximumWidth()), hint.height())
    if isinstance(widget, Prose):
        return QSize(0, int(widget._line_height() * widget._used))
    if isinstance(widget, QLineEdit):
        metrics = widget.fontMetrics()
        return QSize(metrics.averageCharWidth() * 4, metrics.height())
    if isinstance(widget, Styled) and not widget.findChildren(QWidget):
        return least.boundedTo(widget.maximumSize())
    return QSize(0, 0)


def _outside(widget: QWidget, root: QWidget) -> str:
    """Whether something beside a view that scrolls cuts a part of the widget off."""
    if isinstance(widget.parentWidget(), QAbstractItemView):
        return ""
    rect, holder = QRect(QPoint(0, 0), widget.size()), widget.parentWidget()
    place = widget.pos()
    while holder is not None and holder is not root:
        if isinstance(holder.parentWidget(), QScrollArea | QAbstractScrollArea):
            return ""
        inside = holder.rect().adjusted(-1, -1, 1, 1)
        if not inside.contains(QRect(place, rect.size())):
            return f"{QRect(place, rect.size()).getRect()} outside {holder.rect().getRect()}"
        place += holder.pos()
        holder = holder.parentWidget()
    return ""


def _words(widget: QWidget) -> str:
    if isinstance(widget, Label):
        return widget.full_text
    return widget.accessibleName()
