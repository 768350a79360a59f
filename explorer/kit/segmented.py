"""A switch of a few words, one of which is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainterPath
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, focus_ring, painting, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Role, Style


class Segmented(Styled):
    """A pill of options side by side.

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
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
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

    def sizeHint(self) -> QSize:
        """Return the widths of all labels with their padding."""
        return QSize(int(sum(self._widths())) + 2, self.look.ipx(26))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: no label is cut off."""
        return self.sizeHint()

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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the option under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._at(event))

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
        """Go to the option beside with the arrow keys."""
        move = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        self._choose(self._index() + move)

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

    def _tell(self) -> None:
        chosen = self._options[self._index()][1] if self._choice else "none of these"
        self.setAccessibleName(f"{self._name}: {chosen}")
