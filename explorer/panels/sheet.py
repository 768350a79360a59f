"""Side sheets: pages beside the canvas, at most one of them open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from explorer.kit.button import IconButton
from explorer.kit.label import Label
from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

    from explorer.theme import Style

WIDTH = 420


@dataclass(slots=True)
class _Entry:
    """A sheet that can be opened; its page is made when it first is."""

    title: str
    make: Callable[[Style], QWidget]
    page: QWidget | None = None
    holder: QScrollArea | None = None


class SheetHost(Styled):
    """The place of the side sheets: a title, a button that closes, and a page that scrolls.

    A sheet is added by name with a function that makes its page, called when it is first opened,
    so that what the page imports does not slow the start. The host is hidden while none is open.
    Installed as an event filter on the widget that holds it, it closes on Esc typed anywhere there.

    Signals:
        opened(name): a sheet has come into sight in place of none or another.
        closed(name): it is no longer open.
        changed(): either of them: what stands beside the host has other room.
    """

    opened = Signal(str)
    closed = Signal(str)
    changed = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._entries: dict[str, _Entry] = {}
        self._name = ""
        self._withheld = False
        self._title = Label(style, font="heading", elide=True)
        self._closing = QAction("Close the sheet", self)
        self._closing.setToolTip("Close the sheet (Esc)")
        self._closing.triggered.connect(self.close_sheet)
        self._close = IconButton(style, self._closing, "close")
        self._stack = QStackedWidget()
        self._heading = QHBoxLayout()
        self._heading.addWidget(self._title, 1)
        self._heading.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addLayout(self._heading)
        column.addWidget(self._stack, 1)
        self.apply_style()
        self.hide()

    @property
    def name(self) -> str:
        """The sheet that is open, in sight or withheld; empty for none."""
        return self._name

    @property
    def is_shown(self) -> bool:
        """Whether a sheet is open and in sight."""
        return bool(self._name) and not self._withheld

    def add(self, name: str, title: str, make: Callable[[Style], QWidget]) -> None:
        """Offer a sheet.

        Args:
            name: its id.
            title: what stands above it.
            make: gives its page for a style; called once.
        """
        self._entries[name] = _Entry(title, make)

    def page(self, name: str) -> QWidget:
        """The page of a sheet, made if it has not been yet.

        Raises:
            KeyError: there is no sheet of this name.
        """
        entry = self._entries[name]
        if entry.page is None:
            entry.page = entry.make(self.look)
            entry.holder = _scrolling(entry.page)
            self._stack.addWidget(entry.holder)
            self.apply_style()
        return entry.page

    def open_sheet(self, name: str) -> None:
        """Bring a sheet into sight, also in the audience's view: it was asked for.

        Raises:
            KeyError: there is no sheet of this name.
        """
        self.page(name)
        before, was_shown = self._name, self.is_shown
        self._name, self._withheld = name, False
        self._title.set_text(self._entries[name].title)
        holder = self._entries[name].holder
        if holder is not None:
            self._stack.setCurrentWidget(holder)
        if before not in {"", name}:
            self.closed.emit(before)
        if before != name or not was_shown:
            self.opened.emit(name)
            self.changed.emit()

    def close_sheet(self) -> None:
        """Close what is open."""
        name, self._name = self._name, ""
        if name:
            self.closed.emit(name)
            self.changed.emit()

    def toggle(self, name: str) -> None:
        """Open a sheet, or close it where it is in sight."""
        if self.is_shown and self._name == name:
            self.close_sheet()
        else:
            self.open_sheet(name)

    def withhold(self, withheld: bool) -> None:
        """Keep an open sheet out of the audience's sight until it is asked for again."""
        if withheld != self._withheld:
            self._withheld = withheld
            if self._name:
                if not withheld:
                    self.opened.emit(self._name)
                self.changed.emit()

    def apply_style(self) -> None:
        """Set margins and spacing."""
        look, side = self.look, self.look.ipx(18)
        self._heading.setContentsMargins(side, look.ipx(12), look.ipx(10), look.ipx(4))
        self._heading.setSpacing(look.ipx(8))
        for entry in self._entries.values():
            inside = entry.page.parentWidget() if entry.page is not None else None
            layout = inside.layout() if inside is not None else None
            if layout is not None:
                layout.setContentsMargins(side, look.ipx(6), side, look.ipx(12))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take Esc for an open sheet before the window's shortcuts do."""
        # Other events come while widgets are deleted, when there is nothing left to ask.
        is_key = event.type() in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}
        if not is_key or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_Escape or not self.is_shown:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        else:
            self.close_sheet()
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface and the hairline beside the canvas."""
        theme = self.look.theme
        with painting(self) as painter:
            painter.fillRect(self.rect(), theme.color("surface"))
            painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), theme.color("line"))


def _scrolling(page: QWidget) -> QScrollArea:
    """A page that scrolls where the window is low."""
    holder = QWidget()
    inside = QVBoxLayout(holder)
    inside.addWidget(page, 1)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(holder)
    return scroll
