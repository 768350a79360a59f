"""The fused Elman step against the fine grain."""

from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.primitives import Array
from engine.models.architecture import Activation, Architecture
from engine.models.elman_fused import FusedElman
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.trace.trace import Trace, record


def model_of(size: int, hidden: int, phi: Activation = "tanh") -> RecurrentLM:
    letters = Vocabulary(tuple("abcdefg"[:size]))
    return RecurrentLM.fresh(
        Architecture(hidden=hidden, phi=phi), letters, np.random.default_rng(0)
    )


def trace_of(model: RecurrentLM, tokens: list[int]) -> Trace:
    return record(*model.record(tokens))


def by_name(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


@pytest.mark.parametrize("phi", ["tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("length", [1, 2, 7])
def test_fused_and_fine_grain_agree_on_the_loss_and_every_adjoint(
    phi: Activation, length: int
) -> None:
    model = model_of(5, 4, phi)
    tokens = np.random.default_rng(1).integers(0, 5, length)
    trace = trace_of(model, [int(t) for t in tokens])
    fused = FusedElman(5, 4, length, 1, phi, np.float64)
    start = model.parameters["h_0"][np.newaxis]
    loss, last = fused.run(model.parameters, tokens[:, np.newaxis], start)
    assert loss == pytest.approx(trace.loss, rel=1e-14)
    np.testing.assert_allclose(last[0], model.state([int(t) for t in tokens])[0], rtol=1e-13)
    for name in model.parameters:
        ours = fused.start_adjoint[0] if name == "h_0" else fused.adjoints[name]
        theirs = trace.adjoints[by_name(trace, name)]
        assert theirs is not None
        assert np.abs(ours - theirs).max() <= 1e-14 * (1 + np.abs(theirs).max()), name


def test_a_batch_is_the_mean_of_its_texts() -> None:
    model = model_of(4, 3)
    tokens = np.random.default_rng(2).integers(0, 4, (5, 3))
    start = np.repeat(model.parameters["h_0"][np.newaxis], 3, axis=0)
    together = FusedElman(4, 3, 5, 3, dtype=np.float64)
    loss, _ = together.run(model.parameters, tokens, start)
    alone: list[tuple[float, Array]] = []
    for lane in range(3):
        single = FusedElman(4, 3, 5, 1, dtype=np.float64)
        one, _ = single.run(model.parameters, tokens[:, lane : lane + 1], start[:1])
        alone.append((one, single.adjoints["W_xh"].copy()))
    assert loss == pytest.approx(np.mean([one for one, _ in alone]), rel=1e-14)
    np.testing.assert_allclose(
        together.adjoints["W_xh"], np.mean([a for _, a in alone], axis=0), atol=1e-15
    )


def test_both_ways_of_summing_by_token_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(6, 3)
    tokens = np.random.default_rng(3).integers(0, 4, (6, 2))
    start = np.zeros((2, 3))
    one_hot = FusedElman(6, 3, 6, 2, dtype=np.float64)
    one_hot.run(model.parameters, tokens, start)
    monkeypatch.setattr("engine.models.elman_fused._ONE_HOT_LIMIT", 0)
    sorted_sum = FusedElman(6, 3, 6, 2, dtype=np.float64)
    sorted_sum.run(model.parameters, tokens, start)
    np.testing.assert_allclose(
        one_hot.adjoints["W_xh"], sorted_sum.adjoints["W_xh"], atol=1e-16, rtol=1e-13
    )
