"""The whole picture: every painter in its turn, with as much detail as the zoom can show."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explorer.canvas import overlay
from explorer.canvas.card_painter import Desk, face_keys, paint_badges, paint_card
from explorer.canvas.cell_marks import paint_cell_marks
from explorer.canvas.derivative_painter import paint_derivatives
from explorer.canvas.edge_painter import paint_edges
from explorer.canvas.emphasis import Lit, paint_ends, paint_lit_edges, paint_veil
from explorer.canvas.faces import BELOW, FaceBook
from explorer.canvas.far import Backdrop, is_far, paint_edges_far, paint_far
from explorer.canvas.hover_card import paint_hover_card
from explorer.canvas.lanes import paint_lanes
from explorer.canvas.layers import Layer, Tag
from explorer.canvas.marks import Marks
from explorer.canvas.mistake_painter import paint_mistake
from explorer.canvas.moment import PARTIAL, Moment
from explorer.canvas.node_painter import (
    background,
    paint_bars,
    paint_cards,
    paint_strips,
    partial_strip,
)
from explorer.canvas.pictures import Pictures
from explorer.canvas.scene import Scene
from explorer.canvas.sprites import SpriteBook
from explorer.canvas.ticks import paint_ticks
from explorer.canvas.view import Window
from explorer.layout import Kind
from explorer.theme import Style

TEXT_FROM = 0.42
BADGES_FROM = 0.56
MOST_LABELLED = 240


@dataclass(frozen=True, slots=True)
class Books:
    """What is kept from picture to picture, to be stamped again."""

    sprites: SpriteBook = field(default_factory=SpriteBook)
    faces: FaceBook = field(default_factory=FaceBook)
    backdrop: Backdrop = field(default_factory=Backdrop)


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a picture depends on.

    Attributes:
        selected, hovered: nodes with an outline, -1 for none.
        told: the node that a card tells of, -1 for none.
        focused: the keyboard is here, and came by a key.
        marks: what the witnesses say of each node; None to show no marks.
        layers: what is drawn over the cards, in this order; with a part looked at, over that only.
        lit: the part that is looked at; None for all of it.
        covered: what lies over the canvas, in logical pixels.
        moving: boxes are opening or closing: nothing is written on cards of passing sizes.
    """

    scene: Scene
    moment: Moment
    style: Style
    pictures: Pictures
    books: Books
    selected: int = -1
    hovered: int = -1
    told: int = -1
    focused: bool = False
    marks: Marks | None = None
    layers: tuple[Layer, ...] = ()
    lit: Lit | None = None
    moving: bool = False
    covered: tuple[QRectF, ...] = ()


def paint(painter: QPainter, picture: Picture, window: Window) -> None:
    """Draw a picture; the painter is in device pixels with the window's corner at its origin."""
    scene, moment, k = picture.scene, picture.moment, window.k
    unit = window.ratio * picture.style.scale
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, window.width, window.height), background(picture.style.theme))
    picture.books.sprites.open(picture.style.theme, k)
    picture.books.faces.open(picture.style.theme, k)
    sheet = overlay.Sheet(painter, scene, window, moment, picture.style, unit)
    nodes = scene.visible(window.bounds)
    paint_lanes(sheet)
    if k >= 0.1:
        overlay.paint_threads(sheet, (picture.selected, picture.hovered))
    lit = picture.lit
    far = is_far(window, len(nodes))
    looked_at = nodes if lit is None else nodes[lit.cards[nodes]]
    if far and lit is None and not picture.moving:
        picture.books.backdrop.paint(sheet, nodes)
    else:
        _paint_rest(picture, sheet, nodes, far=far)
    if lit is not None:
        paint_veil(sheet)
        paint_lit_edges(sheet, picture.books.sprites, lit, far=far, threads=not picture.moving)
        _paint_cards(picture, sheet, looked_at, far=far)
    for layer in picture.layers:
        if not isinstance(layer, Tag):
            layer.paint(sheet, looked_at)
    overlay.paint_motion(sheet)
    overlay.paint_active(sheet)
    if lit is not None:
        paint_ends(sheet, lit)
    overlay.paint_links(sheet, {picture.hovered, picture.selected})
    overlay.paint_choice(sheet, picture.hovered, chosen=False)
    overlay.paint_choice(sheet, picture.selected, chosen=True)
    if scene.mistake is not None:
        paint_mistake(sheet, scene.mistake, moment.face[looked_at])
    if picture.marks is not None:
        paint_ticks(sheet, picture.books.sprites, picture.marks, None if lit is None else lit.cards)
    _paint_labels(picture, sheet, nodes, far=far)
    paint_hover_card(sheet, picture.told, picture.marks, picture.pictures, picture.covered)
    if picture.focused:
        overlay.paint_focus(sheet)


def _paint_labels(
    picture: Picture, sheet: overlay.Sheet, nodes: NDArray[np.intp], *, far: bool
) -> None:
    """The local derivatives in use, and the tags over them."""
    tags = [layer for layer in picture.layers if isinstance(layer, Tag)]
    if sheet.window.k >= 0.2 * sheet.unit and not picture.moving and not far:
        clear = [box for tag in tags if (box := tag.place(sheet)) is not None]
        paint_derivatives(sheet, nodes, picture.pictures, clear)
    for tag in tags:
        tag.paint(sheet, nodes)


def _paint_rest(
    picture: Picture, sheet: overlay.Sheet, nodes: NDArray[np.intp], *, far: bool
) -> None:
    """Edges, and cards over them, but those that are looked at."""
    scene, lit = sheet.scene, picture.lit
    edges = scene.ways.visible(sheet.window.bounds)
    if lit is not None:
        edges, nodes = edges[~lit.lines[edges]], nodes[~lit.cards[nodes]]
    if far:
        paint_edges_far(sheet, sheet.painter, edges)
    else:
        paint_edges(sheet.painter, scene, sheet.window, sheet.moment, picture.books.sprites, edges)
    _paint_cards(picture, sheet, nodes, far=far)


def _paint_cards(
    picture: Picture, sheet: overlay.Sheet, nodes: NDArray[np.intp], *, far: bool
) -> None:
    if far:
        paint_far(sheet, sheet.painter, nodes)
    else:
        _paint_near(picture, sheet, nodes)


def _paint_near(picture: Picture, sheet: overlay.Sheet, nodes: NDArray[np.intp]) -> None:
    painter, scene, window, moment = sheet.painter, sheet.scene, sheet.window, sheet.moment
    book, k = picture.books.sprites, window.k
    paint_cards(painter, scene, window, moment, nodes, book)
    paint_strips(painter, scene, window, moment, nodes, book, picture.pictures.strips)
    faces = moment.face[nodes]
    filling = (moment.node[faces] == PARTIAL) & (scene.cells.count[faces] > 0)
    for node, face in zip(nodes[filling].tolist(), faces[filling].tolist(), strict=True):
        colors = picture.pictures.partial(face, int(moment.frame.arrived[face]))
        if colors is not None:
            partial_strip(painter, scene, window, book, node, face, colors)
    if not picture.moving and len(nodes) <= MOST_LABELLED:
        paint_cell_marks(sheet, nodes, book, picture.pictures)
    written = nodes
    if k < TEXT_FROM * window.ratio or len(nodes) > MOST_LABELLED:
        written = nodes[scene.layout.kind[nodes] == Kind.MATRIX]
        paint_bars(painter, scene, window, moment, nodes, picture.style.theme)
    if not picture.moving:
        _write(picture, sheet, written)


def _write(picture: Picture, sheet: overlay.Sheet, nodes: NDArray[np.intp]) -> None:
    """Everything that is written on cards, with the badges at their lower edges."""
    scene, moment, book, k = sheet.scene, sheet.moment, picture.books.sprites, sheet.window.k
    badges = k >= BADGES_FROM * sheet.window.ratio
    corners = sheet.window.snapped(scene.corner[nodes])
    sizes = np.rint((scene.size[nodes] + (0, BELOW)) * k).astype(np.intp)
    keys = face_keys(moment, nodes)

    def write(painter: QPainter) -> None:
        painter.scale(k, k)
        face = int(moment.face[node])
        paint_card(Desk(painter, scene, moment, book, picture.pictures, node, face))
        if badges and scene.layout.kind[node] != Kind.GROUP:
            paint_badges(painter, scene, picture.style.theme, face)

    rows = zip(nodes.tolist(), keys.tolist(), corners.tolist(), sizes.tolist(), strict=True)
    for node, key, place, size in rows:
        picture.books.faces.draw(sheet.painter, node, tuple(key), place, size, write)
