"""The four styles: which code each network is in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

StyleName = Literal["procedural", "modules", "objects", "pytorch"]
Network = Literal["feed-forward", "recurrent"]
STYLES: tuple[StyleName, ...] = get_args(StyleName)
NETWORKS: tuple[Network, ...] = get_args(Network)


@dataclass(frozen=True, slots=True)
class Code:
    """A network in one style.

    Attributes:
        forward: the function whose statements are the network's equations.
        backward: the function of the backward pass.
    """

    forward: str
    backward: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """One style.

    Attributes:
        name: its id.
        title: its name on screen.
        module: the module that runs.
        idea: what is new in it, one sentence.
        code: each network in it.
    """

    name: StyleName
    title: str
    module: str
    idea: str
    code: Mapping[Network, Code]


DIALECTS: Mapping[StyleName, Dialect] = {
    "procedural": Dialect(
        "procedural",
        "Procedural",
        "engine.styles.procedural",
        "Forward and backward are written by hand, for this network only.",
        {
            "feed-forward": Code("NNForward", "NNBackward"),
            "recurrent": Code("RNNForward", "RNNBackward"),
        },
    ),
    "modules": Dialect(
        "modules",
        "Modules",
        "engine.styles.modules",
        "Every layer has its own forward and backward; a network is calls in order, then reversed.",
        {
            "feed-forward": Code("NNForward", "NNBackward"),
            "recurrent": Code("RNNForward", "RNNBackward"),
        },
    ),
    "objects": Dialect(
        "objects",
        "Objects, tape",
        "engine.styles.objects",
        "Calling a module records it on the tape; backward reads the tape from its end.",
        {
            "feed-forward": Code("NeuralNetwork.forward", "tape_bwd"),
            "recurrent": Code("RecurrentNetwork.forward", "tape_bwd"),
        },
    ),
    "pytorch": Dialect(
        "pytorch",
        "PyTorch",
        "engine.styles.pytorch",
        "The tape is PyTorch's own: the whole backward pass is one call.",
        {
            "feed-forward": Code("NeuralNetwork.forward", "NNForwardBackward"),
            "recurrent": Code("RecurrentNetwork.forward", "RNNForwardBackward"),
        },
    ),
}
