"""The columns of time steps: the active one tinted, and each step's number under its column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from explorer.canvas.labels import draw_centred, draw_right, words
from explorer.canvas.overlay import Sheet
from explorer.layout.rows import ROW_GAP
from explorer.layout.unrolled import LABEL_ROOM
from explorer.theme import Role

_LABEL_PITCH = 56.0
_SMALLEST_GAP = 12.0
_INTERVALS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000)
_BESIDE = 52.0
_SMALLEST_ROW = 22.0


def paint_lanes(sheet: Sheet) -> None:
    """Tint the active column, and number all, or where they are small the rows."""
    if not sheet.scene.layout.lanes:
        return
    active = _active_lane(sheet)
    if active >= 0:
        _tint(sheet, active)
    if _labels_fit(sheet):
        _number_columns(sheet, active)
    else:
        _number_rows(sheet)


def _tint(sheet: Sheet, lane: int) -> None:
    box, k = sheet.scene.lane_boxes[lane], sheet.window.k
    (x0, y0), (x1, y1) = sheet.window.pixels(box.reshape(2, 2))
    role: Role = "backward" if sheet.moment.backward else "forward"
    sheet.painter.setPen(Qt.PenStyle.NoPen)
    sheet.painter.setBrush(sheet.style.theme.tint(role, "lane"))
    sheet.painter.drawRoundedRect(QRectF(x0, y0, x1 - x0, y1 - y0), 12 * k, 12 * k)


def _number_columns(sheet: Sheet, active: int) -> None:
    """Every step's number under its column, or every so many where they would touch."""
    scene, window, k = sheet.scene, sheet.window, sheet.window.k
    boxes = scene.lane_boxes
    size = min(max(13 * k, 10 * sheet.unit), 20 * sheet.unit)
    if LABEL_ROOM * k < 0.9 * size:
        return
    pitch = float((boxes[:, 2] - boxes[:, 0]).mean())
    every = _label_interval(pitch * k / sheet.unit)
    shown = scene.lane_steps % every == 0
    if active >= 0:
        # The active one is always there: its neighbours make room for it.
        shown[max(active - every + 1, 0) : active + every] = False
        shown[active] = True
    shown &= _in_sight(boxes, window.bounds)
    for i in np.flatnonzero(shown).tolist():
        (x0, _), (x1, y1) = window.pixels(boxes[i].reshape(2, 2))
        label = words(_lane_text(sheet, i), "text", size, 700 if i == active else 500)
        draw_centred(sheet.painter, label, (x0 + x1) / 2, y1 + (13 - LABEL_ROOM) * k + size,
                     _ink(sheet, on=i == active))  # fmt: skip


def _number_rows(sheet: Sheet) -> None:
    """The first step of every row at the row's left."""
    scene, window = sheet.scene, sheet.window
    boxes, active = scene.lane_boxes, _active_lane(sheet)
    tops, first = np.unique(boxes[:, 1], return_index=True)
    pitch = float(np.diff(tops).min(initial=np.inf)) * window.k
    every = _label_interval(pitch / sheet.unit, _SMALLEST_ROW)
    size = 11 * sheet.unit
    for i in first[1::every].tolist() if every > 1 else first[1:].tolist():
        left, top, _, bottom = boxes[i]
        ((x, y),) = window.pixels(np.array([[left - _BESIDE, (top + bottom) / 2]]))
        on = active >= 0 and boxes[active, 1] == top
        label = words(f"t = {scene.lane_steps[i]}", "text", size, 700 if on else 500)
        draw_right(sheet.painter, label, x, y + size / 3, _ink(sheet, on=on))


def _ink(sheet: Sheet, *, on: bool) -> QColor:
    theme = sheet.style.theme
    if on:
        return theme.text("backward" if sheet.moment.backward else "forward")
    return theme.text("ink_2")


def _in_sight(
    boxes: NDArray[np.float64], bounds: tuple[float, float, float, float]
) -> NDArray[np.bool_]:
    left, top, right, bottom = bounds
    across = (boxes[:, 2] > left) & (boxes[:, 0] < right)
    return np.asarray(across & (boxes[:, 3] > top) & (boxes[:, 1] < bottom))


def _labels_fit(sheet: Sheet) -> bool:
    """Whether the numbers of one row of columns end above the next row."""
    boxes = sheet.scene.lane_boxes
    return bool((boxes[:, 1] == boxes[0, 1]).all()) or (
        ROW_GAP * sheet.window.k / sheet.unit > _SMALLEST_GAP
    )


def _lane_text(sheet: Sheet, lane: int) -> str:
    """What stands under a column: its time step, rolled in time the present one of all."""
    layout = sheet.scene.layout
    if layout.name != "rolled":
        return f"t = {layout.lanes[lane].step}"
    step = sheet.scene.trace.graph.step
    now = int(step[sheet.moment.active]) if sheet.moment.active >= 0 else -1
    return f"t = {now} of {step.max()}" if now >= 0 else f"{step.max()} time steps"


def _active_lane(sheet: Sheet) -> int:
    """The lane of the active node; of a shared parameter that of the node using it."""
    moment, scene = sheet.moment, sheet.scene
    if moment.active < 0:
        return -1
    if scene.layout.name == "rolled":
        return 0
    lane = int(scene.lane_of[moment.active])
    if lane < 0 and moment.event is not None and moment.event.edge >= 0:
        return int(scene.lane_of[scene.trace.graph.edge_consumer[moment.event.edge]])
    return lane


def _label_interval(pitch: float, room: float = _LABEL_PITCH) -> int:
    """Every which time step has room for its number: 1, 2, 5, 10, 20, ..."""
    for interval in _INTERVALS:
        if pitch * interval >= room:
            return interval
    return _INTERVALS[-1]
