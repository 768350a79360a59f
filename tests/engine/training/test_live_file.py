"""Runs that were saved go on, are gone back to and branch as if never left."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.architecture import Architecture
from engine.text.corpus import Corpus, Document, load_corpus
from engine.training.live import LiveRun, LiveText, live_text
from engine.training.live_file import load_runs, save_runs, settings_of
from engine.training.settings import Settings

CATS = Corpus("cats.txt", "cats.txt", (Document("cats", "the cat sat on the mat. " * 120),))


def settings(cell: str = "gru") -> Settings:
    return Settings(
        Architecture(cell, 5), steps=6, batch=2, iterations=900, schedule="constant",  # type: ignore[arg-type]
        learning_rate=0.02,
    )  # fmt: skip


def advanced(run: LiveRun, count: int) -> LiveRun:
    for _ in range(count):
        run.advance()
    return run


@pytest.fixture(params=["narwhals", "cats.txt"])
def text(request: pytest.FixtureRequest) -> LiveText:
    return (
        live_text(load_corpus("narwhals"), "word")
        if request.param == "narwhals"
        else live_text(CATS, "char")
    )


@pytest.fixture
def tree(text: LiveText) -> tuple[LiveRun, ...]:
    run = advanced(LiveRun(settings(), text, name="first"), 57)
    branch = advanced(run.branch(33, learning_rate=0.1, name="hot"), 21)
    return run, branch, advanced(branch.branch(40, clip_norm=0.2), 5)


def weights(run: LiveRun, iteration: int) -> bytes:
    return run.trainer_at(iteration).parameters.vector.tobytes()


def test_a_saved_tree_is_the_same_everywhere(tree: tuple[LiveRun, ...], tmp_path: Path) -> None:
    path = tmp_path / "tree.safetensors"
    save_runs(tree, path)
    loaded = load_runs(path)
    assert [run.name for run in loaded] == [run.name for run in tree]
    assert loaded[2].parent is loaded[1]
    for ours, theirs in zip(tree, loaded, strict=True):
        assert theirs.settings == ours.settings
        assert theirs.iteration == ours.iteration
        assert theirs.whole_record.losses.tobytes() == ours.whole_record.losses.tobytes()
        assert theirs.record.state_norms.tobytes() == ours.record.state_norms.tobytes()
        assert [look.sample for look in theirs.record.looks] == [
            look.sample for look in ours.record.looks
        ]
        for iteration in (0, 17, 34, ours.iteration):
            assert weights(theirs, iteration) == weights(ours, iteration)


def test_a_loaded_run_goes_on_and_branches_to_the_same_bytes(
    tree: tuple[LiveRun, ...], tmp_path: Path
) -> None:
    path = tmp_path / "tree.safetensors"
    save_runs(tree, path)
    loaded = load_runs(path)
    for ours, theirs in zip(tree, loaded, strict=True):
        end = ours.iteration + 12
        assert weights(advanced(theirs, 12), end) == weights(advanced(ours, 12), end)
    one, two = (advanced(run.branch(37, learning_rate=0.003), 9) for run in (tree[1], loaded[1]))
    assert weights(one, 46) == weights(two, 46)


def test_the_same_runs_are_the_same_file(tree: tuple[LiveRun, ...], tmp_path: Path) -> None:
    save_runs(tree, tmp_path / "a.safetensors")
    save_runs(load_runs(tmp_path / "a.safetensors"), tmp_path / "b.safetensors")
    save_runs(load_runs(tmp_path / "b.safetensors"), tmp_path / "c.safetensors")
    assert (tmp_path / "b.safetensors").read_bytes() == (tmp_path / "c.safetensors").read_bytes()


def test_settings_come_back_from_their_plain_form() -> None:
    assert settings_of(settings("lstm").as_dict()) == settings("lstm")


def test_damaged_files_are_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    save_runs((advanced(LiveRun(settings("elman"), live_text(CATS, "char")), 12),), path)
    data = path.read_bytes()
    rng = np.random.default_rng(5)
    header = 8 + int.from_bytes(data[:8], "little")
    for case in range(400):
        broken = bytearray(data)
        if case % 4 == 0:
            broken = broken[: int(rng.integers(len(broken)))]
        else:
            for _ in range(int(rng.integers(1, 4))):
                place = int(rng.integers(header if case % 2 else len(broken)))
                broken[place] = int(rng.integers(256))
        path.write_bytes(broken)
        # Flips in the numbers may leave a training that can be read; nothing else may be raised.
        with contextlib.suppress(InputError):
            load_runs(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"steps\\": 6', b'"steps\\": 7'),
        (b'"batch\\": 2', b'"batch\\": 9'),
        (b'"hidden\\": 5', b'"hidden\\": 4'),
        (b'"begun_at\\": 0', b'"begun_at\\": 1'),
        (b'"look_every\\": 20', b'"look_every\\": 00'),
        (b'"iteration\\": 12', b'"iteration\\": 11'),
        (b'"parent\\": null', b'"parent\\": 0   '),
        (b"tapestry-training-1", b"tapestry-training-9"),
    ],
)
def test_a_header_that_lies_is_refused(old: bytes, new: bytes, tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    save_runs((advanced(LiveRun(settings("elman"), live_text(CATS, "char")), 12),), path)
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    with pytest.raises(InputError):
        load_runs(path)
