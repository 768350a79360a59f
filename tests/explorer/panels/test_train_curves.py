"""The lines of the loss plot, of the adjoints through time, and what is said of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.models.architecture import Architecture
from engine.text.corpus import load_corpus
from engine.training.baselines import Baseline
from engine.training.live import LiveRun, live_text
from engine.training.settings import Settings
from explorer.kit.plot import Series
from explorer.panels.ngram_counting import NARWHALS, TextChoice
from explorer.panels.train_adjoints import norm_series, reach_sentence
from explorer.panels.train_curves import in_unit, loss_range, loss_series
from explorer.panels.train_forms import form_of
from explorer.panels.train_look_card import figures_of
from explorer.panels.train_runs import about
from explorer.panels.train_samples import samples_of
from explorer.panels.train_settings import TrainChoice, usual
from explorer.panels.train_tree import Tree, key_of


@pytest.fixture(scope="module")
def tree() -> Tree:
    """A run of 40 iterations and one that branched from it at 15 and went on for 10."""
    text = live_text(load_corpus("narwhals"), "word")
    settings = Settings(
        Architecture(hidden=4), steps=6, batch=1, schedule="constant", learning_rate=0.01
    )
    first = LiveRun(settings, text, look_every=10)
    for _ in range(40):
        first.advance()
    second = first.branch(15, name="run 2", learning_rate=0.02, clip_norm=0.3)
    for _ in range(10):
        second.advance()
    from engine.models.smoothing import MLE

    return Tree(key_of(text), text, (first, second), (Baseline(3, MLE, 0.7, False),), True, 1)


@pytest.mark.parametrize(
    ("unit", "value"),
    # 1 nat is 1 / ln 2 = 1.442695 bits, and a perplexity of e.
    [("nats", 1.0), ("bits", 1.4426950408889634), ("perplexity", math.e)],
)
def test_a_loss_is_told_in_three_units(unit: str, value: float) -> None:
    assert float(in_unit(1.0, unit)) == pytest.approx(value)  # type: ignore[arg-type]


def test_the_selected_run_has_its_parents_past_and_the_other_its_own(tree: Tree) -> None:
    whole = tree.run.whole_record
    lines = {line.name: line for line in loss_series(tree, whole, "nats")}
    assert next(iter(lines)) == "run 2, loss"
    assert lines["run 2, loss"].pale
    assert (lines["run 2, loss"].x == np.arange(1, 26)).all()
    first, second = tree.runs
    assert (lines["run 2, loss"].y[:15] == first.record.losses[:15]).all()
    assert (lines["run 2, loss"].y[15:] == second.record.losses).all()
    assert "run 1, loss" not in lines
    beat = lines["3-gram, counted"]
    assert (beat.dashed, beat.named, list(beat.y)) == (True, True, [0.7, 0.7])


def test_a_branch_carries_its_marks_only_where_it_is_its_own(tree: Tree) -> None:
    marks = [s for s in loss_series(tree, tree.run.whole_record, "nats") if s.marks]
    assert [s.name for s in marks] == ["run 2, smoothed", "run 1, smoothed"]
    assert marks[0].x.min() == 16
    assert marks[0].color != marks[1].color
    assert marks[0].symbol != marks[1].symbol


def test_twenty_runs_look_different() -> None:
    assert len({form_of(place) for place in range(20)}) == 20


def test_the_plot_is_not_as_high_as_what_diverges() -> None:
    x = np.arange(1.0, 501.0)
    losses = np.where(x < 400, 3.0 - x / 400, 1e9)
    lines = (Series("loss", x, losses, pale=True), Series("smoothed", x, losses))
    span = loss_range(lines)
    assert span is not None
    # 1.6 times the first loss, and a twentieth of the span above it.
    assert span[1] == pytest.approx(1.6 * losses[0], rel=0.1)
    assert loss_range(()) is None


@pytest.mark.parametrize(
    ("norms", "said"),
    [
        ([2.0, 1.0, 1.0], "norm at h₀ = 2 × norm at h₂"),
        ([1e-4, 1e-2, 1.0], "vanishing: norm at h₀ = 0.0001 × norm at h₂"),
        ([500.0, 20.0, 1.0], "exploding: norm at h₀ = 5e+02 × norm at h₂"),
        ([0.0, 0.0, 1e-3, 1.0], "vanished: 0 before h₂"),
        ([math.nan, math.nan], ""),
        ([1.0], ""),
    ],
)
def test_the_reach_of_the_adjoints_is_said(norms: list[float], said: str) -> None:
    assert reach_sentence(np.array(norms)) == said


def test_norms_are_those_of_the_runs_that_had_the_iteration(tree: Tree) -> None:
    whole = tree.run.whole_record
    lines = norm_series(tree, whole, 20)
    assert [line.name for line in lines] == ["run 2", "run 1"]
    assert lines[0].y == pytest.approx(tree.runs[1].record.state_norms[4])
    assert [line.name for line in norm_series(tree, whole, 30)] == ["run 1"]
    assert norm_series(tree, whole, 0) == ()


def test_samples_of_both_runs_stand_side_by_side_newest_first(tree: Tree) -> None:
    rows = samples_of(tree, tree.run.whole_record, 22)
    assert [(row.run, row.iteration) for row in rows] == [
        ("run 1", 40), ("run 1", 30), ("run 1", 20), ("run 2", 20), ("run 1", 10), ("run 2", 10),
        ("run 1", 0), ("run 2", 0),
    ]  # fmt: skip
    assert [(row.run, row.iteration) for row in rows if row.near] == [("run 1", 20), ("run 2", 20)]


def test_a_run_is_told_by_what_it_was_begun_with_or_by_what_changed(tree: Tree) -> None:
    assert about(tree.runs[0]) == "Elman RNN, H = 4, rate 0.01"
    assert about(tree.runs[1]) == "run 1 at 15: rate 0.02, clip 0.3"


def test_the_numbers_of_an_iteration(tree: Tree) -> None:
    record = tree.runs[0].record
    clip = float(record.norms[6]) / 2
    figures = dict(figures_of(record, clip, 7))
    assert figures["loss"] == f"{record.losses[6]:.4f}"
    assert figures["adjoint norm"] == f"{record.norms[6]:.3g} → {clip:g}"
    # Before the first window there is no number but what a look found; here nothing is held out.
    assert figures_of(record, 1.0, 0) == ()


@pytest.mark.parametrize(
    ("text", "kind", "types"),
    [
        (NARWHALS, "word", None),
        (TextChoice("shakespeare"), "word", 4000),
        (TextChoice("file", "x.txt"), "word", 4000),
        (TextChoice("shakespeare"), "char", None),
    ],
)
def test_the_usual_settings_of_a_text_can_be_used(
    text: TextChoice, kind: str, types: int | None
) -> None:
    choice = usual(TrainChoice(text, kind, seed=3))  # type: ignore[arg-type]
    assert choice.largest_vocabulary == types
    assert choice.settings.seed == 3
    # Thousands of words go through an embedding, a few through one-hot columns.
    assert bool(choice.settings.architecture.embedding) == (types is not None)
