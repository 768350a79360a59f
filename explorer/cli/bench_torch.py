"""`tapestry bench` against PyTorch's eager mode: step, record and generate."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from explorer.cli.output import note, print_json, say

if TYPE_CHECKING:
    from engine.bench.measure import Case, Effort
    from engine.bench.peers import TorchPeers

NO_PEERS = 3

_THREADS = 1
_NO_TORCH = (
    "PyTorch is not installed, so there is nothing to measure against. Install it with: "
    "python -m pip install torch --index-url https://download.pytorch.org/whl/cpu"
)


def execute(options: argparse.Namespace) -> int:
    """Measure everything, then report."""
    from threadpoolctl import threadpool_limits

    from engine.bench.machine import machine
    from engine.oracle.worker import add_torch_folder

    add_torch_folder()
    try:
        from engine.bench import peers
    except (ImportError, OSError):
        note(f"tapestry: {_NO_TORCH}")
        return NO_PEERS
    peers.use_threads(_THREADS)
    with threadpool_limits(_THREADS, user_api="blas"):
        cases = _measured(options.bench, peers.TorchPeers(), quick=options.quick)
        about = {**machine(_THREADS), "torch": peers.VERSION}
    if options.quick:
        note("everything ran once: these times mean little")
    if options.json:
        print_json(
            {
                "bench": options.bench,
                "cases": [case.as_dict() for case in cases],
                "machine": about,
            }
        )
    else:
        _print(cases, about)
    return 0


def _measured(bench: str, peers: TorchPeers, *, quick: bool) -> list[Case]:
    """All cases, each said on standard error as it is done."""
    result: list[Case] = []
    for group in _groups(bench, peers, quick=quick):
        note(f"{group[0].name}: " + ", ".join(f"{c.ratio:.2f} x {c.peer}" for c in group))
        result.extend(group)
    return result


def _groups(bench: str, peers: TorchPeers, *, quick: bool) -> Iterator[tuple[Case, ...]]:
    from engine.bench import generate, record, step
    from engine.bench.measure import QUICK, Effort

    effort: Effort = QUICK if quick else Effort()
    if bench == "step":
        return step.cases(peers, effort, sizes=step.SIZES[:1] if quick else step.SIZES)
    if bench == "record":
        return record.cases(peers, effort, record.LENGTHS[:1] if quick else record.LENGTHS)
    return generate.cases(
        peers,
        effort,
        sizes=generate.SIZES[:1] if quick else generate.SIZES,
        length=3 if quick else generate.LENGTH,
    )


def _print(cases: Sequence[Case], about: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    say(
        f"{about['processor']}, {about['threads']} thread; BLAS {about['blas']}, kernel "
        f"{about['blas_kernel']}; numpy {about['numpy']}, PyTorch {about['torch']}, "
        f"Python {about['python']}"
    )
    table = Table(box=None, pad_edge=False)
    table.add_column("case", max_width=20)
    table.add_column("ours, ms", justify="right")
    table.add_column(f"{cases[0].unit}/s", justify="right")
    table.add_column("peer", no_wrap=True)
    table.add_column("its, ms", justify="right")
    table.add_column("ratio", justify="right")
    table.add_column("goal", justify="right")
    table.add_column("")
    last = None
    for case in cases:
        again = case.name == last
        rate = "" if case.per_second is None else f"{case.per_second:,.0f}"
        table.add_row(
            "" if again else case.name,
            "" if again else f"{case.ours_ms:.3g}",
            "" if again else rate,
            case.peer,
            f"{case.peer_ms:.3g}",
            f"{case.ratio:.2f}",
            "" if case.goal is None else f"{case.goal:.2f}",
            {None: "", True: "met", False: "missed"}[case.met],
        )
        last = case.name
    Console().print(table)
