"""What a person sees while a model is trained: a bar, the held-out loss, and samples."""

from __future__ import annotations

import math
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from engine.text.tokenizer import Tokenizer
from engine.training.evaluation import evaluate
from engine.training.texts import TrainingText
from engine.training.train import Trainer, TrainingStep

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_LOOKS = 20
_HELD_OUT_TOKENS = 32_768
_LANES = 32
_SAMPLE = {"char": 240, "word": 48}


class ProgressReport:
    """A progress bar on standard error and, now and then, a look at the held-out text.

    Nothing here draws from the trainer's random numbers: a run ends in the same weights whether
    or not anybody watches.

    Args:
        trainer: what is trained.
        text: with the held-out part.
        tokens: puts samples together.
        every: iterations between two looks; by default there are twenty.
        quiet: show nothing.
    """

    def __init__(
        self,
        trainer: Trainer,
        text: TrainingText,
        tokens: Tokenizer,
        *,
        every: int | None,
        quiet: bool,
    ) -> None:
        self._trainer, self._text, self._tokens = trainer, text, tokens
        self._every = every or max(1, trainer.settings.iterations // _LOOKS)
        self._bar: Progress | None = None if quiet else _new_bar()
        self._task: TaskID | None = None

    def __enter__(self) -> ProgressReport:
        if self._bar is not None:
            self._bar.__enter__()
            self._task = self._bar.add_task(
                "loss",
                total=self._trainer.settings.iterations,
                completed=self._trainer.iteration,
                speed="",
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, trace)

    def show(self, step: TrainingStep) -> None:
        """One more iteration is done."""
        if self._bar is None or self._task is None:
            return
        self._bar.update(
            self._task,
            completed=step.iteration,
            description=f"loss {step.smoothed_loss:.3f}",
            speed=f"{step.tokens_per_second:,.0f} tokens/s",
        )
        if step.iteration % self._every == 0 and step.iteration < self._trainer.settings.iterations:
            look = self._look(step)
            self._bar.console.print(look, markup=False, highlight=False, soft_wrap=True)

    def _look(self, step: TrainingStep) -> str:
        """The losses, and what the model writes now."""
        model, text = self._trainer.model, self._text
        words = [f"iteration {step.iteration:,}", f"loss {step.smoothed_loss:.4f}"]
        if len(text.held_out):
            part = text.held_out[:_HELD_OUT_TOKENS]
            judged = evaluate(model, part, unknown=text.unknown, lanes=_LANES, chunk=64)
            words.append(f"held-out {judged.loss:.4f}")
            words.append(
                f"{judged.loss / math.log(2):.4f} bits per character"
                if self._tokens.name == "char"
                else f"perplexity {judged.perplexity:.2f}"
            )
        words += [f"rate {step.learning_rate:.2e}", f"{step.tokens_per_second:,.0f} tokens/s"]
        rng = np.random.default_rng((self._trainer.settings.seed, step.iteration))
        draws = model.sample(_SAMPLE[self._tokens.name], rng)
        sample = self._tokens.detokenize([model.vocabulary.tokens[d.token] for d in draws])
        return f"{'   '.join(words)}\n{sample.strip()}\n"


def _new_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
