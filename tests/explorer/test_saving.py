"""What a person opens is used by what it is; what is saved is whole."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from engine.errors import InputError
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.codec import load_trace
from explorer.assets import asset
from explorer.jobs import Jobs
from explorer.panels.models import ModelChoice
from explorer.saving import WORDS_OF_A_TEXT, open_path, save_trace_job
from explorer.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


class Bench:
    """Stands for the window: notes what a file came to."""

    def __init__(self) -> None:
        self.jobs = Jobs()
        self.session = Session(self.jobs)
        self.got: list[tuple[str, object]] = []
        self.session.run_changed.connect(self._run)
        self.session.open_failed.connect(self.refuse)

    def take_text(self, text: str) -> None:
        self.got.append(("text", text))

    def take_weights(self, found: tuple[str, str]) -> None:
        self.got.append(("weights", found))

    def refuse(self, message: str) -> None:
        self.got.append(("refused", message))

    def _run(self) -> None:
        self.got.append(("trace", self.session.run))

    def open(self, qtbot: QtBot, path: Path | str) -> tuple[str, object]:
        self.got.clear()
        open_path(str(path), self.jobs, self.session, self, self.refuse)  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: bool(self.got), timeout=20_000)
        qtbot.waitUntil(lambda: not self.jobs.is_running("run"), timeout=20_000)
        assert len(self.got) == 1
        return self.got[0]


@pytest.fixture
def bench(qapp: object) -> Iterator[Bench]:
    made = Bench()
    yield made
    made.jobs.shutdown(10.0)


def test_a_trace_is_shown(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    trace = run(RunSpec(text="a b", hidden=2))
    assert list(save_trace_job(trace, str(tmp_path / "a.JSON"))) == [tmp_path / "a.JSON"]
    kind, _ = bench.open(qtbot, tmp_path / "a.JSON")
    assert kind == "trace"
    assert bench.session.run is not None
    assert bench.session.run.trace.loss == trace.loss


def test_weights_are_offered_by_their_full_path(
    qtbot: QtBot, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(asset("weights", "narwhals.safetensors").read_bytes())
    monkeypatch.chdir(tmp_path)
    expected = ModelChoice(str(path), "Elman RNN, w", str(path), sizes="hidden 8 · words")
    assert bench.open(qtbot, "w.safetensors") == ("weights", expected)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a", "a.json.txt"])
def test_of_a_text_the_first_words_are_read(
    qtbot: QtBot, bench: Bench, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("one\n two\r\n\t<b>three</b> " + "more " * 900, encoding="utf-8")
    kind, text = bench.open(qtbot, tmp_path / name)
    assert kind == "text"
    assert str(text).split() == ["one", "two", "<b>three</b>"] + ["more"] * (WORDS_OF_A_TEXT - 3)


BAD = [b"", b" \n\t", b"\0\1\2", b"\xff\xfeh\0i\0", b"{", b"[" * 100_000, b"\x89PNG\r\n", b"1e999"]


@pytest.mark.parametrize("suffix", [".json", ".safetensors"])
@pytest.mark.parametrize("content", BAD)
def test_garbage_is_refused_in_one_line_that_names_the_file(
    qtbot: QtBot, bench: Bench, tmp_path: Path, suffix: str, content: bytes
) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    kind, message = bench.open(qtbot, path)
    assert kind == "refused"
    assert path.name in str(message)
    assert "\n" not in str(message)
    assert len(str(message)) < 600


@pytest.mark.parametrize("name", ["none.json", "none.safetensors", "none.txt", "folder"])
def test_what_is_not_there_or_no_file_is_refused(
    qtbot: QtBot, bench: Bench, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    kind, message = bench.open(qtbot, tmp_path / name)
    assert kind == "refused"
    assert name in str(message)


def test_saving_over_a_file_keeps_its_mode_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path, link = tmp_path / "run.json", tmp_path / "link.json"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    trace = run(RunSpec(text="a b", hidden=2))
    list(save_trace_job(trace, str(link)))
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert load_trace(path).loss == trace.loss
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.json", "run.json"]


def test_where_nothing_can_be_saved_one_sentence_says_so(tmp_path: Path) -> None:
    trace = run(RunSpec(text="a", hidden=1))
    with pytest.raises(InputError, match="could not be saved"):
        list(save_trace_job(trace, str(tmp_path / "no" / "such" / "run.json")))
    assert list(tmp_path.iterdir()) == []
