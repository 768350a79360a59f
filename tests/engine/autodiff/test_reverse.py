"""The backward pass: Versions A and B against each other, PyTorch, and numbers worked by hand."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
import torch
from numpy.typing import DTypeLike

from engine.autodiff.reverse import adjoints_by_pulling, adjoints_by_pushing
from engine.autodiff.tape import Tape
from engine.oracle.answers import OracleAnswer, program_of
from engine.oracle.protocol import ArrayData
from engine.oracle.verdict import compare, errors
from engine.oracle.worker import evaluate, functions
from engine.trace.trace import Trace, record
from tests.engine.autodiff.random_programs import random_program


def asked_here(trace: Trace) -> OracleAnswer:
    """What the oracle's worker would answer, computed in this process."""
    result = evaluate(torch, functions(torch), program_of(trace))

    def array(data: ArrayData | None) -> np.ndarray | None:
        return None if data is None else np.frombuffer(data.data, data.dtype).reshape(data.shape)

    values = tuple(np.asarray(array(data)) for data in result.values)
    return OracleAnswer(values, tuple(array(data) for data in result.adjoints), "here")


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_thousand_random_programs_agree_with_pytorch_and_both_versions(dtype: DTypeLike) -> None:
    torch.set_num_threads(1)
    double = dtype is np.float64
    for seed in range(1000 if double else 100):
        tape, y = random_program(np.random.default_rng(seed), dtype=dtype)
        trace = record(tape, y)
        verdict = compare(trace, asked_here(trace), 1e-11 if double else 1e-4)
        assert verdict.status == "agrees", f"seed {seed}: {verdict.first_disagreement}"
        if double:
            assert verdict.max_value_error is not None
            assert verdict.max_value_error < 1e-13, f"seed {seed}"
        pulled, pushed = (
            f(tape.nodes, y.index) for f in (adjoints_by_pulling, adjoints_by_pushing)
        )
        for a, b in zip(pulled, pushed, strict=True):
            assert (a is None) == (b is None)
            assert a is None or b is None or a.tobytes() == b.tobytes(), f"seed {seed}"


def test_the_running_example_has_the_adjoints_worked_out_by_hand() -> None:
    # y = exp(a) + a/c + sin(c)/a with a = x z = 6 and c = log x = log 2, at x = 2, z = 3.
    tape = Tape()
    x, z = tape.input("x", 2.0), tape.input("z", 3.0)
    a, c = x * z, tape.apply("log", x)
    y = tape.apply("exp", a) + a / c + tape.apply("sin", c) / a
    # dy/da = e^6 + 1/c - sin(c)/36 and dy/dc = -6/c^2 + cos(c)/6;
    # dy/dz = 2 dy/da and dy/dx = 3 dy/da + dy/dc / 2.
    log2 = math.log(2)
    dy_da = math.exp(6) + 1 / log2 - math.sin(log2) / 36
    dy_dc = -6 / log2**2 + math.cos(log2) / 6
    adjoints = record(tape, y).adjoints
    for variable, expected in ((a, dy_da), (c, dy_dc), (z, 2 * dy_da), (x, 3 * dy_da + dy_dc / 2)):
        adjoint = adjoints[variable.index]
        assert adjoint is not None
        assert float(adjoint) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("backward", [adjoints_by_pulling, adjoints_by_pushing])
def test_a_value_used_twice_receives_both_contributions(backward: object) -> None:
    tape = Tape()
    x = tape.input("x", 3.0)
    y = x * x + x
    assert callable(backward)
    assert float(backward(tape.nodes, y.index)[x.index]) == 7.0


def test_what_the_output_does_not_depend_on_has_adjoint_0() -> None:
    tape = Tape()
    x, unused = tape.input("x", 3.0), tape.parameter("w", [1.0, 2.0])
    after = -unused
    trace = record(tape, x * x)
    for node in (unused, after):
        adjoint = trace.adjoints[node.index]
        assert adjoint is not None
        assert adjoint.tolist() == [0, 0]


def test_integers_and_constants_have_no_adjoint() -> None:
    tape = Tape()
    table, k = tape.parameter("W", np.eye(3)), tape.constant("k", 2.0)
    token = tape.input("x", 1)
    trace = record(tape, tape.apply("sum", tape.apply("lookup", table, token) * k))
    assert trace.adjoints[token.index] is None
    assert trace.adjoints[k.index] is None
    assert trace.adjoints[table.index] is not None


def test_running_twice_gives_the_same_bits() -> None:
    tape, y = random_program(np.random.default_rng(5))
    first, second = (adjoints_by_pushing(tape.nodes, y.index) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        assert a is None or b is None or a.tobytes() == b.tobytes()


def test_a_program_of_constants_agrees_with_pytorch() -> None:
    tape = Tape()
    k = tape.constant("k", 2.0)
    x = tape.input("x", 3.0)
    trace = record(tape, (k * k) * x)
    assert compare(trace, asked_here(trace)).status == "agrees"


def test_a_chain_of_a_hundred_thousand_nodes_is_no_trouble() -> None:
    tape = Tape()
    x = tape.input("x", 0.5)
    v = x
    for _ in range(50_000):
        v = -tape.apply("sin", v)
    begin = time.perf_counter()
    trace = record(tape, v)
    pulled = adjoints_by_pulling(tape.nodes, v.index)
    for version in ("A", "B"):
        assert trace.frame(len(trace.events(version)), version).completed.all()
    assert time.perf_counter() - begin < 5
    # Far along, v is about sqrt(3/n), and the derivative the product of all -cos v.
    assert errors([pulled[0]], [trace.adjoints[0]])[0] == 0
    assert len(trace) == 100_001


def test_a_chain_is_no_trouble_for_pytorch_either() -> None:
    tape = Tape()
    v = tape.input("x", 0.5)
    for _ in range(5_000):
        v = -tape.apply("sin", v)
    trace = record(tape, v)
    assert compare(trace, asked_here(trace)).status == "agrees"
