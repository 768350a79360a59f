"""How well a model predicts a text it has not seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.models.fused import FusedNetwork
from engine.models.recurrent import RecurrentLM

# exp(710) is more than float64 holds.
_LARGEST_EXPONENT = 709


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The cost of a text.

    Attributes:
        loss: mean negative log-likelihood of its tokens, in nats.
        known_loss: the same over the tokens that are in the vocabulary; the unknown ones are
            read but not judged.
        tokens: how many there are.
        unknown: how many of them are unknown.
    """

    loss: float
    known_loss: float
    tokens: int
    unknown: int

    @property
    def perplexity(self) -> float:
        """exp of the loss."""
        return perplexity(self.loss)

    @property
    def known_perplexity(self) -> float:
        """exp of the loss without unknown tokens."""
        return perplexity(self.known_loss)


def perplexity(loss: float) -> float:
    """exp of a loss in nats; infinite where it is beyond what a number can hold."""
    return math.inf if loss > _LARGEST_EXPONENT else math.exp(loss)


def token_losses(
    model: RecurrentLM, tokens: NDArray[np.integer], *, lanes: int = 1, chunk: int = 256
) -> NDArray[np.float64]:
    """Negative log-likelihood of each token, (N,) in nats, computed in float32.

    Args:
        model: whose probabilities.
        tokens: (N,) token ids.
        lanes: 1 reads the text in one go from the start state; more cut it into as many pieces
            of equal length, read side by side, each from the start state: quicker and a little
            dearer, because a piece begins without its past.
        chunk: tokens of a pass, a matter of memory only.

    Raises:
        InputError: there are no tokens.
    """
    if len(tokens) == 0:
        raise InputError("there is no token to judge the model on; give a text that is not empty")
    lanes = min(lanes, len(tokens))
    length = -(-len(tokens) // lanes)
    side_by_side = np.zeros(lanes * length, tokens.dtype)
    side_by_side[: len(tokens)] = tokens
    side_by_side = side_by_side.reshape(lanes, length).T
    parameters = {name: value.astype(np.float32) for name, value in model.parameters.items()}
    states: dict[str, Array] = {name: parameters[name] for name in model.architecture.starts()}
    losses = np.empty((length, lanes))
    network: FusedNetwork | None = None
    for read in range(0, length, chunk):
        window = side_by_side[read : read + chunk]
        if network is None or len(window) < chunk:
            network = FusedNetwork(model.architecture, len(model.vocabulary), len(window), lanes)
        network.forward(parameters, window, states)
        states = {name: state.copy() for name, state in network.last_states.items()}
        losses[read : read + chunk] = network.token_losses
    return losses.T.reshape(-1)[: len(tokens)]


def evaluate(
    model: RecurrentLM,
    tokens: NDArray[np.integer],
    *,
    unknown: int | None = None,
    lanes: int = 1,
    chunk: int = 256,
) -> Evaluation:
    """Judge a model on a text; arguments as for :func:`token_losses`.

    Args:
        model: whose probabilities.
        tokens: (N,) token ids.
        unknown: the id of the unknown token, if the vocabulary has one.
        lanes: pieces read side by side.
        chunk: tokens of a pass.
    """
    losses = token_losses(model, tokens, lanes=lanes, chunk=chunk)
    known = losses if unknown is None else losses[tokens != unknown]
    known_loss = float(known.mean()) if len(known) else math.nan
    return Evaluation(float(losses.mean()), known_loss, len(losses), len(losses) - len(known))
