"""The Elman RNN language model, written as the lecture's equations.

h_t = phi(W_xh x_t + W_hh h_(t-1) + b_h),  y_t = W_hy h_t + b_y,  p(x_(t+1) | h_t) = softmax(y_t).
x_1 is predicted from h_0, so a text of T tokens has T predictions, from h_0 to h_(T-1), and the
loss is the mean of their negative log-likelihoods, in nats.

Source: Elman, *Finding structure in time* (1990); the slides *Recurrent Neural Network Language
Models*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, DTypeLike

from engine.autodiff.ops import activation, add, concat, log_softmax, lookup, mean, nll
from engine.autodiff.primitives import Array, softmax
from engine.autodiff.primitives import sigmoid as _sigmoid
from engine.autodiff.tape import Tape, Variable
from engine.errors import InputError
from engine.models.language_model import Draw, draw_from
from engine.text.vocabulary import Vocabulary

Activation = Literal["tanh", "sigmoid", "relu"]
PARAMETERS = ("W_xh", "W_hh", "b_h", "W_hy", "b_y", "h_0")

_PHI: Mapping[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "relu": lambda x: np.maximum(x, 0),
}


@dataclass(frozen=True)
class ElmanLM:
    """An Elman RNN language model.

    Attributes:
        parameters: W_xh (H, V), W_hh (H, H), b_h (H,), W_hy (V, H), b_y (V,), h_0 (H,).
        vocabulary: the V tokens.
        phi: the activation.
    """

    parameters: Mapping[str, Array]
    vocabulary: Vocabulary
    phi: Activation = "tanh"
    _columns: Array = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.phi not in get_args(Activation):
            raise InputError(f"the activation is one of tanh, sigmoid, relu, not {self.phi!r}")
        check_shapes(self.parameters, len(self.vocabulary))
        # Row v is W_xh x_v + b_h: what token v adds to z, ready to be gathered.
        p = self.parameters
        columns = np.ascontiguousarray(p["W_xh"].T) + p["b_h"]
        object.__setattr__(self, "_columns", columns)

    @property
    def hidden(self) -> int:
        """Size H of the hidden state."""
        return int(self.parameters["h_0"].shape[0])

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """Of the parameters, float64 or float32."""
        return self.parameters["h_0"].dtype

    def astype(self, dtype: DTypeLike) -> ElmanLM:
        """The same model with parameters of another precision."""
        return ElmanLM(
            {name: value.astype(dtype) for name, value in self.parameters.items()},
            self.vocabulary,
            self.phi,
        )

    # The equations, recorded primitive by primitive.

    def cell(self, w: Mapping[str, Variable], x: Variable, h: Variable) -> Variable:
        """z_t = W_xh x_t + W_hh h_(t-1) + b_h and phi(z_t), each (H,), for one token x_t."""
        a = lookup(w["W_xh"], x, axis=1)
        c = w["W_hh"] @ h
        z = add(a, c, w["b_h"])
        return activation(self.phi, z)

    def output(self, w: Mapping[str, Variable], h: Variable) -> Variable:
        """log p(. | h_t) = log softmax(W_hy h_t + b_y), (V,)."""
        return log_softmax(add(w["W_hy"] @ h, w["b_y"]))

    def record(self, tokens: Sequence[int]) -> tuple[Tape, Variable]:
        """Run the model over T tokens, recording every primitive.

        Returns:
            The tape, and the loss: the mean negative log-likelihood of the tokens, in nats.

        Raises:
            InputError: there are no tokens.
        """
        if len(tokens) == 0:
            raise InputError("there is no token to read: type at least one word")
        tape = Tape(self.dtype)
        with np.errstate(all="ignore"):
            w = {name: tape.parameter(name, self.parameters[name]) for name in PARAMETERS}
            h, x, losses = w["h_0"], None, []
            for t, token in enumerate(tokens):
                with tape.module(f"step[{t}]", step=t):
                    if x is not None:
                        h = self._record_cell(tape, w, x, h, t)
                    with tape.module("output"):
                        log_p = self.output(w, h)
                    _name(log_p, f"log p(·|h_{t})", (f"y_{t}", f"W_hy h_{t}"))
                with tape.module(f"step[{t + 1}]", step=t + 1):
                    x = tape.input(f"x_{t + 1}", np.int64(token))
                with tape.module(f"step[{t}]", step=t), tape.module("loss"):
                    losses.append(nll(log_p, x).named(f"ℓ_{t + 1}"))
            with tape.module("loss", step=len(tokens)):
                loss = mean(concat(*losses).named("ℓ")).named("L")
        return tape, loss

    def _record_cell(
        self, tape: Tape, w: Mapping[str, Variable], x: Variable, h: Variable, t: int
    ) -> Variable:
        with tape.module("cell"):
            h = self.cell(w, x, h)
        return _name(h, f"h_{t}", (f"z_{t}", f"W_hh h_{t - 1}", f"W_xh x_{t}"))

    # The same equations on bare arrays, for reading and generating at speed.

    def advance(self, h: Array, token: int) -> Array:
        """The hidden state (H,) after reading one more token."""
        z = self._columns[token] + self.parameters["W_hh"] @ h
        return np.asarray(_PHI[self.phi](z))

    def distribution(self, h: Array) -> Array:
        """p(. | h), (V,) in float64."""
        y = self.parameters["W_hy"] @ h + self.parameters["b_y"]
        return softmax(y.astype(np.float64))

    def state(self, context: Sequence[int]) -> Array:
        """The hidden state (H,) after reading a context from h_0."""
        h = self.parameters["h_0"]
        for token in context:
            h = self.advance(h, token)
        return h

    def next_distribution(self, context: Sequence[int]) -> Array:
        """p(. | context), (V,) in float64, summing to 1."""
        return self.distribution(self.state(context))

    def score(self, tokens: Sequence[int]) -> Array:
        """Natural-log probability of each token given all before it, (T,)."""
        h = self.parameters["h_0"]
        scores = np.empty(len(tokens))
        for t, token in enumerate(tokens):
            scores[t] = np.log(self.distribution(h)[token])
            h = self.advance(h, token)
        return scores

    def sample(
        self,
        length: int,
        rng: Generator,
        *,
        prompt: Sequence[int] = (),
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
    ) -> Iterator[Draw]:
        """Draw ``length`` tokens after the prompt, each read back as the next input."""
        h = self.state(prompt)
        for _ in range(length):
            drawn = draw_from(
                self.distribution(h), rng, temperature=temperature, top_k=top_k, top_p=top_p
            )
            yield drawn
            h = self.advance(h, drawn.token)


def initial_parameters(
    vocabulary_size: int, hidden: int, rng: Generator, dtype: DTypeLike = np.float64
) -> dict[str, Array]:
    """Random parameters: inputs N(0, 1/4), matrices uniform in +-1/sqrt(H), biases and h_0 0.

    Raises:
        InputError: a size is not positive.
    """
    if hidden < 1:
        raise InputError(f"the hidden size must be at least 1, not {hidden}")
    bound = 1 / np.sqrt(hidden)
    return {
        "W_xh": rng.normal(0, 0.5, (hidden, vocabulary_size)).astype(dtype),
        "W_hh": rng.uniform(-bound, bound, (hidden, hidden)).astype(dtype),
        "b_h": np.zeros(hidden, dtype),
        "W_hy": rng.uniform(-bound, bound, (vocabulary_size, hidden)).astype(dtype),
        "b_y": np.zeros(vocabulary_size, dtype),
        "h_0": rng.uniform(-bound, bound, hidden).astype(dtype),
    }


def check_shapes(parameters: Mapping[str, ArrayLike], vocabulary_size: int) -> None:
    """Raise InputError unless the parameters are those of an Elman RNN over V tokens."""
    missing = [name for name in PARAMETERS if name not in parameters]
    if missing:
        raise InputError(f"an Elman model needs the parameter {missing[0]}")
    h, v = int(np.size(parameters["h_0"])), vocabulary_size
    shapes = {"W_xh": (h, v), "W_hh": (h, h), "b_h": (h,), "W_hy": (v, h), "b_y": (v,), "h_0": (h,)}
    for name, shape in shapes.items():
        found = np.shape(parameters[name])
        if found != shape:
            raise InputError(f"{name} should have shape {shape}, not {found}", place=name)
        if not np.isfinite(parameters[name]).all():
            raise InputError("every weight must be a finite number", place=name)


def _name(top: Variable, name: str, below: tuple[str, ...]) -> Variable:
    """Name a variable and the nodes recorded just before it, the nearest first."""
    for distance, inner in enumerate(below, start=1):
        top.tape.nodes[top.index - distance].name = inner
    return top.named(name)
