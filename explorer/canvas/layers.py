"""What a controller draws over the cards, between two frames that it knows nothing of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF

    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Ints


class Layer(Protocol):
    """A painter of its own: a frozen value, so that equal pictures come out equal."""

    def paint(self, sheet: Sheet, cards: Ints) -> None:
        """Draw over the cards in sight; the painter is in device pixels."""


@runtime_checkable
class Tag(Layer, Protocol):
    """A layer that is drawn last of all, and of which labels keep clear."""

    def place(self, sheet: Sheet) -> QRectF | None:
        """What it covers, in device pixels; None where it draws nothing."""
