"""The frame around the workspaces: the rail at the left and the bar at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from explorer.icons import paint_icon
from explorer.kit.button import Button, PaintedButton, draw_icon
from explorer.kit.label import Label
from explorer.kit.rail_button import TIGHT, RailButton
from explorer.kit.styled import Styled, painting, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QMenu

    from explorer.actions import Actions
    from explorer.icons import IconName
    from explorer.theme import Style

RAIL_WIDTH = 64
BAR_HEIGHT = 56
NARROW = 960
"""Width at 100 % below which the program's name leaves its place to the fields."""
_RAIL: tuple[tuple[str, IconName], ...] = (
    ("workspace.graph", "graph"),
    ("workspace.ngram", "ngram"),
    ("workspace.generate", "generate"),
    ("workspace.train", "train"),
    ("workspace.inside", "inside"),
    ("workspace.quiz", "quiz"),
    ("workspace.code", "code"),
)


class Rail(Styled):
    """The workspaces as icons."""

    def __init__(self, style: Style, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._buttons = tuple(RailButton(style, actions[name], icon) for name, icon in _RAIL)
        column = QVBoxLayout(self)
        for button in self._buttons:
            column.addWidget(button)
        column.addStretch(1)
        self.apply_style()

    def set_busy(self, identity: str, busy: bool) -> None:
        """Mark a workspace in which work goes on, on screen or not, with a dot."""
        for button, (name, _) in zip(self._buttons, _RAIL, strict=True):
            if name == f"workspace.{identity}":
                button.set_busy(busy)

    def apply_style(self) -> None:
        """Set width and margins."""
        self.setFixedWidth(self.look.ipx(RAIL_WIDTH))
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show icons with their words where the height allows."""
        super().resizeEvent(event)
        self._fold()

    def sizeHint(self) -> QSize:
        """Return the width, and the height of the icons alone."""
        return QSize(self.look.ipx(RAIL_WIDTH), self.look.ipx(20 + 38 * len(self._buttons)))

    def minimumSizeHint(self) -> QSize:
        """Return the same with the icons close to one another."""
        return QSize(self.look.ipx(RAIL_WIDTH), self.look.ipx(8 + (TIGHT + 1) * len(_RAIL)))

    def _fold(self) -> None:
        look, column, count = self.look, self.layout(), len(self._buttons)
        bare = self.height() < look.px(20 + 56 * count)
        tight = self.height() < look.px(20 + 38 * count)
        for button in self._buttons:
            button.set_bare(bare, tight=tight)
        if column is not None:
            ends = look.ipx(4 if tight else 10)
            column.setContentsMargins(look.ipx(5), ends, look.ipx(5), ends)
            column.setSpacing(look.ipx(1 if tight else 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface and its hairline."""
        theme = self.look.theme
        with painting(self) as painter:
            painter.fillRect(self.rect(), theme.color("surface"))
            painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), theme.color("line"))


class Mark(Styled):
    """The woven mark of the program."""

    def sizeHint(self) -> QSize:
        """Return a square of 24 pixels at 100 %."""
        return QSize(self.look.ipx(24), self.look.ipx(24))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        side = self.look.px(22)
        with painting(self) as painter:
            box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            paint_icon(painter, "tapestry", box, self.look.theme.color("ink"))


class MenuButton(PaintedButton):
    """Opens the menu of all commands."""

    def __init__(self, style: Style, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(style, "Menu", parent)
        self._menu = menu
        self.setToolTip("All commands")
        self.clicked.connect(self._open)

    def sizeHint(self) -> QSize:
        """Return a square of 34 pixels at 100 %."""
        return QSize(self.look.ipx(34), self.look.ipx(34))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw three dots."""
        theme = self.look.theme
        if self.underMouse() or self.isDown():
            rounded(painter, rect, self.radius, theme.color("raised"))
        draw_icon(painter, "more", rect, theme.color("ink"), self.look.px(18), self)

    def _open(self) -> None:
        below = self.mapToGlobal(self.rect().bottomRight())
        below.setX(below.x() - self._menu.sizeHint().width())
        self._menu.popup(below)


class TopBar(Styled):
    """The mark, the fields of the workspace on screen, Present and the menu."""

    def __init__(
        self,
        style: Style,
        fields: QStackedWidget,
        actions: Actions,
        menu: QMenu,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, parent)
        self._brand = Label(style, "Tapestry", font="brand")
        self._present = Button(style, "Present", kind="ink")
        self._present.setToolTip(actions["view.present"].toolTip())
        self._present.clicked.connect(actions["view.present"].trigger)
        row = QHBoxLayout(self)
        row.addWidget(Mark(style))
        row.addWidget(self._brand)
        row.addWidget(fields, 1)
        row.addWidget(self._present)
        row.addWidget(MenuButton(style, menu))
        self._row = row
        self.apply_style()

    def apply_style(self) -> None:
        """Set height and margins."""
        look = self.look
        self.setFixedHeight(look.ipx(BAR_HEIGHT))
        self._row.setContentsMargins(look.ipx(18), 0, look.ipx(14), 0)
        self._row.setSpacing(look.ipx(12))
        self._present.setMinimumHeight(look.ipx(34))
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the fields what room there is."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        self._brand.setVisible(self.width() >= self.look.px(NARROW))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface and its hairline."""
        theme = self.look.theme
        with painting(self) as painter:
            painter.fillRect(self.rect(), theme.color("surface"))
            painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.color("line"))
