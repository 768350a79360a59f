"""Long runs folded into rows, like lines of text: what moves where, and the ways between rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.layout.model import Floats, Ints

LONG = 60
"""Time steps from which a run is folded unless a person wants otherwise."""

ASPECT = 2.0
"""Width by height that a folded run comes nearest to."""

ROW_GAP = 64.0
_MARGIN = 40.0
_BETWEEN = 20.0


@dataclass(frozen=True, slots=True)
class Rows:
    """The columns of a grid, and where folding puts them.

    Attributes:
        left, right: (K,) sides of each column after folding.
        row: (K,) the row each column stands in, from the top.
        shift: (K, 2) how far folding has moved each column.
        height: of a row with the gap to the next.
        top, bottom: of the first row.
    """

    left: Floats
    right: Floats
    row: Ints
    shift: Floats
    height: float
    top: float
    bottom: float

    @property
    def count(self) -> int:
        """Number of rows."""
        return int(self.row[-1]) + 1

    @property
    def margins(self) -> tuple[float, float]:
        """Where wires run down at the left and at the right of all rows."""
        return float(self.left.min()) - _MARGIN, float(self.right.max()) + _MARGIN

    def between(self, row: Ints) -> Floats:
        """The height at which wires run back to the left below a row."""
        return np.asarray(self.bottom + row * self.height + _BETWEEN)


def rows_of(edges: Floats, top: float, bottom: float, *, folded: bool | None) -> Rows:
    """Fold columns into rows.

    Args:
        edges: (K + 1,) where columns begin and the last one ends, in one long row.
        top, bottom: of that row, labels included.
        folded: whether to; None folds a long run.
    """
    columns = len(edges) - 1
    height = bottom - top + ROW_GAP
    per = columns
    if folded or (folded is None and columns > LONG):
        pitch = (edges[-1] - edges[0]) / columns
        per = max(1, min(columns, int(np.ceil(np.sqrt(ASPECT * columns * height / pitch)))))
        # All rows alike but for the last: no row of two columns below rows of fifty.
        per = int(np.ceil(columns / np.ceil(columns / per)))
    row = np.arange(columns) // per
    begins = edges[:-1][row * per]
    shift = np.stack([edges[0] - begins, row * height], axis=1)
    return Rows(edges[:-1] + shift[:, 0], edges[1:] + shift[:, 0], row, shift, height, top, bottom)
