"""Our own icons: one-colour SVG files tinted with a role, and the woven mark of the program."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap, QPixmapCache

from explorer.assets import asset

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

    from explorer.theme import Theme

IconName = Literal[
    "check", "checking", "chevron-down", "chevron-right", "chevron-up", "close", "code",
    "compare", "generate", "graph", "info", "inside", "loop", "more", "ngram", "pause", "pencil",
    "play", "present", "question", "quiz", "search", "step-back", "step-forward", "tapestry",
    "to-end", "to-loss", "to-start", "train", "warning", "zoom-fit", "zoom-in", "zoom-out",
]  # fmt: skip


def paint_icon(painter: QPainter, name: IconName, rect: QRectF, color: QColor) -> None:
    """Draw an icon sharp at the painter's scale; from a vector, so for exports too."""
    _renderer(name, color.name()).render(painter, rect)


def pixmap(name: IconName, color: QColor, size: float, ratio: float = 1.0) -> QPixmap:
    """Return a square icon of a size in pixels at a device pixel ratio; Qt's cache keeps it."""
    key = f"tapestry/{name}/{color.name()}/{size:g}/{ratio:g}"
    picture = QPixmap()
    if QPixmapCache.find(key, picture):
        return picture
    side = max(1, round(size * ratio))
    picture = QPixmap(side, side)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    try:
        paint_icon(painter, name, QRectF(0, 0, size, size), color)
    finally:
        painter.end()
    QPixmapCache.insert(key, picture)
    return picture


def icon(name: IconName, theme: Theme, size: float = 18, ratio: float | None = None) -> QIcon:
    """Return an icon in ink, in ink-3 where disabled, for buttons and menus.

    Args:
        name: which icon.
        theme: the colours.
        size: the side in pixels.
        ratio: the device pixel ratio; that of the densest screen when None.
    """
    dense = QGuiApplication.instance().devicePixelRatio() if ratio is None else ratio  # type: ignore[union-attr]
    result = QIcon(pixmap(name, theme.color("ink"), size, dense))
    result.addPixmap(pixmap(name, theme.color("ink_3"), size, dense), QIcon.Mode.Disabled)
    return result


def app_icon() -> QIcon:
    """Return the icon of the program for windows and task bars."""
    result = QIcon()
    for side in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(pixmap("tapestry", QColor("#000000"), side))
    return result


@cache
def _source(name: IconName) -> str:
    return asset("icons", f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: IconName, color: str) -> QSvgRenderer:
    from PySide6.QtSvg import QSvgRenderer

    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))
