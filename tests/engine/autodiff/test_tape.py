"""The tape records programs in order and refuses what does not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.autodiff.primitives import Array
from engine.autodiff.tape import Role, Tape
from engine.errors import InputError


def test_operands_keep_their_order_and_multiplicity() -> None:
    tape = Tape()
    x, z = tape.input("x", 2.0), tape.input("z", 5.0)
    tape.apply("add", z, x, z)
    assert tape.nodes[-1].operands == (1, 0, 1)
    assert float(tape.nodes[-1].value) == 12.0


def test_operands_stand_before_what_uses_them() -> None:
    tape = Tape()
    x = tape.input("x", 2.0)
    (x * x + x / x - (-x) ** x).named("y")
    for node in tape.nodes:
        assert all(operand < node.index for operand in node.operands)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_real_numbers_take_the_dtype_of_the_tape_and_tokens_stay_integers(dtype: Any) -> None:
    tape = Tape(dtype)
    assert tape.input("x", [1.5]).value.dtype == dtype
    assert tape.parameter("w", [1, 2]).value.dtype == dtype
    for token in (3, np.int32(3), np.uint8(3), True):
        assert tape.input("t", token).value.dtype == np.int64


def test_values_cannot_be_changed() -> None:
    given = np.ones(3)
    tape = Tape()
    x = tape.input("x", given)
    given[0] = 7
    assert x.value.tolist() == [1, 1, 1]
    for variable in (x, -x, tape.apply("reshape", x, shape=(3, 1))):
        with pytest.raises(ValueError, match="read-only"):
            variable.value[...] = 0


def test_modules_and_steps_nest_and_end() -> None:
    tape = Tape()
    with tape.module("step[3]", step=3):
        with tape.module("cell"):
            inner = tape.input("x", 1.0)
        outer = -inner
    last = -outer
    nodes = [tape.nodes[v.index] for v in (inner, outer, last)]
    assert [(n.module, n.step) for n in nodes] == [("step[3].cell", 3), ("step[3]", 3), ("", None)]


def test_a_thousand_nested_modules_are_no_trouble() -> None:
    tape = Tape()
    modules = [tape.module(f"m{i}") for i in range(1000)]
    for module in modules:
        module.__enter__()
    x = tape.input("x", 1.0)
    for module in reversed(modules):
        module.__exit__(None, None, None)
    assert tape.nodes[x.index].module.count(".") == 999
    assert tape.nodes[(-x).index].module == ""


@pytest.mark.parametrize(
    ("op", "operands", "attributes", "message"),
    [
        ("sqrt", [np.ones(2)], {}, "there is no primitive 'sqrt'"),
        ("add", [np.ones(2), np.ones(3)], {}, "add does not fit operands of shapes"),
        ("matmul", [np.ones((2, 3)), np.ones(2)], {}, "matmul does not fit"),
        ("mul", [np.ones(2)], {}, "mul does not fit"),
        ("exp", [np.ones(2), np.ones(2)], {}, "exp does not fit"),
        ("sum", [np.ones(2)], {"axis": 1}, "sum does not fit"),
        ("sum", [np.ones(2)], {"axes": 0}, "sum does not fit"),
        ("lookup", [np.eye(3), np.array(3)], {}, "lookup does not fit"),
        ("lookup", [np.eye(3), np.array(-1)], {}, "lookup does not fit"),
        ("lookup", [np.eye(3), np.array(1.0)], {}, "lookup does not fit"),
        ("nll", [np.ones(3), np.array(-1)], {}, "nll does not fit"),
        ("concat", [np.ones((2, 2)), np.ones(3)], {}, "concat does not fit"),
        ("reshape", [np.ones(3)], {"shape": (2, 2)}, "reshape does not fit"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_the_tape_as_it_was(
    op: str, operands: list[Array], attributes: dict[str, Any], message: str
) -> None:
    tape = Tape()
    variables = [tape.input("x", x) for x in operands]
    before = len(tape)
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        tape.apply(op, *variables, **attributes)
    assert len(tape) == before


@pytest.mark.parametrize(
    ("leaf", "value"), [("input", [1.0, 2.0]), ("input", 3), ("constant", 2.0)]
)
def test_only_one_real_number_that_is_not_held_fixed_can_be_the_loss(
    leaf: str, value: object
) -> None:
    tape = Tape()
    variable = getattr(tape, leaf)("x", value)
    with pytest.raises(InputError, match="the loss must be"):
        tape.mark_loss(variable)


def test_the_loss_is_marked() -> None:
    tape = Tape()
    y = -tape.input("x", 1.0)
    tape.mark_loss(y)
    assert tape.nodes[y.index].role is Role.LOSS
