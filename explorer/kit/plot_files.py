"""A widget as a picture, and a plot's lines as a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QSize
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from engine.errors import InputError
from engine.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QPaintDevice

    from explorer.kit.plot import Series
    from explorer.kit.styled import Styled

_SHARPNESS = 2.0
"""Pixels of a PNG for each pixel of the window."""


def save_picture(widget: Styled, path: str) -> None:
    """Write what a widget shows as .png, twice as sharp as the window, or as .svg.

    Raises:
        InputError: it could not be written, or the name ends otherwise.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in {".png", ".svg"}:
        raise InputError(
            "a picture is saved as .png or .svg; change the end of the name", file=path
        )
    write_whole(path, _png(widget) if suffix == ".png" else _svg(widget))


def save_numbers(series: Sequence[Series], path: str) -> None:
    """Write the points of lines as a table with the columns series, x and y.

    Raises:
        InputError: it could not be written.
    """
    rows = ((s.name, float(x), float(y)) for s in series for x, y in zip(s.x, s.y, strict=True))
    save_table(("series", "x", "y"), rows, path)


def save_table(header: Sequence[str], rows: Iterable[Sequence[object]], path: str) -> None:
    """Write rows as comma-separated values in UTF-8, numbers in full precision.

    Args:
        header: the names of the columns.
        rows: as many values each.
        path: the file.

    Raises:
        InputError: it could not be written.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(header)
    table.writerows(rows)
    write_whole(path, text.getvalue().encode())


def _png(widget: Styled) -> bytes:
    size = widget.size() * _SHARPNESS
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(_SHARPNESS)
    _render(widget, image)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # it refuses the bytes it asks for
    return bytes(data.data())


def _svg(widget: Styled) -> bytes:
    from PySide6.QtSvg import QSvgGenerator

    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(widget.width(), widget.height()))
    generator.setViewBox(QRect(QPoint(0, 0), widget.size()))
    generator.setTitle(widget.accessibleName())
    _render(widget, generator)
    return bytes(data.data())


def _render(widget: Styled, device: QPaintDevice) -> None:
    painter = QPainter(device)
    try:
        painter.fillRect(QRect(QPoint(0, 0), widget.size()), widget.look.theme.color("surface"))
        everything = QRegion(QRect(QPoint(0, 0), widget.size()))
        widget.render(painter, QPoint(0, 0), everything, QWidget.RenderFlag.DrawChildren)
    finally:
        painter.end()
