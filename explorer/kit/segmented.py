"""A switch of a few words, one of which is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainterPath, QPolygonF
from PySide6.QtWidgets import QMenu, QSizePolicy

from explorer.kit.styled import Styled, focus_ring, painting, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Role, Style

_ARROW = 26.0
_OPENING = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down})


class Segmented(Styled):
    """A pill of options side by side; where there is not the width, the one that is on, and a list.

    Args:
        options: (id, label) pairs.
        name: what is chosen here, for screen readers.
        accent: the chosen option is tinted with this role; neutral when None.

    Signals:
        chosen(id): a person chose another option; `set_choice` is silent.
    """

    chosen = Signal(str)
    own_keys: ClassVar = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})

    def __init__(
        self, style: Style, options: Sequence[tuple[str, str]], *, name: str,
        accent: Role | None = None, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(style, parent)
        self._options = tuple(options)
        self._choice = self._options[0][0]
        self._name, self._accent = name, accent
        self._hovered = -1
        self._list: QMenu | None = None
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tell()

    @property
    def choice(self) -> str:
        """The id of the option that is on."""
        return self._choice

    def set_choice(self, identity: str) -> None:
        """Switch to an option without a signal, to none with an empty id.

        An unknown id changes nothing.
        """
        known = {"", *(option for option, _ in self._options)}
        if identity != self._choice and identity in known:
            self._choice = identity
            self._tell()
            self.update()

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer other options; what was chosen stays chosen if it is among them."""
        if tuple(options) != self._options:
            self._options = tuple(options)
            if self._index() < 0:
                self._choice = ""
            self._tell()
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the widths of all labels with their padding."""
        return QSize(int(sum(self._widths())) + 2, self.look.ipx(26))

    def minimumSizeHint(self) -> QSize:
        """Return the width of the longest label alone, with the arrow of the list beside it."""
        longest = max(self._widths()) + self.look.px(_ARROW)
        return QSize(min(int(longest) + 2, self.sizeHint().width()), self.look.ipx(26))

    @property
    def folded(self) -> bool:
        """Whether there is room for one label only."""
        return self.width() < self.sizeHint().width() - 1

    def segment(self, index: int) -> QRectF:
        """Return the rectangle of an option, in pixels of the widget."""
        widths = self._widths()
        stretch = (self.width() - 2) / max(1.0, sum(widths))
        left = 1 + sum(widths[:index]) * stretch
        return QRectF(left, 1, widths[index] * stretch, self.height() - 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pill and its labels."""
        look, theme = self.look, self.look.theme
        rect, radius = QRectF(self.rect()), look.px(7)
        with painting(self) as painter:
            rounded(painter, rect, radius, theme.color("surface"))
            if self.folded:
                self._paint_folded(painter, rect, radius)
                return
            inside = QPainterPath()
            inside.addRoundedRect(rect.adjusted(1, 1, -1, -1), radius - 1, radius - 1)
            painter.setClipPath(inside)
            painter.setFont(look.font("secondary_strong"))
            for index, (identity, label) in enumerate(self._options):
                segment, on = self.segment(index), identity == self._choice
                color = theme.text("ink" if on else "ink_2")
                if on:
                    tint = theme.tint(self._accent) if self._accent else theme.color("raised")
                    painter.fillRect(segment, tint)
                    color = theme.text(self._accent) if self._accent else color
                elif index == self._hovered and self.isEnabled():
                    painter.fillRect(segment, theme.tint("ink", "lane"))
                painter.setPen(color if self.isEnabled() else theme.color("ink_3"))
                painter.drawText(segment, Qt.AlignmentFlag.AlignCenter, label)
            painter.setClipping(False)
            rounded(painter, rect, radius, None, theme.color("line"))
            if self.hasFocus():
                focus_ring(painter, rect, radius, look)

    def _paint_folded(self, painter: QPainter, rect: QRectF, radius: float) -> None:
        """Draw the option that is on, and the arrow of the list."""
        look, theme = self.look, self.look.theme
        tint = theme.tint(self._accent) if self._accent else theme.color("raised")
        rounded(painter, rect, radius, tint, theme.color("line"))
        painter.setFont(look.font("secondary_strong"))
        color = theme.text(self._accent or "ink")
        painter.setPen(color if self.isEnabled() else theme.color("ink_3"))
        words = rect.adjusted(look.px(12), 0, -look.px(_ARROW), 0)
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(self._label(), Qt.TextElideMode.ElideRight, words.width() + 1)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        x, y, half = rect.right() - look.px(14), rect.center().y(), look.px(4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("ink_3"))
        corners = ((x - half, y - half / 2), (x + half, y - half / 2), (x, y + half * 0.7))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        if self.hasFocus():
            focus_ring(painter, rect, radius, look)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the option under the pointer, or from the list."""
        if event.button() == Qt.MouseButton.LeftButton:
            if self.folded:
                self._open_list()
            else:
                self._choose(self._at(event))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the keys that open a list only where there is one."""
        super().resizeEvent(event)
        moving = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})
        self.own_keys = moving | _OPENING if self.folded else moving  # type: ignore[misc]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which option a click would choose."""
        self._hovered = self._at(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        super().leaveEvent(event)
        self._hovered = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the option beside with the arrow keys; open the list where there is one."""
        if self.folded and event.key() in _OPENING:
            self._open_list()
            return
        move = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        self._choose(self._index() + move)

    def _open_list(self) -> None:
        """Offer the options in a list below."""
        self._close_list()
        self._list = menu = QMenu(self)
        for index, (identity, label) in enumerate(self._options):
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(identity == self._choice)
            action.setData(index)
        menu.triggered.connect(self._take)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _close_list(self) -> None:
        if self._list is not None:
            self._list.close()
            self._list.deleteLater()
            self._list = None

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the list away with the switch."""
        super().hideEvent(event)
        self._close_list()

    def _take(self, action: QAction) -> None:
        self._choose(int(action.data()))

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._options) and self._options[index][0] != self._choice:
            self.set_choice(self._options[index][0])
            self.chosen.emit(self._choice)

    def _at(self, event: QMouseEvent) -> int:
        hits = (i for i in range(len(self._options)) if self.segment(i).contains(event.position()))
        return next(hits, -1)

    def _index(self) -> int:
        places = (i for i, (option, _) in enumerate(self._options) if option == self._choice)
        return next(places, -1)

    def _widths(self) -> list[float]:
        metrics = QFontMetricsF(self.look.font("secondary_strong"))
        return [metrics.horizontalAdvance(label) + self.look.px(24) for _, label in self._options]

    def _label(self) -> str:
        return self._options[self._index()][1] if self._choice else "none of these"

    def _tell(self) -> None:
        self.setAccessibleName(f"{self._name}: {self._label()}")
