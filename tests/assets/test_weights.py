"""The weights that ship are what their provenance says."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from engine.models.weights import load_model
from engine.text.corpus import load_corpus
from engine.text.tokenizer import tokenizer
from engine.training.evaluation import evaluate
from engine.training.texts import training_text

WEIGHTS = Path(__file__).parents[2] / "assets" / "weights"
PROVENANCE = json.loads((WEIGHTS / "provenance.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(PROVENANCE))
def test_the_provenance_file_says_what_the_weights_say(name: str) -> None:
    saved = load_model(WEIGHTS / f"{name}.safetensors")
    written = dict(PROVENANCE[name])
    assert written.pop("sha256_16") == saved.digest
    written.pop("excerpt", None)
    assert written == saved.provenance
    assert saved.provenance["command"].startswith("tapestry train ")


def test_every_shipped_weight_has_a_provenance() -> None:
    assert {path.stem for path in WEIGHTS.glob("*.safetensors")} == set(PROVENANCE)


def test_the_held_out_play_costs_the_bits_that_are_claimed() -> None:
    saved = load_model(WEIGHTS / "shakespeare.safetensors")
    text = training_text(load_corpus("shakespeare"), tokenizer("char"))
    assert saved.model.vocabulary == text.vocabulary
    claimed = saved.provenance["losses"]["bits_per_character"]
    assert evaluate(saved.model, text.held_out).loss / math.log(2) == pytest.approx(
        claimed, abs=2e-3
    )
    assert claimed < 2.2


def test_samples_look_like_a_play() -> None:
    saved = load_model(WEIGHTS / "shakespeare.safetensors")
    tokens = saved.model.vocabulary.tokens
    draws = saved.model.sample(3000, np.random.default_rng(0), temperature=0.8)
    text = "".join(tokens[draw.token] for draw in draws)
    speakers = re.findall(r"^[A-Z][A-Z ]+:$", text, re.MULTILINE)
    assert len(speakers) >= 5
    assert text.count("\n") > 50
    shakespeare = set(tokenizer("word").tokenize(load_corpus("shakespeare").text))
    words = [word for word in tokenizer("word").tokenize(text) if word.isalpha()]
    assert sum(word in shakespeare for word in words) / len(words) > 0.9
