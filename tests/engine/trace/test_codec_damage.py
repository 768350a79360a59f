"""Damaged and mutated trace files give a trace or one input error, and nothing else."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from engine.errors import InputError
from engine.trace.codec import trace_from_json
from engine.trace.json_text import trace_to_json
from engine.trace.trace import Trace
from tests.engine.trace.saved_runs import FORMULA, NUDGED, SENTENCE, TEXT, everything

STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 1, 7, 2**31, 2**63, 2**64, 10**400, -0.0, 0.5, 1e308, 5e-324,
    "", "x", "NaN", "Infinity", "loss", "input", "tanh", "\u202e", "<img src=x>", "../../etc",
    [], [0], [[0]], [[], []], [None], {}, {"axis": 0}, {"x": {"y": []}},
)  # fmt: skip


def mutate(found: Any, rng: Generator) -> None:
    """One structural change somewhere in the file."""
    parent: Any = None
    key: Any = None
    while isinstance(found, dict | list) and found and (parent is None or rng.random() < 0.85):
        keys = list(found) if isinstance(found, dict) else range(len(found))
        parent, key = found, keys[int(rng.integers(len(keys)))]
        found = found[key]
    match int(rng.integers(6)):
        case 0:
            del parent[key]
        case 1 if isinstance(parent, list):
            parent.insert(int(rng.integers(len(parent) + 1)), found)
        case 2 if isinstance(parent, list):
            parent.reverse()
        case 3 if isinstance(found, int | float):
            parent[key] = found + (-1, 1, 1e-6, 0.5)[int(rng.integers(4))]
        case _:
            parent[key] = deepcopy(STRANGE[int(rng.integers(len(STRANGE)))])


def loads_or_refuses(data: bytes) -> bool:
    try:
        trace = trace_from_json(data)
    except InputError:
        return False
    trace.frame(len(trace.events()))
    trace_to_json(trace)
    return True


@pytest.mark.parametrize("trace", [FORMULA, SENTENCE, NUDGED, everything()], ids="fsne")
def test_three_thousand_structural_mutations_give_a_trace_or_an_input_error(trace: Trace) -> None:
    text = trace_to_json(trace)
    loaded = 0
    for seed in range(3000):
        rng = np.random.default_rng(seed)
        found = json.loads(text)
        for _ in range(int(rng.integers(1, 3))):
            mutate(found, rng)
        loaded += loads_or_refuses(json.dumps(found).encode())
    assert loaded < 1500


def test_two_thousand_damaged_bytes_give_a_trace_or_an_input_error() -> None:
    rng = np.random.default_rng(0)
    for _ in range(2000):
        data = bytearray(TEXT.encode())
        for _ in range(int(rng.integers(1, 4))):
            data[int(rng.integers(len(data)))] = int(rng.integers(256))
        loads_or_refuses(bytes(data))


def test_a_file_cut_off_anywhere_is_refused() -> None:
    data = TEXT.strip().encode()
    for length in range(len(data)):
        with pytest.raises(InputError):
            trace_from_json(data[:length])
