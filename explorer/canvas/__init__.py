"""The graph on screen: one widget that paints from numpy arrays.

``scene`` holds what does not change, ``moment`` what a frame makes of it, ``view`` where we look;
``painter`` draws the three. Nothing here remembers the frame before.
"""

from __future__ import annotations

from explorer.canvas.canvas import GraphCanvas
from explorer.canvas.view import View

__all__ = ["GraphCanvas", "View"]
