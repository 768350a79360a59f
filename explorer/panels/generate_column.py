"""What stands side by side in Generate, as values: a model with the text it has drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.panels.generate_sampling import Drawn, Mark, Reader, draw_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from explorer.panels.generate_distribution import Settings
    from explorer.panels.generate_models import LoadedModel, ModelChoice, Prepared
    from explorer.panels.generate_numbers import Numbers
    from explorer.panels.generate_sampling import Row

AT_ONCE = 50
"""Tokens that a model which catches up with the others shows at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One model and its text.

    Attributes:
        key: its name among the columns, never used again for another.
        choice: the model wanted last.
        model: the one in use, None while the first is being loaded.
        prompt: as it reads it, None until it has.
        drawn: the tokens after it.
        mark: where a recurrent model stood after the last of them, None where that is not known.
    """

    key: int
    choice: ModelChoice
    model: LoadedModel | None = None
    prompt: Prepared | None = None
    drawn: tuple[Drawn, ...] = ()
    mark: Mark | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it can draw."""
        return self.model is not None and self.prompt is not None

    @property
    def context(self) -> tuple[int, ...]:
        """The tokens of the prompt and those drawn."""
        prompt = () if self.prompt is None else self.prompt.ids
        return (*prompt, *(one.token for one in self.drawn))

    @property
    def surfaces(self) -> tuple[str, ...]:
        """The same tokens as they are shown."""
        prompt = () if self.prompt is None else self.prompt.surfaces
        return (*prompt, *(one.text for one in self.drawn))

    @property
    def text(self) -> str:
        """The whole text, put together as the command line prints it."""
        if self.model is None or self.prompt is None:
            return ""
        cutter = self.model.cutter
        return cutter.detokenize(
            [*cutter.tokenize(self.prompt.text), *(one.text for one in self.drawn)]
        )

    def cut(self, place: int) -> Column:
        """The column with only its first ``place`` drawn tokens."""
        if len(self.drawn) <= place:
            return self
        return replace(self, drawn=self.drawn[:place], mark=None)

    def reader(self) -> Reader:
        """What draws the next token.

        Raises:
            ValueError: there is no model yet.
        """
        if self.model is None:
            raise ValueError("a column without a model cannot draw")
        return Reader(self.model.model, self.context, self.mark)


def added(
    columns: Sequence[Column], keys: Sequence[int], rows: Sequence[Row]
) -> tuple[Column, ...]:
    """The columns after some rows, those that were drawn for the columns of ``keys``."""
    places = {key: i for i, key in enumerate(keys)}
    return tuple(
        replace(
            column,
            drawn=column.drawn + tuple(row.drawn[places[column.key]] for row in rows),
            mark=rows[-1].marks[places[column.key]],
        )
        if column.key in places and rows
        else column
        for column in columns
    )


def catch_up(
    reader: Reader, settings: Settings, numbers: Numbers, first: int, length: int
) -> Iterator[tuple[Row, ...]]:
    """Draw what the other columns have already, some rows at a time.

    Raises:
        InputError: settings that cannot be used.
    """
    rows: list[Row] = []
    for row in draw_rows((reader,), settings, numbers, first, length):
        rows.append(row)
        if len(rows) == AT_ONCE:
            yield tuple(rows)
            rows = []
    if rows:
        yield tuple(rows)


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """What all texts were before a step that can be taken back."""

    drawn: Mapping[int, tuple[Drawn, ...]]
    numbers: Numbers

    def restored(self, columns: Sequence[Column]) -> tuple[Column, ...]:
        """The columns with those texts."""
        return tuple(
            replace(column, drawn=self.drawn.get(column.key, column.drawn), mark=None)
            for column in columns
        )
