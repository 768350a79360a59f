"""Buttons and switches that leave the keyboard to the widget that plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from explorer.kit.scrubber import Scrubber
from explorer.kit.segmented import Segmented

if TYPE_CHECKING:
    from collections.abc import Iterable


class KeysElsewhere(QObject):
    """Lets Tab reach buttons and switches, while a click on one gives another widget the keys.

    Args:
        player: has the keys after a click.
        roots: the widgets concerned, and what is inside them.
    """

    def __init__(self, player: QWidget, roots: Iterable[QWidget]) -> None:
        super().__init__(player)
        self._player = player
        for root in roots:
            for widget in (root, *root.findChildren(QWidget)):
                if isinstance(widget, QAbstractButton | Segmented | Scrubber):
                    widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                    widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand the keys over when something is clicked."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self._player.setFocus(Qt.FocusReason.MouseFocusReason)
        return super().eventFilter(watched, event)
