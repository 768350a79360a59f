"""What Generate does, without a widget: one model, one prompt, the tokens drawn after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from explorer.panels.generate_models import LoadedModel, ModelChoice, Prepared, load, prepare
from explorer.panels.generate_sampling import Distribution, Drawn, Settings, generate, preview
from explorer.panels.generate_stream import Stream
from explorer.panels.ngram_counting import Progress

if TYPE_CHECKING:
    from explorer.jobs import Jobs

LARGEST_TEXT = 5000
TICK = 16

LOADING, PREPARING = "generate model", "generate prompt"
DRAWING, LOOKING = "generate tokens", "generate next"


class GenerateSession(QObject):
    """The state of the Generate workspace; everything long runs in jobs.

    Attributes:
        model: what is drawn from, None before the first is loaded.
        prompt: the last prompt that could be read, None before the first.
        drawn: the tokens after it.
        upcoming: what the next token would be drawn from, None where it is not known yet.
        settings: used for the next draws.
        speed: tokens a second of a stream.
        problem: why the prompt wanted last could not be read, empty where it could.

    Signals:
        progressed(progress): a model is being loaded.
        model_changed(): another model is in use; its prompt is not set yet.
        text_begun(): there is a new prompt with nothing drawn.
        tokens_drawn(count): so many tokens were added.
        upcoming_changed(): ``upcoming`` is another.
        streaming_changed(on): a stream has begun or ended.
        model_refused(sentence), prompt_refused(sentence), draw_refused(sentence): bad input; all
            stays as it was.
    """

    progressed = Signal(object)
    model_changed = Signal()
    text_begun = Signal()
    tokens_drawn = Signal(int)
    upcoming_changed = Signal()
    streaming_changed = Signal(bool)
    model_refused = Signal(str)
    prompt_refused = Signal(str)
    draw_refused = Signal(str)

    def __init__(self, jobs: Jobs, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = jobs
        self.model: LoadedModel | None = None
        self.prompt: Prepared | None = None
        self.drawn: tuple[Drawn, ...] = ()
        self.upcoming: Distribution | None = None
        self.settings = settings
        self.speed = 20.0
        self.problem = ""
        self._after_prompt: tuple[int, bool] | None = None
        self._stream: Stream | None = None
        self._left = 0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=TICK)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def is_streaming(self) -> bool:
        """Whether tokens are being shown one after another."""
        return self._stream is not None

    @property
    def context(self) -> tuple[int, ...]:
        """The prompt's tokens and those drawn."""
        prompt = () if self.prompt is None else self.prompt.ids
        return (*prompt, *(one.token for one in self.drawn))

    def load(self, choice: ModelChoice) -> None:
        """Load a model, in place of one that is being loaded."""
        counted = None if self.model is None else self.model.counted
        if (
            self.model is not None
            and counted is not None
            and (counted.choice, counted.kind) == (choice.text, choice.kind)
        ):
            self.jobs.cancel(LOADING)
            self._adopt(self.model.with_order(choice.order))
            return
        self.jobs.start(
            LOADING, load, choice, on_result=self._loaded, on_error=self.model_refused.emit
        )

    def cancel_loading(self) -> None:
        """Keep the model there is."""
        self.jobs.cancel(LOADING)

    def set_prompt(self, text: str) -> None:
        """Begin a new text; a prompt that cannot be read changes nothing."""
        if self.model is None:
            return
        self.stop()
        self._after_prompt = None
        self.jobs.cancel(DRAWING)
        self.jobs.start(
            PREPARING, prepare, self.model, text, self.settings,
            on_result=self._prepared, on_done=self._draw_after_prompt,
            on_error=self._refuse_prompt,
        )  # fmt: skip

    def set_settings(self, settings: Settings) -> None:
        """Use other settings for the tokens to come; with another seed the text begins anew."""
        if settings == self.settings:
            return
        fresh = settings.seed != self.settings.seed
        self.settings = settings
        self.upcoming = None
        if fresh:
            self.start_over()
        elif self._stream is not None:
            self._draw(self._left, paced=True)
        else:
            self.look_ahead()

    def draw_one(self) -> None:
        """Draw the next token and show it at once."""
        self.stop()
        if not self.jobs.is_running(DRAWING):
            self._draw(1, paced=False)

    def stream(self, length: int) -> None:
        """Draw so many tokens and show them one after another."""
        self._draw(length, paced=True)

    def stop(self) -> None:
        """End the stream; what was shown stays."""
        if self._stream is not None:
            self.jobs.cancel(DRAWING)
            self._end_stream()

    def start_over(self) -> None:
        """Go back to the prompt."""
        self.stop()
        self.jobs.cancel(DRAWING)
        self.drawn = ()
        self.upcoming = None
        if self.prompt is not None:
            self.text_begun.emit()
            self.look_ahead()

    def look_ahead(self) -> None:
        """Find what the next token would be drawn from."""
        if self.model is None or self.prompt is None:
            return
        self.jobs.start(
            LOOKING, preview, self.model.model, self.context, self.settings,
            on_result=self._looked, on_error=self.draw_refused.emit,
        )  # fmt: skip

    def _loaded(self, step: Progress | LoadedModel) -> None:
        if isinstance(step, LoadedModel):
            self._adopt(step)
        else:
            self.progressed.emit(step)

    def _adopt(self, model: LoadedModel) -> None:
        self.stop()
        self.jobs.cancel(DRAWING)
        self.jobs.cancel(LOOKING)
        self.model = model
        self.model_changed.emit()

    def _prepared(self, prompt: Prepared) -> None:
        self.problem = ""
        self.prompt, self.drawn, self.upcoming = prompt, (), prompt.distribution
        self.jobs.cancel(LOOKING)
        self.text_begun.emit()

    def _draw_after_prompt(self) -> None:
        """Draw what was asked for while the prompt was being read, or just after."""
        if self._after_prompt is not None:
            length, paced = self._after_prompt
            self._after_prompt = None
            self._draw(length, paced=paced)

    def _refuse_prompt(self, sentence: str) -> None:
        self.problem = sentence
        self._after_prompt = None
        self.prompt_refused.emit(sentence)

    def _draw(self, length: int, *, paced: bool) -> None:
        if self.jobs.is_running(PREPARING):
            self._after_prompt = (length, paced)
            return
        if self.model is None or self.prompt is None or self.problem:
            if self.problem:
                self.prompt_refused.emit(self.problem)
            return
        length = min(length, LARGEST_TEXT - len(self.drawn))
        if length < 1:
            self.stop()
            self.draw_refused.emit(
                f"The text has {LARGEST_TEXT} tokens, the most there can be; start over."
            )
            return
        if paced:
            self._begin_stream(length)
        self.jobs.start(
            DRAWING, generate, self.model.model, self.prompt.ids, self.settings,
            tuple(one.token for one in self.drawn), length,
            on_result=self._wait if paced else self._show_one,
            on_done=self._finish if paced else None, on_error=self._refuse_draw,
        )  # fmt: skip

    def _refuse_draw(self, sentence: str) -> None:
        if self._stream is not None:
            self._end_stream()
        self.draw_refused.emit(sentence)

    def _begin_stream(self, length: int) -> None:
        begun = self._stream is None
        self._stream, self._left = Stream(), length
        self._clock.restart()
        self._timer.start()
        if begun:
            self.streaming_changed.emit(True)

    def _end_stream(self) -> None:
        self._stream = None
        self._timer.stop()
        self.streaming_changed.emit(False)

    def _wait(self, one: Drawn) -> None:
        if self._stream is not None:
            self._stream.waiting.append(one)

    def _finish(self) -> None:
        if self._stream is not None:
            self._stream.finished = True

    def _tick(self) -> None:
        if self._stream is None:
            return
        due = self._stream.due(self._clock.restart() / 1000, self.speed)
        over = self._stream.is_over
        if due:
            self._left -= len(due)
            self._show(due)
        if over and self._stream is not None:
            self._end_stream()

    def _show_one(self, one: Drawn) -> None:
        self._show((one,))

    def _show(self, more: tuple[Drawn, ...]) -> None:
        self.drawn += more
        self.upcoming = None
        self.tokens_drawn.emit(len(more))

    def _looked(self, distribution: Distribution) -> None:
        self.upcoming = distribution
        self.upcoming_changed.emit()
