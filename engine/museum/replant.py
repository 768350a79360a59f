"""A planted run that was read from a file: run again, and held to its numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.autodiff.reverse import adjoints_by_pushing
from engine.errors import InputError
from engine.museum.exhibits import exhibit
from engine.museum.planted import PlantedRun, plant
from engine.oracle.verdict import errors
from engine.trace.consistency import TOLERANCES
from engine.trace.trace import Trace, freeze

if TYPE_CHECKING:
    from engine.autodiff.tape import Node


def replanted(trace: Trace) -> PlantedRun:
    """Run the program of a trace whose provenance names a mistake, without it and with it.

    Args:
        trace: as read from a file; its leaves count, its other numbers are checked.

    Raises:
        InputError: there is no such mistake, or its numbers are others.
    """
    planted = plant(_without(trace), exhibit(str(trace.provenance["planted"])))
    found = errors(
        [*(node.value for node in trace.nodes), *trace.adjoints],
        [*(node.value for node in planted.trace.nodes), *planted.trace.adjoints],
    )
    dtype = str(trace.nodes[trace.output].value.dtype)
    wrong = np.flatnonzero(found > TOLERANCES[dtype])
    if len(wrong):
        name = trace.nodes[int(wrong[0]) % len(trace)].name
        raise InputError(
            f"the numbers of {name} are not those of the planted mistake; record the run again"
        )
    return planted


def _without(trace: Trace) -> Trace:
    """The same program on the same leaves, run as it should be."""
    nodes: list[Node] = []
    with np.errstate(all="ignore"):
        for node in trace.nodes:
            new = node
            if node.primitive is not None:
                operands = [nodes[i].value for i in node.operands]
                value = np.asarray(node.primitive.forward(*operands, **node.attributes))
                value.flags.writeable = False
                new = replace(node, value=value)
            nodes.append(new)
    provenance = {key: said for key, said in trace.provenance.items() if key != "planted"}
    return freeze(nodes, adjoints_by_pushing(nodes, trace.output), trace.output, provenance)
