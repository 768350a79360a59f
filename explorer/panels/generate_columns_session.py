"""The models of Generate side by side, and the prompt that all of them read; no widget."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.panels.generate_column import Column, added, catch_up
from explorer.panels.generate_loader import Loader
from explorer.panels.generate_models import LoadedModel, ModelChoice, Prepared, prepare_all
from explorer.panels.generate_numbers import Numbers
from explorer.panels.generate_sampling import preview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.jobs import Jobs
    from explorer.panels.generate_distribution import Distribution, Settings
    from explorer.panels.generate_sampling import Drawn, Row

MOST_COLUMNS = 4

PREPARING, LOOKING = "generate prompt", "generate next"


class ColumnsSession(QObject):
    """Columns of models: they come, go, read the prompt and catch up with each other.

    All columns have the same prompt and the same number of tokens after it, and use the same
    random number at the same place.

    Attributes:
        columns: the models side by side, from left to right.
        selected: key of the column that is looked at closely.
        loader: loads their models.
        numbers: the random numbers.
        settings: used for the next draws.
        upcoming: what the next token of the selected column would be drawn from, None where it
            is not known yet.
        text: the prompt wanted last.
        problem: why it could not be read, empty where it could.

    Signals:
        columns_changed(): there are other columns, or one has another model or is loading one.
        prompt_suggested(text): another prompt is used, because the models could not read the last.
        text_begun(): there is a new prompt with nothing drawn.
        text_changed(key): the text of one column is another.
        upcoming_changed(): ``upcoming`` is another.
        model_refused(sentence), prompt_refused(sentence), draw_refused(sentence): bad input; all
            stays as it was.
    """

    columns_changed = Signal()
    prompt_suggested = Signal(str)
    text_begun = Signal()
    text_changed = Signal(int)
    upcoming_changed = Signal()
    model_refused = Signal(str)
    prompt_refused = Signal(str)
    draw_refused = Signal(str)

    def __init__(self, jobs: Jobs, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = jobs
        self.loader = Loader(jobs, self)
        self.columns: tuple[Column, ...] = (Column(0, ModelChoice()),)
        self.selected = 0
        self.settings = settings
        self.numbers = Numbers(settings.seed)
        self.upcoming: Distribution | None = None
        self.text = ""
        self.problem = ""
        self._usual = ""
        self._next_key = 1
        self._goal = 0
        self.loader.loaded.connect(self._adopt)
        self.loader.refused.connect(self._refuse_model)

    @property
    def column(self) -> Column:
        """The column that is looked at closely."""
        return self.column_of(self.selected) or self.columns[0]

    @property
    def model(self) -> LoadedModel | None:
        """Its model, None before the first is loaded."""
        return self.column.model

    @property
    def prompt(self) -> Prepared | None:
        """The prompt as it reads it, None before the first."""
        return self.column.prompt

    @property
    def drawn(self) -> tuple[Drawn, ...]:
        """The tokens after it."""
        return self.column.drawn

    @property
    def ready(self) -> tuple[Column, ...]:
        """The columns that can draw."""
        return tuple(column for column in self.columns if column.is_ready)

    @property
    def length(self) -> int:
        """How many tokens stand after the prompt."""
        return max((len(column.drawn) for column in self.columns), default=0)

    def column_of(self, key: int) -> Column | None:
        """The column of a key, None where it is no longer there."""
        return next((column for column in self.columns if column.key == key), None)

    def interrupt(self) -> None:
        """Stop drawing because the columns change; what was going on goes on after `settled`."""

    def settled(self) -> None:
        """All columns have read the prompt and have the same number of tokens."""

    def begun(self) -> None:
        """All texts have begun anew: steps back are forgotten."""

    def load(self, choice: ModelChoice, key: int | None = None) -> None:
        """Load a model for a column, by default the selected one."""
        column = self.column if key is None else self.column_of(key)
        if column is not None:
            self._replace(replace(column, choice=choice))
            self.loader.load(column.key, choice)
            self.columns_changed.emit()

    def add(self, choice: ModelChoice) -> None:
        """Load a model beside the others, and look at its column closely."""
        if len(self.columns) >= MOST_COLUMNS:
            return
        key, self._next_key = self._next_key, self._next_key + 1
        self.columns = (*self.columns, Column(key, choice))
        self.select(key)
        self.load(choice, key)

    def remove(self, key: int) -> None:
        """Take a column away, unless it is the only one."""
        others = tuple(column for column in self.columns if column.key != key)
        if not others or len(others) == len(self.columns):
            return
        self.interrupt()
        self.jobs.cancel(_catching(key))
        self.loader.cancel(key)
        self.columns = others
        if self.selected == key:
            self.select(others[0].key)
        self.columns_changed.emit()
        self._settle()

    def select(self, key: int) -> None:
        """Look at another column closely."""
        if key != self.selected:
            self.selected = key
            self.jobs.cancel(LOOKING)
            self.upcoming = None

    def cancel_loading(self) -> None:
        """Keep the models there are; a column without one goes."""
        for column in self.columns:
            if self.loader.is_loading(column.key):
                self.loader.cancel(column.key)
                self._keep(column)

    def set_prompt(self, text: str) -> None:
        """Begin a new text; a prompt that one of the models cannot read changes nothing."""
        self.text = text
        self.interrupt()
        self._prepare_all()

    def look_ahead(self) -> None:
        """Find what the next token of the selected column would be drawn from."""
        if self.column.is_ready:
            self.jobs.start(
                LOOKING, preview, self.column.reader(), self.settings,
                on_result=self._looked, on_error=self.draw_refused.emit,
            )  # fmt: skip

    @property
    def is_preparing(self) -> bool:
        """Whether a prompt is being read, or a column catches up."""
        return self.jobs.is_running(PREPARING) or any(
            self.jobs.is_running(_catching(column.key)) for column in self.columns
        )

    def _adopt(self, key: int, model: LoadedModel) -> None:
        """Use a loaded model: it catches up with the others, or the text begins anew for all."""
        column = self.column_of(key)
        if column is None:
            return
        self._goal = max(self._goal, self.length)
        self.jobs.cancel(_catching(key))
        self.interrupt()
        self.begun()
        before = column.model
        self._replace(Column(key, model.choice, model))
        if key == self.selected:
            self.upcoming = None
        self.columns_changed.emit()
        text = self._readable(model)
        alike = before is not None and model.is_alike(before)
        if text == self.text and not self.problem and (len(self.columns) > 1 or alike):
            self._settle()
            return
        if text != self.text:
            self.text = text
            self.prompt_suggested.emit(text)
        self._prepare_all()

    def _readable(self, model: LoadedModel) -> str:
        """The prompt for the models: the person's if all know it, else the usual of the new one."""
        models = [column.model for column in self.columns if column.model is not None]
        usual, self._usual = self._usual, model.usual_prompt
        typed = self.text and (self.text != usual or len(models) > 1)
        if typed and all(other.knows(self.text) for other in models):
            return self.text
        known = all(other.knows(model.usual_prompt) for other in models)
        return model.usual_prompt if known else ""

    def _refuse_model(self, key: int, sentence: str) -> None:
        column = self.column_of(key)
        if column is not None:
            self._keep(column)
        self.model_refused.emit(sentence)

    def _keep(self, column: Column) -> None:
        """Go back to the model in use after another one was not to be had."""
        if column.model is None and len(self.columns) > 1:
            self.remove(column.key)
            return
        if column.model is not None:
            self._replace(replace(column, choice=column.model.choice))
        self.columns_changed.emit()

    def _prepare_all(self) -> None:
        models = tuple((c.key, c.model) for c in self.columns if c.model is not None)
        if models:
            self._prepare(models, anew=True)

    def _prepare(self, models: Sequence[tuple[int, LoadedModel]], *, anew: bool) -> None:
        self.jobs.start(
            PREPARING, prepare_all, tuple(models), self.text, self.settings,
            on_result=self._begin if anew else self._join, on_done=self._settle,
            on_error=self._refuse_prompt,
        )  # fmt: skip

    def _begin(self, prompts: dict[int, Prepared]) -> None:
        self.problem = ""
        self._stop_catching_up()
        self.begun()
        self.numbers = Numbers(self.settings.seed)
        self.columns = tuple(
            replace(column, prompt=prompts.get(column.key), drawn=(), mark=None)
            for column in self.columns
        )
        self.jobs.cancel(LOOKING)
        self.upcoming = None if self.prompt is None else self.prompt.distribution
        self.text_begun.emit()

    def _join(self, prompts: dict[int, Prepared]) -> None:
        for key, prompt in prompts.items():
            column = self.column_of(key)
            if column is not None:
                self._replace(replace(column, prompt=prompt))
                self.text_changed.emit(key)

    def _settle(self) -> None:
        """Let new columns read the prompt and catch up."""
        missing = [(c.key, c.model) for c in self.columns if c.model and c.prompt is None]
        if missing:
            if not self.jobs.is_running(PREPARING):
                self._prepare(missing, anew=False)
            return
        goal = max(self._goal, self.length)
        for column in self.ready:
            lacking = goal - len(column.drawn)
            if lacking > 0 and not self.jobs.is_running(_catching(column.key)):
                self._catch_up(column, lacking)
        if not self.is_preparing:
            self._goal = 0
            self.settled()

    def _catch_up(self, column: Column, lacking: int) -> None:
        key = column.key

        def take(rows: tuple[Row, ...]) -> None:
            self.columns = added(self.columns, (key,), rows)
            self.text_changed.emit(key)

        self.jobs.start(
            _catching(key), catch_up, column.reader(), self.settings, self.numbers,
            len(column.drawn), lacking, on_result=take, on_done=self._settle,
            on_error=self.draw_refused.emit,
        )  # fmt: skip

    def _refuse_prompt(self, sentence: str) -> None:
        self.problem = sentence
        self.prompt_refused.emit(sentence)

    def _looked(self, distribution: Distribution) -> None:
        self.upcoming = distribution
        self.upcoming_changed.emit()

    def _stop_catching_up(self) -> None:
        self._goal = 0
        for column in self.columns:
            self.jobs.cancel(_catching(column.key))

    def _replace(self, changed: Column) -> None:
        self.columns = tuple(changed if c.key == changed.key else c for c in self.columns)


def _catching(key: int) -> str:
    """The name of the job in which a column catches up with the others."""
    return f"generate catch up {key}"
