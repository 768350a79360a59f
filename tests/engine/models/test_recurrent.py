"""Recurrent models at fine grain and on bare arrays: the same numbers twice."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.models.architecture import CELLS, Activation, Architecture, CellName, of_layer
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.trace.trace import Trace, record

ABC = Vocabulary(tuple("abcdefg"))


def model_of(
    size: int,
    hidden: int,
    phi: Activation = "tanh",
    seed: int = 0,
    cell: CellName = "elman",
    layers: int = 1,
    embedding: int = 0,
    learned_start: bool = True,
) -> RecurrentLM:
    rng = np.random.default_rng(seed)
    architecture = Architecture(cell, hidden, layers, embedding, learned_start, phi)
    letters = Vocabulary(ABC.tokens[:size])
    parameters = dict(RecurrentLM.fresh(architecture, letters, rng).parameters)
    for name, value in parameters.items():
        if name.startswith("b_"):
            parameters[name] = rng.normal(size=value.shape)
    return RecurrentLM(parameters, letters, architecture)


def trace_of(model: RecurrentLM, tokens: list[int]) -> Trace:
    tape, loss = model.record(tokens)
    return record(tape, loss)


def by_name(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def test_the_equations_give_the_numbers_worked_out_by_hand() -> None:
    # V = 2, H = 1: h_0 = 0, W_xh = (1, 2), W_hh = 3, b_h = 0, W_hy = (1, -1), b_y = 0, text "a b".
    # y_0 = (0, 0), so p(a | h_0) = 1/2 and l_1 = log 2.
    # z_1 = W_xh[a] + 3 h_0 = 1, h_1 = tanh 1, y_1 = (tanh 1, -tanh 1),
    # l_2 = -log p(b | h_1) = log(1 + exp(2 tanh 1)).
    model = RecurrentLM(
        {
            "W_xh": np.array([[1.0, 2.0]]),
            "W_hh": np.array([[3.0]]),
            "b_h": np.zeros(1),
            "W_hy": np.array([[1.0], [-1.0]]),
            "b_y": np.zeros(2),
            "h_0": np.zeros(1),
        },
        Vocabulary(("a", "b")),
        Architecture(hidden=1),
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


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("layers", "embedding", "learned"), [(1, 0, True), (2, 3, False)])
def test_score_and_next_distribution_are_those_of_the_recorded_run(
    cell: CellName, layers: int, embedding: int, learned: bool
) -> None:
    model = model_of(5, 4, cell=cell, layers=layers, embedding=embedding, learned_start=learned)
    tokens = [3, 1, 4, 1, 0]
    trace = trace_of(model, tokens)
    losses = [float(node.value) for node in trace.nodes if node.op == "nll"]
    np.testing.assert_allclose(-model.score(tokens), losses, rtol=1e-13)
    for t in range(len(tokens)):
        log_p = trace.nodes[by_name(trace, f"log p(·|{of_layer(f'h_{t}', layers)})")].value
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
        RecurrentLM(parameters, Vocabulary(ABC.tokens[:5]), Architecture(hidden=4))


def test_a_missing_weight_is_named() -> None:
    parameters = dict(model_of(5, 4).parameters)
    del parameters["W_hh"]
    with pytest.raises(InputError, match="W_hh"):
        RecurrentLM(parameters, Vocabulary(ABC.tokens[:5]), Architecture(hidden=4))


def test_no_token_is_refused() -> None:
    with pytest.raises(InputError, match="at least one word"):
        model_of(5, 4).record([])
