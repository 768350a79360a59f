from __future__ import annotations

import numpy as np
import pytest

from engine.models.architecture import Architecture, CellName
from engine.trace.trace import Trace
from explorer.arrangement import Arrangement
from explorer.layout import EdgeKind, Kind, Layout, layout_of
from tests.explorer.layout.runs import elman, recurrent


def placed(trace: Trace) -> tuple[dict[str, tuple[float, float]], Layout]:
    layout = layout_of(trace)
    middle = zip(layout.x + layout.w / 2, layout.y + layout.h / 2, strict=True)
    return {
        node.name: (float(x), float(y)) for node, (x, y) in zip(trace.nodes, middle, strict=True)
    }, layout


def test_a_column_is_a_time_step_read_from_the_bottom_to_the_top() -> None:
    at, layout = placed(elman(3))
    rising = ["x_2", "W_hh h_1", "z_2", "h_2", "W_hy h_2", "y_2", "log p(·|h_2)", "ℓ_3"]
    heights = [at[name][1] for name in rising]
    assert heights == sorted(heights, reverse=True)
    assert {at[name][0] for name in ("x_2", "z_2", "h_2", "y_2", "ℓ_3")} == {at["z_2"][0]}
    assert [lane.step for lane in layout.lanes] == [0, 1, 2, 3]
    assert layout.lanes[2].left < at["z_2"][0] < layout.lanes[2].right


@pytest.mark.parametrize("row", ["W_hy h_{}", "y_{}", "log p(·|h_{})", "h_{}"])
def test_a_row_runs_through_all_time_steps_from_h_0_on(row: str) -> None:
    at, _ = placed(elman(4))
    assert len({at[row.format(t)][1] for t in range(4)}) == 1


def test_what_comes_from_the_step_before_stands_left_of_what_comes_from_the_token() -> None:
    at, _ = placed(elman(3))
    assert at["W_hh h_1"][0] < at["z_2"][0] < at["W_xh x_2"][0]
    assert at["W_hh h_1"][1] == at["W_xh x_2"][1]


def test_the_losses_are_collected_by_a_bus_into_the_last_column() -> None:
    trace = elman(3)
    at, layout = placed(trace)
    assert at["ℓ"][0] == at["L"][0] == at["x_3"][0]
    assert at["L"][1] < at["ℓ"][1]
    names = [node.name for node in trace.nodes]
    bus = layout.routes.kind == EdgeKind.BUS
    assert bus.sum() == 3
    assert {names[i] for i in trace.graph.edge_operand[bus]} == {"ℓ_1", "ℓ_2", "ℓ_3"}


def test_targets_are_compared_along_the_gutter_between_two_columns() -> None:
    trace = elman(3)
    at, layout = placed(trace)
    edges = np.flatnonzero(layout.routes.kind == EdgeKind.TARGET)
    assert len(edges) == 3
    way = layout.routes.segments[
        layout.routes.offsets[edges[0]] : layout.routes.offsets[edges[0] + 1]
    ]
    middle = way[len(way) // 2]
    assert middle[0, 0] == middle[3, 0] == (at["h_0"][0] + at["h_1"][0]) / 2


def test_shared_parameters_stand_once_at_the_left_and_h_0_in_its_row() -> None:
    trace = elman(3)
    at, layout = placed(trace)
    assert {trace.nodes[i].name for i in layout.rails} == {"W_xh", "W_hh", "b_h", "W_hy", "b_y"}
    assert all(at[trace.nodes[i].name][0] < layout.lanes[0].left for i in layout.rails)
    assert at["h_0"][1] == at["h_1"][1]
    from_rails = np.isin(trace.graph.edge_operand, layout.rails)
    np.testing.assert_array_equal(layout.routes.kind == EdgeKind.RAIL, from_rails)


@pytest.mark.parametrize("steps", [1, 2, 3, 7])
@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
@pytest.mark.parametrize(("layers", "embedding"), [(1, 0), (1, 4), (3, 0)])
def test_no_two_cards_overlap(cell: CellName, layers: int, embedding: int, steps: int) -> None:
    layout = layout_of(recurrent(Architecture(cell, 3, layers, embedding), steps))
    x, y, w, h = layout.x, layout.y, layout.w, layout.h
    across = (x[:, None] < x + w - 0.01) & (x + w > x[:, None] + 0.01)
    apart_x = np.minimum(x[:, None] + w[:, None], x + w) - np.maximum(x[:, None], x)
    apart_y = np.minimum(y[:, None] + h[:, None], y + h) - np.maximum(y[:, None], y)
    overlap = (apart_x > 0.01) & (apart_y > 0.01)
    np.fill_diagonal(overlap, val=False)
    assert across.any()
    assert not overlap.any()


def test_each_gate_of_an_lstm_stands_above_its_own_products() -> None:
    at, _ = placed(recurrent(Architecture("lstm", hidden=4), 3))
    columns = []
    for gate in "ifgo":
        left, right = at[f"W_h{gate} h_1"], at[f"W_x{gate} x_2"]
        assert left[1] == right[1]
        assert left[0] < at[f"a_2^{gate}"][0] == at[f"{gate}_2"][0] < right[0]
        columns.append(at[f"{gate}_2"])
    assert columns == sorted(columns)
    assert len({y for _, y in columns}) == 1
    assert at["c_2"][0] == at["tanh c_2"][0] == at["h_2"][0] == at["y_2"][0]
    assert at["c_0"][1] == at["c_1"][1]


def test_the_upper_layer_stands_above_the_lower_and_its_start_in_its_row() -> None:
    at, _ = placed(recurrent(Architecture("elman", hidden=4, layers=2), 3))
    assert at["W_hh^{(2)} h_1^{(2)}"][1] == at["W_xh^{(2)} h_2"][1] < at["h_2"][1]
    assert at["h_0^{(2)}"][1] == at["h_1^{(2)}"][1] < at["h_0"][1] == at["h_1"][1]


def test_a_state_reaches_all_gates_by_one_wire_below_their_row() -> None:
    trace = recurrent(Architecture("lstm", hidden=4), 3)
    at, layout = placed(trace)
    names = [node.name for node in trace.nodes]
    ways = layout.routes
    lowest = set()
    for edge in range(trace.graph.edge_count):
        consumer = names[trace.graph.edge_consumer[edge]]
        if names[trace.graph.edge_operand[edge]] == "h_1" and consumer.startswith("W_h"):
            if consumer == "W_hy h_1":
                continue
            points = ways.segments[ways.offsets[edge] : ways.offsets[edge + 1]].reshape(-1, 2)
            lowest.add(float(points[:, 1].max()))
            assert points[:, 0].min() > at["h_1"][0]
    assert len(lowest) == 1
    assert at["x_2"][1] > lowest.pop() > at["W_hi h_1"][1]


def test_many_parameters_stand_in_stacks_no_taller_than_the_grid() -> None:
    trace = recurrent(Architecture("lstm", hidden=8), 3)
    _, layout = placed(trace)
    rails = list(layout.rails)
    body = np.setdiff1d(np.arange(len(trace)), rails)
    assert len(set(layout.x[rails].tolist())) > 1
    assert layout.y[rails].min() >= layout.y[body].min() - 60
    assert (layout.y + layout.h)[rails].max() <= (layout.y + layout.h)[body].max() + 60


def test_every_operand_slot_has_a_way_that_ends_at_the_two_cards() -> None:
    trace = elman(4)
    layout = layout_of(trace)
    routes, graph = layout.routes, trace.graph
    assert (np.diff(routes.offsets) >= 1).all()
    start = routes.segments[routes.offsets[:-1], 0]
    end = routes.segments[routes.offsets[1:] - 1, 3]
    for point, node in ((start, graph.edge_operand), (end, graph.edge_consumer)):
        x, y = point.T
        assert ((x >= layout.x[node] - 0.01) & (x <= layout.x[node] + layout.w[node] + 0.01)).all()
        assert ((y >= layout.y[node] - 0.01) & (y <= layout.y[node] + layout.h[node] + 0.01)).all()


def test_ways_hang_together() -> None:
    routes = layout_of(elman(4)).routes
    same = routes.edge[1:] == routes.edge[:-1]
    np.testing.assert_allclose(routes.segments[1:, 0][same], routes.segments[:-1, 3][same])


def test_kinds_follow_shape_and_role() -> None:
    trace = elman(2)
    layout = layout_of(trace)
    kinds = {node.name: Kind(layout.kind[node.index]) for node in trace.nodes}
    assert kinds["x_1"] is Kind.TOKEN
    assert kinds["z_1"] is Kind.VECTOR
    assert kinds["W_hh h_0"] is Kind.NARROW
    assert kinds["log p(·|h_1)"] is Kind.DISTRIBUTION
    assert kinds["W_hy"] is Kind.MATRIX
    assert kinds["L"] is Kind.NUMBER


def test_a_long_run_keeps_its_pitch_and_bounds() -> None:
    trace = elman(400)
    layout = layout_of(trace, Arrangement(rows=False))
    left = np.array([lane.left for lane in layout.lanes])
    np.testing.assert_allclose(np.diff(left), left[1] - left[0])
    reach = layout.routes.segments.reshape(-1, 2)
    assert layout.bounds[0] <= reach[:, 0].min()
    assert layout.bounds[2] >= reach[:, 0].max()
