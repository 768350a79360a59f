"""`tapestry bench ngram` reports cases, goals and peers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from engine.bench import ngram
from engine.bench.ngram import Case, Goal, Plan
from explorer.cli.main import main

CASES = (
    Case("count words 1..5", 240.0, 70.0, "NLTK", 32_000.0, 1335.0, Goal(250.0, 80.0, 0.01)),
    Case("write ARPA 5", 2100.0, goal=Goal(2000.0)),
)


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    asked: list[Plan] = []

    def cases(plan: Plan) -> Iterator[tuple[Case, ...]]:
        asked.append(plan)
        yield from ((case,) for case in CASES)

    monkeypatch.setattr(ngram, "cases", cases)
    return asked


def test_json_has_the_cases_and_the_machine(
    plans: list[Plan], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "ngram", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["bench"] == "ngram"
    assert answer["machine"]["nltk"]
    counting, writing = answer["cases"]
    assert counting["ratio"] == pytest.approx(0.0075)
    assert (counting["peer"], counting["met"]) == ("NLTK", True)
    assert (writing["peer"], writing["peer_ms"], writing["ratio"]) == (None, None, None)
    assert writing["met"] is False


def test_people_get_a_table_and_the_goals(
    plans: list[Plan], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "ngram"]) == 0
    printed = capsys.readouterr()
    assert "met: count words 1..5 in 250 ms, in 80 MiB, in 0.01 of the time of NLTK" in printed.out
    assert "MISSED: write ARPA 5 in 2,000 ms" in printed.out
    assert "count words 1..5: 240 ms, NLTK 32,000 ms" in printed.err


@pytest.mark.parametrize(
    ("words", "corpus", "turns", "nltk_turns"),
    [([], "shakespeare", 5, 1), (["--full"], "shakespeare", 5, 5), (["--quick"], "narwhals", 1, 1)],
)
def test_how_much_is_measured_is_said_by_words(
    plans: list[Plan], words: list[str], corpus: str, turns: int, nltk_turns: int
) -> None:
    assert main(["bench", "ngram", *words]) == 0
    [plan] = plans
    assert (plan.corpus, plan.turns, plan.nltk_turns) == (corpus, turns, nltk_turns)


def test_without_nltk_it_is_left_out_with_a_word(
    plans: list[Plan], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ngram, "has_nltk", lambda: False)
    assert main(["bench", "ngram"]) == 0
    assert plans[0].nltk_turns == 0
    assert "NLTK is not installed" in capsys.readouterr().err
