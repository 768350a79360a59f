"""Runs whose recurrent matrices have another spectral radius."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.errors import InputError
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.codec import load_trace, save_trace
from engine.trace.expression import record_expression
from engine.trace.origin import losses_of, origin_of, through
from engine.trace.spectral import (
    largest_radius,
    recurrent_matrices,
    rescaled,
    scaled,
    spectral_radius,
    with_leaves,
)
from engine.trace.trace import Trace

if TYPE_CHECKING:
    from pathlib import Path

SENTENCE = "Narwhals are way cooler than parrots"


@pytest.mark.parametrize(
    ("matrix", "radius"),
    [
        ([[0.0, -2.0], [2.0, 0.0]], 2.0),  # eigenvalues 2i and -2i
        ([[1.0, 5.0], [0.0, -3.0]], 3.0),
        ([[0.0, 1.0], [0.0, 0.0]], 0.0),
    ],
)
def test_the_radius_is_the_largest_magnitude_of_an_eigenvalue(
    matrix: list[list[float]], radius: float
) -> None:
    assert spectral_radius(np.array(matrix)) == pytest.approx(radius)


def test_a_matrix_that_is_not_finite_has_no_radius() -> None:
    assert math.isnan(spectral_radius(np.array([[math.inf]])))


@pytest.mark.parametrize(
    ("spec", "names"),
    [
        (RunSpec(text=SENTENCE), ["W_hh"]),
        (RunSpec(text=SENTENCE, layers=2), ["W_hh", "W_hh^{(2)}"]),
        (RunSpec(text=SENTENCE, cell="gru"), ["W_hr", "W_hz", "W_hn"]),
        (RunSpec(text=SENTENCE, cell="lstm", hidden=6), ["W_hi", "W_hf", "W_hg", "W_ho"]),
        (RunSpec(expression="x*z", values={"x": 1.0, "z": 2.0}), []),
        (RunSpec(network="feed-forward"), []),
    ],
)
def test_recurrent_matrices_read_the_step_before(spec: RunSpec, names: list[str]) -> None:
    trace = run(spec)
    found = [trace.nodes[node].name for node in recurrent_matrices(trace)]
    assert found == names


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
@pytest.mark.parametrize("radius", [0.2, 1.0, 2.5])
def test_one_factor_makes_the_largest_radius_what_was_asked(cell: str, radius: float) -> None:
    trace = run(RunSpec(text=SENTENCE, cell=cell))  # type: ignore[arg-type]  # one of the three
    matrices = recurrent_matrices(trace)
    other = rescaled(trace, radius)
    assert largest_radius(other, matrices) == pytest.approx(radius)
    factors = [other.nodes[i].value / trace.nodes[i].value for i in matrices]
    assert np.ptp(factors) < 1e-12
    assert recurrent_matrices(other) == matrices


def test_another_radius_gives_the_run_of_the_scaled_weights() -> None:
    trace = run(RunSpec(text=SENTENCE))
    other = rescaled(trace, 1.3)
    h = next(node.index for node in trace.nodes if node.name == "h_2")
    values = {node.name: node.value for node in other.nodes}
    by_hand = np.tanh(values["W_xh x_2"] + values["W_hh"] @ values["h_1"] + values["b_h"])
    assert other.nodes[h].value == pytest.approx(by_hand)
    assert other.loss != trace.loss
    assert other.nodes[h].index == trace.nodes[h].index


def test_its_own_radius_gives_the_same_run() -> None:
    trace = run(RunSpec(text=SENTENCE))
    same = rescaled(trace, largest_radius(trace, recurrent_matrices(trace)))
    assert same.loss == trace.loss
    for ours, theirs in zip(same.adjoints, trace.adjoints, strict=True):
        assert np.array_equal(ours, theirs)  # type: ignore[arg-type]  # of None it is known too


def test_only_what_follows_from_a_leaf_is_computed_anew() -> None:
    trace = record_expression("(x*x) + sin(z)", {"x": 2.0, "z": 3.0})
    x = next(node.index for node in trace.nodes if node.name == "x")
    other = with_leaves(trace, {x: np.array(5.0)})
    assert other.loss == pytest.approx(25 + math.sin(3.0))
    kept = [a is b for a, b in zip(trace.nodes, other.nodes, strict=True)]
    # x itself, its square and the sum are new.
    assert kept.count(False) == 3


def _slices(trace: Trace, radius: float) -> list[float]:
    other = rescaled(trace, radius)
    part = through(other, losses_of(other)[-1])
    slices: list[float] = np.abs(origin_of(part, recurrent_matrices(other)[0]).values).tolist()
    return slices


def test_slices_of_the_last_loss_die_under_a_small_radius_and_grow_under_a_large_one() -> None:
    trace = run(RunSpec(corpus="shakespeare", tokens="char", steps=40, hidden=32))
    dying, growing = _slices(trace, 0.2), _slices(trace, 2.0)
    assert dying[0] < 1e-20 * dying[-1]
    assert growing[0] > 1e-2 * growing[-1]


def test_overflow_is_told_by_what_is_not_finite() -> None:
    spec = RunSpec(corpus="shakespeare", tokens="char", steps=40, hidden=8, activation="relu")
    other = rescaled(run(spec), 1e12)
    assert not np.isfinite(origin_of(other, recurrent_matrices(other)[0]).values).all()


def test_a_scaled_run_is_saved_with_its_radius(tmp_path: Path) -> None:
    other = rescaled(run(RunSpec(text=SENTENCE)), 1.5)
    save_trace(other, tmp_path / "run.json")
    read = load_trace(tmp_path / "run.json")
    assert read.provenance["spectral radius"] == 1.5
    assert read.loss == other.loss


def test_where_nothing_can_be_scaled_it_says_why() -> None:
    with pytest.raises(InputError, match="multiplies what a time step before it computed"):
        rescaled(record_expression("x*z", {"x": 1.0, "z": 2.0}), 1.0)
    trace = run(RunSpec(text=SENTENCE))
    with pytest.raises(InputError, match="is a number from 0, not -1"):
        rescaled(trace, -1.0)
    with pytest.raises(InputError, match="no factor makes another"):
        scaled(trace, 1.0, before=0.0)
