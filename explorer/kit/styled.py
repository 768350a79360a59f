"""The base of every widget of ours: it has a style, and takes another one at any time."""

from __future__ import annotations

from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, ClassVar, cast

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QColor

    from explorer.theme import Style


class Dressed:
    """What all widgets of ours share, whatever Qt class they are; name it before that class.

    Attributes:
        look: the style in use; the constructor sets it, `set_style` changes it.
        own_keys: keys that the widget uses itself while it has the focus, so that the window's
            shortcuts do not take them.
    """

    look: Style
    own_keys: ClassVar[frozenset[Qt.Key]] = frozenset()

    def set_style(self, style: Style) -> None:
        """Draw with another style from now on, children of ours included."""
        self.look = style
        widget = cast("QWidget", self)
        restyle(widget, style)
        self.apply_style()
        widget.updateGeometry()
        widget.update()

    def apply_style(self) -> None:
        """Adapt fonts, margins and standard children to `look`; subclasses extend it."""

    def event(self, event: QEvent) -> bool:
        """Keep the widget's own keys from the window's shortcuts."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in self.own_keys
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            event.accept()
            return True
        return bool(super().event(event))  # type: ignore[misc]


class Styled(Dressed, QWidget):
    """A plain widget that draws itself from a `Style`."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style


def restyle(root: QWidget, style: Style) -> None:
    """Give every widget of ours under ``root`` a style; those inside another get it from there."""
    for child in root.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if isinstance(child, Dressed):
            child.set_style(style)
        else:
            restyle(child, style)


@contextmanager
def laid_out_once(*widgets: QWidget) -> Iterator[None]:
    """Change what is shown inside widgets, and lay each out once when all is done.

    Qt lays out every layout up to the window each time a child is shown.
    """
    layouts = [layout for widget in widgets if (layout := widget.layout()) is not None]
    for layout in layouts:
        layout.setEnabled(False)
    try:
        yield
    finally:
        for layout in layouts:
            layout.setEnabled(True)
        for layout in reversed(layouts):
            layout.invalidate()
            layout.activate()


def plain_tip(text: str) -> str:
    """Return text for a tool tip that shows it as it is, markup characters included."""
    return f"<span>{escape(text)}</span>" if "<" in text or "&" in text else text


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
