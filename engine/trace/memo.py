"""Arrays worth keeping for a while, within a limit of memory."""

from __future__ import annotations

from collections import OrderedDict

from engine.autodiff.primitives import Array


class ArrayMemo:
    """The arrays used last, by an integer, as many as fit.

    Args:
        limit: bytes kept at most; a larger array is not kept at all.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._kept: OrderedDict[int, Array] = OrderedDict()

    def get(self, key: int) -> Array | None:
        """The array, if it is still kept."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: int, array: Array) -> None:
        """Keep an array, letting those go that were not used for longest."""
        old = self._kept.pop(key, None)
        self._bytes += array.nbytes - (0 if old is None else old.nbytes)
        self._kept[key] = array
        while self._bytes > self._limit:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.nbytes
