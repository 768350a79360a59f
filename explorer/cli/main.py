"""The door of the program: which command, and the exit status.

0 done, 1 a check failed, 2 bad input (one line on stderr), 3 a check could not be made.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from engine.errors import InputError
from engine.version import VERSION
from explorer.cli import bench, check, convert, generate, ngram, trace, train, window

BAD_INPUT = 2
INTERRUPTED = 130

_COMMANDS = {
    "check": check,
    "trace": trace,
    "ngram": ngram,
    "train": train,
    "generate": generate,
    "convert": convert,
    "bench": bench,
}

_DESCRIPTION = """\
See how a language model computes and learns.

Without a command the window opens: type a sentence, press play, and watch the forward and the
backward pass of a recurrent language model, every number compared with PyTorch's.
"""

_EXAMPLES = """\
examples:
  tapestry                                         open the window
  tapestry my-text.txt                             open the window on a text
  tapestry check --text "Narwhals are way cooler than parrots"
  tapestry check --expression "exp(x*z) + x" --set x=2,z=3
  tapestry ngram --corpus narwhals --order 3 --context "narwhals are"
  tapestry generate --prompt "KING LEAR:" --length 300

`tapestry COMMAND --help` explains a command.
"""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are bad input like any other: one line instead of the usage."""

    def error(self, message: str) -> NoReturn:
        """Refuse the words.

        Raises:
            InputError: always.
        """
        raise InputError(f"{message}; `{self.prog} --help` lists what there is")


def parser() -> Parser:
    """The parser of the whole command line."""
    root = Parser(
        prog="tapestry",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"tapestry {VERSION}")
    window.add_options(root)
    commands = root.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    for name, module in _COMMANDS.items():
        sub = commands.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_options(sub)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["--oracle-worker"]:
        from engine.oracle.worker import main as worker

        return worker()
    try:
        return _run(words)
    except InputError as error:
        print(f"tapestry: {' '.join(str(error).split())}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("tapestry: stopped", file=sys.stderr)
        return INTERRUPTED


def _run(words: list[str]) -> int:
    """A first word that is no command is a file for the window."""
    if any(word in _COMMANDS for word in words[:1]):
        options = parser().parse_args(words)
        return int(_COMMANDS[options.command].execute(options))
    if {"-h", "--help", "--version"} & set(words):
        parser().parse_args(words[:1] if words[0].startswith("-") else words)
    alone = Parser(prog="tapestry", epilog="`tapestry --help` lists everything.")
    window.add_options(alone)
    window.add_file(alone)
    return window.execute(alone.parse_args(words))
