"""The second opinion: PyTorch, asked in a process of its own, about every number of a run.

``Oracle().request(trace)`` gives PyTorch's values and adjoints, or says why it cannot;
:func:`compare` turns that into a verdict. Without an answer a run is *unverified*, never right.

    >>> from engine.autodiff.tape import Tape
    >>> from engine.trace.trace import record
    >>> tape = Tape()
    >>> x = tape.input("x", 3.0)
    >>> trace = record(tape, (x * x).named("y"))
    >>> missing = OracleUnavailable("PyTorch is not installed.", "Install it.")
    >>> compare(trace, missing).status
    'unverified'

:mod:`engine.oracle.worker` is the only module that imports torch, and nothing imports it here.
"""

from engine.oracle.answers import OracleAnswer, OracleUnavailable
from engine.oracle.client import Oracle
from engine.oracle.verdict import TOLERANCES, Disagreement, Status, Verdict, compare

__all__ = [
    "TOLERANCES",
    "Disagreement",
    "Oracle",
    "OracleAnswer",
    "OracleUnavailable",
    "Status",
    "Verdict",
    "compare",
]
