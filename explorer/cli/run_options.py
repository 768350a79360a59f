"""The options that say what to run, shared by `check` and `trace`."""

from __future__ import annotations

import argparse
from typing import cast

from engine.models.architecture import CELLS, Activation, CellName
from engine.run_spec import (
    DEFAULT_HIDDEN,
    DEFAULT_SEED,
    DEFAULT_STEPS,
    DEFAULT_TEXT,
    RunSpec,
    as_dtype,
)
from engine.text.corpus import CORPORA


def seed_number(text: str) -> int:
    """A seed as it was typed, for argparse.

    Raises:
        argparse.ArgumentTypeError: it is no whole number from 0 up.
    """
    if not text.strip().isdecimal():
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 up, not {text!r}")
    return int(text)


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add them to a command's parser."""
    what = parser.add_argument_group("what to run (one of)").add_mutually_exclusive_group()
    what.add_argument("--text", metavar="T", help=f'a sentence (default "{DEFAULT_TEXT}")')
    what.add_argument("--file", metavar="F", help="a UTF-8 text file")
    what.add_argument("--corpus", choices=CORPORA, help="a corpus that comes with the program")
    what.add_argument("--expression", metavar="E", help='a formula such as "exp(x*z) + x/z"')
    parser.add_argument(
        "--set", metavar="x=2,z=3", dest="assignments", help="numbers for the formula's names"
    )
    model = parser.add_argument_group("the model")
    model.add_argument("--model", metavar="M", help="trained weights instead of fresh ones")
    model.add_argument("--tokens", choices=("word", "char"), default="word")
    add_architecture_options(model, DEFAULT_HIDDEN)
    model.add_argument(
        "--steps",
        type=int,
        metavar="T",
        help=f"tokens to read (default: all of a sentence, {DEFAULT_STEPS} of a file or corpus)",
    )
    model.add_argument("--dtype", choices=("float64", "float32"), default="float64")
    model.add_argument("--seed", type=seed_number, metavar="S", default=DEFAULT_SEED)


def add_architecture_options(group: argparse._ActionsContainer, hidden: int) -> None:
    """Add what a recurrent model is made of, shared by `check`, `trace` and `train`."""
    group.add_argument("--cell", choices=CELLS, default="elman")
    group.add_argument(
        "--activation", choices=("tanh", "relu", "sigmoid"), default="tanh", help="of an Elman cell"
    )
    group.add_argument("--hidden", type=int, metavar="H", default=hidden, help="size of the state")
    group.add_argument("--layers", type=int, metavar="L", default=1, help="cells on top of another")
    group.add_argument(
        "--embedding", type=int, metavar="D", default=0, help="learned vectors instead of one-hot"
    )
    group.add_argument(
        "--zero-start", action="store_true", help="begin from zero instead of a learned h_0"
    )


def run_spec(options: argparse.Namespace) -> RunSpec:
    """The run that the options ask for.

    Raises:
        InputError: the numbers given with ``--set`` cannot be read.
    """
    values = {}
    if options.assignments is not None:
        from engine.autodiff.expression import parse_assignments

        values = parse_assignments(options.assignments)
    nothing = options.file is options.corpus is options.expression is options.text is None
    return RunSpec(
        text=DEFAULT_TEXT if nothing else options.text,
        file=options.file,
        corpus=options.corpus,
        expression=options.expression,
        values=values,
        weights=options.model,
        tokens=options.tokens,
        cell=cast(CellName, options.cell),
        activation=cast(Activation, options.activation),
        hidden=options.hidden,
        layers=options.layers,
        embedding=options.embedding,
        learned_start=not options.zero_start,
        steps=options.steps,
        dtype=as_dtype(options.dtype),
        seed=options.seed,
    )
