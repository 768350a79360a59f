"""Running what was asked for: recording the forward pass, then running the backward pass."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.errors import InputError
from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.models.torch_files import load_weights
from engine.models.weights import SavedModel
from engine.run_spec import DEFAULT_STEPS, RunSpec
from engine.text.corpus import corpus_from_file, load_corpus
from engine.text.tokenizer import Tokenizer, tokenizer
from engine.text.vocabulary import Vocabulary
from engine.trace.trace import Trace, record

LARGEST_HIDDEN = 2048
LARGEST_MODEL = 50_000_000
"""Parameters of a model that can still be looked at: each has a value and an adjoint."""

LARGEST_RUN = 1_000_000_000
"""Multiplications in the forward pass of a run that can still be looked at."""


def run(spec: RunSpec) -> Trace:
    """Record the forward pass of what is asked, then run the backward pass.

    Raises:
        InputError: something asked for cannot be used; the message says what to do.
    """
    if spec.expression is not None:
        from engine.trace.expression import record_expression

        return record_expression(spec.expression, spec.values, spec.dtype)
    if spec.network is not None:
        return _run_network(spec)
    text, source = _text_of(spec)
    if spec.weights is None:
        return _run_fresh(spec, text, source)
    return _run_trained(spec, load_weights(spec.weights), text, source)


def _run_network(spec: RunSpec) -> Trace:
    from engine.models.feed_forward import initial_example, record_feed_forward

    rng = np.random.default_rng(spec.seed)
    tape, loss = record_feed_forward(initial_example(rng, np.dtype(spec.dtype)))
    provenance = {
        "kind": "network",
        "network": spec.network,
        "dtype": spec.dtype,
        "seed": spec.seed,
    }
    return record(tape, loss, provenance)


def _text_of(spec: RunSpec) -> tuple[str, str]:
    """The text to read and where it comes from."""
    if spec.file is not None:
        return corpus_from_file(spec.file).text, spec.file
    if spec.corpus is not None:
        return load_corpus(spec.corpus).text, spec.corpus
    return (spec.text or ""), "typed"


def _run_fresh(spec: RunSpec, text: str, source: str) -> Trace:
    if not 1 <= spec.hidden <= LARGEST_HIDDEN:
        raise InputError(f"hidden must lie in 1..{LARGEST_HIDDEN}, not {spec.hidden}")
    if spec.seed < 0:
        raise InputError(f"the seed must be 0 or more, not {spec.seed}")
    cutter = tokenizer(spec.tokens)
    tokens = cutter.tokenize(text)
    if not tokens:
        raise InputError("there is no token to read: type at least one word")
    vocabulary = Vocabulary.of(tokens)
    architecture = Architecture(
        spec.cell, spec.hidden, spec.layers, spec.embedding, spec.learned_start, spec.activation
    )
    _check_size(architecture, len(vocabulary), _steps(spec, len(tokens)))
    rng = np.random.default_rng(spec.seed)
    model = RecurrentLM.fresh(architecture, vocabulary, rng, np.dtype(spec.dtype))
    return _record(spec, SavedModel(model, spec.tokens), cutter, text, tokens, source)


def _run_trained(spec: RunSpec, saved: SavedModel, text: str, source: str) -> Trace:
    cutter = tokenizer(saved.tokens)
    tokens = cutter.tokenize(text)
    cast_model = SavedModel(
        saved.model.astype(np.dtype(spec.dtype)), saved.tokens, saved.provenance
    )
    return _record(spec, cast_model, cutter, text, tokens, source)


def _record(
    spec: RunSpec,
    saved: SavedModel,
    cutter: Tokenizer,
    text: str,
    tokens: list[str],
    source: str,
) -> Trace:
    vocabulary = saved.model.vocabulary
    count = _steps(spec, len(tokens))
    ids = vocabulary.encode(tokens[:count], unknown=vocabulary.unknown)
    fresh = spec.weights is None
    return record_model(
        saved,
        [int(i) for i in ids],
        cutter.surfaces(text)[:count],
        source=source,
        seed=spec.seed if fresh else None,
        weights="fresh" if fresh else saved.digest,
    )


def record_model(
    saved: SavedModel,
    ids: Sequence[int],
    surfaces: Sequence[str],
    *,
    source: str,
    weights: str,
    seed: int | None = None,
) -> Trace:
    """Record a model over tokens, then run the backward pass.

    Args:
        saved: the model, in the precision to compute in, with its tokenizer's name.
        ids: the tokens read, at least one.
        surfaces: the same tokens as they are shown.
        source: where the text is from, for the provenance.
        weights: where the weights are from, in a word, or their digest.
        seed: of fresh weights.

    Raises:
        InputError: there is no token, or the run is too large to look at.
    """
    model, architecture = saved.model, saved.model.architecture
    _check_size(architecture, len(model.vocabulary), len(ids))
    tape, loss = model.record(ids)
    provenance: dict[str, Any] = {
        "kind": "language model",
        "source": source,
        "tokens": list(surfaces),
        "vocabulary": list(model.vocabulary.tokens),
        "tokenizer": saved.tokens,
        "cell": architecture.cell,
        "activation": architecture.phi,
        "hidden": architecture.hidden,
        "layers": architecture.layers,
        "embedding": architecture.embedding,
        "start": "learned" if architecture.learned_start else "zero",
        "dtype": str(model.dtype),
        "seed": seed,
        "weights": weights,
    }
    return record(tape, loss, provenance)


def _check_size(architecture: Architecture, vocabulary_size: int, count: int) -> None:
    """Raise InputError where a run multiplies more numbers than can still be looked at."""
    numbers = sum(math.prod(shape) for shape in architecture.shapes(vocabulary_size).values())
    if numbers > LARGEST_MODEL:
        raise InputError(
            f"a model of {numbers:,} numbers is too large to look at; choose a smaller hidden size"
            " or fewer layers"
        )
    if count * numbers > LARGEST_RUN:
        raise InputError(
            f"{count} steps at hidden {architecture.hidden} and {vocabulary_size} tokens are too"
            " many to look at; choose fewer steps or a smaller hidden size"
        )


def _steps(spec: RunSpec, available: int) -> int:
    if spec.steps is not None:
        if spec.steps < 1:
            raise InputError(f"steps must be at least 1, not {spec.steps}")
        return min(spec.steps, available)
    return available if spec.text is not None else min(DEFAULT_STEPS, available)
