"""Train a recurrent language model on a text with the program's own autodiff.

The text is read in windows of --steps tokens, --batch of them side by side; states are carried from
window to window, adjoints are not. The weights are saved whole at the end and a checkpoint beside
them as training goes on; after Ctrl-C the same command with --resume goes on from there and ends
in the same bytes as if it had never stopped.
"""

from __future__ import annotations

import argparse
import math
import shlex
from pathlib import Path
from time import perf_counter
from typing import Any, cast

from engine.errors import InputError
from engine.models.architecture import Activation, Architecture, CellName
from engine.models.weights import SavedModel, save_model
from engine.text.corpus import CORPORA, Corpus, corpus_from_file, load_corpus
from engine.text.tokenizer import tokenizer
from engine.training.checkpoint import checkpoint_path, restore_checkpoint, save_checkpoint
from engine.training.evaluation import Evaluation, evaluate, perplexity
from engine.training.optimizer import OPTIMIZERS, OptimizerName
from engine.training.schedules import SCHEDULES, ScheduleName
from engine.training.settings import Settings
from engine.training.texts import TrainingText, training_text
from engine.training.train import Trainer
from explorer.cli.interrupt import between_steps
from explorer.cli.output import note, print_json, say
from explorer.cli.run_options import add_architecture_options, seed_number
from explorer.cli.train_progress import ProgressReport

HELP = "train a recurrent language model on a text"

_CHECKPOINT_ITERATIONS = 500
_CHECKPOINT_SECONDS = 30.0
_DEFAULTS = Settings()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    text = parser.add_mutually_exclusive_group(required=True)
    text.add_argument("--file", metavar="F", help="a UTF-8 text file")
    text.add_argument("--corpus", choices=CORPORA, help="a corpus that comes with the program")
    parser.add_argument("--out", metavar="M.safetensors", required=True, help="where to save")
    parser.add_argument("--tokens", choices=("word", "char"), default="char")
    parser.add_argument(
        "--vocabulary",
        type=int,
        metavar="V",
        help="keep the V - 1 most frequent types; all others are the token <unk>",
    )
    parser.add_argument(
        "--hold-out",
        action="append",
        metavar="TITLE",
        default=[],
        help='a document never trained on, or "nothing" (default: As You Like It, or the last'
        " tenth of a text); may be repeated",
    )
    add_architecture_options(parser.add_argument_group("the model"), _DEFAULTS.architecture.hidden)
    _add_training_options(parser.add_argument_group("how to train"))
    parser.add_argument(
        "--report-every",
        type=int,
        metavar="N",
        help="iterations between two looks at the held-out text and a sample (default: 20 looks)",
    )
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_training_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--steps", type=int, metavar="T", default=_DEFAULTS.steps, help="tokens of a window"
    )
    group.add_argument("--batch", type=int, metavar="B", default=_DEFAULTS.batch)
    group.add_argument("--iterations", type=int, metavar="N", default=_DEFAULTS.iterations)
    group.add_argument("--optimizer", choices=OPTIMIZERS, default=_DEFAULTS.optimizer)
    group.add_argument("--learning-rate", type=float, metavar="R", default=_DEFAULTS.learning_rate)
    group.add_argument("--schedule", choices=SCHEDULES, default=_DEFAULTS.schedule)
    group.add_argument(
        "--warm-up",
        type=int,
        metavar="N",
        default=_DEFAULTS.warm_up,
        help="iterations in which the learning rate rises from zero",
    )
    group.add_argument("--weight-decay", type=float, metavar="D", default=_DEFAULTS.weight_decay)
    group.add_argument(
        "--clip",
        type=float,
        metavar="C",
        default=_DEFAULTS.clip_norm,
        help="largest norm of the adjoint of all parameters (default %(default)s)",
    )
    group.add_argument(
        "--restart",
        type=float,
        metavar="P",
        default=_DEFAULTS.restart,
        help="share of the windows that begin at a random paragraph or line (default %(default)s)",
    )
    group.add_argument("--seed", type=seed_number, metavar="S", default=_DEFAULTS.seed)


def text_from(options: argparse.Namespace) -> tuple[Corpus, TrainingText]:
    """The corpus that the options name, and what of it is trained on and held out.

    Raises:
        InputError: the text cannot be used.
    """
    corpus = corpus_from_file(options.file) if options.file else load_corpus(options.corpus)
    text = training_text(
        corpus,
        tokenizer(options.tokens),
        hold_out=options.hold_out,
        largest_vocabulary=options.vocabulary,
    )
    return corpus, text


def execute(options: argparse.Namespace) -> int:
    """Train, save, report."""
    _check_place(options.out)
    settings = settings_from(options)
    corpus, text = text_from(options)
    trainer = Trainer(settings, text.vocabulary, text.train, text.starts)
    checkpoint = checkpoint_path(options.out)
    if options.resume:
        _resume(trainer, checkpoint)
    speed = _train(trainer, text, options, checkpoint)
    # Judging takes a while and may be interrupted too.
    save_checkpoint(trainer, checkpoint)
    judged = None
    if len(text.held_out):
        judged = evaluate(trainer.model, text.held_out, unknown=text.unknown)
    report = _report(trainer, judged, speed, characters=options.tokens == "char")
    provenance = _provenance(options, corpus, text, report, judged)
    if trainer.changes:
        provenance["changes"] = list(trainer.changes)
    save_model(SavedModel(trainer.model, options.tokens, provenance), options.out)
    checkpoint.unlink(missing_ok=True)
    if options.json:
        print_json(report)
    else:
        _print(report, options.out, text, judged)
    return 0


def _resume(trainer: Trainer, checkpoint: Path) -> None:
    """Go on from the checkpoint, and say which settings are not those it was made with."""
    restore_checkpoint(trainer, checkpoint)
    for change in trainer.changes:
        if change["from_iteration"] == trainer.iteration + 1:
            new = ", ".join(f"{k} {v}" for k, v in change.items() if k != "from_iteration")
            note(f"going on from iteration {trainer.iteration} with another {new}")


def _check_place(out: str) -> None:
    """Say before training, not after it, that the weights cannot be saved there."""
    if Path(out).is_dir():
        raise InputError("is a folder; name a file in it", file=out)
    if not Path(out).absolute().parent.is_dir():
        raise InputError("lies in a folder that does not exist; make it first", file=out)


def settings_from(options: argparse.Namespace) -> Settings:
    """The settings that the options ask for.

    Raises:
        InputError: a number is out of its range.
    """
    if options.report_every is not None and options.report_every < 1:
        raise InputError(f"--report-every must be at least 1, not {options.report_every}")
    return Settings(
        architecture=Architecture(
            cell=cast(CellName, options.cell),
            hidden=options.hidden,
            layers=options.layers,
            embedding=options.embedding,
            learned_start=not options.zero_start,
            phi=cast(Activation, options.activation),
        ),
        steps=options.steps,
        batch=options.batch,
        iterations=options.iterations,
        optimizer=cast(OptimizerName, options.optimizer),
        learning_rate=options.learning_rate,
        schedule=cast(ScheduleName, options.schedule),
        warm_up=options.warm_up,
        weight_decay=options.weight_decay,
        restart=options.restart,
        clip_norm=options.clip,
        seed=options.seed,
    )


def _train(
    trainer: Trainer, text: TrainingText, options: argparse.Namespace, checkpoint: Path
) -> float:
    """Run to the end, or to Ctrl-C between two steps; returns the tokens per second."""
    speed, saved = 0.0, perf_counter()
    with (
        between_steps() as interrupt,
        ProgressReport(
            trainer,
            text,
            tokenizer(options.tokens),
            every=options.report_every,
            quiet=options.json,
        ) as progress,
    ):
        for step in trainer.steps():
            speed = step.tokens_per_second
            progress.show(step)
            if interrupt.asked:
                save_checkpoint(trainer, checkpoint)
                note(
                    f"stopped at iteration {step.iteration};"
                    " go on with the same command and --resume"
                )
                raise KeyboardInterrupt
            late = perf_counter() - saved > _CHECKPOINT_SECONDS
            if late or step.iteration % _CHECKPOINT_ITERATIONS == 0:
                save_checkpoint(trainer, checkpoint)
                saved = perf_counter()
    return speed


def _report(
    trainer: Trainer, judged: Evaluation | None, speed: float, *, characters: bool
) -> dict[str, Any]:
    loss = trainer.smoothed_loss if judged is None else judged.loss
    return {
        "iterations": trainer.iteration,
        "loss": trainer.smoothed_loss,
        "validation_loss": None if judged is None else judged.loss,
        "perplexity": perplexity(loss),
        "bits_per_character": loss / math.log(2) if characters else None,
        "tokens_per_second": speed,
    }


def _provenance(
    options: argparse.Namespace,
    corpus: Corpus,
    text: TrainingText,
    report: dict[str, Any],
    judged: Evaluation | None,
) -> dict[str, Any]:
    """Where the weights came from; speeds are left out so that a run can be repeated."""
    losses = {key: report[key] for key in ("loss", "validation_loss", "bits_per_character")}
    if judged is not None and text.unknown is not None:
        losses["perplexity"] = judged.perplexity
        losses["perplexity_known"] = judged.known_perplexity
        losses["unknown_tokens"] = judged.unknown
    return {
        "corpus": corpus.title,
        "held_out": text.held_out_name,
        "seed": options.seed,
        "settings": settings_from(options).as_dict(),
        "training_tokens": len(text.train),
        "held_out_tokens": len(text.held_out),
        "losses": losses,
        "iterations": report["iterations"],
        "command": shlex.join(["tapestry", "train", *_words(options), "--out", options.out]),
    }


def _words(options: argparse.Namespace) -> list[str]:
    """The options that made the weights, as they would be typed."""
    words = ["--file", options.file] if options.file else ["--corpus", options.corpus]
    for title in options.hold_out:
        words += ["--hold-out", title]
    names = ["tokens", "cell", "hidden", "layers", "steps", "batch", "iterations", "optimizer"]
    names += ["learning_rate", "schedule", "clip", "restart", "seed"]
    names[2:2] = ["activation"] if options.cell == "elman" else []
    names += [n for n in ("vocabulary", "embedding", "warm_up", "weight_decay") if vars(options)[n]]
    for name in names:
        words += [f"--{name.replace('_', '-')}", str(vars(options)[name])]
    return [*words, "--zero-start"] if options.zero_start else words


def _print(report: dict[str, Any], out: str, text: TrainingText, judged: Evaluation | None) -> None:
    say(f"saved {out}")
    say(f"loss              {report['loss']:.4f} nats per token, the last hundred windows or so")
    if judged is not None:
        say(f"held-out loss     {judged.loss:.4f} nats per token ({text.held_out_name})")
    say(f"perplexity        {report['perplexity']:.3f}")
    if judged is not None and text.unknown is not None:
        say(
            f"of known tokens   {judged.known_perplexity:.3f}"
            f" ({judged.unknown:,} of {judged.tokens:,} are unknown)"
        )
    if report["bits_per_character"] is not None:
        say(f"bits per char     {report['bits_per_character']:.4f}")
    say(f"speed             {report['tokens_per_second']:,.0f} tokens/s")
