"""Signs of cells on the canvas: where they are large enough, and only of what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from engine.autodiff.tape import Tape
from engine.trace.trace import Trace, record
from explorer.canvas.cell_marks import paint_cell_marks
from explorer.canvas.moment import moment_of
from explorer.canvas.overlay import Sheet
from explorer.canvas.pictures import Pictures
from explorer.canvas.scene import Scene, scene_of
from explorer.canvas.sprites import SpriteBook
from explorer.canvas.view import View, Window
from explorer.layout import layout_of
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from explorer.canvas.pictures import Range

PAPER = QColor("#123456")


@pytest.fixture(scope="module")
def spoilt() -> Trace:
    """A vector with everything that a cell can hold, beside a matrix."""
    tape = Tape()
    with tape.module("cell", 1):
        x = tape.input("x", [1.0, np.nan, np.inf, -np.inf, 50.0, 2.0, 3.0, 1.5])
        matrix = tape.parameter("W", np.full((3, 8), 0.5))
        y = tape.apply("tanh", (matrix @ x).named("y"))
    return record(tape, tape.apply("sum", y).named("L"))


@pytest.mark.parametrize(
    ("zoom", "range_", "cursor", "seen"),
    [
        (2.0, "own", 99, True),
        # Cells of less than nine pixels.
        (0.4, "own", 99, False),
        # Nothing is known at the start.
        (2.0, "own", 0, False),
        # x is read first; it has no negative finite number, but letters.
        (2.0, "clipped", 1, True),
    ],
)
def test_signs_are_drawn_where_cells_are_known_and_large(
    program_fonts: object, spoilt: Trace, zoom: float, range_: Range, cursor: int, seen: bool
) -> None:
    scene = scene_of(spoilt, layout_of(spoilt))
    blank = QImage(900, 900, QImage.Format.Format_RGB32)
    blank.fill(PAPER)
    assert (marked(scene, zoom, range_, cursor) != blank) == seen


def test_a_range_without_outliers_marks_them(program_fonts: object, spoilt: Trace) -> None:
    scene = scene_of(spoilt, layout_of(spoilt))
    # 50 is far out among 1, 1.5, 2, 3: their quartiles with it are 1.5 and 3, the fence 7.5.
    assert Pictures(scene, THEMES["light"], "clipped").limits(adjoint=False)[0] == 3.0
    assert Pictures(scene, THEMES["light"]).limits(adjoint=False)[0] == 50.0
    assert marked(scene, 2.0, "clipped", 1) != marked(scene, 2.0, "own", 1)


def test_notches_can_be_left_out(program_fonts: object, drawn: Scene) -> None:
    with_notches, without = (marked(drawn, 2.0, "own", 99, notches=on) for on in (True, False))
    blank = QImage(900, 900, QImage.Format.Format_RGB32)
    blank.fill(PAPER)
    assert with_notches != blank
    assert without == blank


def marked(
    scene: Scene, zoom: float, range_: Range, cursor: int, *, notches: bool = True
) -> QImage:
    image = QImage(900, 900, QImage.Format.Format_RGB32)
    image.fill(PAPER)
    left, top, right, bottom = scene.layout.bounds
    view = View((left + right - 900 / zoom) / 2, (top + bottom - 900 / zoom) / 2, zoom)
    style = Style(THEMES["light"], notches=notches)
    painter, book = QPainter(image), SpriteBook()
    try:
        book.open(style.theme, zoom)
        done = min(cursor, len(scene.trace.events("B")))
        moment = moment_of(scene, scene.trace.frame(done), 0.0)
        sheet = Sheet(painter, scene, Window(view, 900, 900, 1.0), moment, style, 1.0)
        pictures = Pictures(scene, style.theme, range_)
        paint_cell_marks(sheet, scene.visible(sheet.window.bounds), book, pictures)
    finally:
        painter.end()
    return image
