from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.errors import InputError
from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.models.weights import SavedModel, save_model
from engine.runs import run
from engine.text.vocabulary import Vocabulary
from explorer.panels import inside_reading
from explorer.panels.generate_models import ModelChoice
from explorer.panels.inside_reading import Reading, TextSource, quantity_of, read_text
from explorer.panels.inside_words import LONGEST_GRAPH, cell_words, graph_wish

TEXT = "a (bad) cab\n" * 12


def _weights(folder: Path, cell: str = "lstm", layers: int = 1) -> ModelChoice:
    rng = np.random.default_rng(4)
    architecture = Architecture(cell, 6, layers)  # type: ignore[arg-type]
    model = RecurrentLM.fresh(architecture, Vocabulary(tuple("\n ()abcd")), rng)
    path = folder / f"{cell}{layers}.safetensors"
    save_model(SavedModel(model, "char"), path)
    return ModelChoice(weights=str(path))


def _read(choice: ModelChoice, source: TextSource, before: Reading | None = None) -> Reading:
    last: Any = list(read_text(choice, source, before))[-1]
    assert isinstance(last, Reading)
    return last


def test_a_text_is_read_with_its_patterns(tmp_path: Path) -> None:
    reading = _read(_weights(tmp_path), TextSource("typed", typed=TEXT))
    assert "".join(reading.surfaces) == TEXT
    assert reading.parts == 1
    assert reading.activations.layers[0]["f"].shape == (len(TEXT), 6)
    names = [pattern.name for pattern, _ in reading.patterns]
    assert names == ["brackets", "line", "word", "vowels", "spaces", "marks"]


def test_a_long_text_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside_reading, "PART", {"char": 50})
    choice = _weights(tmp_path)
    # 12 lines of 12 characters make 144, which is 50 + 50 + 44.
    first = _read(choice, TextSource("typed", typed=TEXT))
    assert (first.parts, len(first.surfaces)) == (3, 50)
    third = _read(choice, TextSource("typed", typed=TEXT, part=3), first)
    assert "".join(third.surfaces) == TEXT[100:]
    assert third.title == "Typed text, part 3 of 3"
    assert third.loaded is first.loaded
    assert third.whole is first.whole


def test_a_character_the_model_does_not_know_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="z"):
        _read(_weights(tmp_path), TextSource("typed", typed="abz"))


def test_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no character to read"):
        _read(_weights(tmp_path), TextSource("typed", typed=""))


def test_a_gate_is_coloured_from_0_to_1(tmp_path: Path) -> None:
    reading = _read(_weights(tmp_path), TextSource("typed", typed=TEXT))
    bare, ranked = quantity_of(reading, "f", 0)
    assert (bare.limit, bare.signed, bare.ranks) == (1.0, False, None)
    assert ranked.ranks is not None
    assert ranked.saturation is not None
    expected = np.rint(bare.values.T * 255)
    assert np.abs(bare.levels - expected).max() <= 1


def test_a_state_is_coloured_on_both_sides_of_0(tmp_path: Path) -> None:
    reading = _read(_weights(tmp_path), TextSource("typed", typed=TEXT))
    quantity = next(quantity_of(reading, "c", 0))
    assert quantity.signed
    assert quantity.saturation is None
    assert quantity.limit > 0
    high = quantity.values.T > 0
    assert (quantity.levels[high] >= 128).all()
    assert (quantity.levels[~high] <= 128).all()


def test_a_cell_is_told_in_words(tmp_path: Path) -> None:
    reading = _read(_weights(tmp_path), TextSource("typed", typed=TEXT))
    quantity = next(quantity_of(reading, "h", 0))
    value, came, then = cell_words(quantity, 2, 3).split("\n")
    assert value == f"Unit 3 of h₄ is {quantity.values[3, 2]:+.4f} after “b”"
    found = reading.activations
    assert came.startswith(f"“b” came at rank {found.ranks[3]} with p = ")
    assert came.endswith(f"{found.surprisals[3]:.2f} bits")
    assert then.count("“") == 3


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_the_graph_of_an_early_state_is_a_request(tmp_path: Path, cell: str) -> None:
    choice = _weights(tmp_path, cell)
    reading = _read(choice, TextSource("typed", typed=TEXT))
    wish = graph_wish(reading, 0, 4)
    assert wish.spec is not None
    assert (wish.spec.text, wish.spec.weights, wish.node) == (TEXT[:6], choice.weights, "h_5")
    trace = run(wish.spec)
    node = next(one for one in trace.nodes if one.name == wish.node)
    np.testing.assert_allclose(node.value, reading.activations.layers[0]["h"][4], atol=1e-12)


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_the_graph_of_a_late_state_begins_at_an_earlier_one(tmp_path: Path, cell: str) -> None:
    reading = _read(_weights(tmp_path, cell, layers=2), TextSource("typed", typed=TEXT))
    last = len(TEXT) - 1
    wish = graph_wish(reading, 1, last)
    assert wish.make is not None
    trace = wish.make()
    assert wish.node == f"h_{LONGEST_GRAPH}^{{(2)}}"
    node = next(one for one in trace.nodes if one.name == wish.node)
    np.testing.assert_allclose(node.value, reading.activations.layers[1]["h"][last], atol=1e-12)
    # After the last token, the one that is most probable is predicted.
    tokens = trace.provenance["tokens"]
    expected = reading.model.vocabulary.tokens[int(reading.activations.top_tokens[-1, 0])]
    assert_array_equal(tokens[:-1], list(TEXT[-LONGEST_GRAPH:]))
    assert tokens[-1] == expected
