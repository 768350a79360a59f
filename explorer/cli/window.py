"""Open the window, on a file if one is given; the only command that imports Qt."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from explorer.cli.output import say

if TYPE_CHECKING:
    from explorer.window import MainWindow


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the window's options."""
    parser.add_argument(
        "--smoke-test",
        action="store_true",
        help="open the window, play one pass forward and backward, close",
    )
    # For `bench startup`, which starts the program as a person does.
    parser.add_argument("--first-frame", action="store_true", help=argparse.SUPPRESS)


def add_file(parser: argparse.ArgumentParser) -> None:
    """Add the file that the window opens on."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="a saved trace, weights or a text file"
    )


def execute(options: argparse.Namespace) -> int:
    """Open the window and run until it closes."""
    import gc

    # Nothing made while the program loads is garbage; later the window's jobs collect.
    gc.disable()
    from explorer.plain_import import restore_import

    restore_import()
    from explorer.app import run_application

    painted = _tell_time if options.first_frame else None
    return run_application(options.file, smoke_test=options.smoke_test, painted=painted)


def _tell_time(window: MainWindow) -> None:
    """Say when it was painted, and close it."""
    say(repr(time.time()))
    window.close()
