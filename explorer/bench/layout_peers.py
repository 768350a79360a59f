"""Other layouts of a graph, run in a process of its own: ``python -m explorer.bench.layout_peers``.

The first line on standard input names the peer and gives the graph; each later line asks for one
layout and is answered with the seconds it took, or for the lines that it would draw. A peer that is
not installed is answered for with what is missing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter
from typing import Any

TIME, LINES = "time", "lines"

Line = tuple[float, float, float, float]
Method = Callable[["Asked"], list[Line]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A graph to lay out.

    Attributes:
        layers: of each node: the time step, or the longest path to it.
        edges: operand and consumer, each pair once.
    """

    layers: list[int]
    edges: list[tuple[int, int]]


def multipartite(asked: Asked) -> list[Line]:
    """networkx: one column for each layer, nodes in the order they come in."""
    import networkx as nx

    place = nx.multipartite_layout(_digraph(asked), subset_key="layer")
    return _straight(asked, {node: tuple(at) for node, at in place.items()})


def spring(asked: Asked) -> list[Line]:
    """networkx: what it draws with where nothing is asked for; needs scipy from 500 nodes on."""
    import networkx as nx

    place = nx.spring_layout(_digraph(asked), seed=1)
    return _straight(asked, {node: tuple(at) for node, at in place.items()})


def grandalf(asked: Asked) -> list[Line]:
    """grandalf: Sugiyama's method in pure Python, edges bent at dummies."""
    from grandalf.graphs import Edge, Graph, Vertex
    from grandalf.layouts import SugiyamaLayout

    vertices = [Vertex(i) for i in range(len(asked.layers))]
    edges = [Edge(vertices[a], vertices[b]) for a, b in asked.edges]
    for vertex in vertices:
        vertex.view = _Box()
    for edge in edges:
        edge.view = _Way()
    for component in Graph(vertices, edges).C:
        layout = SugiyamaLayout(component)
        layout.init_all()
        layout.draw()
    return [line for edge in edges for line in _between(edge.view.points)]


def dot(asked: Asked) -> list[Line]:
    """Graphviz: dot, from text to text."""
    program = shutil.which("dot")
    if program is None:
        raise FileNotFoundError("dot is not on the PATH")
    text = "\n".join(["digraph {", *(f"{a} -> {b}" for a, b in asked.edges), "}"])
    drawn = subprocess.run(
        [program, "-Tplain"], input=text, capture_output=True, text=True, check=True
    ).stdout
    lines: list[Line] = []
    for row in map(str.split, drawn.splitlines()):
        if row[0] == "edge":
            points = [float(word) for word in row[4 : 4 + 2 * int(row[3])]]
            # Every third control point lies on the way.
            lines.extend(_between(list(zip(points[::6], points[1::6], strict=True))))
    return lines


METHODS: Mapping[str, Method] = {
    "networkx multipartite": multipartite,
    "networkx spring": spring,
    "grandalf Sugiyama": grandalf,
    "graphviz dot": dot,
}


def main() -> int:
    """Answer until standard input ends."""
    sys.setrecursionlimit(100_000)
    first: dict[str, Any] = json.loads(sys.stdin.readline())
    asked = Asked(first["layers"], [(a, b) for a, b in first["edges"]])
    method = METHODS[first["peer"]]
    lines: list[Line] = []
    for line in sys.stdin:
        try:
            start = perf_counter()
            if line.strip() == TIME:
                lines = method(asked)
            answer: dict[str, Any] = {"seconds": perf_counter() - start}
        except (ImportError, FileNotFoundError) as error:
            answer = {"missing": str(error)}
        if line.strip() == LINES:
            answer["lines"] = lines
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return 0


class _Box:
    """What grandalf places: a card of our size."""

    w, h = 120.0, 60.0

    def __init__(self) -> None:
        self.xy = (0.0, 0.0)


class _Way:
    """Where grandalf writes the way of an edge, from dummy to dummy."""

    def __init__(self) -> None:
        self.points: list[tuple[float, float]] = []

    def setpath(self, points: list[tuple[float, float]]) -> None:
        """Take the way."""
        self.points = points


def _between(points: Sequence[tuple[float, float]]) -> list[Line]:
    return [(*a, *b) for a, b in pairwise(points)]


def _digraph(asked: Asked) -> Any:
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from((i, {"layer": layer}) for i, layer in enumerate(asked.layers))
    graph.add_edges_from(asked.edges)
    return graph


def _straight(asked: Asked, place: Mapping[int, tuple[float, ...]]) -> list[Line]:
    return [
        (float(place[a][0]), float(place[a][1]), float(place[b][0]), float(place[b][1]))
        for a, b in asked.edges
    ]


if __name__ == "__main__":
    sys.exit(main())
