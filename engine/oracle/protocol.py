"""What client and worker say to each other: length-prefixed msgpack messages.

An array travels as its dtype, shape and raw little-endian bytes, so no bit of it changes.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import msgspec

MESSAGE_LIMIT = 1 << 31
"""Largest message accepted, in bytes; a longer one is not from this protocol."""

_LENGTH = struct.Struct("<Q")


class ArrayData(msgspec.Struct, frozen=True, array_like=True):
    """An array: dtype as numpy writes it (``<f8``), shape, and its bytes in C order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One node: the primitive's name and operands, or a leaf's role and value.

    ``nudge`` are components of the flattened value, each with the number that it is set to once
    it has been computed; the derivative passes through unchanged.
    """

    op: str
    operands: tuple[int, ...]
    attributes: dict[str, Any]
    value: ArrayData | None
    nudge: tuple[tuple[int, float], ...] = ()


class Program(msgspec.Struct, frozen=True, tag="program"):
    """A request: evaluate these nodes in order and differentiate the output."""

    steps: tuple[Step, ...]
    output: int


class NetworkCall(msgspec.Struct, frozen=True, tag="network"):
    """A request: run one of the networks of :mod:`engine.styles.pytorch`.

    Attributes:
        network: its name.
        leaves: what it is called with, by name.
        tokens: token t of a recurrent network, counted from 1; empty for the other.
    """

    network: str
    leaves: dict[str, ArrayData]
    tokens: dict[int, int]


class Quantity(msgspec.Struct, frozen=True, array_like=True):
    """A variable (of a time step) with its value, and its adjoint where it has one."""

    variable: str
    step: int | None
    value: ArrayData
    adjoint: ArrayData | None


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The worker's first message: PyTorch is loaded, in this version."""

    torch: str


class Result(msgspec.Struct, frozen=True, tag="result"):
    """The answer: every node's value, and its adjoint where one is defined."""

    values: tuple[ArrayData, ...]
    adjoints: tuple[ArrayData | None, ...]


class NetworkResult(msgspec.Struct, frozen=True, tag="network result"):
    """The answer to a :class:`NetworkCall`: every variable that the code names."""

    quantities: tuple[Quantity, ...]


class Failure(msgspec.Struct, frozen=True, tag="failure"):
    """The worker cannot answer: ``kind`` is "import" or "evaluation", ``reason`` a sentence."""

    kind: str
    reason: str


Request = Program | NetworkCall
Reply = Hello | Result | NetworkResult | Failure


def send(stream: BinaryIO, message: msgspec.Struct) -> None:
    """Write one message.

    Raises:
        OSError: the other side is gone.
    """
    body = msgspec.msgpack.encode(message, enc_hook=_plain)
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """The bytes of the next message, or None where the stream ends before one is whole.

    Raises:
        ValueError: the stream holds something else.
    """
    prefix = stream.read(_LENGTH.size)
    if len(prefix) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(prefix)
    if length > MESSAGE_LIMIT:
        raise ValueError(f"a message of {length} bytes was announced")
    body = stream.read(length)
    return body if len(body) == length else None


def _plain(value: Any) -> Any:
    """A numpy scalar in a primitive's attributes as the plain number it is."""
    item = getattr(value, "item", None)
    if item is None:
        raise TypeError(f"{type(value).__name__} cannot travel to the worker")
    return item()
