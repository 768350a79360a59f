"""The most significant way of a gradient, from the output back to one use of a node.

At each node between the use and the output the adjoint is a sum over the node's consumers. The
way takes the consumer whose contribution reaches furthest in the direction of that sum. Along it
the product of local derivatives is exact for numbers; for arrays it is the length of what is left
of a cotangent of length 1 pushed along this way alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.autodiff.reverse import contribution
from engine.trace.origin import size, unit
from engine.trace.reach import ancestors

if TYPE_CHECKING:
    from engine.autodiff.primitives import Array
    from engine.trace.graph import BoolArray
    from engine.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Link:
    """One edge of the way, from the consumer back to the operand.

    Attributes:
        edge: of the graph.
        gain: the local derivative of numbers, signed; else by what factor the length changes.
        running: the product of the gains so far; 0 or infinity where a float cannot hold it.
        decades: the decimal logarithm of its magnitude, which always can be held.
    """

    edge: int
    gain: float
    running: float
    decades: float


@dataclass(frozen=True, slots=True)
class GradientPath:
    """A way back from the output.

    Attributes:
        links: its edges, the one into the output first, the use last.
        part: what this way alone brings to the adjoint of the used node, summed over all ways the
            slice: its length, or the number itself, the output's adjoint included.
    """

    links: tuple[Link, ...]
    part: float

    @property
    def edges(self) -> tuple[int, ...]:
        """The edges, from the output back."""
        return tuple(link.edge for link in self.links)

    @property
    def gain(self) -> float:
        """The product of all local derivatives."""
        return self.links[-1].running if self.links else 1.0


def path_of(trace: Trace, edge: int, reaching: BoolArray | None = None) -> GradientPath:
    """The most significant way from the output back to a use.

    Args:
        trace: the run, or what flows through one of its losses.
        edge: the use: an edge from the shared node to a consumer.
        reaching: (N,) the nodes that go into the output, if they are known already.

    Raises:
        IndexError: no adjoint flows back along the edge, or it does not lead to the output.
    """
    graph = trace.graph
    if reaching is None:
        reaching = ancestors(graph, trace.output).nodes
    if not graph.edge_differentiable[edge] or not reaching[graph.edge_consumer[edge]]:
        raise IndexError(f"no adjoint flows back along edge {edge}")
    way = [edge]
    node = int(graph.edge_consumer[edge])
    while node != trace.output:
        way.append(_strongest(trace, node, reaching))
        node = int(graph.edge_consumer[way[-1]])
    links = _pushed(trace, way[::-1])
    seed = trace.adjoints[trace.output]
    assert seed is not None
    return GradientPath(links, links[-1].running * float(seed))


def _strongest(trace: Trace, node: int, reaching: BoolArray) -> int:
    """The edge along which most of a node's adjoint comes."""
    graph = trace.graph
    edges = graph.contributing_edges(node)
    edges = edges[reaching[graph.edge_consumer[edges]]].tolist()
    if len(edges) == 1:
        return int(edges[0])
    adjoint = trace.adjoints[node]
    assert adjoint is not None
    direction = unit(adjoint)
    with np.errstate(all="ignore"):
        parts = [trace.contribution(edge) for edge in edges]
        shares = [size(part) if direction is None else float(np.vdot(part, direction))
                  for part in parts]  # fmt: skip
    # Where nothing is finite, or all is 0, the last consumer stands for the others.
    best = int(np.argmax(np.where(np.isnan(shares), -np.inf, shares)))
    return int(edges[best])


def _pushed(trace: Trace, way: list[int]) -> tuple[Link, ...]:
    """Push a cotangent of length 1 back along edges, and note its length after each."""
    graph, nodes = trace.graph, trace.nodes
    links: list[Link] = []
    cotangent: Array = np.ones_like(nodes[trace.output].value)
    running, decades, signed = 1.0, 0.0, True
    with np.errstate(all="ignore"):
        for edge in way:
            consumer, slot = int(graph.edge_consumer[edge]), int(graph.edge_slot[edge])
            part = contribution(nodes, consumer, slot, cotangent)
            signed = signed and part.size == 1
            gain = float(part.reshape(-1)[0]) if signed else size(part)
            running *= gain
            decades += float(np.log10(abs(gain)))
            links.append(Link(edge, gain, running, decades))
            # Made as long as 1 again, so that long ways neither vanish nor overflow underway.
            direction = np.ones(part.shape) if signed else unit(part)
            if direction is None:
                direction = np.full(part.shape, np.nan)
            cotangent = np.asarray(direction, part.dtype)
    return tuple(links)
