"""What can be run, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.autodiff.tape import Role
from engine.errors import InputError
from engine.models.architecture import Architecture, CellName
from engine.models.recurrent import RecurrentLM
from engine.models.weights import SavedModel, save_model
from engine.run_spec import DEFAULT_STEPS, DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.text.vocabulary import Vocabulary

NARWHALS = Path(__file__).parents[2] / "assets" / "weights" / "narwhals.safetensors"


def test_the_opening_sentence_has_a_prediction_for_each_token() -> None:
    trace = run(RunSpec(text=DEFAULT_TEXT))
    assert trace.provenance["tokens"] == DEFAULT_TEXT.split()
    assert sum(node.op == "nll" for node in trace.nodes) == 6
    assert trace.provenance["vocabulary"] == sorted(DEFAULT_TEXT.lower().split())


def test_the_same_seed_gives_the_same_run() -> None:
    first, second = (run(RunSpec(text="a b c", seed=5)) for _ in range(2))
    assert first.loss == second.loss
    assert first.loss != run(RunSpec(text="a b c", seed=6)).loss


def test_trained_weights_expect_the_sentence_they_learned() -> None:
    trained = run(RunSpec(text=DEFAULT_TEXT, weights=str(NARWHALS)))
    fresh = run(RunSpec(text=DEFAULT_TEXT))
    assert trained.loss < 0.6 < fresh.loss
    assert trained.provenance["weights"] != "fresh"


def test_a_corpus_is_read_for_so_many_steps() -> None:
    trace = run(RunSpec(corpus="shakespeare", tokens="char", hidden=4))
    assert len(trace.provenance["tokens"]) == DEFAULT_STEPS
    assert len(trace.provenance["vocabulary"]) == 78
    short = run(RunSpec(corpus="shakespeare", tokens="char", hidden=4, steps=7))
    assert len(short.provenance["tokens"]) == 7


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("one two one two")
    assert run(RunSpec(file=str(path))).provenance["tokens"] == ["one", "two", "one", "two"]


def test_a_model_with_an_unknown_token_reads_any_word(tmp_path: Path) -> None:
    vocabulary = Vocabulary(("<unk>", "a", "b"))
    model = RecurrentLM.fresh(Architecture("gru", 3), vocabulary, np.random.default_rng(0))
    path = tmp_path / "words.safetensors"
    save_model(SavedModel(model, "word"), path)
    trace = run(RunSpec(text="a penguin b", weights=str(path)))
    read = [int(node.value) for node in trace.nodes if node.role is Role.INPUT]
    assert read == [1, 0, 2]
    assert trace.provenance["tokens"] == ["a", "penguin", "b"]


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_run_says_what_its_model_is_made_of(cell: CellName) -> None:
    spec = RunSpec(text="a b", cell=cell, hidden=3, layers=2, embedding=4, learned_start=False)
    provenance = run(spec).provenance
    assert [provenance[key] for key in ("cell", "hidden", "layers", "embedding", "start")] == [
        cell, 3, 2, 4, "zero",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (RunSpec(text="   "), "at least one word"),
        (RunSpec(text="a", hidden=0), "hidden"),
        (RunSpec(text="a", hidden=10**9), "hidden"),
        (RunSpec(text="a", seed=-1), "seed"),
        (RunSpec(text="a", layers=0), "layers"),
        (RunSpec(text="a", embedding=-1), "embedding"),
        (RunSpec(text="a b c", cell="lstm", hidden=2048, layers=8), "too large to look at"),
        (RunSpec(text="a b", steps=0), "steps"),
        (RunSpec(file="no/such/file.txt"), "no/such/file.txt"),
        (RunSpec(corpus="homer"), "homer"),
        (RunSpec(text="penguins are cool", weights=str(NARWHALS)), "penguins"),
        (RunSpec(text="a b " * 100_000, hidden=512), "too many to look at"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_sentence(spec: RunSpec, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        run(spec)
    assert "\n" not in str(raised.value)
