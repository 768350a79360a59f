"""The way from a run to the same run with an operation opened, and back."""

from __future__ import annotations

import numpy as np
import pytest

from engine.run_spec import RunSpec
from engine.runs import run
from explorer.arrangement import Arrangement
from explorer.canvas.unfolding import unfolding
from explorer.run_jobs import Carried, Run, in_numbers, prepared
from explorer.workspaces.scalars import operation_of, origin_of, stands_for


@pytest.fixture(scope="module")
def runs() -> tuple[Run, Run, int]:
    """A run, the same with z_2 opened, and z_2."""
    whole = prepared(None, run(RunSpec(text="a b c", hidden=3)), Carried(Arrangement(), None))
    z = next(node.index for node in whole.trace.nodes if node.name == "z_2")
    (opened,) = in_numbers(whole, frozenset({z}), Arrangement())
    return whole, opened, z


def test_numbers_come_out_of_the_card_of_their_operation(runs: tuple[Run, Run, int]) -> None:
    whole, opened, z = runs
    assert opened.opened is not None
    way = unfolding(whole.scene, opened.scene, origin_of(whole, opened))
    first = way.at(0.0)
    for member in opened.opened.operations[z].nodes.tolist():
        assert first.box(member) == whole.scene.box(z)
    h = next(node.index for node in whole.trace.nodes if node.name == "h_2")
    assert first.box(int(opened.opened.new_of[h])) == whole.scene.box(h)
    # The frame grows out of the card too.
    assert first.box(len(opened.trace)) == whole.scene.box(z)


def test_closing_goes_from_the_result_to_the_operation(runs: tuple[Run, Run, int]) -> None:
    whole, opened, z = runs
    assert opened.opened is not None
    way = unfolding(opened.scene, whole.scene, origin_of(opened, whole))
    assert way.at(0.0).box(z) == opened.scene.box(int(opened.opened.new_of[z]))
    assert way.at(1.0) is whole.scene
    half = way.at(0.5).corner
    assert np.allclose(half, (way.corner + whole.scene.corner) / 2)


def test_nodes_are_found_again_in_the_other_run(runs: tuple[Run, Run, int]) -> None:
    whole, opened, z = runs
    there, back = stands_for(whole, opened), stands_for(opened, whole)
    names = [node.name for node in whole.trace.nodes]
    assert [opened.trace.nodes[i].name for i in there.tolist()] == names
    assert back[there].tolist() == list(range(len(names)))
    inside = next(node.index for node in opened.trace.nodes if node.name == "z_2[1]")
    assert back[inside] == -1
    assert operation_of(opened, inside) == operation_of(opened, int(there[z])) == z
    assert operation_of(whole, z) == z
