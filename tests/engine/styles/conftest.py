"""Runs of the two networks, and PyTorch's worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.oracle.answers import NetworkAnswer
from engine.oracle.client import Oracle
from engine.run_spec import RunSpec
from engine.runs import run
from engine.styles.dialects import StyleName
from engine.styles.names import arguments, network_of
from engine.styles.run import StyleRun, run_style
from engine.trace.trace import Trace

SPECS = {
    "feed-forward": RunSpec(network="feed-forward"),
    "feed-forward, another seed": RunSpec(network="feed-forward", seed=11),
    "four words": RunSpec(text="one fish two fish", hidden=3),
    "one word": RunSpec(text="fish", hidden=2),
    "characters": RunSpec(text="to be, or not to be", tokens="char", hidden=5),
    "zero start": RunSpec(text="one fish two", hidden=3, learned_start=False),
}


@pytest.fixture(scope="session", params=list(SPECS.values()), ids=list(SPECS))
def trace(request: pytest.FixtureRequest) -> Trace:
    """A run of one of the networks."""
    return run(request.param)


@pytest.fixture(scope="session")
def worker() -> Iterator[Oracle]:
    """PyTorch in a process of its own."""
    with Oracle() as oracle:
        yield oracle


def in_style(trace: Trace, style: StyleName, worker: Oracle) -> StyleRun:
    """Run a style, PyTorch's in the worker."""
    if style != "pytorch":
        return run_style(trace, style)
    network = network_of(trace)
    assert network is not None
    answer = worker.run_network(network, arguments(trace))
    assert isinstance(answer, NetworkAnswer)
    return run_style(trace, style, (answer.values, answer.adjoints))
