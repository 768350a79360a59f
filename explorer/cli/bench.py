"""Measure the program on this machine, beside what does the same.

step      a training step at coarse grain: six sizes, three cells
record    recording and the backward pass at fine grain
generate  drawing text, one token at a time
ngram     counting, smoothing, scoring and sampling n-grams: time and memory, beside NLTK,
          a Counter of tuples and KenLM
layout    places and ways of graphs, beside networkx, grandalf and Graphviz
playback  frames of the graph in a window, beside a QGraphicsView and pyqtgraph
startup   from the start to the first frame, beside a window with nothing in it

The first three are measured against PyTorch's eager mode, in one process on one thread; a goal is
the largest ratio of our time to theirs, and "bare products" are the matrix products alone: the
limit. The others need no PyTorch, and a goal is milliseconds of ours. All take turns with their
peers, and a ratio is of medians; counting with NLTK alone runs once, because it takes minutes.
"""

from __future__ import annotations

import argparse

HELP = "measure steps, recording and generation against PyTorch; n-grams; layout, frames and start"

AGAINST_TORCH = ("step", "record", "generate")
OF_THE_WINDOW = ("layout", "playback", "startup")
BENCHES = (*AGAINST_TORCH, "ngram", *OF_THE_WINDOW)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("bench", choices=BENCHES, metavar=f"{{{','.join(BENCHES)}}}")
    parser.add_argument(
        "--quick", action="store_true", help="the smallest sizes once, to see that all runs"
    )
    parser.add_argument(
        "--full", action="store_true", help="ngram: NLTK as often as ours, which takes half an hour"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: argparse.Namespace) -> int:
    """Measure everything, then report."""
    if options.bench in AGAINST_TORCH:
        from explorer.cli import bench_torch

        return bench_torch.execute(options)
    if options.bench == "ngram":
        from explorer.cli import bench_ngram

        return bench_ngram.execute(options)
    from explorer.cli import bench_window

    return bench_window.execute(options)
