"""Arrow keys on every layout: along edges, and to every card."""

from __future__ import annotations

import numpy as np
import pytest

from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.trace.trace import Trace, record
from explorer.arrangement import Arrangement
from explorer.canvas.choosing import ARROWS
from explorer.canvas.navigation import neighbour
from explorer.canvas.scene import Scene, scene_of
from explorer.layout import layout_of
from explorer.layout.hierarchy import paths_of

STEPS = 40


@pytest.fixture(scope="module")
def long() -> Trace:
    """Forty steps: enough for several rows."""
    vocabulary = Vocabulary(("a", "b", "c"))
    model = RecurrentLM.fresh(Architecture(hidden=2), vocabulary, np.random.default_rng(3))
    ids = [i % 3 for i in range(STEPS)]
    tape, loss = model.record(ids)
    return record(tape, loss, {"tokens": ["abc"[i] for i in ids], "vocabulary": ["a", "b", "c"]})


def arrangements(trace: Trace) -> dict[str, Arrangement]:
    boxes = [path for path in paths_of(trace) if path]
    steps = frozenset(path for path in boxes if "." not in path)
    return {
        "operations": Arrangement(),
        "modules": Arrangement(collapsed=frozenset(boxes) - steps),
        "steps": Arrangement(collapsed=steps),
        "one step": Arrangement(collapsed=frozenset({"step[2]"})),
        "rolled": Arrangement(rolled=True),
        "one row": Arrangement(rows=False),
        "rows": Arrangement(rows=True),
    }


def walked(scene: Scene) -> set[int]:
    """The cards that arrow keys lead to from the output, as the canvas goes."""
    begin = int(scene.card_of[scene.trace.output])
    seen, todo = {begin}, [scene.trace.output]
    while todo:
        node = todo.pop()
        for direction in ARROWS.values():
            card = int(scene.card_of[neighbour(scene, node, direction)])
            if card not in seen:
                seen.add(card)
                todo.append(int(scene.crowds.face[card]))
    return seen


@pytest.mark.parametrize(
    "name", ["operations", "modules", "steps", "one step", "rolled", "one row", "rows"]
)
def test_arrow_keys_lead_to_every_card(long: Trace, name: str) -> None:
    scene = scene_of(long, layout_of(long, arrangements(long)[name]))
    assert walked(scene) == set(np.flatnonzero(scene.shown).tolist())


def test_arrow_keys_lead_to_every_card_of_an_expression(expression: Trace) -> None:
    scene = scene_of(expression, layout_of(expression))
    assert walked(scene) == set(range(len(expression)))


def test_arrow_keys_follow_the_edges_of_a_layered_graph(expression: Trace) -> None:
    scene = scene_of(expression, layout_of(expression))
    place = {node.name: node.index for node in expression.nodes}
    # x flows into a and b, both into y, from left to right.
    assert neighbour(scene, place["x"], "right") in {place["a"], place["b"]}
    assert neighbour(scene, place["b"], "right") == place["y"]
    assert neighbour(scene, place["b"], "left") == place["x"]
    assert neighbour(scene, place["y"], "right") == place["y"]


def test_from_a_group_the_edges_of_all_its_nodes_are_followed(long: Trace) -> None:
    scene = scene_of(long, layout_of(long, Arrangement(collapsed=frozenset({"step[2]"}))))
    place = {node.name: node.index for node in long.nodes}
    card = int(scene.card_of[place["h_2"]])
    assert card >= len(long)
    # Into step 2 leads h_1, out of it h_2 into the next step's product.
    assert neighbour(scene, place["ℓ_3"], "left") == neighbour(scene, place["h_2"], "left")
    assert long.nodes[neighbour(scene, place["h_2"], "right")].name == "W_hh h_2"
