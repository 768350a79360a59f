"""Train a recurrent language model on a text with the program's own autodiff.

The weights are saved whole at the end and a checkpoint beside them as training goes on; after
Ctrl-C the same command with --resume goes on from there.
"""

from __future__ import annotations

import argparse
import math
import shlex
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

from engine.errors import InputError
from engine.models.architecture import Activation
from engine.models.weights import SavedModel, save_model
from engine.text.corpus import CORPORA, Corpus, corpus_from_file, load_corpus
from engine.text.tokenizer import tokenizer
from engine.training.checkpoint import checkpoint_path, restore_checkpoint, save_checkpoint
from engine.training.texts import TrainingText, training_text
from engine.training.train import Settings, Trainer, TrainingStep, evaluate
from explorer.cli.output import note, print_json, say
from explorer.cli.run_options import seed_number

HELP = "train a recurrent language model on a text"

_CHECKPOINT_EVERY = 500
_DEFAULTS = Settings()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    text = parser.add_mutually_exclusive_group(required=True)
    text.add_argument("--file", metavar="F", help="a UTF-8 text file")
    text.add_argument("--corpus", choices=CORPORA, help="a corpus that comes with the program")
    parser.add_argument("--out", metavar="M.safetensors", required=True, help="where to save")
    parser.add_argument("--tokens", choices=("word", "char"), default="char")
    parser.add_argument("--cell", choices=("elman",), default="elman")
    parser.add_argument("--activation", choices=("tanh", "relu", "sigmoid"), default="tanh")
    parser.add_argument("--hidden", type=int, metavar="H", default=_DEFAULTS.hidden)
    parser.add_argument("--steps", type=int, metavar="T", default=_DEFAULTS.steps)
    parser.add_argument("--batch", type=int, metavar="B", default=_DEFAULTS.batch)
    parser.add_argument("--iterations", type=int, metavar="N", default=_DEFAULTS.iterations)
    parser.add_argument("--learning-rate", type=float, metavar="R", default=_DEFAULTS.learning_rate)
    parser.add_argument(
        "--restart",
        type=float,
        metavar="P",
        default=_DEFAULTS.restart,
        help="share of the windows that begin at a random paragraph or line (default %(default)s)",
    )
    parser.add_argument("--seed", type=seed_number, metavar="S", default=_DEFAULTS.seed)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: argparse.Namespace) -> int:
    """Train, save, report."""
    _check_place(options.out)
    corpus = corpus_from_file(options.file) if options.file else load_corpus(options.corpus)
    text = training_text(corpus, tokenizer(options.tokens))
    trainer = Trainer(_settings(options), text.vocabulary, text.train, text.starts)
    checkpoint = checkpoint_path(options.out)
    if options.resume:
        restore_checkpoint(trainer, checkpoint)
    try:
        last = _train(
            trainer, quiet=options.json, save=lambda: save_checkpoint(trainer, checkpoint)
        )
    except KeyboardInterrupt:
        save_checkpoint(trainer, checkpoint)
        note(f"stopped at iteration {trainer.iteration}; go on with the same command and --resume")
        raise
    report = _report(trainer, text, last)
    save_model(
        SavedModel(trainer.model, options.tokens, _provenance(options, corpus, text, report)),
        options.out,
    )
    checkpoint.unlink(missing_ok=True)
    if options.json:
        print_json(report)
    else:
        _print(report, options.out, text)
    return 0


def _check_place(out: str) -> None:
    """Say before training, not after it, that the weights cannot be saved there."""
    if Path(out).is_dir():
        raise InputError("is a folder; name a file in it", file=out)
    if not Path(out).absolute().parent.is_dir():
        raise InputError("lies in a folder that does not exist; make it first", file=out)


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        hidden=options.hidden,
        steps=options.steps,
        batch=options.batch,
        iterations=options.iterations,
        learning_rate=options.learning_rate,
        restart=options.restart,
        seed=options.seed,
        phi=cast(Activation, options.activation),
    )


def _train(trainer: Trainer, *, quiet: bool, save: Callable[[], None]) -> TrainingStep:
    """Run to the end with a progress bar; returns the last step."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    last: TrainingStep | None = None
    with nullcontext() if quiet else bar:
        task = bar.add_task("loss", total=trainer.settings.iterations, completed=trainer.iteration)
        for step in trainer.steps():
            last = step
            if not quiet:
                described = f"loss {step.smoothed_loss:.3f}"
                bar.update(task, completed=step.iteration, description=described)
            if step.iteration % _CHECKPOINT_EVERY == 0:
                save()
    if last is None:
        raise InputError("there is nothing left to do: ask for more iterations")
    return last


def _report(trainer: Trainer, text: TrainingText, last: TrainingStep) -> dict[str, Any]:
    held_out = evaluate(trainer.model, text.held_out) if len(text.held_out) else None
    judged = last.smoothed_loss if held_out is None else held_out
    return {
        "iterations": last.iteration,
        "loss": last.smoothed_loss,
        "validation_loss": held_out,
        "perplexity": math.exp(judged),
        "bits_per_character": judged / math.log(2) if _is_characters(text) else None,
        "tokens_per_second": last.tokens_per_second,
    }


def _is_characters(text: TrainingText) -> bool:
    return all(len(token) == 1 for token in text.vocabulary.tokens)


def _provenance(
    options: argparse.Namespace, corpus: Corpus, text: TrainingText, report: dict[str, Any]
) -> dict[str, Any]:
    """Where the weights came from; speeds are left out so that a run can be repeated."""
    words = ["tapestry", "train"]
    words += ["--file", options.file] if options.file else ["--corpus", options.corpus]
    for name in ("tokens", "activation", "hidden", "steps", "batch", "iterations"):
        words += [f"--{name}", str(getattr(options, name))]
    words += ["--learning-rate", str(options.learning_rate), "--restart", str(options.restart)]
    words += ["--seed", str(options.seed)]
    return {
        "corpus": corpus.title,
        "held_out": text.held_out_name,
        "seed": options.seed,
        "settings": _settings(options).as_dict(),
        "training_tokens": len(text.train),
        "held_out_tokens": len(text.held_out),
        "losses": {key: report[key] for key in ("loss", "validation_loss", "bits_per_character")},
        "iterations": report["iterations"],
        "command": shlex.join([*words, "--out", options.out]),
    }


def _print(report: dict[str, Any], out: str, text: TrainingText) -> None:
    say(f"saved {out}")
    say(f"loss              {report['loss']:.4f} nats per token, the last hundred windows or so")
    if report["validation_loss"] is not None:
        say(
            f"held-out loss     {report['validation_loss']:.4f} nats per token"
            f" ({text.held_out_name})"
        )
    say(f"perplexity        {report['perplexity']:.3f}")
    if report["bits_per_character"] is not None:
        say(f"bits per char     {report['bits_per_character']:.4f}")
    say(f"speed             {report['tokens_per_second']:,.0f} tokens/s")
