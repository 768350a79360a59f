"""A field that chooses one of several options from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QComboBox, QWidget

from explorer.kit.field import Field
from explorer.kit.styled import painting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from explorer.theme import Style


class _Combo(QComboBox):
    """A combo box whose list opens under the whole field, wide enough for its longest line.

    A choice that does not fit ends in an ellipsis.
    """

    def paintEvent(self, _event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.setFont(self.font())
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            text = self.fontMetrics().elidedText(
                self.currentText(), Qt.TextElideMode.ElideRight, self.width()
            )
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)

    def showPopup(self) -> None:  # noqa: N802  (Qt's name)
        view, field = self.view(), self.parentWidget()
        needed = view.sizeHintForColumn(0) + view.fontMetrics().averageCharWidth() * 5
        view.setMinimumWidth(max(needed, field.width() if field else 0))
        super().showPopup()
        if field is not None:
            below = field.mapToGlobal(QPoint(0, field.height() + 3))
            bottom = self.screen().availableGeometry().bottom()
            window = view.window()
            if below.y() + window.height() <= bottom:
                window.move(below)


class ComboField(Field):
    """Chooses one of several options.

    Args:
        options: (id, label) pairs.

    Signals:
        chosen(id): a person chose; `set_choice` is silent.
    """

    chosen = Signal(str)
    _tail = 15.0

    def __init__(
        self, style: Style, label: str, options: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self._combo = _Combo()
        self._combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        super().__init__(style, label, self._combo, parent)
        self.set_options(options)
        self._combo.activated.connect(self._choose)

    @property
    def choice(self) -> str:
        """The id of the chosen option, empty when there are none."""
        return str(self._combo.currentData() or "")

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer other options; the choice stays where it is still offered."""
        before = self.choice
        with QSignalBlocker(self._combo):
            self._combo.clear()
            for identity, text in options:
                self._combo.addItem(text, identity)
        self.set_choice(before)

    def set_choice(self, identity: str) -> None:
        """Show an option as chosen; an unknown id changes nothing."""
        index = self._combo.findData(identity)
        if index >= 0:
            self._combo.setCurrentIndex(index)

    def paint_tail(self, painter: QPainter) -> None:
        """Draw the arrow that says there is a list."""
        self._arrow(painter, QPointF(self.width() - self.look.px(15), self.height() / 2), up=False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the list from anywhere in the box."""
        super().mousePressEvent(event)
        self._combo.showPopup()

    def _choose(self, _index: int) -> None:
        self.chosen.emit(self.choice)
