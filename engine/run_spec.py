"""What to run, as a value: a model over a text, or a typed expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from engine.errors import InputError

if TYPE_CHECKING:
    from engine.models.architecture import Activation, CellName

DEFAULT_TEXT = "Narwhals are way cooler than parrots"
DEFAULT_HIDDEN = 8
DEFAULT_SEED = 3
DEFAULT_STEPS = 40

Dtype = Literal["float64", "float32"]
NetworkName = Literal["feed-forward"]


@dataclass(frozen=True, slots=True)
class RunSpec:
    """One run of a model over a text, or of an expression.

    Exactly one of ``text``, ``file``, ``corpus``, ``expression`` and ``network`` is given.

    Attributes:
        text: typed in.
        file: path of a UTF-8 text.
        corpus: name of a corpus.
        expression: such as ``exp(x*z) + x``, with ``values`` for its names.
        network: the lecture's small network that reads no text, from ``seed``.
        weights: path of trained weights; without it they are fresh, from ``seed``.
        tokens: ``word``, ``char`` or ``space``; trained weights bring their own.
        cell, activation, hidden, layers, embedding, learned_start: what fresh weights are for,
            as in :class:`engine.models.architecture.Architecture`.
        steps: the first tokens of the text that are read; None reads all of a typed text and
            DEFAULT_STEPS of a file or corpus.
    """

    text: str | None = None
    file: str | None = None
    corpus: str | None = None
    expression: str | None = None
    network: NetworkName | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    weights: str | None = None
    tokens: str = "word"
    cell: CellName = "elman"
    activation: Activation = "tanh"
    hidden: int = DEFAULT_HIDDEN
    layers: int = 1
    embedding: int = 0
    learned_start: bool = True
    steps: int | None = None
    dtype: Dtype = "float64"
    seed: int = DEFAULT_SEED


def as_dtype(name: str) -> Dtype:
    """A name checked to be float64 or float32.

    Raises:
        InputError: it is neither.
    """
    if name not in ("float64", "float32"):
        raise InputError(f"the dtype is float64 or float32, not {name!r}")
    return cast(Dtype, name)
