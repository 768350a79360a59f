"""The graphs to measure with have the sizes that are told."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.bench.playback import SIZES
from explorer.bench.samples import random_dag, sample_trace


@pytest.mark.parametrize(("layers", "nodes"), [(1, 9), (2, 13)])
def test_a_time_step_has_so_many_nodes(layers: int, nodes: int) -> None:
    short, longer = (len(sample_trace(steps, 3, 6, layers=layers)) for steps in (5, 6))
    assert longer - short == nodes


def test_the_sizes_are_what_their_names_say() -> None:
    # Thirteen nodes a time step.
    assert [13 * size.steps for size in SIZES] == pytest.approx([10_000, 50_000], rel=0.02)


def test_a_random_graph_has_its_nodes_and_operands_near_by() -> None:
    graph = random_dag(200, reach=20).graph
    assert graph.node_count == 200
    back = graph.edge_consumer - graph.edge_operand
    assert back.min() >= 1
    assert back.max() <= 20
    np.testing.assert_array_equal(graph.edge_operand, random_dag(200, reach=20).graph.edge_operand)
