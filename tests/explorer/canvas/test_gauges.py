"""The measure on each card: what is shown, of which cards, at which moment, by which scale."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from engine.trace.measures import Measures, measures_of
from engine.trace.trace import Trace
from explorer.arrangement import Arrangement
from explorer.canvas.gauges import (
    INFINITE,
    NOT_A_NUMBER,
    Gauges,
    Scale,
    Subject,
    gauges_of,
    shade,
    shown,
)
from explorer.canvas.moment import COMPLETE, moment_of
from explorer.canvas.overlay import Sheet
from explorer.canvas.scene import Scene, scene_of
from explorer.canvas.view import View, Window
from explorer.layout import hierarchy, layout_of
from explorer.theme import THEMES, Style

LIGHT = Style(THEMES["light"])


@pytest.fixture(scope="module")
def measures(elman: Trace) -> Measures:
    return measures_of(elman)


@pytest.fixture(scope="module")
def boxes(elman: Trace) -> Scene:
    """The same run with a box for each module."""
    collapsed = hierarchy.boxes_at(elman, 2)
    return scene_of(elman, layout_of(elman, Arrangement(collapsed=collapsed)))


@pytest.mark.parametrize(
    ("scale", "value", "share"),
    [
        # The gauge of the smallest is 6 % long, so that it can be seen.
        (Scale(1.0, 100.0), 1.0, 0.06),
        (Scale(1.0, 100.0), 10.0, 0.53),
        (Scale(1.0, 100.0), 100.0, 1.0),
        (Scale(1.0, 100.0), 1e9, 1.0),
        (Scale(1.0, 100.0), 0.0, 0.0),
        (Scale(5.0, 5.0), 5.0, 1.0),
        (Scale(0.0, 1.0, logarithmic=False), 0.5, 0.53),
        (Scale(1.0, 100.0), np.nan, np.nan),
    ],
)
def test_a_share_of_the_gauge(scale: Scale, value: float, share: float) -> None:
    assert scale.share(np.array([value]))[0] == pytest.approx(share, nan_ok=True)


@pytest.mark.parametrize(
    ("subject", "value", "text"),
    [
        ("flops", 0.0, "0"),
        ("flops", 9999.0, "9999"),
        ("flops", 12_345.0, "12.3 k"),
        ("flops", 1_234_567.0, "1.23 M"),
        ("bytes", 64.0, "64 B"),
        ("bytes", 2.5e9, "2.5 GB"),
        ("saturation", 0.375, "38%"),
        ("reuse", 6.0, "× 6"),
        ("adjoints", 0.01234567, "0.0123"),
        ("adjoints", 3.2e-7, "3.2e-7"),
        ("adjoints", 412.19, "412"),
        ("adjoints", 0.0, "0"),
    ],
)
def test_a_number_on_a_badge(subject: Subject, value: float, text: str) -> None:
    assert shown(subject, value) == text


def test_an_adjoint_is_measured_only_when_it_is_complete(
    drawn: Scene, elman: Trace, measures: Measures
) -> None:
    gauges = gauges_of("adjoints", measures, drawn)
    for cursor in (0, 20, 45, 60, len(elman.events("B"))):
        moment = moment_of(drawn, elman.frame(cursor), 0.0)
        values, _ = gauges.of_cards(drawn, moment)
        known = (moment.node == COMPLETE) & drawn.cells.has_adjoint
        assert (np.isfinite(values) == known).all()


def test_saturation_is_known_with_the_value(drawn: Scene, elman: Trace, measures: Measures) -> None:
    gauges = gauges_of("saturation", measures, drawn)
    tanh = [node.index for node in elman.nodes if node.op == "tanh"]
    moment = moment_of(drawn, elman.frame(tanh[0] + 1), 0.0)
    values, _ = gauges.of_cards(drawn, moment)
    assert np.flatnonzero(np.isfinite(values)).tolist() == tanh[:1]


@pytest.mark.parametrize("subject", ["flops", "bytes", "reuse"])
def test_costs_are_known_from_the_start_and_boxes_have_their_sums(
    boxes: Scene, elman: Trace, measures: Measures, subject: Subject
) -> None:
    gauges = gauges_of(subject, measures, boxes)
    values, _ = gauges.of_cards(boxes, moment_of(boxes, elman.frame(0), 0.0))
    for card in range(len(elman), len(boxes.corner)):
        group = boxes.group(card)
        assert group is not None
        assert values[card] == gauges.values[group.members].sum()
    assert gauges.scale.high == values[boxes.shown].max()


def test_a_box_has_the_root_mean_square_of_all_components_inside(
    boxes: Scene, elman: Trace, measures: Measures
) -> None:
    gauges = gauges_of("adjoints", measures, boxes)
    end = moment_of(boxes, elman.frame(len(elman.events("B"))), 0.0)
    values, _ = gauges.of_cards(boxes, end)
    group = boxes.group(len(elman))
    assert group is not None
    inside = [elman.adjoints[i] for i in group.members]
    everything = np.concatenate([a.reshape(-1) for a in inside if a is not None])
    assert values[len(elman)] == pytest.approx(np.sqrt(np.mean(everything**2)))


def test_what_is_not_finite_has_a_letter(drawn: Scene, measures: Measures) -> None:
    from dataclasses import replace

    magnitude = measures.magnitude.copy()
    magnitude[[0, 1]] = np.inf, np.nan
    gauges = gauges_of("adjoints", replace(measures, magnitude=magnitude), drawn)
    values, broken = gauges.of_cards(drawn, None)
    assert broken[:3].tolist() == [INFINITE, NOT_A_NUMBER, 0]
    assert np.isnan(values[:2]).all()
    assert np.isfinite([gauges.scale.low, gauges.scale.high]).all()


@pytest.mark.parametrize("zoom", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("theme", list(THEMES))
def test_gauges_are_drawn_at_every_zoom(
    program_fonts: object, drawn: Scene, elman: Trace, measures: Measures, theme: str, zoom: float
) -> None:
    style = Style(THEMES[theme])  # type: ignore[index]  # a name of a theme
    gauges = gauges_of("flops", measures, drawn)
    with_gauges, without = (picture(drawn, elman, style, zoom, one) for one in (gauges, None))
    assert with_gauges != without
    # The largest card of all, so the end of the table, is somewhere in the picture.
    assert shade(style.theme, 1.0).rgb() in set(pixels(with_gauges))


def test_gauges_of_another_run_are_not_drawn(
    program_fonts: object, drawn: Scene, elman: Trace
) -> None:
    nothing = np.ones(3)
    other = Gauges("flops", nothing, nothing, np.zeros(3, np.int8), Scale(1.0, 1.0))
    assert picture(drawn, elman, LIGHT, 1.0, other) == picture(drawn, elman, LIGHT, 1.0, None)


def picture(scene: Scene, trace: Trace, style: Style, zoom: float, gauges: Gauges | None) -> QImage:
    image = QImage(900, 700, QImage.Format.Format_RGB32)
    image.fill(style.theme.color("canvas"))
    left, top, right, bottom = scene.layout.bounds
    middle = (left + right) / 2, (top + bottom) / 2
    view = View(middle[0] - 450 / zoom, middle[1] - 350 / zoom, zoom)
    painter = QPainter(image)
    try:
        moment = moment_of(scene, trace.frame(len(trace.events("B"))), 0.0)
        sheet = Sheet(painter, scene, Window(view, 900, 700, 1.0), moment, style, style.scale)
        if gauges is not None:
            gauges.paint(sheet, scene.visible(sheet.window.bounds))
    finally:
        painter.end()
    return image


def pixels(image: QImage) -> list[int]:
    data = np.frombuffer(image.constBits(), np.uint32)
    return [int(color) | 0xFF000000 for color in np.unique(data)]
