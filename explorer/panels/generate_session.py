"""What Generate does, without a widget: drawing token by token, streaming, and steps back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.panels.generate_column import Before, Column, added
from explorer.panels.generate_columns_session import LOOKING, PREPARING, ColumnsSession
from explorer.panels.generate_numbers import Numbers
from explorer.panels.generate_sampling import Row, draw_rows
from explorer.panels.generate_stream import Pacer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.jobs import Jobs
    from explorer.panels.generate_distribution import Settings

__all__ = ["DRAWING", "LARGEST_TEXT", "LOOKING", "PREPARING", "GenerateSession"]

LARGEST_TEXT = 5000
STEPS_BACK = 50
DRAWING = "generate tokens"


class GenerateSession(ColumnsSession):
    """The state of the Generate workspace; everything long runs in jobs.

    Attributes:
        pacer: lets the tokens of a stream out at a speed.

    Signals:
        rows_drawn(count): every column has so many more tokens.
        streaming_changed(on): a stream has begun or ended.
    """

    rows_drawn = Signal(int)
    streaming_changed = Signal(bool)

    def __init__(self, jobs: Jobs, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(jobs, settings, parent)
        self.pacer = Pacer(self)
        self._streamed: tuple[int, ...] = ()
        self._back: list[Before] = []
        self._wanted: tuple[int, bool] | None = None
        self._cut = False
        self.pacer.due.connect(self._show_due)
        self.pacer.over.connect(self._tell_over)

    @property
    def is_streaming(self) -> bool:
        """Whether tokens are being shown one after another."""
        return self.pacer.is_running

    @property
    def can_go_back(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._back)

    def interrupt(self) -> None:
        """Stop drawing because the columns change; a stream goes on after that."""
        if self.is_streaming:
            self._wanted = self.pacer.left, True
        self.stop()
        self.jobs.cancel(DRAWING)
        self.jobs.cancel(LOOKING)
        if self._cut:
            self._show_all()

    def settled(self) -> None:
        """Draw what was asked for while the columns changed."""
        if self._wanted is not None:
            (length, paced), self._wanted = self._wanted, None
            self._draw(length, paced=paced)

    def begun(self) -> None:
        """Forget the steps that could be taken back."""
        self._back.clear()
        self._cut = False

    def set_prompt(self, text: str) -> None:
        """Begin a new text; a prompt that one of the models cannot read changes nothing."""
        self.stop()
        self._wanted = None
        super().set_prompt(text)

    def set_settings(self, settings: Settings) -> None:
        """Use other settings for the tokens to come; with another seed the text begins anew."""
        if settings == self.settings:
            return
        fresh = settings.seed != self.settings.seed
        self.settings = settings
        self.upcoming = None
        if fresh:
            self.start_over()
        elif self.is_streaming:
            self._draw(self.pacer.left, paced=True)
        else:
            self.look_ahead()

    def draw_one(self) -> None:
        """Draw the next token of every column and show it at once."""
        self.stop()
        if not self.jobs.is_running(DRAWING):
            self._draw(1, paced=False)

    def stream(self, length: int) -> None:
        """Draw so many tokens and show them one after another."""
        self._draw(length, paced=True)

    def stop(self) -> None:
        """End the stream; what was shown stays."""
        if self.is_streaming:
            self.jobs.cancel(DRAWING)
            self.pacer.stop()
            self.streaming_changed.emit(False)

    def start_over(self) -> None:
        """Go back to the prompt."""
        self._step_back()
        if self.settings.seed != self.numbers.seed:
            self._back.clear()
        self.numbers = Numbers(self.settings.seed)
        self.columns = tuple(column.cut(0) for column in self.columns)
        self._cut = False
        if self.ready:
            self.text_begun.emit()
            self.look_ahead()

    def draw_another(self, place: int) -> None:
        """Go back to a place in every column and draw with another random number there."""
        if not 0 <= place < self.length or self.is_preparing or self._cut:
            return
        self._step_back()
        self.numbers = self.numbers.redrawn(place)
        self.columns = tuple(column.cut(place) for column in self.columns)
        self._cut = True
        self._draw(1, paced=False)

    def put_in(self, place: int, token: int) -> None:
        """Let the selected column have a token at a place; the others keep theirs.

        What comes after it is cut in all columns, to be drawn anew.
        """
        busy = self.is_preparing or self._cut
        if not 0 <= place <= self.length or busy or not self.column.is_ready:
            return
        drawing = self.ready if place == self.length else (self.column,)
        self._step_back()
        self.numbers = self.numbers.before(place + 1)
        own = self.column.key
        self.columns = tuple(
            column.cut(place if column.key == own else place + 1) for column in self.columns
        )
        self._cut = True
        readers = tuple(column.cut(place) for column in drawing)
        hands = tuple(token if column.key == own else None for column in drawing)
        self._start_drawing(readers, place, 1, hands, paced=False)

    def undo(self) -> None:
        """Take the last step back: another draw, a token put in, starting over."""
        if not self._back or self.is_preparing:
            return
        self.stop()
        self.jobs.cancel(DRAWING)
        before = self._back.pop()
        self.numbers = before.numbers
        self._cut = False
        self.columns = before.restored(self.columns)
        self.upcoming = None
        self._show_all()

    def _draw(self, length: int, *, paced: bool) -> None:
        single = self.jobs.is_running(DRAWING) and not self.is_streaming
        if self.is_preparing or single:
            self._wanted = length, paced
            return
        if not self.ready or self.problem:
            if self.problem:
                self.prompt_refused.emit(self.problem)
            return
        length = min(length, LARGEST_TEXT - self.length)
        if length < 1:
            self.stop()
            self.draw_refused.emit(
                f"The text has {LARGEST_TEXT} tokens, the most there can be; start over."
            )
            return
        self._start_drawing(self.ready, self.length, length, (), paced=paced)

    def _start_drawing(
        self, columns: Sequence[Column], first: int, length: int, hands: Sequence[int | None], *,
        paced: bool,
    ) -> None:  # fmt: skip
        keys = tuple(column.key for column in columns)
        if paced:
            begun = not self.is_streaming
            self.pacer.begin(length)
            self._streamed = keys
            if begun:
                self.streaming_changed.emit(True)

        def show(row: Row) -> None:
            self._show(keys, (row,))

        self.jobs.start(
            DRAWING, draw_rows, tuple(column.reader() for column in columns), self.settings,
            self.numbers, first, length, tuple(hands),
            on_result=self.pacer.take if paced else show,
            on_done=self.pacer.finish if paced else self.settled, on_error=self._refuse_draw,
        )  # fmt: skip

    def _refuse_draw(self, sentence: str) -> None:
        self.stop()
        if self._cut:
            self._show_all()
        self.draw_refused.emit(sentence)

    def _refuse_prompt(self, sentence: str) -> None:
        self._wanted = None
        super()._refuse_prompt(sentence)

    def _show_due(self, rows: tuple[Row, ...]) -> None:
        self._show(self._streamed, rows)

    def _show(self, keys: tuple[int, ...], rows: tuple[Row, ...]) -> None:
        self.columns = added(self.columns, keys, rows)
        self.upcoming = None
        if self._cut:
            self._show_all()
        else:
            self.rows_drawn.emit(len(rows))

    def _show_all(self) -> None:
        """Tell that texts have changed before their end."""
        self._cut = False
        for column in self.columns:
            self.text_changed.emit(column.key)

    def _tell_over(self) -> None:
        self.streaming_changed.emit(False)

    def _step_back(self) -> None:
        """Stop drawing, and remember the texts as they are."""
        self.stop()
        self.jobs.cancel(DRAWING)
        self.jobs.cancel(LOOKING)
        self._stop_catching_up()
        self.upcoming = None
        # Between a step back and its draw the texts may differ in length: what was before counts.
        if self.length and not self._cut:
            drawn = {column.key: column.drawn for column in self.columns}
            self._back.append(Before(drawn, self.numbers))
            del self._back[:-STEPS_BACK]
