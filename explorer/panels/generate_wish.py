"""The generated text as a run to be looked at on the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.run_spec import RunSpec
from explorer.run_jobs import Wish

if TYPE_CHECKING:
    from engine.trace.trace import Trace
    from explorer.panels.generate_column import Column


def wish_of(column: Column, count: int) -> Wish | None:
    """The unrolled graph of a recurrent model over the prompt and the first drawn tokens.

    Args:
        column: the model and its text.
        count: how many of the drawn tokens are read.

    Returns:
        None where there is no recurrent model or no token to read.
    """
    model, prompt = column.model, column.prompt
    if model is None or model.saved is None or prompt is None:
        return None
    ids = (*prompt.ids, *(one.token for one in column.drawn[:count]))
    surfaces = (*prompt.surfaces, *(one.text for one in column.drawn[:count]))
    if not ids:
        return None
    saved, cutter = model.saved, model.cutter
    node = f"ℓ_{len(ids)}"
    title = f"The {model.title} reads the text that it has drawn: {len(ids)} tokens."
    text = cutter.detokenize(surfaces)
    tokens = tuple(cutter.tokenize(text))
    vocabulary = model.model.vocabulary
    spelled = tuple(token if token in vocabulary else "" for token in tokens)
    if spelled == tuple(vocabulary.tokens[i] for i in ids):
        return Wish(RunSpec(text=text, weights=model.choice.weights), node=node, title=title)

    def make() -> Trace:
        from engine.runs import record_model

        return record_model(saved, ids, surfaces, source="generated", weights=saved.digest)

    return Wish(make=make, node=node, title=title)
