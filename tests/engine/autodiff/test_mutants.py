"""The checks are sharp: every wrong rule and every wrong backward pass is caught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.autodiff import primitives
from engine.autodiff.gradcheck import check_modules
from engine.autodiff.primitives import PRIMITIVES, Array
from engine.autodiff.reverse import Adjoints, adjoints_by_pushing
from engine.autodiff.tape import Node, Tape
from engine.trace.trace import record
from tests.engine.autodiff.cases import cases_of
from tests.engine.autodiff.mutants import BACKWARD, RULES, Rule, averaged, not_reduced
from tests.engine.autodiff.random_programs import random_program
from tests.engine.autodiff.witnesses import first_fault


def plant(monkeypatch: pytest.MonkeyPatch, op: str, slot: int, rule: Rule) -> None:
    row = PRIMITIVES[op]
    vjps = tuple(rule if i == slot else old for i, old in enumerate(row.vjps))
    monkeypatch.setitem(PRIMITIVES, op, replace(row, vjps=vjps))


def test_there_are_at_least_sixty_wrong_rules() -> None:
    assert len(RULES) >= 60
    assert len({(op, mistake) for op, mistake, _, _ in RULES}) == len(RULES)
    assert {op for op, _, _, _ in RULES} == set(PRIMITIVES)


@pytest.mark.parametrize(
    ("op", "slot", "rule"),
    [pytest.param(op, slot, rule, id=f"{op}: {mistake}") for op, mistake, slot, rule in RULES],
)
def test_a_wrong_rule_is_caught(
    monkeypatch: pytest.MonkeyPatch, op: str, slot: int, rule: Rule
) -> None:
    plant(monkeypatch, op, slot, rule)
    assert first_fault(cases_of(op), np.random.default_rng(1)) is not None


@pytest.mark.parametrize("wrong", [not_reduced, averaged])
def test_a_wrong_reduction_after_broadcast_is_caught(
    monkeypatch: pytest.MonkeyPatch, wrong: Callable[[Array, tuple[int, ...]], Array]
) -> None:
    monkeypatch.setattr(primitives, "unbroadcast", wrong)
    assert first_fault(cases_of("mul"), np.random.default_rng(1)) is not None


@pytest.mark.parametrize("wrong", BACKWARD)
def test_a_wrong_backward_pass_is_caught(
    wrong: Callable[[Sequence[Node], int], Adjoints],
) -> None:
    def differs(seed: int) -> bool:
        tape, y = random_program(np.random.default_rng(seed))
        right = adjoints_by_pushing(tape.nodes, y.index)
        return any(
            a is not None and b is not None and np.abs(a - b).max() > 1e-6
            for a, b in zip(wrong(tape.nodes, y.index), right, strict=True)
        )

    assert any(differs(seed) for seed in range(10))


@pytest.mark.parametrize(
    ("op", "slot", "rule"),
    [
        pytest.param(op, slot, rule, id=f"{op}: {mistake}")
        for op, mistake, slot, rule in RULES
        if op in ("mul", "tanh", "sin", "exp", "sigmoid", "add")
    ],
)
def test_finite_differences_of_a_module_name_the_wrong_rule(
    monkeypatch: pytest.MonkeyPatch, op: str, slot: int, rule: Rule
) -> None:
    plant(monkeypatch, op, slot, rule)
    tape = Tape()
    x, z = tape.input("x", [0.3, -1.2, 0.7]), tape.input("z", [1.1, 0.4, -0.6])
    with tape.module("sound"):
        left, right = -x, x - z
    with tape.module("broken"):
        operands = (left, right) if op in ("mul", "add") else (left,)
        broken = tape.apply(op, *operands)
    with tape.module("end"):
        total = tape.apply("sum", tape.apply("cos", broken))
    checks = {c.name: c for c in check_modules(record(tape, total), np.random.default_rng(3))}
    assert not checks["broken"].ok
    assert checks["broken"].max_error > 1e-3
    assert checks["sound"].ok
    assert checks["end"].ok
