"""Measure the program on this machine, beside what does the same.

step      a training step at coarse grain: six sizes, three cells
record    recording and the backward pass at fine grain
generate  drawing text, one token at a time
layout    places and ways of graphs, beside networkx, grandalf and Graphviz
playback  frames of the graph in a window, beside a QGraphicsView and pyqtgraph
startup   from the start to the first frame, beside a window with nothing in it

The first three are measured against PyTorch's eager mode, in one process on one thread; a goal is
the largest ratio of our time to theirs, and "bare products" are the matrix products alone: the
limit. The others need no PyTorch, and a goal is milliseconds of ours. All take turns with their
peers, and a ratio is of medians.
"""

from __future__ import annotations

import argparse

HELP = "measure steps, recording and generation against PyTorch; layout, frames and start"

AGAINST_TORCH = ("step", "record", "generate")
OF_THE_WINDOW = ("layout", "playback", "startup")
BENCHES = (*AGAINST_TORCH, *OF_THE_WINDOW)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("bench", choices=BENCHES, metavar=f"{{{','.join(BENCHES)}}}")
    parser.add_argument(
        "--quick", action="store_true", help="the smallest sizes once, to see that all runs"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: argparse.Namespace) -> int:
    """Measure everything, then report."""
    if options.bench in AGAINST_TORCH:
        from explorer.cli import bench_torch

        return bench_torch.execute(options)
    from explorer.cli import bench_window

    return bench_window.execute(options)
