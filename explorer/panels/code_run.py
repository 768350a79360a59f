"""The networks of the Code workspace, run in every dialect off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.run_spec import DEFAULT_TEXT, RunSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.oracle.client import Oracle
    from engine.styles.dialects import Network, StyleName
    from engine.styles.faq import CallAnswer, ParameterAnswer
    from engine.styles.run import StyleRun
    from engine.trace.trace import Trace
    from explorer.panels.code_syntax import Spans

LONGEST = 1500
"""Nodes of a run above which a shorter one is made for the code."""

TOKENS = 6
"""Tokens of the shorter one."""

UNASKED = "PyTorch is being asked"


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """A network in one style, with the colours of its text."""

    run: StyleRun
    spans: Spans


@dataclass(frozen=True, slots=True, eq=False)
class CodeRun:
    """A network with everything that the workspace shows of it.

    Attributes:
        network: which of the two.
        trace: its run.
        borrowed: the trace is the one on the graph's screen.
        dialects: the network in each style; PyTorch's without numbers at first.
        call, inside: the answers to the two questions.
    """

    network: Network
    trace: Trace
    borrowed: bool
    dialects: Mapping[StyleName, Dialect]
    call: CallAnswer
    inside: ParameterAnswer


def prepare(network: Network, on_screen: Trace | None) -> Iterator[CodeRun]:
    """Run a network in the three styles of ours, and read PyTorch's code.

    Args:
        network: which of the two.
        on_screen: the run that the graph shows; a recurrent network uses it if it can.

    Raises:
        InputError: the source of a style is not there.
    """
    from engine.runs import run
    from engine.styles.dialects import STYLES
    from engine.styles.faq import why_call, why_inside
    from engine.styles.names import arguments

    usable = network == "recurrent" and on_screen is not None and fits(on_screen)
    borrowed = on_screen if usable else None
    trace = run(_spec(network, on_screen)) if borrowed is None else borrowed
    leaves = arguments(trace)
    dialects = {style: _dialect(trace, style) for style in STYLES}
    call, inside = why_call(network, leaves), why_inside(network, leaves)
    yield CodeRun(network, trace, trace is on_screen, dialects, call, inside)


def ask_pytorch(oracle: Oracle | None, run: CodeRun) -> Iterator[Dialect]:
    """Run the network in PyTorch, in the oracle's worker."""
    from engine.oracle.answers import OracleUnavailable
    from engine.styles.names import arguments
    from engine.styles.run import run_style

    spans = run.dialects["pytorch"].spans
    if oracle is None:
        yield Dialect(run_style(run.trace, "pytorch", None, "PyTorch was not started."), spans)
        return
    answer = oracle.run_network(run.network, arguments(run.trace))
    if isinstance(answer, OracleUnavailable):
        reason = f"{answer.reason} {answer.advice}"
        yield Dialect(run_style(run.trace, "pytorch", None, reason), spans)
    else:
        yield Dialect(run_style(run.trace, "pytorch", (answer.values, answer.adjoints)), spans)


def fits(trace: Trace) -> bool:
    """Whether a run is of the recurrent network, and short enough to be read as code."""
    from engine.styles.names import network_of

    return len(trace) <= LONGEST and network_of(trace) == "recurrent"


def _spec(network: Network, on_screen: Trace | None) -> RunSpec:
    """A small run of a network; a recurrent one reads the beginning of the text on screen."""
    if network == "feed-forward":
        return RunSpec(network="feed-forward")
    provenance = {} if on_screen is None else on_screen.provenance
    tokens = [str(token) for token in provenance.get("tokens", ())][:TOKENS]
    kind = str(provenance.get("tokenizer", "word"))
    text = ("" if kind == "char" else " ").join(tokens)
    if not text.strip():
        text, kind = DEFAULT_TEXT, "word"
    return RunSpec(text=text, tokens=kind)


def _dialect(trace: Trace, style: StyleName) -> Dialect:
    from engine.styles.run import run_style
    from explorer.panels.code_syntax import spans_of

    done = run_style(trace, style, None, UNASKED if style == "pytorch" else "")
    return Dialect(done, spans_of([line.text for line in done.listing]))
