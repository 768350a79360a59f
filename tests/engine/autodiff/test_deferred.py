"""The deferred backward pass gives the adjoints of Versions A and B, to rounding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import DTypeLike

from engine.autodiff import deferred
from engine.autodiff.deferred import adjoints_deferred
from engine.autodiff.primitives import PRIMITIVES
from engine.autodiff.reverse import Adjoints, adjoints_by_pulling, adjoints_by_pushing
from engine.autodiff.tape import Tape
from engine.models.architecture import CELLS, Architecture, CellName
from engine.models.recurrent import RecurrentLM
from engine.oracle.verdict import errors
from engine.text.vocabulary import Vocabulary
from tests.engine.autodiff.random_programs import random_program

TOKENS = (2, 0, 2, 2, 4, 1, 0, 2)


def largest_error(ours: Adjoints, theirs: Adjoints) -> float:
    assert [a is None for a in ours] == [b is None for b in theirs]
    return float(np.nanmax(errors(ours, theirs)))


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-13), (np.float32, 1e-5)])
def test_random_programs_agree_with_version_b(dtype: DTypeLike, tolerance: float) -> None:
    for seed in range(200):
        tape, y = random_program(np.random.default_rng(seed), dtype=dtype)
        summed_late = adjoints_deferred(tape.nodes, y.index)
        pushed = adjoints_by_pushing(tape.nodes, y.index)
        assert largest_error(summed_late, pushed) <= tolerance, f"seed {seed}"


@pytest.mark.parametrize("embedding", [0, 3])
@pytest.mark.parametrize("cell", CELLS)
def test_an_unrolled_model_agrees_and_a_and_b_still_agree_bit_for_bit(
    cell: CellName, embedding: int
) -> None:
    architecture = Architecture(cell, hidden=4, layers=2, embedding=embedding, learned_start=False)
    vocabulary = Vocabulary(tuple("abcde"))
    model = RecurrentLM.fresh(architecture, vocabulary, np.random.default_rng(7))
    tape, loss = model.record(TOKENS)
    pulled = adjoints_by_pulling(tape.nodes, loss.index)
    pushed = adjoints_by_pushing(tape.nodes, loss.index)
    for a, b in zip(pulled, pushed, strict=True):
        assert (a is None) == (b is None)
        assert a is None or b is None or a.tobytes() == b.tobytes()
    assert largest_error(adjoints_deferred(tape.nodes, loss.index), pushed) <= 1e-13


@pytest.mark.parametrize("axis", [0, 1])
def test_a_table_adds_up_what_its_repeated_rows_or_columns_receive(axis: int) -> None:
    tape = Tape()
    table = tape.parameter("E", np.arange(6.0).reshape(2, 3))
    picked = [tape.apply("lookup", table, tape.input("x", k), axis=axis) for k in (1, 0, 1, 1)]
    weights = [tape.constant("k", float(k)) for k in (1, 2, 3, 4)]
    total = tape.apply(
        "sum", tape.apply("add", *(p * w for p, w in zip(picked, weights, strict=True)))
    )
    # Row or column 1 was looked up with the weights 1, 3 and 4, and 0 with the weight 2.
    expected = np.zeros((2, 3))
    np.moveaxis(expected, axis, 0)[:2] = [[2.0], [8.0]]
    for backward in (adjoints_by_pulling, adjoints_by_pushing, adjoints_deferred):
        adjoint = backward(tape.nodes, total.index)[table.index]
        assert adjoint is not None
        assert adjoint.tolist() == expected.tolist()


def test_a_matrix_that_was_computed_passes_its_products_on() -> None:
    tape = Tape()
    w = tape.parameter("W", [[1.0, 2.0], [3.0, 4.0]])
    v = tape.input("v", [5.0, 6.0])
    doubled = w + w
    y = tape.apply("sum", doubled @ v + doubled @ v)
    # y = 4 sum(W v), so dy/dW = 4 [v; v].
    adjoint = adjoints_deferred(tape.nodes, y.index)[w.index]
    assert adjoint is not None
    assert adjoint.tolist() == [[20, 24], [20, 24]]


def test_one_matrix_may_be_multiplied_and_looked_up_in(monkeypatch: pytest.MonkeyPatch) -> None:
    tape = Tape()
    w = tape.parameter("W", [[1.0, 2.0], [3.0, 4.0]])
    column = tape.apply("lookup", w, tape.input("x", 1), axis=1)
    y = tape.apply("sum", w @ tape.input("v", [5.0, 6.0]) + column)
    # The product gives [v; v], the look-up ones in its column.
    expected = [[5, 7], [5, 7]]
    for limit in (deferred._LARGEST_ONE_HOT, 0):
        monkeypatch.setattr(deferred, "_LARGEST_ONE_HOT", limit)
        adjoint = adjoints_deferred(tape.nodes, y.index)[w.index]
        assert adjoint is not None
        assert adjoint.tolist() == expected


def test_a_planted_rule_is_applied_and_not_what_the_right_one_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = PRIMITIVES["matmul"]
    wrong = replace(row, vjps=(lambda g, _y, _x, z: 2 * np.outer(g, z), row.vjps[1]))
    monkeypatch.setitem(PRIMITIVES, "matmul", wrong)
    tape = Tape()
    w = tape.parameter("W", np.eye(2))
    y = tape.apply("sum", w @ tape.input("v", [5.0, 6.0]))
    adjoint = adjoints_deferred(tape.nodes, y.index)[w.index]
    assert adjoint is not None
    assert adjoint.tolist() == [[10, 12], [10, 12]]
