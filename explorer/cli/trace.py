"""Write one run as a file: every node with its value and adjoint, and the events in order."""

from __future__ import annotations

import argparse

from engine.runs import run
from engine.trace.codec import save_trace
from explorer.cli.output import print_json, say
from explorer.cli.run_options import add_run_options, run_spec

HELP = "write a run (nodes, values, adjoints, events) as a file"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    add_run_options(parser)
    parser.add_argument("--out", metavar="F.json", required=True, help="where to write")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: argparse.Namespace) -> int:
    """Run and write."""
    trace = run(run_spec(options))
    save_trace(trace, options.out)
    summary = {"out": options.out, "nodes": len(trace), "events": len(trace.events())}
    if options.json:
        print_json(summary)
    else:
        say(f"saved {summary['out']}: {summary['nodes']:,} nodes, {summary['events']:,} events")
    return 0
