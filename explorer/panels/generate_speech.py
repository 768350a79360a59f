"""What a screen reader is told of the draws: each single one, a stream once it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.kit.tokens import shown_token
from explorer.speech import Speaker

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.panels.generate_column import Column

MOST = 60
"""Tokens of a stream that are read; of a longer one the last."""


class Narrator:
    """Says what the column looked at closely has drawn.

    Attributes:
        speaker: the voice.
    """

    def __init__(self, widget: QWidget) -> None:
        self.speaker = Speaker(widget)
        self._said = 0

    def begin(self, column: Column) -> None:
        """A text begins anew: nothing of it has been said."""
        self._said = len(column.drawn)

    def add(self, column: Column, *, streaming: bool) -> None:
        """Say a token that was drawn by itself; those of a stream wait for its end."""
        if not column.drawn or streaming:
            return
        self._said = len(column.drawn)
        one = column.drawn[-1]
        how = "put in by hand" if one.by_hand else f"probability {one.probability:.2f}"
        self.speaker.say(f"{shown_token(one.text)}, {how}")

    def finish(self, column: Column) -> None:
        """Say what a stream has drawn."""
        new = column.drawn[max(self._said, len(column.drawn) - MOST) :]
        self._said = len(column.drawn)
        if new and column.model is not None:
            self.speaker.say(column.model.cutter.detokenize([one.text for one in new]))
