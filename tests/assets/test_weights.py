"""The weights that ship are what their provenance says."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.models.weights import SavedModel, load_model
from engine.text.corpus import load_corpus
from engine.text.tokenizer import tokenizer
from engine.training.evaluation import evaluate
from engine.training.texts import TrainingText, training_text

WEIGHTS = Path(__file__).parents[2] / "assets" / "weights"
PROVENANCE: dict[str, dict[str, Any]] = json.loads(
    (WEIGHTS / "provenance.json").read_text(encoding="utf-8")
)
# What was measured beside the weights, and is not in their header.
MEASURED = ("sha256_16", "excerpt", "pytorch")
JUDGED = sorted(name for name, written in PROVENANCE.items() if "excerpt" in written)
TWINNED = sorted(name for name, written in PROVENANCE.items() if "pytorch" in written)


@cache
def saved_model(name: str) -> SavedModel:
    return load_model(WEIGHTS / f"{name}.safetensors")


@cache
def shakespeare(tokens: str, largest_vocabulary: int | None) -> TrainingText:
    corpus = load_corpus("shakespeare")
    return training_text(corpus, tokenizer(tokens), largest_vocabulary=largest_vocabulary)


def text_of(name: str) -> TrainingText:
    saved = saved_model(name)
    limited = saved.model.vocabulary.unknown is not None
    return shakespeare(saved.tokens, len(saved.model.vocabulary) if limited else None)


@pytest.mark.parametrize("name", sorted(PROVENANCE))
def test_the_provenance_file_says_what_the_weights_say(name: str) -> None:
    saved = saved_model(name)
    written = {key: v for key, v in PROVENANCE[name].items() if key not in MEASURED}
    assert PROVENANCE[name]["sha256_16"] == saved.digest
    assert written == saved.provenance
    assert saved.provenance["command"].startswith("tapestry train ")


def test_every_shipped_weight_has_a_provenance() -> None:
    assert {path.stem for path in WEIGHTS.glob("*.safetensors")} == set(PROVENANCE)


def test_all_weights_together_are_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in WEIGHTS.glob("*.safetensors")) < 12e6


@pytest.mark.parametrize("name", JUDGED)
def test_an_excerpt_of_the_held_out_play_costs_what_is_claimed(name: str) -> None:
    saved, text, claimed = saved_model(name), text_of(name), PROVENANCE[name]["excerpt"]
    assert saved.model.vocabulary == text.vocabulary
    assert saved.provenance["held_out"] == "As You Like It"
    assert saved.provenance["held_out_tokens"] == len(text.held_out)
    judged = evaluate(saved.model, text.held_out[: claimed["tokens"]], unknown=text.unknown)
    assert judged.loss == pytest.approx(claimed["loss"], abs=2e-4)
    # An excerpt of a play costs about what the whole play does.
    assert judged.loss == pytest.approx(saved.provenance["losses"]["validation_loss"], abs=0.15)


def test_the_character_model_needs_at_most_two_bits_a_character_of_an_unseen_play() -> None:
    losses = saved_model("shakespeare-lstm").provenance["losses"]
    assert losses["bits_per_character"] <= 2.0
    assert losses["bits_per_character"] == losses["validation_loss"] / math.log(2)


def test_the_word_model_says_what_it_costs_with_and_without_unknown_tokens() -> None:
    saved, text = saved_model("shakespeare-words"), text_of("shakespeare-words")
    losses = saved.provenance["losses"]
    assert saved.model.vocabulary.tokens[0] == "<unk>"
    assert losses["unknown_tokens"] == int((text.held_out == text.unknown).sum())
    assert losses["perplexity"] == pytest.approx(math.exp(losses["validation_loss"]))
    # Unknown tokens are one frequent type here, and cheaper than the words they stand for.
    assert losses["perplexity"] < losses["perplexity_known"] < 150


@pytest.mark.parametrize("name", TWINNED)
def test_pytorch_with_the_same_model_data_and_updates_came_as_far(name: str) -> None:
    losses, twin = PROVENANCE[name]["losses"], PROVENANCE[name]["pytorch"]
    assert twin["iterations"] == PROVENANCE[name]["iterations"]
    assert twin["validation_loss"] == pytest.approx(losses["validation_loss"], abs=0.02)


@pytest.mark.parametrize("name", ["shakespeare", "shakespeare-lstm"])
def test_samples_look_like_a_play(name: str) -> None:
    saved = saved_model(name)
    tokens = saved.model.vocabulary.tokens
    draws = saved.model.sample(3000, np.random.default_rng(0), temperature=0.8)
    text = "".join(tokens[draw.token] for draw in draws)
    speakers = re.findall(r"^[A-Z][A-Z ]+:$", text, re.MULTILINE)
    assert len(speakers) >= 5
    assert text.count("\n") > 50
    known = set(tokenizer("word").tokenize(load_corpus("shakespeare").text))
    words = [word for word in tokenizer("word").tokenize(text) if word.isalpha()]
    assert sum(word in known for word in words) / len(words) > 0.9
