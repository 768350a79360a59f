"""`tapestry bench` of what is on screen: layout, playback and startup."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from explorer.cli.output import note, print_json, say

if TYPE_CHECKING:
    from explorer.bench.rows import Row, Times

_THREADS = 1

Measured = tuple[list["Row"], dict[str, Any]]


def execute(options: argparse.Namespace) -> int:
    """Measure everything, then report."""
    from threadpoolctl import threadpool_limits

    from engine.bench.machine import machine

    with threadpool_limits(_THREADS, user_api="blas"):
        rows, about = _MEASURES[options.bench](options.quick)
        about = {**machine(_THREADS), **about}
    if options.quick:
        note("everything ran once: these times mean little")
    if options.json:
        cases = [row.as_dict() for row in rows]
        print_json({"bench": options.bench, "cases": cases, "machine": about})
    else:
        _print(rows, about)
    return 0


def _layout(quick: bool) -> Measured:
    from explorer.bench import layout

    rows: list[Row] = []
    for group, notes in layout.cases(layout.tasks(quick=quick), turns=1 if quick else layout.TURNS):
        for line in notes:
            note(line)
        _tell(group)
        rows.extend(group)
    return rows, {}


def _playback(quick: bool) -> Measured:
    from explorer.bench import playback
    from explorer.bench.stage import Stage, application

    # Kept until the end: without it there are no windows.
    running = application()
    stage = Stage(playback.WIDTH, playback.HEIGHT)
    sizes = (playback.QUICK_SIZE,) if quick else playback.SIZES
    patience = playback.QUICK if quick else playback.Patience()
    rows: list[Row] = []
    try:
        for group in playback.cases(stage, patience, sizes):
            _tell(group)
            rows.extend(group)
        return rows, stage.about
    finally:
        stage.close()
        running.processEvents()


def _startup(quick: bool) -> Measured:
    from explorer.bench import startup
    from explorer.bench.process import find_platform

    find_platform()
    rows, platform = startup.cases(1 if quick else startup.ROUNDS)
    _tell(rows)
    return list(rows), {"platform": platform}


_MEASURES: Mapping[str, Callable[[bool], Measured]] = {
    "layout": _layout,
    "playback": _playback,
    "startup": _startup,
}


def _tell(group: Iterable[Row]) -> None:
    """Say what is done on standard error."""
    for row in group:
        note(f"{row.name}: {_ms(row.ours)} ms, {row.peer} {_ms(row.theirs)} ms")


def _spread(times: Times) -> tuple[str, str, str]:
    if times.over:
        return _ms(times), "", ""
    return _ms(times), _figures(times.p95), _figures(times.worst)


def _ratio(row: Row) -> str:
    ratio = row.ratio
    return f"{'< ' if row.theirs.over else ''}{ratio:.{2 if ratio < 10 else 0}f}"


def _ms(times: Times) -> str:
    return f"> {times.median:,.0f}" if times.over else _figures(times.median)


def _figures(ms: float) -> str:
    return f"{ms:.3g}" if ms < 1000 else f"{ms:,.0f}"


def _print(rows: Sequence[Row], about: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    say(_about(about))
    table = Table(box=None, pad_edge=False)
    table.add_column("case", min_width=16, max_width=28)
    table.add_column("drawn by" if "window" in about else "by", min_width=13)
    for title in ("median", "95 %", "worst", "ratio", "goal"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    last = None
    for row in rows:
        if row.name != last:
            goal = "" if row.goal_ms is None else _figures(row.goal_ms)
            met = {None: "", True: "met", False: "missed"}[row.met]
            table.add_row(row.name, "ours", *_spread(row.ours), "", goal, met)
        table.add_row("", row.peer, *_spread(row.theirs), _ratio(row))
        last = row.name
    Console().print(table)
    if "window" in about:
        say("the peers draw the same cards and edges, but nothing on the cards")
    for row in rows:
        if "peer_crossings" in row.counts:
            ours, theirs = row.counts["crossings"], row.counts["peer_crossings"]
            say(f"{row.name}: {ours:,} crossings, {row.peer} {theirs:,}")


def _about(about: Mapping[str, Any]) -> str:
    parts = [
        f"{about['processor']}, {about['cores']} cores",
        f"numpy {about['numpy']}, Python {about['python']}",
    ]
    if "window" in about:
        width, height = about["window"]
        parts.append(f"Qt {about['qt']}, window of {width} by {height}")
    if "platform" in about:
        parts.append(f"Qt's platform {about['platform']}")
    parts.append("times in ms")
    if "window" in about:
        parts.append("goals are for the 95th percentile, of opening for the median")
    return "; ".join(parts)
