"""What Inside says of a token, and the run it asks the graph for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.run_spec import RunSpec
from explorer.kit.tokens import shown_token
from explorer.mathtext import to_unicode
from explorer.panels.generate_cards import shown_probability
from explorer.panels.ngram_counting import grouped
from explorer.run_jobs import Wish

if TYPE_CHECKING:
    from engine.trace.trace import Trace
    from explorer.panels.inside_reading import Quantity, Reading

LONGEST_GRAPH = 60
"""Tokens of a run that the graph is asked for."""


def quantity_name(quantity: Quantity, step: int) -> str:
    """What is coloured, after a step: ``f_37``, in a higher layer ``f_37^{(2)}``."""
    from engine.models.architecture import of_layer

    return of_layer(f"{quantity.name}_{step}", quantity.layer + 1)


def cell_words(quantity: Quantity, unit: int, position: int) -> str:
    """A unit after a token: its number, how the token fared, and what is expected next."""
    reading = quantity.reading
    found, value = reading.activations, float(quantity.values[position, unit])
    token = shown_token(reading.surfaces[position])
    bits = float(found.surprisals[position])
    tokens = reading.model.vocabulary.tokens
    expected = ", ".join(
        f"“{shown_token(tokens[one])}” {p:.2f}"
        for one, p in zip(found.top_tokens[position + 1][:3].tolist(),
                          found.top_probabilities[position + 1][:3].tolist(), strict=True)
    )  # fmt: skip
    name = to_unicode(quantity_name(quantity, position + 1))
    return "\n".join(
        (
            f"Unit {unit + 1} of {name} is {value:+.4f} after “{token}”",
            (
                f"“{token}” came at rank {grouped(int(found.ranks[position]))} "
                f"with p = {shown_probability(2**-bits)}, {bits:.2f} bits"
            ),
            f"Then most probably {expected}",
        )
    )


def graph_wish(reading: Reading, layer: int, position: int) -> Wish:
    """How the state after a token is computed, as a run for the graph.

    A long text begins at the state before its last tokens, so that every number is the same. The
    state is read only to predict a token: after the last one, the most probable one is predicted.
    """
    from engine.models.architecture import of_layer

    found, step = reading.activations, position + 1
    first = max(0, step - LONGEST_GRAPH)
    tokens = reading.model.vocabulary.tokens
    ids = found.tokens[first : step + 1].tolist()
    surfaces = list(reading.surfaces[first : step + 1])
    if step == len(found.tokens):
        ids.append(int(found.top_tokens[step][0]))
        surfaces.append(tokens[ids[-1]])
    node = of_layer(f"h_{step - first}", layer + 1)
    past = f"all that is kept of {grouped(step)} {reading.noun}{'' if step == 1 else 's'}"
    text = reading.loaded.cutter.detokenize(surfaces)
    if first == 0 and reading.loaded.encode(text) == tuple(ids):
        spec = RunSpec(text=text, weights=reading.loaded.choice.weights)
        return Wish(spec=spec, node=node, title=f"{to_unicode(node)}: {past}.")

    def make() -> Trace:
        return _record_from(reading, first, ids, surfaces)

    start = f"The run begins at the state after {grouped(first)} {reading.noun}s" if first else ""
    title = f"{to_unicode(node)}: {past}. {start}{'.' if start else ''}".strip()
    return Wish(make=make, node=node, title=title)


def _record_from(reading: Reading, first: int, ids: list[int], surfaces: list[str]) -> Trace:
    """Record the model over tokens, from the state that it held after ``first`` of them."""
    from engine.models.architecture import of_layer
    from engine.models.weights import SavedModel
    from engine.runs import record_model

    model, parameters = reading.model, dict(reading.model.parameters)
    if first:
        for number, layer in enumerate(reading.activations.layers, start=1):
            for name in model.architecture.states:
                parameters[of_layer(f"{name}_0", number)] = layer[name][first - 1]
    begun = replace(model, parameters=parameters).astype("float64")
    saved = SavedModel(begun, reading.loaded.kind)
    return record_model(saved, ids, surfaces, source=reading.title, weights="from a later state")
