"""Choosing a smoothing on the command line."""

from __future__ import annotations

import argparse

from engine.errors import InputError
from engine.models.smoothing import SMOOTHINGS, Smoothing


def add_smoothing_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--smoothing``, ``--k`` and ``--discount``."""
    parser.add_argument(
        "--smoothing",
        choices=SMOOTHINGS,
        default="mle",
        help="what n-grams never seen get (default mle: nothing)",
    )
    parser.add_argument("--k", type=float, metavar="K", help="what add-k adds (default 1)")
    parser.add_argument(
        "--discount",
        type=float,
        metavar="D",
        help="what Kneser-Ney takes from each count, 0 to 1 (default: estimated for each order)",
    )


def chosen_smoothing(options: argparse.Namespace) -> Smoothing:
    """The smoothing that was asked for.

    Raises:
        InputError: a number out of its range, or one that the smoothing does not use.
    """
    if options.k is not None and options.smoothing != "add-k":
        raise InputError("--k is what add-k adds; it goes with --smoothing add-k")
    if options.discount is not None and options.smoothing != "kneser-ney":
        raise InputError(
            "--discount is the one discount of Kneser-Ney; it goes with --smoothing kneser-ney "
            "(modified-kneser-ney estimates three for each order)"
        )
    return Smoothing(options.smoothing, 1.0 if options.k is None else options.k, options.discount)
