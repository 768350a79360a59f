"""The texts of Generate as files: to read, as a table of tokens, or with all that made them."""

from __future__ import annotations

import csv
import io
import json
import math
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.files import write_whole
from engine.models.smoothing import MLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.panels.generate_column import Column
    from explorer.panels.generate_distribution import Settings
    from explorer.panels.generate_models import LoadedModel
    from explorer.panels.generate_sampling import Drawn

FORMAT = "tapestry-transcript-1"
FIELDS = (
    "column", "model", "place", "token", "probability", "surprise_bits", "u", "redraw", "by_hand",
    "temperature", "top_k", "top_p", "seed",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Transcript:
    """The texts of all columns as they are now.

    Attributes:
        prompt: what all begin with.
        columns: the models and what they drew; each is ready.
        seed: of the random numbers.
        sentence: where the texts part, empty for one text.
    """

    prompt: str
    columns: tuple[Column, ...]
    seed: int
    sentence: str = ""

    def as_text(self) -> str:
        """Each text under its model and settings."""
        parts = []
        for column in self.columns:
            if column.model is not None:
                head = f"{column.model.title} ({column.model.origin})"
                parts.append(f"{head}\n{self._how(column)}\n\n{column.text}\n")
        if self.sentence:
            parts.append(f"{self.sentence}\n")
        return "\n".join(parts)

    def as_csv(self) -> str:
        """One row a token: probability, surprise, random number, settings."""
        file = io.StringIO()
        table = csv.DictWriter(file, FIELDS, lineterminator="\n")
        table.writeheader()
        for number, column in enumerate(self.columns, 1):
            title = "" if column.model is None else column.model.title
            for row in self._rows(column):
                table.writerow({"column": number, "model": title, **row})
        return file.getvalue()

    def as_json(self) -> str:
        """Everything, with the command that draws each text again where there is one."""
        texts = [
            {
                "model": _model_of(column.model),
                "text": column.text,
                "command": self.command(column),
                "tokens": self._rows(column),
            }
            for column in self.columns
            if column.model is not None
        ]
        whole = {
            "format": FORMAT,
            "prompt": self.prompt,
            "seed": self.seed,
            "parting": self.sentence,
            "texts": texts,
        }
        return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def command(self, column: Column) -> str | None:
        """The command that prints the same text; None where no single one does.

        There is none where the settings changed on the way, another token was asked for, or one
        was put in by hand.
        """
        model = column.model
        settings = _settings_of(column.drawn)
        touched = any(one.by_hand or one.attempt for one in column.drawn)
        arpa = model is not None and model.saved is None and model.counted is None
        if model is None or settings is None or touched or arpa:
            return None
        choice = model.choice
        words = ["tapestry", "generate"]
        if choice.text is None:
            words += ["--model", choice.weights]
        else:
            source = (
                ("--file", choice.text.path) if choice.text.path else ("--corpus", choice.text.name)
            )
            words += ["--ngram", str(choice.order), *source, "--tokens", choice.kind]
            if choice.smoothing != MLE:
                words += ["--smoothing", choice.smoothing.name]
        words += ["--prompt", self.prompt, "--length", str(len(column.drawn))]
        words += ["--temperature", f"{settings.temperature:g}"]
        if settings.top_k is not None:
            words += ["--top-k", str(settings.top_k)]
        if settings.top_p is not None:
            words += ["--top-p", f"{settings.top_p:g}"]
        return shlex.join([*words, "--seed", str(self.seed)])

    def _how(self, column: Column) -> str:
        command = self.command(column)
        if command is not None:
            return command
        count = len(column.drawn)
        hand = sum(one.by_hand for one in column.drawn)
        again = sum(1 for one in column.drawn if one.attempt)
        return (
            f"{count} tokens, seed {self.seed}; {again} drawn again, {hand} put in by hand; "
            "each token's settings are in the table"
        )

    def _rows(self, column: Column) -> list[dict[str, Any]]:
        return [
            {
                "place": place,
                "token": one.text,
                "probability": one.probability,
                "surprise_bits": one.surprise if math.isfinite(one.surprise) else None,
                "u": None if one.by_hand else one.uniform,
                "redraw": one.attempt,
                "by_hand": one.by_hand,
                "temperature": one.settings.temperature,
                "top_k": one.settings.top_k,
                "top_p": one.settings.top_p,
                "seed": self.seed,
            }
            for place, one in enumerate(column.drawn, 1)
        ]


def save_transcript(transcript: Transcript, path: str) -> None:
    """Write a transcript whole or not at all; what kind, the end of the file's name says.

    Raises:
        InputError: it could not be written.
    """
    end = path.lower().rsplit(".", 1)[-1]
    made = {"json": transcript.as_json, "csv": transcript.as_csv}.get(end, transcript.as_text)()
    write_whole(path, made.encode("utf-8"))


def _settings_of(drawn: Sequence[Drawn]) -> Settings | None:
    """The settings of all tokens, None where they differ or there is no token."""
    settings = {one.settings for one in drawn}
    return settings.pop() if len(settings) == 1 else None


def _model_of(model: LoadedModel) -> dict[str, Any]:
    choice = model.choice
    said: dict[str, Any] = {"title": model.title, "origin": model.origin, "tokens": model.kind}
    if choice.text is None:
        return {**said, "weights": choice.weights}
    return {
        **said,
        "text": choice.text.path or choice.text.name,
        "order": choice.order,
        "smoothing": choice.smoothing.name,
    }
