from __future__ import annotations

import pytest

from engine.models.architecture import Architecture
from engine.trace.expression import record_expression
from explorer.layout import hierarchy
from explorer.layout.hierarchy import WHOLE
from tests.explorer.layout.runs import elman, recurrent


def test_boxes_are_the_modules_that_hold_several_nodes() -> None:
    # Two tokens: p from h_0, then one whole step; the last token is only compared.
    trace = elman(2)
    assert set(hierarchy.paths_of(trace)) == {
        WHOLE, "loss", "step[0]", "step[0].output", "step[1]", "step[1].cell", "step[1].output",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("depth", "boxes"),
    [
        (0, {""}),
        (1, {"step[0]", "step[1]", "loss"}),
        # The loss holds no smaller boxes, so that it is a module too.
        (2, {"step[0].output", "step[1].cell", "step[1].output", "loss"}),
    ],
)
def test_a_level_is_all_boxes_of_one_depth(depth: int, boxes: set[str]) -> None:
    trace = elman(2)
    assert hierarchy.boxes_at(trace, depth) == boxes
    assert hierarchy.level_of(trace, frozenset(boxes)) == depth


def test_opening_everywhere_and_closing_everywhere_are_each_others_way_back() -> None:
    trace = recurrent(Architecture(cell="lstm", hidden=3), 3)
    assert hierarchy.deepest(trace) == 3
    boxes, seen = frozenset[str](), []
    for _ in range(4):
        boxes = hierarchy.closed_everywhere(trace, boxes)
        seen.append(boxes)
    assert boxes == {WHOLE}
    assert hierarchy.closed_everywhere(trace, boxes) == boxes
    assert seen == [hierarchy.boxes_at(trace, depth) for depth in (3, 2, 1, 0)]
    for expected in [*reversed(seen[:-1]), frozenset[str]()]:
        boxes = hierarchy.opened_everywhere(trace, boxes)
        assert boxes == expected


def test_a_node_is_put_into_its_box_and_a_box_is_opened_by_one_level() -> None:
    trace = elman(2)
    z = next(n.index for n in trace.nodes if n.name == "z_1")
    closed = hierarchy.toggled(trace, frozenset(), z, rolled=False)
    assert closed == {"step[1].cell"}
    assert hierarchy.toggled(trace, closed, z, rolled=False) == frozenset()
    steps = hierarchy.boxes_at(trace, 1)
    opened = hierarchy.toggled(trace, steps, z, rolled=False)
    assert opened == {"step[0]", "loss", "step[1].cell", "step[1].output"}


def test_rolled_in_time_the_boxes_of_all_steps_open_together() -> None:
    trace = elman(4)
    z = next(n.index for n in trace.nodes if n.name == "z_2")
    closed = hierarchy.toggled(trace, frozenset(), z, rolled=True)
    assert closed == {"step[1].cell", "step[2].cell", "step[3].cell"}
    assert hierarchy.toggled(trace, closed, z, rolled=True) == frozenset()


def test_a_parameter_is_in_no_box() -> None:
    trace = elman(2)
    assert hierarchy.toggled(trace, frozenset(), 0, rolled=False) == frozenset()


def test_a_level_is_carried_to_a_longer_run() -> None:
    short, long = elman(2), elman(5)
    steps = hierarchy.boxes_at(short, 1)
    assert hierarchy.carried(short, long, steps) == hierarchy.boxes_at(long, 1)
    mixture = frozenset({"step[1]"})
    assert hierarchy.carried(long, short, mixture) == mixture
    formula = record_expression("x*z", {"x": 2.0, "z": 3.0})
    assert hierarchy.carried(long, formula, mixture) == frozenset()


@pytest.mark.parametrize(
    ("path", "title"), [("", "whole model"), ("step[12]", "t = 12"), ("step[1].cell", "cell")]
)
def test_a_box_is_called_by_its_last_name(path: str, title: str) -> None:
    assert hierarchy.title_of(path) == title
