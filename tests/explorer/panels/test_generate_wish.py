from __future__ import annotations

import pytest

from explorer.assets import asset
from explorer.panels.generate_column import Column
from explorer.panels.generate_distribution import Settings
from explorer.panels.generate_models import LoadedModel, ModelChoice, load, prepare
from explorer.panels.generate_numbers import Numbers
from explorer.panels.generate_sampling import Reader, draw_rows
from explorer.panels.generate_wish import wish_of
from explorer.panels.ngram_counting import NARWHALS


def column(choice: ModelChoice, prompt: str, length: int) -> Column:
    *_, model = load(choice)
    assert isinstance(model, LoadedModel)
    prepared = prepare(model, prompt, Settings())
    rows = draw_rows((Reader(model.model, prepared.ids),), Settings(), Numbers(17), 0, length)
    return Column(0, choice, model, prepared, tuple(row.drawn[0] for row in rows))


def weights(name: str) -> ModelChoice:
    return ModelChoice(weights=str(asset("weights", f"{name}.safetensors")))


@pytest.mark.parametrize("count", [0, 1, 4])
def test_the_graph_reads_the_prompt_and_so_many_drawn_tokens(count: int) -> None:
    shown = column(weights("narwhals"), "Narwhals are", 4)
    wish = wish_of(shown, count)
    assert wish is not None
    assert wish.node == f"ℓ_{2 + count}"
    assert wish.spec is not None
    assert wish.spec.weights == shown.choice.weights
    assert shown.model is not None
    tokens = shown.model.cutter.tokenize(wish.spec.text or "")
    assert tokens[2:] == [one.text for one in shown.drawn[:count]]


def test_a_text_that_would_not_be_cut_alike_is_recorded_token_by_token() -> None:
    # <unk> is one token of the model, but "<", "unk" and ">" when it is read as text.
    shown = column(weights("shakespeare-words"), "xyzzy", 1)
    assert shown.prompt is not None
    assert shown.model is not None
    unknown = shown.model.model.vocabulary.unknown
    assert shown.prompt.ids == (unknown,)
    wish = wish_of(shown, 0)
    assert wish is not None
    assert wish.spec is None
    assert wish.make is not None
    assert wish.make().provenance["tokens"] == ["xyzzy"]


def test_there_is_no_graph_of_ngrams_or_of_nothing() -> None:
    assert wish_of(column(ModelChoice(text=NARWHALS), "narwhals are", 2), 2) is None
    assert wish_of(column(weights("narwhals"), "", 0), 0) is None
