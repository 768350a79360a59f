from __future__ import annotations

import numpy as np
import pytest

from explorer.arrangement import Arrangement
from explorer.layout import EdgeKind, Layout, layout_of
from explorer.layout.rows import LONG
from tests.explorer.layout.runs import elman


def folded(steps: int) -> Layout:
    return layout_of(elman(steps), Arrangement(rows=True))


def tops(layout: Layout) -> list[float]:
    return sorted({lane.top for lane in layout.lanes})


def test_a_long_run_is_folded_and_a_short_one_is_not() -> None:
    assert len(tops(layout_of(elman(LONG + 5)))) > 1
    assert len(tops(layout_of(elman(20)))) == 1
    assert len(tops(layout_of(elman(LONG + 5), Arrangement(rows=False)))) == 1


@pytest.mark.parametrize("steps", [100, 1000])
def test_rows_make_about_the_shape_of_a_screen(steps: int) -> None:
    left, top, right, bottom = folded(steps).bounds
    assert 1.2 < (right - left) / (bottom - top) < 3.2


def test_time_goes_on_from_the_end_of_a_row_to_the_beginning_of_the_next() -> None:
    layout = folded(100)
    steps = [lane.step for lane in layout.lanes]
    assert steps == sorted(steps)
    rows = [[lane for lane in layout.lanes if lane.top == top] for top in tops(layout)]
    assert {row[0].left for row in rows} == {rows[0][0].left}
    assert {len(row) for row in rows[:-1]} == {len(rows[0])}
    assert 1 <= len(rows[-1]) <= len(rows[0])


def test_the_state_runs_round_the_end_of_a_row_between_the_rows() -> None:
    trace = elman(100)
    layout = layout_of(trace, Arrangement(rows=True))
    first, second = ([lane for lane in layout.lanes if lane.top == top] for top in tops(layout)[:2])
    h = next(n.index for n in trace.nodes if n.name == f"h_{first[-1].step}")
    z = next(n.index for n in trace.nodes if n.name == f"W_hh h_{first[-1].step}")
    edge = next(e for e in trace.graph.operand_edges(z) if trace.graph.edge_operand[e] == h)
    rows = slice(*layout.routes.offsets[layout.bundle[edge] : layout.bundle[edge] + 2])
    way = layout.routes.segments[rows].reshape(-1, 2)
    between = (way[:, 1] > first[0].bottom) & (way[:, 1] < second[0].top)
    assert between.any()
    assert way[:, 0].max() > max(lane.right for lane in layout.lanes)
    assert way[:, 0].min() < first[0].left
    assert np.allclose(way[-1], (layout.x[z], layout.y[z] + layout.h[z] / 2), atol=60)


def test_the_losses_of_every_row_reach_the_sum_at_the_end() -> None:
    trace = elman(100)
    layout = layout_of(trace, Arrangement(rows=True))
    bus = np.flatnonzero(layout.routes.kind == EdgeKind.BUS)
    ends = layout.routes.segments[layout.routes.offsets[bus + 1] - 1, 3]
    assert len(bus) == 100
    assert len(np.unique(ends, axis=0)) == 1
