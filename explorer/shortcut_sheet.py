"""The sheet of all keys, made from the commands that are connected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from explorer.commands import range_of_keys, series_of
from explorer.kit.label import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.actions import Actions
    from explorer.commands import Command, Group
    from explorer.theme import Style

SMALLEST = QSize(960, 600)
MOST_COLUMNS = 4
MARGIN, BETWEEN, SECTIONS, ROWS, KEYS = 20, 40, 16, 4, 18
_EDGE = 24
"""What the dialog leaves of the window around it, in pixels."""

Entry = tuple[str, str]
Section = tuple["Group", tuple[Entry, ...]]


class ShortcutSheet(QDialog):
    """A dialog that lists every connected command that has a key, by group.

    It has as many columns as there is the width for, is no larger than the window, and scrolls.
    """

    def __init__(self, actions: Actions, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self._style = style
        self._sections = tuple(
            (group, entries) for group, members in actions.groups() if (entries := _keyed(members))
        )
        room = SMALLEST if parent is None else parent.window().size().expandedTo(SMALLEST)
        self._room = room - QSize(_EDGE, _EDGE)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAccessibleName("Keyboard shortcuts")
        self._all = self._fitting()
        self._scroll.setWidget(self._all)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._scroll)
        self.resize(self.sizeHint())

    @property
    def columns(self) -> int:
        """Columns side by side."""
        row = self._all.layout()
        return 0 if row is None else row.count()

    def sizeHint(self) -> QSize:
        """Return the room for all of it, as far as the window has it."""
        page = self._all.sizeHint()
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        scrolls = page.height() > self._room.height()
        return (page + QSize(bar if scrolls else 0, 0)).boundedTo(self._room)

    def _fitting(self) -> QWidget:
        """The page with the fewest columns that needs no scrolling, else with as many as fit."""
        best = self._page(1)
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        for columns in range(2, min(MOST_COLUMNS, len(self._sections)) + 1):
            if best.sizeHint().height() <= self._room.height():
                break
            page = self._page(columns)
            if page.sizeHint().width() + bar > self._room.width():
                page.deleteLater()
                break
            best.deleteLater()
            best = page
        return best

    def _page(self, columns: int) -> QWidget:
        page, style = QWidget(), self._style
        row = QHBoxLayout(page)
        margin = style.ipx(MARGIN)
        row.setContentsMargins(margin, margin, margin, margin)
        row.setSpacing(style.ipx(BETWEEN))
        for sections in shared_out(self._sections, columns):
            column = QVBoxLayout()
            column.setSpacing(style.ipx(SECTIONS))
            for group, entries in sections:
                column.addWidget(self._section(group, entries))
            column.addStretch()
            row.addLayout(column, 1)
        return page

    def _section(self, group: Group, entries: Sequence[Entry]) -> QWidget:
        section = QWidget()
        grid = QGridLayout(section)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(self._style.ipx(ROWS))
        grid.setHorizontalSpacing(self._style.ipx(KEYS))
        grid.addWidget(Label(self._style, group, font="title"), 0, 0, 1, 2)
        for row, (text, keys) in enumerate(entries, start=1):
            grid.addWidget(Label(self._style, text), row, 0)
            grid.addWidget(
                Label(self._style, keys, font="mono"), row, 1, Qt.AlignmentFlag.AlignRight
            )
        grid.setColumnStretch(0, 1)
        return section


def shared_out(sections: Sequence[Section], columns: int) -> list[list[Section]]:
    """Sections in their order, shared out among columns so that the longest is short."""
    heights = [len(entries) + 2 for _, entries in sections]
    limit = max(-(-sum(heights) // columns), *heights, 0)
    while True:
        result: list[list[Section]] = [[]]
        filled = 0
        for section, height in zip(sections, heights, strict=True):
            if result[-1] and filled + height > limit:
                result.append([])
                filled = 0
            result[-1].append(section)
            filled += height
        if len(result) <= columns:
            return result
        limit += 1


def _keyed(members: Sequence[Command]) -> tuple[Entry, ...]:
    """What the commands are called and their keys; a series takes one line."""
    keyed = [item for item in members if item.shortcuts]
    return tuple(
        ((series[0].series or series[0].text).rstrip("…"), range_of_keys(series))
        for series in series_of(keyed)
    )
