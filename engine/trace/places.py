"""Single numbers of tensors as names: ``W_hh[2,3]``, counted from 1 as in mathematics."""

from __future__ import annotations

from collections.abc import Sequence

from engine.autodiff.tape import Node


def component_name(tensor: str, index: Sequence[int]) -> str:
    """The name of one number of a tensor; a number by itself keeps its name."""
    return _named(tensor, [str(place + 1) for place in index])


def pick_name(tensor: str, place: str, index: Sequence[int], axis: int) -> str:
    """The name of the number whose place along one axis is another node's value."""
    places = [str(along + 1) for along in index]
    places.insert(axis, place)
    return _named(tensor, places)


def picked_name(node: Node, operands: Sequence[str]) -> str:
    """The name that a ``component`` or ``pick`` has from its operands' names."""
    index = node.attributes["index"]
    if node.op == "component":
        return component_name(operands[0], index)
    return pick_name(operands[0], operands[1], index, node.attributes["axis"])


def picked_places(node: Node, operands: Sequence[str]) -> str:
    """Where in its tensor a ``component`` or ``pick`` stands, for example ``2, 3``."""
    places = [str(along + 1) for along in node.attributes["index"]]
    if node.op == "pick":
        places.insert(node.attributes["axis"], operands[1])
    return ", ".join(places)


def _named(tensor: str, places: list[str]) -> str:
    if not places:
        return tensor
    return f"{f'({tensor})' if ' ' in tensor else tensor}[{','.join(places)}]"
