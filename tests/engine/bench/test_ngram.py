"""N-grams are measured in processes of their own, and all count the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.bench import fresh, ngram, ngram_tasks
from engine.bench.fresh import called, measured
from engine.bench.ngram import KENLM, NLTK, QUICK, Case, Goal, Plan
from engine.errors import InputError
from engine.models.fitting import fit_ngram
from engine.text.corpus import load_corpus


@pytest.mark.parametrize("kind", ["word", "char"])
@pytest.mark.parametrize("order", [1, 2, 5])
def test_all_count_the_same_ngrams(kind: str, order: int) -> None:
    ours = list(fit_ngram(load_corpus("narwhals"), order, tokens=kind).model.ngram_counts())
    for by in ("ours", "counters", "nltk"):
        assert ngram_tasks.count(by, "narwhals", kind, str(order))["ngrams"] == ours


def test_everything_can_be_measured_once() -> None:
    cases = [case for group in ngram.cases(QUICK) for case in group]
    assert [case.name for case in cases] == [
        "count words 1..5",
        "count words 1..5",
        "fit modified Kneser-Ney 5",
        "distribution of 37 words",
        "score 5 tokens",
        "write ARPA 5",
        "draw 1,000 tokens 1..5",
        "count a file of 1 MiB",
    ]
    assert all(case.ours_ms > 0 for case in cases)
    peers = {case.peer for case in cases}
    assert {NLTK, KENLM} <= peers
    assert all(case.ratio for case in cases if case.peer)
    assert set(cases[0].as_dict()) >= {"name", "ours_ms", "peer", "peer_ms", "ratio", "met"}


def test_without_nltk_there_are_the_other_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def answer(module: str, function: str, *words: str) -> dict[str, object]:
        asked.append((function, *words))
        times = {"seconds": 1.0, "mb": None}
        return {
            **times, **dict.fromkeys(("fit", "distribution", "score", "arpa"), times),
            "draw": times, "sample": times, "tokens": 1, "types": 1,
        }  # fmt: skip

    monkeypatch.setattr(ngram, "called", answer)
    plan = Plan("narwhals", turns=2, nltk_turns=0, counting=(("word", 5),), large=0)
    cases = [case for group in ngram.cases(plan) for case in group]
    assert NLTK not in {case.peer for case in cases}
    assert [words[1] for words in asked if words[0] == "count"] == ["ours", "counters"] * 2


@pytest.mark.parametrize(
    ("case", "met"),
    [
        (Case("a", 10.0), None),
        (Case("a", 10.0, goal=Goal(ms=10.0)), True),
        (Case("a", 10.0, goal=Goal(ms=9.0)), False),
        (Case("a", 10.0, 81.0, goal=Goal(ms=10.0, mb=80.0)), False),
        (Case("a", 10.0, None, goal=Goal(mb=80.0)), None),
        (Case("a", 10.0, None, "b", 1000.0, goal=Goal(ratio=0.01)), True),
        (Case("a", 10.1, None, "b", 1000.0, goal=Goal(ratio=0.01)), False),
    ],
)
def test_a_case_meets_all_its_goals_or_none(case: Case, met: bool | None) -> None:
    assert case.met is met


def test_the_large_file_is_as_large_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    ngram_tasks._write_large(path, 5_200_000)
    assert path.stat().st_size == 5_200_000


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told by Linux")
def test_memory_is_what_is_needed_beyond_what_there_was() -> None:
    _, seconds, megabytes = measured(lambda: bytearray(40 * 2**20))
    assert seconds > 0
    assert megabytes is not None
    assert 35 < megabytes < 60


def test_memory_may_be_unknown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fresh, "_STATUS", tmp_path / "none")
    assert measured(lambda: 1)[::2] == (1, None)


def test_a_task_that_fails_is_bad_input(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match="measuring count nobody failed"):
        called(ngram.TASKS, "count", "nobody")
    assert "TypeError" in capfd.readouterr().err


def test_the_packaged_program_says_that_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "FROZEN", True)
    with pytest.raises(InputError, match="measure from source"):
        called(ngram.TASKS, "large", "1")
