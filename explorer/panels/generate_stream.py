"""Letting drawn tokens out at a speed, by the clock: pure arithmetic."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.panels.generate_sampling import Drawn


@dataclass(slots=True)
class Stream:
    """Tokens that were drawn but not shown yet.

    Attributes:
        waiting: those, in order.
        finished: whether no more will come.
    """

    waiting: deque[Drawn] = field(default_factory=deque)
    finished: bool = False
    _credit: float = 1.0

    @property
    def is_over(self) -> bool:
        """Whether everything has been shown."""
        return self.finished and not self.waiting

    def due(self, seconds: float, speed: float) -> tuple[Drawn, ...]:
        """The tokens to show now.

        Args:
            seconds: since the last time this was asked.
            speed: tokens a second; infinite for all that are there.
        """
        if speed == float("inf"):
            count = len(self.waiting)
        else:
            # At least one token's worth is kept, so that a pause never bursts.
            self._credit = min(self._credit + seconds * speed, max(1.0, speed * 0.1))
            count = min(int(self._credit), len(self.waiting))
            self._credit -= count
        return tuple(self.waiting.popleft() for _ in range(count))
