"""A run that remembers: going back gives the same bytes, branching goes on from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.autodiff.reverse import adjoints_by_pushing
from engine.errors import InputError
from engine.models.architecture import CELLS, Architecture, CellName, of_layer
from engine.models.recurrent import RecurrentLM
from engine.text.corpus import Corpus, Document, load_corpus
from engine.training import live
from engine.training.live import LiveRun, LiveText, live_text
from engine.training.settings import Settings
from engine.training.train import Trainer


@pytest.fixture(scope="module")
def narwhals() -> LiveText:
    return live_text(load_corpus("narwhals"), "word")


@pytest.fixture(scope="module")
def cats() -> LiveText:
    text = "the cat sat on the mat. the dog sat on the log.\n" * 60
    return live_text(Corpus("cats", "Cats", (Document("Cats", text),)), "char")


def settings(cell: CellName = "elman", batch: int = 2, layers: int = 1) -> Settings:
    return Settings(
        Architecture(cell, 6, layers, 3 if layers > 1 else 0), steps=5, batch=batch,
        iterations=400, learning_rate=0.01, schedule="constant", restart=0.2,
    )  # fmt: skip


def advanced(run: LiveRun, count: int) -> LiveRun:
    for _ in range(count):
        run.advance()
    return run


def state_of(trainer: Trainer) -> bytes:
    """Everything that decides how it goes on."""
    arrays = [
        trainer.parameters.vector, trainer.lanes.positions, trainer.lanes.fresh,
        *trainer.optimizer.moments.values(), *trainer.states.values(),
    ]  # fmt: skip
    random = repr(trainer.rng.bit_generator.state).encode()
    return b"".join(a.tobytes() for a in arrays) + random


@pytest.mark.parametrize("cell", CELLS)
def test_going_back_gives_the_bytes_of_a_run_that_stopped_there(
    cell: CellName, narwhals: LiveText
) -> None:
    run = advanced(LiveRun(settings(cell), narwhals), 60)
    text = narwhals.text
    for iteration in (0, 1, 10, 37, 60):
        straight = Trainer(settings(cell), text.vocabulary, text.train, text.starts)
        for _ in range(iteration):
            straight.advance()
        assert state_of(run.trainer_at(iteration)) == state_of(straight)


def test_looking_and_remembering_change_nothing(narwhals: LiveText) -> None:
    seldom = advanced(LiveRun(settings(), narwhals, look_every=1000), 50)
    often = advanced(LiveRun(settings(), narwhals, look_every=1), 50)
    assert state_of(seldom.trainer_at(50)) == state_of(often.trainer_at(50))
    assert len(often.record.looks) == 51


def test_fewer_states_are_kept_when_they_grow_too_large(
    narwhals: LiveText, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BUDGET", 40_000)
    run = advanced(LiveRun(settings(), narwhals), 300)
    assert sum(s.size for s in run.snapshots) <= 40_000
    assert run.snapshots[0].iteration == 0
    straight = advanced(LiveRun(settings(), narwhals), 137)
    assert state_of(run.trainer_at(137)) == state_of(straight.trainer_at(137))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
def test_an_opened_window_has_the_loss_and_the_norms_of_its_iteration(
    cell: CellName, layers: int, narwhals: LiveText
) -> None:
    run = advanced(LiveRun(settings(cell, layers=layers), narwhals), 30)
    opened = [run.opened(23, lane) for lane in range(2)]
    row = run.record.row(23)
    assert opened[0].mean_loss == run.record.losses[row]
    assert np.mean([o.loss for o in opened]) == pytest.approx(opened[0].mean_loss, rel=1e-6)
    squares = np.zeros(5)
    for one in opened:
        # A state carried into the window is a constant of its graph; here its adjoint counts too.
        learned = replace(one.model.architecture, learned_start=True)
        model = RecurrentLM(one.model.parameters, one.model.vocabulary, learned)
        tape, loss = model.astype(np.float64).record(one.ids)
        assert float(loss.value) == pytest.approx(one.loss, rel=1e-5)
        adjoints = adjoints_by_pushing(tape.nodes, loss.index)
        for t in range(5):
            name = of_layer(f"h_{t}", layers)
            node = next(n for n in tape.nodes if n.name == name)
            adjoint = adjoints[node.index]
            assert adjoint is not None
            # The loss of the iteration is the mean over both texts.
            squares[t] += float((adjoint**2).sum()) / 4
    assert run.record.state_norms[row] == pytest.approx(np.sqrt(squares), rel=1e-4)


def test_a_branch_goes_on_from_the_bytes_of_its_iteration(narwhals: LiveText) -> None:
    run = advanced(LiveRun(settings(), narwhals), 60)
    same = advanced(run.branch(37), 23)
    assert state_of(same.trainer_at(60)) == state_of(run.trainer_at(60))
    other = advanced(run.branch(37, learning_rate=0.1, clip_norm=0.5), 23)
    assert state_of(other.trainer_at(60)) != state_of(run.trainer_at(60))
    # The past of a branch is that of its parent.
    assert state_of(other.trainer_at(20)) == state_of(run.trainer_at(20))
    assert (other.whole_record.losses[:37] == run.record.losses[:37]).all()
    assert len(other.whole_record) == 60
    assert other.record.rates[0] == 0.1


def test_a_branch_of_a_branch_is_replayed_to_the_same_bytes(narwhals: LiveText) -> None:
    def grown() -> LiveRun:
        run = advanced(LiveRun(settings("lstm"), narwhals), 40)
        second = advanced(run.branch(21, learning_rate=0.05), 30)
        return advanced(second.branch(33, clip_norm=0.1), 17)

    one, two = grown(), grown()
    assert state_of(one.trainer_at(50)) == state_of(two.trainer_at(50))
    assert one.whole_record.losses.tobytes() == two.whole_record.losses.tobytes()
    assert state_of(one.trainer_at(45)) == state_of(two.trainer_at(45))


def test_a_branch_with_another_cell_begins_anew(narwhals: LiveText) -> None:
    run = advanced(LiveRun(settings(), narwhals), 20)
    gru = advanced(run.branch(11, architecture=replace(run.settings.architecture, cell="gru")), 5)
    assert gru.begun_at == 0
    assert gru.iteration == 5
    straight = advanced(LiveRun(settings("gru"), narwhals), 5)
    assert state_of(gru.trainer_at(5)) == state_of(straight.trainer_at(5))


def test_the_window_of_the_iteration_at_which_it_branched_is_the_parents(
    narwhals: LiveText,
) -> None:
    run = advanced(LiveRun(settings(), narwhals), 30)
    branch = advanced(run.branch(20, learning_rate=0.05), 10)
    assert branch.opened(20).ids == run.opened(20).ids
    assert branch.opened(20).loss == run.opened(20).loss
    # The next window is the same text, but one update later the weights differ.
    assert branch.opened(21).ids == run.opened(21).ids
    assert branch.opened(22).loss != run.opened(22).loss


def test_the_held_out_text_is_judged_and_a_text_without_one_is_not(
    cats: LiveText, narwhals: LiveText
) -> None:
    run = advanced(LiveRun(settings(), cats), 40)
    losses = [look.held_out_loss for look in run.record.looks]
    assert [look.iteration for look in run.record.looks] == [0, 20, 40]
    assert losses[-1] < losses[0]
    assert len(run.record.looks[-1].sample) == 160
    assert np.isnan(LiveRun(settings(), narwhals).record.looks[0].held_out_loss)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch": 3}, "batch cannot change"),
        ({"optimizer": "sgd"}, "optimizer cannot change"),
        ({"learning_rate": -1.0}, "learning rate"),
    ],
)
def test_a_branch_that_cannot_be_is_refused_in_one_sentence(
    changes: dict[str, Any], message: str, narwhals: LiveText
) -> None:
    run = advanced(LiveRun(settings(), narwhals), 3)
    with pytest.raises(InputError, match=message):
        run.branch(2, **changes)


@pytest.mark.parametrize("iteration", [-1, 4, 1000])
def test_an_iteration_that_is_not_there_is_refused(iteration: int, narwhals: LiveText) -> None:
    run = advanced(LiveRun(settings(), narwhals), 3)
    for refused in (run.trainer_at, run.branch):
        with pytest.raises(InputError, match="has come to 3"):
            refused(iteration)
    with pytest.raises(InputError):
        run.opened(iteration)


def test_a_run_whose_numbers_leave_the_finite_ones_stays_as_it_was(narwhals: LiveText) -> None:
    wild = Settings(
        Architecture("elman", 6, phi="relu"), steps=5, batch=2, learning_rate=9.0,
        optimizer="sgd", clip_norm=1e30,
    )  # fmt: skip
    run = LiveRun(wild, narwhals)
    with pytest.raises(InputError, match=r"not finite|is nan|is inf"):
        advanced(run, 400)
    assert run.iteration == len(run.record)
    assert run.trainer_at(run.iteration).iteration == run.iteration


def test_what_was_handed_out_does_not_grow(narwhals: LiveText) -> None:
    run = advanced(LiveRun(settings(), narwhals), 63)
    before = run.record
    kept = before.losses.copy()
    advanced(run, 80)
    assert len(before) == 63
    assert (before.losses == kept).all()
    assert not before.losses.flags.writeable
    assert (run.record.iterations == np.arange(1, 144)).all()
