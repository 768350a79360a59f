"""Where a window of training first left the finite numbers: the same window at fine grain."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.primitives import Array
from engine.autodiff.reverse import adjoints_by_pushing
from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary


def first_non_finite(
    architecture: Architecture,
    vocabulary: Vocabulary,
    parameters: Mapping[str, Array],
    tokens: NDArray[np.integer],
    starts: Mapping[str, Array],
) -> str | None:
    """The node that first became infinite or not a number, in words, or None if all are finite.

    First in the order of computation: by time step over all texts, forward before backward.

    Args:
        architecture: of the model.
        vocabulary: the V tokens.
        parameters: by name.
        tokens: (T, B) the window.
        starts: name of each start state to its values (B, H).
    """
    for name, value in (*parameters.items(), *starts.items()):
        if not np.isfinite(value).all():
            return name
    texts = []
    for lane in range(tokens.shape[1]):
        begun = {**parameters, **{name: states[lane] for name, states in starts.items()}}
        ids = [int(token) for token in tokens[:, lane]]
        texts.append((RecurrentLM(begun, vocabulary, architecture), ids))
    # Texts of one length are recorded in one order, so the smallest index is the earliest. One
    # token more brings in the state after the window, which is carried into the next.
    values = [found for model, ids in texts if (found := _first_value(model, [*ids, ids[-1]]))]
    if values:
        return min(values)[1]
    adjoints = [found for model, ids in texts if (found := _first_adjoint(model, ids))]
    return f"the adjoint of {max(adjoints)[1]}" if adjoints else None


def _first_value(model: RecurrentLM, tokens: list[int]) -> tuple[int, str] | None:
    """Index and name of the first node whose value is not finite."""
    tape, _ = model.record(tokens)
    return next(((n.index, n.name) for n in tape.nodes if not np.isfinite(n.value).all()), None)


def _first_adjoint(model: RecurrentLM, tokens: list[int]) -> tuple[int, str] | None:
    """Index and name of the first node, going back, whose adjoint is not finite."""
    tape, loss = model.record(tokens)
    adjoints = adjoints_by_pushing(tape.nodes, loss.index)
    for node in reversed(tape.nodes):
        adjoint = adjoints[node.index]
        if adjoint is not None and not np.isfinite(adjoint).all():
            return node.index, node.name
    return None
