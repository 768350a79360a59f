"""The lines of an ARPA file, with their numbers, each refused in one sentence where it is wrong."""

from __future__ import annotations

import math
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from numpy.typing import NDArray

LONGEST_LINE = 1 << 16
LARGEST_BACK_OFF = 9.0
"""Base 10: no model leaves more, and 32 of them are a number still."""

_SHOWN = 40


class Rows(NamedTuple):
    """N-grams of one order as they stand in the file.

    Attributes:
        logs: log10 of the probabilities, shape (K,).
        words: ids, shape (K, order).
        back_offs: log10 of the weights, 0 where a line has none, shape (K,).
    """

    logs: NDArray[np.float64]
    words: NDArray[np.int32]
    back_offs: NDArray[np.float64]


class Lines:
    """Reads on, line by line or block by block."""

    def __init__(self, data: bytes, path: str | PathLike[str]) -> None:
        self._stream = BytesIO(data)
        self._path = path
        self.number = 0

    def share(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return self._stream.tell() / max(1, self._stream.getbuffer().nbytes)

    def wrong(self, message: str, number: int | None = None) -> InputError:
        """The error for a line, by default the one read last."""
        return InputError(message, file=self._path, place=f"line {number or self.number}")

    def next(self, expected: str) -> bytes:
        """The next line that is not blank, without the space around it."""
        while True:
            line = self._stream.readline(LONGEST_LINE + 1)
            self.number += 1
            if not line:
                raise self.wrong(f"the file ends before {expected}; get it anew, it is cut off.")
            if len(line) > LONGEST_LINE:
                raise self._too_long(self.number)
            if line.strip():
                return line.strip()

    def end(self) -> None:
        """Only blank lines may follow."""
        for line in self._stream:
            self.number += 1
            if line.strip():
                raise self.wrong("something follows \\end\\; remove it.")

    def block(
        self, size: int, order: int, index: Mapping[bytes, int], *, highest: bool
    ) -> tuple[Rows, list[bytes]]:
        """The next ``size`` n-grams, and their lines.

        Args:
            size: how many.
            order: of the n-grams.
            index: the ids of words; at order 1 it is not used, and all ids are 0.
            highest: whether lines of this order must have no back-off weight.
        """
        lines = list(islice(self._stream, size))
        first = self.number + 1
        self.number += len(lines)
        if max(map(len, lines), default=0) <= LONGEST_LINE:
            rows = _parsed([line.split() for line in lines], order, index, highest=highest)
            if rows is not None and len(lines) == size:
                return rows, lines
        for number, line in enumerate(lines, start=first):
            self._check(number, line, order, index, highest=highest)
        raise self.wrong(
            f"the file ends within the {order}-grams, fewer than the header says; get it anew.",
            self.number + 1,
        )

    def _check(
        self, number: int, line: bytes, order: int, index: Mapping[bytes, int], *, highest: bool
    ) -> None:
        """Raise what is wrong with a line, if anything."""
        if len(line) > LONGEST_LINE:
            raise self._too_long(number)
        fields = line.split()
        if not fields or fields[0].startswith(b"\\"):
            raise self.wrong(
                f"there are fewer {order}-grams than the header says; correct its count.", number
            )
        most = order + 1 if highest else order + 2
        if not order + 1 <= len(fields) <= most:
            wanted = "a logarithm" if highest else "a logarithm, perhaps a back-off weight,"
            raise self.wrong(
                f"a line of the {order}-grams needs {wanted} and {order} "
                f"word{'s' * (order > 1)}, not {len(fields)} parts; correct it.",
                number,
            )
        log = _number(fields[0])
        if log is None or log > 0:
            raise self.wrong(
                f"{shown(fields[0])} is no logarithm of a probability; give a number up to 0.",
                number,
            )
        back_off = _number(fields[-1]) if len(fields) == order + 2 else 0.0
        if back_off is None or back_off > LARGEST_BACK_OFF:
            raise self.wrong(
                f"{shown(fields[-1])} is no back-off weight; it must be the logarithm of a number.",
                number,
            )
        for word in fields[1 : order + 1] if order > 1 else ():
            if word not in index:
                raise self.wrong(
                    f"the word {shown(word)} is not among the 1-grams; add it there.", number
                )

    def _too_long(self, number: int) -> InputError:
        return self.wrong(
            f"the line is longer than {LONGEST_LINE} bytes; choose an ARPA file.", number
        )


def shown(field: bytes) -> str:
    """A part of a line, short enough for a message."""
    text = field.decode("utf-8", errors="replace")
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def _parsed(
    lines: list[list[bytes]], order: int, index: Mapping[bytes, int], *, highest: bool
) -> Rows | None:
    """The numbers and ids of lines, or None if anything is wrong with one."""
    most = order + 1 if highest else order + 2
    if not set(map(len, lines)) <= {order + 1, most}:
        return None
    first = [line[0] for line in lines]
    last = [line[-1] for line in lines if len(line) == order + 2]
    # Python's numbers may hold underscores.
    if b"_" in b" ".join(first) or b"_" in b" ".join(last):
        return None
    try:
        logs = np.fromiter(map(float, first), np.float64, len(lines))
        weights = np.fromiter(map(float, last), np.float64, len(last))
        words = np.zeros((len(lines), order), dtype=np.int32)
        for place in range(order if order > 1 else 0):
            ids = [index[line[place + 1]] for line in lines]
            words[:, place] = ids
    except (KeyError, ValueError):
        return None
    good = np.isfinite(logs).all() and (logs <= 0).all() and np.isfinite(weights).all()
    if not good or (weights > LARGEST_BACK_OFF).any():
        return None
    back_offs = np.zeros(len(lines))
    back_offs[np.fromiter(map(len, lines), np.int64, len(lines)) == order + 2] = weights
    return Rows(logs, words, back_offs)


def _number(field: bytes) -> float | None:
    try:
        number = float(field)
    except ValueError:
        return None
    return number if math.isfinite(number) and b"_" not in field else None
