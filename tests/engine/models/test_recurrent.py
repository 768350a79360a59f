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


def one_unit(cell: CellName, **weights: float) -> Trace:
    """A model of V = 2 and H = 1 whose W_x. are (w, 0) and whose other weights are given."""
    architecture = Architecture(cell, hidden=1)
    parameters = {
        name: np.full(shape, weights.get(name, 0.0))
        for name, shape in architecture.shapes(2).items()
    }
    for name, array in parameters.items():
        if name.startswith("W_x"):
            array[0, 1] = 0.0
    parameters["W_hy"] = np.array([[1.0], [-1.0]])
    return trace_of(RecurrentLM(parameters, Vocabulary(("a", "b")), architecture), [0, 1])


def value(trace: Trace, name: str) -> float:
    return float(trace.nodes[by_name(trace, name)].value[0])


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_a_gru_gives_the_numbers_worked_out_by_hand() -> None:
    # h_0 = 1/2; token a: r = s(1 + 2/2) = s(2), z = s(-1 + 1/2) = s(-1/2),
    # n = tanh(1 + r (4/2 + 1)) = tanh(1 + 3 r), h_1 = (1 - z) n + z / 2.
    trace = one_unit(
        "gru", h_0=0.5, W_xr=1, W_hr=2, W_xz=-1, W_hz=1, W_xn=0.5, b_n=0.5, W_hn=4, b_hn=1
    )
    r, z = logistic(2), logistic(-0.5)
    n = math.tanh(1 + 3 * r)
    assert value(trace, "r_1") == pytest.approx(r, rel=1e-15)
    assert value(trace, "z_1") == pytest.approx(z, rel=1e-15)
    assert value(trace, "n_1") == pytest.approx(n, rel=1e-15)
    assert value(trace, "h_1") == pytest.approx((1 - z) * n + z / 2, rel=1e-15)
    # L = (l_1 + l_2) / 2 and l_2 = log(1 + exp(2 h_1)), so dL/dh_1 = s(2 h_1);
    # dL/db_hn = dL/dh_1 (1 - z) (1 - n^2) r: the inner bias is seen through the reset.
    slope = logistic(2 * value(trace, "h_1")) * (1 - z) * (1 - n * n)
    inner, outer = trace.adjoints[by_name(trace, "b_hn")], trace.adjoints[by_name(trace, "b_n")]
    assert inner is not None
    assert outer is not None
    assert inner[0] == pytest.approx(slope * r, rel=1e-13)
    assert outer[0] == pytest.approx(slope, rel=1e-13)


def test_an_lstm_gives_the_numbers_worked_out_by_hand() -> None:
    # h_0 = 1/2, c_0 = -1; token a: i = s(1 + 2/2), f = s(0 + 1/2 + 1), g = tanh(1), o = s(-1),
    # c_1 = -f + i g, h_1 = o tanh c_1.
    trace = one_unit("lstm", h_0=0.5, c_0=-1, W_xi=1, W_hi=2, W_hf=1, b_f=1, W_xg=1, W_xo=-2, b_o=1)
    i, f, g, o = logistic(2), logistic(1.5), math.tanh(1), logistic(-1)
    c = -f + i * g
    assert value(trace, "c_1") == pytest.approx(c, rel=1e-15)
    assert value(trace, "h_1") == pytest.approx(o * math.tanh(c), rel=1e-15)
    # dL/dh_1 = s(2 h_1) as above; dL/dc_0 = dL/dh_1 o (1 - tanh(c_1)^2) f.
    slope = logistic(2 * value(trace, "h_1")) * o * (1 - math.tanh(c) ** 2)
    c_0 = trace.adjoints[by_name(trace, "c_0")]
    assert c_0 is not None
    assert c_0[0] == pytest.approx(slope * f, rel=1e-13)


def test_two_layers_with_an_embedding_are_two_cells_on_top_of_another() -> None:
    # All weights 1, biases and starts 0, V = 2, H = D = 1, token a with E = 1/2:
    # h_1 = tanh(1/2), h_1^(2) = tanh(h_1), y_1 = h_1^(2).
    architecture = Architecture("elman", 1, layers=2, embedding=1, learned_start=False)
    parameters = {
        name: np.full(shape, float(name.startswith("W")))
        for name, shape in architecture.shapes(2).items()
    }
    parameters["E"] = np.array([[0.5, 0.25]])
    trace = trace_of(RecurrentLM(parameters, Vocabulary(("a", "b")), architecture), [0, 1])
    assert value(trace, "h_1^{(2)}") == pytest.approx(math.tanh(math.tanh(0.5)), rel=1e-15)
    assert value(trace, "y_1") == value(trace, "h_1^{(2)}")
    assert trace.adjoints[by_name(trace, "h_0")] is None


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
