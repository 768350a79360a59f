"""Check one run three ways: against PyTorch, Version A against B, and by finite differences.

Every node's value and every node's adjoint is compared, not only the parameters'.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from engine.check import CheckReport, check
from engine.oracle.client import Oracle
from engine.runs import run
from explorer.cli.output import print_json, say
from explorer.cli.run_options import add_run_options, run_spec

HELP = "compare every value and adjoint of a run with PyTorch's"

FAILED = 1
UNVERIFIED = 3


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    add_run_options(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: argparse.Namespace) -> int:
    """Run, check, report."""
    trace = run(run_spec(options))
    oracle = Oracle()
    try:
        report = check(trace, oracle, np.random.default_rng(options.seed))
    finally:
        oracle.close()
    answer = report.as_dict()
    if options.json:
        print_json(answer)
    else:
        _print(report, answer)
    if report.status == "unverified":
        return UNVERIFIED
    return 0 if report.ok else FAILED


def _print(report: CheckReport, answer: dict[str, Any]) -> None:
    say(f"{answer['nodes']:,} nodes, {answer['edges']:,} edges, {answer['events']:,} events")
    if report.status == "unverified":
        say(f"PyTorch           unverified: {report.reason}")
    else:
        say(f"PyTorch           {report.status} (tolerance {answer['tolerance']:g})")
        say(f"  largest value error    {answer['max_value_error']:.2e}")
        say(f"  largest adjoint error  {answer['max_adjoint_error']:.2e}")
    if answer["first_disagreement"] is not None:
        first = answer["first_disagreement"]
        say(f"  first disagreement     the {first['kind']} of {first['name']}")
    say(f"Version A = B     {'yes' if answer['versions_agree'] else 'no'}")
    worst = max(answer["modules"], key=lambda module: float(module["max_error"]))
    say(
        f"differences       {len(answer['modules'])} modules, largest error "
        f"{worst['max_error']:.1e} in {worst['name']}"
    )
