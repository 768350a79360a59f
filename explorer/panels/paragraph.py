"""A sentence with mathematics that is as high as the lines it takes."""

from __future__ import annotations

from explorer.kit.prose import Prose


class Paragraph(Prose):
    """Prose in a page that scrolls: no room is kept for lines that are not there."""

    def _place(self) -> None:
        super()._place()
        lines = 1 + max((line for _, line, _ in self._placed), default=0)
        height = int(self._line_height() * lines) + 2
        if height != self.minimumHeight():
            self.setFixedHeight(height)
