"""The sheet of all keys, made from the commands that are connected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from explorer.commands import shown_keys
from explorer.kit.label import Label

if TYPE_CHECKING:
    from explorer.actions import Actions
    from explorer.commands import Command, Group
    from explorer.theme import Style


class ShortcutSheet(QDialog):
    """A dialog that lists every connected command that has a key, by group, in two columns."""

    def __init__(self, actions: Actions, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self._style = style
        with_keys = [
            (group, keyed)
            for group, members in actions.groups()
            if (keyed := tuple(item for item in members if item.shortcuts))
        ]
        columns = QHBoxLayout(self)
        margin = style.ipx(30)
        columns.setContentsMargins(margin, margin, margin, margin)
        columns.setSpacing(style.ipx(56))
        half = (sum(len(members) + 2 for _, members in with_keys) + 1) // 2
        column, filled = self._column(columns), 0
        for group, members in with_keys:
            if filled and filled + len(members) + 2 > half + 1:
                column.addStretch()
                column, filled = self._column(columns), -(10**6)
            column.addWidget(self._section(group, members))
            filled += len(members) + 2
        column.addStretch()

    def _column(self, columns: QHBoxLayout) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(self._style.ipx(16))
        columns.addLayout(column, 1)
        return column

    def _section(self, group: Group, members: tuple[Command, ...]) -> QWidget:
        section = QWidget()
        grid = QGridLayout(section)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(self._style.ipx(5))
        grid.setHorizontalSpacing(self._style.ipx(48))
        grid.addWidget(Label(self._style, group, font="title"), 0, 0, 1, 2)
        for row, item in enumerate(members, start=1):
            keys = Label(self._style, shown_keys(item)[0], font="mono")
            grid.addWidget(Label(self._style, item.text.rstrip("…")), row, 0)
            grid.addWidget(keys, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        return section
