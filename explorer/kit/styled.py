"""The base of every widget of ours: it has a style, and takes another one at any time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from explorer.theme import Style


class Styled(QWidget):
    """A widget that draws itself from a `Style`.

    Attributes:
        look: the style in use; change it with `set_style`.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style

    def set_style(self, style: Style) -> None:
        """Draw with another style from now on, children of ours included."""
        self.look = style
        for child in self.findChildren(Styled, options=Qt.FindChildOption.FindDirectChildrenOnly):
            child.set_style(style)
        self.apply_style()
        self.updateGeometry()
        self.update()

    def apply_style(self) -> None:
        """Adapt fonts, margins and standard children to `look`; subclasses extend it."""


def restyle(root: QWidget, style: Style) -> None:
    """Give every widget of ours under ``root`` a style; those inside another get it from there."""
    for child in root.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if isinstance(child, Styled):
            child.set_style(style)
        else:
            restyle(child, style)


@contextmanager
def painting(widget: QWidget) -> Iterator[QPainter]:
    """Yield an antialiasing painter on a widget and end it whatever happens."""
    painter = QPainter(widget)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        yield painter
    finally:
        painter.end()


def rounded(
    painter: QPainter, rect: QRectF, radius: float, fill: QColor | None, line: QColor | None = None,
    width: float = 1.0,
) -> None:  # fmt: skip
    """Draw a rounded rectangle whose outline lies wholly inside ``rect``."""
    painter.setPen(Qt.PenStyle.NoPen if line is None else QPen(line, width))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
    inset = 0.0 if line is None else width / 2
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


def focus_ring(painter: QPainter, rect: QRectF, radius: float, style: Style) -> None:
    """Draw the ring that shows where the keyboard is, inside ``rect``."""
    rounded(painter, rect, radius, None, style.theme.color("forward"), style.px(2))
