"""Buttons: the labelled ones of forms, and the base of those that paint themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton

from explorer.icons import IconName, pixmap
from explorer.kit.styled import Dressed, focus_ring, painting, plain_tip, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

Kind = Literal["plain", "primary", "ink", "flat"]

PRESSING = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class Button(Dressed, QPushButton):
    """A labelled button.

    Args:
        kind: ``primary`` for the one thing to do here, ``ink`` for Present, ``plain`` or ``flat``.
    """

    own_keys: ClassVar = PRESSING

    def __init__(
        self, style: Style, text: str, *, kind: Kind = "plain", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.look = style
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.apply_style()

    def apply_style(self) -> None:
        """Set the label's font."""
        self.setFont(self.look.font("text_strong"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Return as on Space."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)


class PaintedButton(Dressed, QAbstractButton):
    """A button that paints itself: subclasses give a size hint and `paint`."""

    own_keys: ClassVar = PRESSING

    def __init__(self, style: Style, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the button into a rectangle; the focus ring comes by itself."""
        raise NotImplementedError

    @property
    def radius(self) -> float:
        """Corner radius of the button and of its focus ring, in pixels."""
        return self.look.px(8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the button and the ring of the focus."""
        with painting(self) as painter:
            rect = QRectF(self.rect())
            self.paint(painter, rect)
            if self.hasFocus():
                focus_ring(painter, rect, self.radius, self.look)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Return as on Space."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that the pointer is here."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show that the pointer has left."""
        super().leaveEvent(event)
        self.update()


class ActionButton(PaintedButton):
    """A painted button of a command: its state, tip and effect are the action's.

    Args:
        action: what it triggers.
    """

    def __init__(self, style: Style, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(style, action.text(), parent)
        self._action = action
        self.setCheckable(action.isCheckable())
        self.clicked.connect(self._trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _trigger(self) -> None:
        self._action.trigger()
        self._follow()

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setChecked(self._action.isChecked())
        self.setToolTip(plain_tip(self._action.toolTip()))
        self.setAccessibleDescription(self._action.statusTip())
        self.update()


class IconButton(ActionButton):
    """A flat square button of a command with one icon, as in the transport."""

    def __init__(
        self, style: Style, action: QAction, icon: IconName, parent: QWidget | None = None
    ) -> None:
        super().__init__(style, action, parent)
        self._icon: IconName = icon

    def sizeHint(self) -> QSize:
        """Return a square of 34 pixels at 100 %."""
        return QSize(self.look.ipx(34), self.look.ipx(34))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the icon, on a background when hovered, pressed or on."""
        theme = self.look.theme
        color = theme.color("ink" if self.isEnabled() else "ghost")
        if self.isChecked():
            rounded(painter, rect, self.radius, theme.tint("forward"))
            color = theme.text("forward")
        elif self.isEnabled() and (self.underMouse() or self.isDown()):
            rounded(painter, rect, self.radius, theme.color("line" if self.isDown() else "raised"))
        draw_icon(painter, self._icon, rect, color, self.look.px(18), self)


def draw_icon(
    painter: QPainter, name: IconName, rect: QRectF, color: QColor, size: float, widget: QWidget
) -> None:
    """Draw an icon of a size in the middle of a rectangle, sharp on the widget's screen."""
    picture = pixmap(name, color, size, widget.devicePixelRatioF())
    left = round(rect.center().x() - size / 2)
    top = round(rect.center().y() - size / 2)
    painter.drawPixmap(left, top, picture)
