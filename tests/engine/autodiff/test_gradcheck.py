"""Finite differences per module: right rules pass at any scale, wrong ones are named."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engine.autodiff.gradcheck import TOLERANCE, check_modules, modules_of, parts_of
from engine.autodiff.tape import Tape, Variable
from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.trace.trace import Trace, record
from tests.engine.autodiff.random_programs import random_program


def test_every_module_of_a_language_model_is_checked() -> None:
    trace = run(RunSpec(text="a b"))
    names = [check.name for check in check_modules(trace, np.random.default_rng(0))]
    assert names == [
        "step[0].output",
        "step[0].loss",
        "step[1].cell",
        "step[1].output",
        "step[1].loss",
        "loss",
    ]


def test_a_module_is_a_function_of_what_comes_from_outside() -> None:
    trace = run(RunSpec(text="a b"))
    cell = next(m for m in modules_of(trace) if m.name == "step[1].cell")
    assert [trace.nodes[i].name for i in cell.inputs] == ["W_xh", "W_hh", "h_0", "b_h"]
    assert [trace.nodes[i].name for i in cell.outputs] == ["h_1"]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_a_language_model_passes_well_within_the_tolerance(dtype: str, activation: str) -> None:
    spec = RunSpec(text=DEFAULT_TEXT, dtype=dtype, activation=activation)  # type: ignore[arg-type]
    checks = check_modules(run(spec), np.random.default_rng(0))
    assert max(check.max_error for check in checks) < TOLERANCE / 10


def test_two_hundred_random_programs_pass() -> None:
    for seed in range(200):
        tape, y = random_program(np.random.default_rng(seed))
        trace = record(tape, y)
        (check,) = check_modules(trace, np.random.default_rng(seed))
        assert check.ok, f"seed {seed}: {check.max_error:.1e}"


FUNCTIONS: dict[str, Callable[[Tape, Variable], Variable]] = {
    "1/x": lambda tape, x: tape.constant("1", 1.0) / x,
    "log x": lambda tape, x: tape.apply("log", x),
    "x^3": lambda tape, x: x ** tape.constant("3", 3.0),
    "sin(1e5 x)": lambda tape, x: tape.apply("sin", x * tape.constant("k", 1e5)),
    "1e8 + sin x": lambda tape, x: tape.constant("k", 1e8) + tape.apply("sin", x),
    "exp(-x)": lambda tape, x: tape.apply("exp", -x),
}


def curve(name: str, at: float) -> Trace:
    tape = Tape()
    x = tape.input("x", at)
    return record(tape, FUNCTIONS[name](tape, x))


@pytest.mark.parametrize("at", [1e-9, 1e-4, 0.1, 2.0, 700.0, 1e5])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_right_rule_passes_however_steep_or_large_the_function(name: str, at: float) -> None:
    (check,) = check_modules(curve(name, at), np.random.default_rng(0))
    assert check.ok, check


@pytest.mark.parametrize(
    ("op", "x"), [("relu", [0.0, 0.0, -1.0]), ("max", [2.0, 2.0, 1.0]), ("max", [0.0, 0.0])]
)
def test_kinks_are_followed_along_the_branch_taken(op: str, x: list[float]) -> None:
    tape = Tape()
    v = tape.apply(op, tape.input("x", np.array(x)))
    trace = record(tape, tape.apply("sum", v * v))
    assert all(check.ok for check in check_modules(trace, np.random.default_rng(0)))


def test_a_tie_of_maximum_is_followed_along_both_branches() -> None:
    tape = Tape()
    x, z = tape.input("x", [2.0, 1.0]), tape.input("z", [2.0, -1.0])
    v = tape.apply("maximum", x, z)
    trace = record(tape, tape.apply("sum", v * v))
    assert all(check.ok for check in check_modules(trace, np.random.default_rng(0)))


def test_a_module_that_is_no_number_is_not_passed() -> None:
    tape = Tape()
    with np.errstate(all="ignore"):
        y = tape.apply("log", tape.input("x", -1.0))
    (check,) = check_modules(record(tape, y), np.random.default_rng(0))
    assert check.max_error == float("inf")
    assert not check.ok


def test_a_run_of_one_module_is_checked_operation_by_operation() -> None:
    trace = run(RunSpec(expression="exp(x*z)", values={"x": 1.0, "z": 2.0}))
    assert [part.name for part in parts_of(trace)] == ["mul a", "exp y"]
    sentence = run(RunSpec(text="a b"))
    assert parts_of(sentence) == modules_of(sentence)
