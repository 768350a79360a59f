"""The Elman model at fine grain, on bare arrays, and fused: the same numbers three times."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.models.elman import PARAMETERS, Activation, ElmanLM, initial_parameters
from engine.models.elman_fused import FusedElman
from engine.text.vocabulary import Vocabulary
from engine.trace.trace import Trace, record

ABC = Vocabulary(tuple("abcdefg"))


def model_of(size: int, hidden: int, phi: Activation = "tanh", seed: int = 0) -> ElmanLM:
    rng = np.random.default_rng(seed)
    parameters = initial_parameters(size, hidden, rng)
    parameters["b_h"] = rng.normal(size=hidden)
    parameters["b_y"] = rng.normal(size=size)
    return ElmanLM(parameters, Vocabulary(ABC.tokens[:size]), phi)


def trace_of(model: ElmanLM, tokens: list[int]) -> Trace:
    tape, loss = model.record(tokens)
    return record(tape, loss)


def by_name(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def test_the_equations_give_the_numbers_worked_out_by_hand() -> None:
    # V = 2, H = 1: h_0 = 0, W_xh = (1, 2), W_hh = 3, b_h = 0, W_hy = (1, -1), b_y = 0, text "a b".
    # y_0 = (0, 0), so p(a | h_0) = 1/2 and l_1 = log 2.
    # z_1 = W_xh[a] + 3 h_0 = 1, h_1 = tanh 1, y_1 = (tanh 1, -tanh 1),
    # l_2 = -log p(b | h_1) = log(1 + exp(2 tanh 1)).
    model = ElmanLM(
        {
            "W_xh": np.array([[1.0, 2.0]]),
            "W_hh": np.array([[3.0]]),
            "b_h": np.zeros(1),
            "W_hy": np.array([[1.0], [-1.0]]),
            "b_y": np.zeros(2),
            "h_0": np.zeros(1),
        },
        Vocabulary(("a", "b")),
    )
    expected = (math.log(2) + math.log1p(math.exp(2 * math.tanh(1)))) / 2
    trace = trace_of(model, [0, 1])
    assert trace.loss == pytest.approx(expected, rel=1e-15)
    # dL/dy_0 = (p - onehot(a)) / 2 = (-1/4, 1/4), so dL/dh_0 through y_0 is -1/2; through
    # z_1: 3 (1 - tanh(1)^2) dL/dh_1 with dL/dh_1 = (W_hy)^T (p - onehot(b)) / 2 = p(a | h_1).
    p_a = 1 / (1 + math.exp(-2 * math.tanh(1)))
    through_next = 3 * (1 - math.tanh(1) ** 2) * p_a
    h_0 = trace.adjoints[by_name(trace, "h_0")]
    assert h_0 is not None
    assert h_0[0] == pytest.approx(-1 / 2 + through_next, rel=1e-14)


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
    np.testing.assert_allclose(last[0], model.state([int(t) for t in tokens]), rtol=1e-13)
    for name in PARAMETERS:
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


def test_score_and_next_distribution_are_those_of_the_recorded_run() -> None:
    model = model_of(5, 4)
    tokens = [3, 1, 4, 1, 0]
    trace = trace_of(model, tokens)
    losses = [float(node.value) for node in trace.nodes if node.op == "nll"]
    np.testing.assert_allclose(-model.score(tokens), losses, rtol=1e-13)
    for t in range(len(tokens)):
        log_p = trace.nodes[by_name(trace, f"log p(·|h_{t})")].value
        np.testing.assert_allclose(model.next_distribution(tokens[:t]), np.exp(log_p), rtol=1e-13)


def test_a_sample_scores_what_it_says_and_repeats_with_its_seed() -> None:
    model = model_of(5, 4)
    draws = list(model.sample(20, np.random.default_rng(9), prompt=[2, 0]))
    again = list(model.sample(20, np.random.default_rng(9), prompt=[2, 0]))
    tokens = [draw.token for draw in draws]
    assert tokens == [draw.token for draw in again]
    scores = model.score([2, 0, *tokens])[2:]
    np.testing.assert_allclose(scores, np.log([draw.probability for draw in draws]), rtol=1e-12)


def test_every_node_of_a_run_has_a_name_a_module_and_its_time_step() -> None:
    trace = trace_of(model_of(5, 4), [0, 1, 2])
    assert all(node.name for node in trace.nodes)
    z_2 = trace.nodes[by_name(trace, "z_2")]
    assert (z_2.module, z_2.step, z_2.op) == ("step[2].cell", 2, "add")
    assert [trace.nodes[i].name for i in z_2.operands] == ["W_xh x_2", "W_hh h_1", "b_h"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"b_h": np.zeros(3)}, "b_h should have shape"),
        ({"W_hy": np.full((5, 4), np.nan)}, "finite"),
        ({"W_xh": np.zeros((5, 4))}, "W_xh should have shape"),
    ],
)
def test_weights_that_do_not_fit_are_refused(change: dict[str, Array], message: str) -> None:
    parameters = dict(model_of(5, 4).parameters) | change
    with pytest.raises(InputError, match=message):
        ElmanLM(parameters, Vocabulary(ABC.tokens[:5]))


def test_a_missing_weight_is_named() -> None:
    parameters = dict(model_of(5, 4).parameters)
    del parameters["W_hh"]
    with pytest.raises(InputError, match="W_hh"):
        ElmanLM(parameters, Vocabulary(ABC.tokens[:5]))


def test_no_token_is_refused() -> None:
    with pytest.raises(InputError, match="at least one word"):
        model_of(5, 4).record([])
