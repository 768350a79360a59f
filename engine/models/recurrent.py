"""Recurrent language models: p(x_(t+1) | h_t) = softmax(W_hy h_t + b_y).

x_1 is predicted from h_0, so a text of T tokens has T predictions, from h_0 to h_(T-1), and the
loss is the mean of their negative log-likelihoods, in nats.

Source: the slides *Recurrent Neural Network Language Models*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import DTypeLike

from engine.autodiff.ops import add, concat, log_softmax, mean, nll
from engine.autodiff.primitives import Array
from engine.autodiff.tape import Tape, Variable
from engine.errors import InputError
from engine.models.architecture import Architecture, check_parameters, initial_parameters, of_layer
from engine.models.cells import CELL_EQUATIONS, Place, State, multiply
from engine.models.language_model import Draw, draw_from
from engine.models.stepper import Stepper
from engine.text.vocabulary import Vocabulary


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

    def __post_init__(self) -> None:
        check_parameters(self.architecture, self.parameters, len(self.vocabulary))

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

    def stepper(self) -> Stepper:
        """The model at the start of a text, to be read token by token."""
        return Stepper(self.parameters, self.architecture)

    def state(self, context: Sequence[int]) -> tuple[Array, ...]:
        """Every layer's h, or h and c, each (H,), after reading a context from the start."""
        return self._after(context).state

    def next_distribution(self, context: Sequence[int]) -> Array:
        """p(. | context), (V,) in float64, summing to 1."""
        return self._after(context).distribution()

    def score(self, tokens: Sequence[int]) -> Array:
        """Natural-log probability of each token given all before it, (T,)."""
        return self.stepper().score(tokens)

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
        read = self._after(prompt)
        for _ in range(length):
            drawn = draw_from(
                read.distribution(), rng, temperature=temperature, top_k=top_k, top_p=top_p
            )
            yield drawn
            read.advance(drawn.token)

    def _after(self, context: Sequence[int]) -> Stepper:
        stepper = self.stepper()
        for token in context:
            stepper.advance(int(token))
        return stepper
