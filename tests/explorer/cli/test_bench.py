"""`tapestry bench` measures, or says why it cannot."""

from __future__ import annotations

import json
import sys

import pytest

from explorer.cli.bench import AGAINST_TORCH
from explorer.cli.bench_torch import NO_PEERS
from explorer.cli.main import main


@pytest.mark.parametrize("bench", AGAINST_TORCH)
def test_json_has_the_cases_and_the_machine(bench: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", bench, "--quick", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["bench"] == bench
    assert {"blas_kernel", "threads", "torch"} <= set(answer["machine"])
    for case in answer["cases"]:
        assert {"name", "ours_ms", "peer", "peer_ms", "ratio", "goal", "met"} <= set(case)
        assert case["ours_ms"] > 0
        assert case["peer_ms"] > 0


def test_people_get_a_table_with_goals_and_the_kernel(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "record", "--quick"]) == 0
    printed = capsys.readouterr()
    for word in ("kernel", "T=10", "torch by hand", "bare numpy calls", "0.40", "ratio"):
        assert word in printed.out
    assert "T=10" in printed.err


def test_without_pytorch_it_says_so_and_ends_with_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "engine.bench.peers", raising=False)
    monkeypatch.delattr("engine.bench.peers", raising=False)
    assert main(["bench", "step", "--quick", "--json"]) == NO_PEERS
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "PyTorch is not installed" in printed.err
    assert printed.err.count("\n") == 1


def test_ctrl_c_prints_no_half_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.bench.record.cases", interrupted)
    assert main(["bench", "record", "--json"]) == 130
    assert capsys.readouterr().out == ""


def test_a_bench_that_is_not_there_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "telepathy"]) == 2
    assert "step" in capsys.readouterr().err
