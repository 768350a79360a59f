"""Formulas as mathematics: TeX set by ziamath, drawn by Qt's SVG renderer."""

from __future__ import annotations

import threading
import warnings
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, QSizeF, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap

from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import FontRole, Role, Style

SMALLEST = 0.6
"""A formula shrinks to this share of its size; a longer one ends in an ellipsis."""

LONGEST = 2000
"""A longer formula is shown as plain text: setting it would hold up the window."""


@lru_cache(maxsize=256)
def formula_svg(tex: str, size: float, color: str) -> bytes | None:
    """Return a formula as an SVG picture, or None where it cannot be set.

    Args:
        tex: the formula, without dollar signs.
        size: the size of its letters in pixels.
        color: ``#RRGGBB``.
    """
    if not tex.strip() or len(tex) > LONGEST:
        return None
    # ziafont reads glyphs from one open file: two threads at once would get each other's outlines.
    with _turn():
        ziamath, errors = _ziamath()
        try:
            svg: str = ziamath.Latex(tex, size=size, color=color).svg()
        except errors:
            return None
    return svg.encode()


@cache
def _turn() -> threading.Lock:
    """Return the lock that lets one thread set formulas at a time."""
    return threading.Lock()


@cache
def _ziamath() -> tuple[Any, tuple[type[Exception], ...]]:
    """Return the library and what it raises on bad input; 100 ms, at the first formula."""
    with warnings.catch_warnings():
        # ziamath 0.13 opens its font by a function that importlib deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath
        from latex2mathml import exceptions
    ziamath.config.svg2 = False  # type: ignore[attr-defined]  # QtSvg draws almost nothing of SVG 2
    own = (value for value in vars(exceptions).values() if isinstance(value, type))
    return ziamath, (
        *(error for error in own if issubclass(error, Exception)),
        ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError,
        TypeError, ValueError,
    )  # fmt: skip


class FormulaLabel(Styled):
    """One formula, as large as its font role, smaller where the width asks for it.

    The picture is made when the formula, style or width changes, never while painting.
    """

    def __init__(
        self, style: Style, tex: str = "", *, plain: str = "", role: Role = "ink",
        font: FontRole = "formula", parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(style, parent)
        self._tex, self._plain, self._role, self._font = tex, plain or tex, role, font
        self._svg: bytes | None = None
        self._natural = QSizeF()
        self._pixmap: QPixmap | None = None
        self._elided = False
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._set)
        self.set_formula(tex, plain)

    def set_formula(self, tex: str, plain: str = "") -> None:
        """Show another formula.

        Args:
            tex: the formula.
            plain: the same in plain text, for screen readers and for where it cannot be set.
        """
        self._tex, self._plain = tex, plain or tex
        self.setAccessibleName(self._plain)
        self._timer.start()

    def show_plain(self, plain: str) -> None:
        """Show plain text at once, in place of a formula that would take time to set."""
        self._timer.stop()
        self._plain, self._svg, self._pixmap = plain, None, None
        self.setAccessibleName(plain)
        self.update()

    def set_role(self, role: Role) -> None:
        """Show the formula in the colour of another role."""
        self._role = role
        self._timer.start()

    def apply_style(self) -> None:
        """Set the formula again in the new size and colour."""
        self._timer.start()

    def finish(self) -> None:
        """Set the formula at once if that is still to be done; for exports and tests."""
        if self._timer.isActive():
            self._timer.stop()
            self._set()

    @property
    def is_plain(self) -> bool:
        """Whether plain text stands in for a formula that could not be set."""
        return self._svg is None

    def sizeHint(self) -> QSize:
        """Return the formula's natural size."""
        height = max(self._natural.height(), self.look.size(self._font) * 1.3)
        return QSize(int(self._natural.width()) + 1, int(height) + 1)

    def minimumSizeHint(self) -> QSize:
        """Return a small width: the formula adapts."""
        return QSize(self.look.ipx(40), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the picture to the new width."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Make the picture again on a screen of another density."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._fit()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, or plain text in its place."""
        with painting(self) as painter:
            if self._pixmap is not None:
                height = self._pixmap.deviceIndependentSize().height()
                painter.drawPixmap(0, int((self.height() - height) / 2), self._pixmap)
            elif self._svg is None and not self._timer.isActive():
                self._paint_plain(painter)

    def _paint_plain(self, painter: QPainter) -> None:
        font = self.look.font("mono")
        painter.setFont(font)
        painter.setPen(self.look.theme.text(self._role))
        text = QFontMetricsF(font).elidedText(
            self._plain, Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(
            self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text
        )

    def _set(self) -> None:
        """Set the formula and fit its picture."""
        from PySide6.QtSvg import QSvgRenderer

        color = self.look.theme.text(self._role).name()
        self._svg = formula_svg(self._tex, self.look.size(self._font), color)
        self._natural = QSizeF()
        if self._svg is not None:
            self._natural = QSvgRenderer(QByteArray(self._svg)).viewBoxF().size()
        elif self._plain:
            metrics = QFontMetricsF(self.look.font("mono"))
            self._natural = QSizeF(metrics.horizontalAdvance(self._plain), metrics.height())
        self.updateGeometry()
        self._fit()

    def _fit(self) -> None:
        """Draw the formula into a pixmap no wider than the widget."""
        from PySide6.QtSvg import QSvgRenderer

        self._pixmap, self._elided = None, False
        if self._svg is not None and self.width() > 0 and self._natural.width() > 0:
            scale = min(
                1.0, self.width() / self._natural.width(), self.height() / self._natural.height()
            )
            scale = max(scale, SMALLEST)
            size = self._natural * scale
            self._elided = size.width() > self.width() + 0.5
            ratio = self.devicePixelRatioF()
            visible = QSizeF(min(size.width(), self.width()), size.height())
            pixmap = QPixmap((visible * ratio).toSize().expandedTo(QSize(1, 1)))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            try:
                QSvgRenderer(QByteArray(self._svg)).render(
                    painter, QRectF(0, 0, size.width(), size.height())
                )
                if self._elided:
                    self._paint_ellipsis(painter, visible)
            finally:
                painter.end()
            self._pixmap = pixmap
        self.setToolTip(self._plain if self._elided and "<" not in self._plain else "")
        self.update()

    def _paint_ellipsis(self, painter: QPainter, visible: QSizeF) -> None:
        """Replace what does not fit by an ellipsis at the right edge."""
        font = self.look.font("text")
        space = QFontMetricsF(font).horizontalAdvance("\u2009…")
        box = QRectF(visible.width() - space, 0, space, visible.height())
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.fillRect(box, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setFont(font)
        painter.setPen(self.look.theme.text("ink_2"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "…")
