"""Small runs whose files the tests of the codec damage and read back."""

from __future__ import annotations

import numpy as np

from engine.autodiff.tape import Tape
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.expression import record_expression
from engine.trace.json_text import trace_to_json
from engine.trace.trace import Trace, record
from engine.trace.what_if import what_if

SENTENCE = run(RunSpec(text="a b", hidden=2))
FORMULA = record_expression("exp(x*z) + sin(x)**2/z", {"x": 0.5, "z": 3.0})
TEXT = trace_to_json(FORMULA).decode()
NUDGED = what_if(SENTENCE, {(0, 0): 0.25, (len(SENTENCE) // 2, 0): 0.5}).trace


def everything() -> Trace:
    """A run that uses every primitive's attributes."""
    tape, rng = Tape(), np.random.default_rng(0)
    x = tape.parameter("X", rng.normal(size=(2, 3)))
    token = tape.input("t", [1, 0])
    number = tape.apply("component", x, index=(1, 2))
    picked = tape.apply("pick", x, tape.apply("component", token, index=(0,)), index=(2,), axis=0)
    parts = [
        tape.apply("transpose", x, axes=(1, 0)),
        tape.apply("transpose", x),
        tape.apply("reshape", x, shape=(3, -1)),
        tape.apply("slice", x, key=((None, None, -1), (0, 2, None))),
        tape.apply("concat", x, x, axis=1),
        tape.apply("lookup", x, token, axis=0),
        tape.apply("softmax", x, axis=0),
        tape.apply("log_softmax", x),
        tape.apply("max", x, axis=1),
        tape.apply("mean", x, axis=0),
        tape.apply("cross_entropy", x, token),
        tape.apply("matmul", x, tape.apply("transpose", x)),
        tape.apply("stack", number, picked, shape=(2, 1)),
        tape.apply("maximum", number, picked),
        -x,
    ]
    total = tape.apply("add", *[tape.apply("sum", part) for part in parts])
    return record(tape, total, {"kind": "test", "values": {"x": 1.5}})
