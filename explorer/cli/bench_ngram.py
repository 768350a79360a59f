"""`tapestry bench ngram`: counting and using n-grams, in fresh processes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from explorer.cli.output import note, print_json, say

if TYPE_CHECKING:
    from engine.bench.ngram import Case, Plan

_NO_NLTK = "NLTK is not installed, so it is left out; install it with: python -m pip install nltk"


def execute(options: argparse.Namespace) -> int:
    """Measure everything, then report."""
    from engine.bench.machine import machine

    cases = _measured(_plan(quick=options.quick, full=options.full))
    about = {**machine(1), "nltk": _version("nltk"), "kenlm": _version("ufal-kenlm")}
    if options.quick:
        note("everything ran once, on a small text: these numbers mean little")
    if options.json:
        rows = [case.as_dict() for case in cases]
        print_json({"bench": options.bench, "cases": rows, "machine": about})
    else:
        _print(cases, about)
    return 0


def _plan(*, quick: bool, full: bool) -> Plan:
    from engine.bench.ngram import QUICK, Plan, has_nltk

    plan = QUICK if quick else Plan()
    if not has_nltk():
        note(f"tapestry: {_NO_NLTK}")
        return replace(plan, nltk_turns=0)
    return replace(plan, nltk_turns=plan.turns) if full else plan


def _measured(plan: Plan) -> list[Case]:
    """All cases, each said on standard error as it is done."""
    from engine.bench import ngram

    result: list[Case] = []
    for group in ngram.cases(plan):
        for case in group:
            beside = f", {case.peer} {_figures(case.peer_ms)} ms" if case.peer else ""
            note(f"{case.name}: {_figures(case.ours_ms)} ms{beside}")
        result.extend(group)
    return result


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _print(cases: Sequence[Case], about: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    peers = ", ".join(
        f"{name} {about[key]}" for name, key in (("NLTK", "nltk"), ("KenLM", "kenlm")) if about[key]
    )
    say(
        f"{about['processor']}, {about['cores']} cores; numpy {about['numpy']}, "
        f"Python {about['python']}{', ' if peers else ''}{peers}; "
        "times in ms, memory added in MiB"
    )
    table = Table(box=None, pad_edge=False)
    table.add_column("case", min_width=22)
    table.add_column("ours", justify="right", no_wrap=True)
    table.add_column("MiB", justify="right", no_wrap=True)
    table.add_column("peer", min_width=17)
    for title in ("its", "MiB", "ratio"):
        table.add_column(title, justify="right", no_wrap=True)
    last = None
    for case in cases:
        ours = (case.name, _figures(case.ours_ms), _figures(case.ours_mb))
        theirs = (case.peer, *map(_figures, (case.peer_ms, case.peer_mb, case.ratio)))
        table.add_row(*(("",) * len(ours) if case.name == last else ours), *theirs)
        last = case.name
    Console().print(table)
    for case in cases:
        if case.met is not None:
            say(f"{'met' if case.met else 'MISSED'}: {case.name} {_goal(case)}")


def _goal(case: Case) -> str:
    goal = case.goal
    most = [
        "" if goal.ms is None else f"in {_figures(goal.ms)} ms",
        "" if goal.mb is None else f"in {_figures(goal.mb)} MiB",
        "" if goal.ratio is None else f"in {goal.ratio:g} of the time of {case.peer}",
    ]
    return ", ".join(part for part in most if part)


def _figures(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:.3g}" if number < 1000 else f"{number:,.0f}"
