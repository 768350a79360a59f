"""Recurrent language models: p(x_(t+1) | h_t) = softmax(W_hy h_t + b_y).

x_1 is predicted from h_0, so a text of T tokens has T predictions, from h_0 to h_(T-1), and the
loss is the mean of their negative log-likelihoods, in nats.

Source: the slides *Recurrent Neural Network Language Models*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import DTypeLike

from engine.autodiff.ops import add, concat, log_softmax, mean, nll
from engine.autodiff.primitives import Array, sigmoid, softmax
from engine.autodiff.tape import Tape, Variable
from engine.errors import InputError
from engine.models.architecture import Architecture, check_parameters, initial_parameters, of_layer
from engine.models.cells import CELL_EQUATIONS, Place, State, multiply
from engine.models.language_model import Draw, draw_from
from engine.text.vocabulary import Vocabulary

Arrays = tuple[Array, ...]


@dataclass(frozen=True)
class RecurrentLM:
    """An Elman, GRU or LSTM language model.

    Attributes:
        parameters: by the names and of the shapes of ``architecture.shapes(V)``.
        vocabulary: the V tokens.
        architecture: the cell, its sizes and layers.

    Raises:
        InputError: the parameters are not finite numbers of those names and shapes.
    """

    parameters: Mapping[str, Array]
    vocabulary: Vocabulary
    architecture: Architecture
    _table: tuple[Array, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_parameters(self.architecture, self.parameters, len(self.vocabulary))
        # Row v is what token v adds to each gate of the first layer, ready to be gathered.
        p, embedding = self.parameters, self.parameters.get("E")
        tables = []
        for gate in self.architecture.gates:
            columns = p[f"W_x{gate}"] if embedding is None else p[f"W_x{gate}"] @ embedding
            tables.append(np.ascontiguousarray(columns.T) + p[f"b_{gate}"])
        object.__setattr__(self, "_table", tuple(tables))

    @classmethod
    def fresh(
        cls,
        architecture: Architecture,
        vocabulary: Vocabulary,
        rng: Generator,
        dtype: DTypeLike = np.float64,
    ) -> RecurrentLM:
        """A model with random parameters."""
        parameters = initial_parameters(architecture, len(vocabulary), rng, dtype)
        return cls(parameters, vocabulary, architecture)

    @property
    def hidden(self) -> int:
        """Size H of the hidden state."""
        return self.architecture.hidden

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """Of the parameters, float64 or float32."""
        return self.parameters["h_0"].dtype

    def astype(self, dtype: DTypeLike) -> RecurrentLM:
        """The same model with parameters of another precision."""
        return RecurrentLM(
            {name: value.astype(dtype) for name, value in self.parameters.items()},
            self.vocabulary,
            self.architecture,
        )

    # The equations, recorded primitive by primitive.

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
            w = self._leaves(tape)
            states = self._start(w)
            x, losses = None, []
            for t, token in enumerate(tokens):
                with tape.module(f"step[{t}]", step=t):
                    if x is not None:
                        states = self._read(tape, w, x, states, t)
                    log_p = self._predict(tape, w, states[-1][0], t)
                with tape.module(f"step[{t + 1}]", step=t + 1):
                    x = tape.input(f"x_{t + 1}", np.int64(token))
                with tape.module(f"step[{t}]", step=t), tape.module("loss"):
                    losses.append(nll(log_p, x).named(f"ℓ_{t + 1}"))
            with tape.module("loss", step=len(tokens)):
                loss = mean(concat(*losses).named("ℓ")).named("L")
        return tape, loss

    def _leaves(self, tape: Tape) -> dict[str, Variable]:
        """Every parameter on the tape; a start that is not learned is a constant."""
        starts = self.architecture.starts()
        fixed = () if self.architecture.learned_start else starts
        return {
            name: tape.constant(name, self.parameters[name])
            if name in fixed
            else tape.parameter(name, self.parameters[name])
            for name in self.architecture.shapes(len(self.vocabulary))
        }

    def _start(self, w: Mapping[str, Variable]) -> list[State]:
        names = self.architecture.states
        layers = range(1, self.architecture.layers + 1)
        return [tuple(w[of_layer(f"{name}_0", layer)] for name in names) for layer in layers]

    def _read(
        self, tape: Tape, w: Mapping[str, Variable], x: Variable, states: list[State], t: int
    ) -> list[State]:
        """The states of all layers after token x_t, each layer reading the h of the one below."""
        equation, below, result = CELL_EQUATIONS[self.architecture.cell], x, []
        if self.architecture.embedding:
            with tape.module("embedding"):
                below = multiply(w["E"], x).named(f"E {x.name}")
        for layer, state in enumerate(states, start=1):
            with tape.module("cell" if self.architecture.layers == 1 else f"cell[{layer}]"):
                place = Place(tape, w, layer, t, self.architecture.phi)
                result.append(equation(place, below, state))
            below = result[-1][0]
        return result

    def _predict(self, tape: Tape, w: Mapping[str, Variable], h: Variable, t: int) -> Variable:
        """log p(. | h_t) = log softmax(W_hy h_t + b_y), (V,)."""
        with tape.module("output"):
            y = add((w["W_hy"] @ h).named(f"W_hy {h.name}"), w["b_y"]).named(f"y_{t}")
            return log_softmax(y).named(f"log p(·|{h.name})")

    # The same equations on bare arrays, for reading and generating.

    def start(self) -> Arrays:
        """The state before the first token: every layer's h, or h and c, each (H,)."""
        return tuple(self.parameters[name] for name in self.architecture.starts())

    def advance(self, state: Arrays, token: int) -> Arrays:
        """The state after reading one more token."""
        architecture = self.architecture
        result: list[Array] = []
        width = len(architecture.states)
        below: Array | None = None
        for layer in range(1, architecture.layers + 1):
            old = state[(layer - 1) * width : layer * width]
            new = self._cell(layer, self._inputs(layer, token, below), old)
            result.extend(new)
            below = new[0]
        return tuple(result)

    def _inputs(self, layer: int, token: int, below: Array | None) -> list[Array]:
        """W_x. x_t + b_. of each gate."""
        if below is None:
            return [table[token] for table in self._table]
        p, gates = self.parameters, self.architecture.gates
        return [
            p[of_layer(f"W_x{gate}", layer)] @ below + p[of_layer(f"b_{gate}", layer)]
            for gate in gates
        ]

    def _cell(self, layer: int, inputs: list[Array], old: Arrays) -> Arrays:
        h = old[0]
        gates, cell = self.architecture.gates, self.architecture.cell
        recurrent = [self.parameters[of_layer(f"W_h{gate}", layer)] @ h for gate in gates]
        if cell == "gru":
            r, z = (sigmoid(inputs[k] + recurrent[k]) for k in range(2))
            inner = recurrent[2] + self.parameters[of_layer("b_hn", layer)]
            n = np.tanh(inputs[2] + r * inner)
            return ((1 - z) * n + z * h,)
        sums = [a + b for a, b in zip(inputs, recurrent, strict=True)]
        if cell == "lstm":
            i, f, o = (sigmoid(sums[k]) for k in (0, 1, 3))
            c = f * old[1] + i * np.tanh(sums[2])
            return o * np.tanh(c), c
        return (_activate(self.architecture.phi, sums[0]),)

    def distribution(self, state: Arrays) -> Array:
        """p(. | h), (V,) in float64, h being the top layer's."""
        h = state[-len(self.architecture.states)]
        y = self.parameters["W_hy"] @ h + self.parameters["b_y"]
        return softmax(y.astype(np.float64))

    def state(self, context: Sequence[int]) -> Arrays:
        """The state after reading a context from the start."""
        state = self.start()
        for token in context:
            state = self.advance(state, token)
        return state

    def next_distribution(self, context: Sequence[int]) -> Array:
        """p(. | context), (V,) in float64, summing to 1."""
        return self.distribution(self.state(context))

    def score(self, tokens: Sequence[int]) -> Array:
        """Natural-log probability of each token given all before it, (T,)."""
        state = self.start()
        scores = np.empty(len(tokens))
        for t, token in enumerate(tokens):
            scores[t] = np.log(self.distribution(state)[token])
            state = self.advance(state, token)
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
        state = self.state(prompt)
        for _ in range(length):
            drawn = draw_from(
                self.distribution(state), rng, temperature=temperature, top_k=top_k, top_p=top_p
            )
            yield drawn
            state = self.advance(state, drawn.token)


def _activate(phi: str, z: Array) -> Array:
    if phi == "tanh":
        return np.asarray(np.tanh(z))
    return np.maximum(z, 0) if phi == "relu" else sigmoid(z)
