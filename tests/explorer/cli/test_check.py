"""`tapestry check`: the keys, the numbers, and the three ways it can end."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import engine.autodiff.tape
from engine.autodiff.primitives import PRIMITIVES
from engine.oracle.client import Oracle
from explorer.cli.main import main

Answer = Callable[..., dict[str, Any]]
Output = pytest.CaptureFixture[str]

KEYS = {
    "nodes", "edges", "events", "max_value_error", "max_adjoint_error", "versions_agree",
    "modules", "tolerance", "status", "first_disagreement", "ok",
}  # fmt: skip


@pytest.fixture
def no_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker ends before it can answer, as where PyTorch cannot be loaded."""
    broken = (sys.executable, "-c", "raise SystemExit(1)")
    monkeypatch.setattr("explorer.cli.check.Oracle", lambda: Oracle(broken))


def test_it_reports_every_key_and_agrees(answer: Answer) -> None:
    report = answer("check", "--text", "Narwhals are way cooler than parrots")
    assert set(report) >= KEYS
    assert report["status"] == "agrees"
    assert report["ok"] is True
    assert report["versions_agree"] is True
    assert report["first_disagreement"] is None
    assert report["max_value_error"] <= report["tolerance"]
    assert report["max_adjoint_error"] <= report["tolerance"]
    assert (report["nodes"], report["events"]) == (58, 189)
    for module in report["modules"]:
        assert set(module) == {"name", "max_error"}


def test_a_formula_has_the_nodes_and_edges_one_counts_by_hand(answer: Answer) -> None:
    report = answer("check", "--expression", "x*z + x", "--set", "x=2,z=3")
    # Nodes x, z, x*z and the sum; each of the two operations has two operands.
    assert (report["nodes"], report["edges"]) == (4, 4)
    assert report["ok"] is True


@pytest.mark.parametrize(
    "words",
    [
        ("--expression", "exp(x*z) + x*z/log(x) + sin(log(x))/(x*z)", "--set", "x=2,z=3"),
        ("--corpus", "narwhals", "--activation", "relu", "--dtype", "float32"),
        ("--text", "to be", "--tokens", "char", "--activation", "sigmoid", "--hidden", "3"),
    ],
)
def test_it_agrees_on_formulas_corpora_and_activations(
    answer: Answer, words: tuple[str, ...]
) -> None:
    assert answer("check", *words)["status"] == "agrees"


def test_it_agrees_on_trained_weights(answer: Answer, narwhals: str) -> None:
    assert answer("check", "--model", narwhals, "--text", "Narwhals are coming!")["ok"] is True


def test_a_wrong_rule_fails_the_check_and_is_named(
    answer: Answer, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = replace(PRIMITIVES["tanh"], vjps=(lambda g, y, x: g * (1 - x * x),))
    monkeypatch.setattr(engine.autodiff.tape, "PRIMITIVES", {**PRIMITIVES, "tanh": wrong})
    report = answer("check", "--text", "a b c", status=1)
    assert report["status"] == "disagrees"
    assert report["ok"] is False
    # The loss flows back through h_2 = tanh(z_2) first, so z_2 is where the error is born.
    assert report["first_disagreement"]["name"] == "z_2"
    assert main(["check", "--text", "a b c"]) == 1
    assert "first disagreement" in capsys.readouterr().out


@pytest.mark.usefixtures("no_pytorch")
def test_without_pytorch_a_check_cannot_be_made(answer: Answer) -> None:
    report = answer("check", "--text", "a b", status=3)
    assert set(report) >= KEYS
    assert report["status"] == "unverified"
    assert report["ok"] is False
    assert report["reason"]
    assert report["max_value_error"] is None
    assert report["max_adjoint_error"] is None
    # What needs no PyTorch is still checked.
    assert report["versions_agree"] is True
    assert report["modules"]


@pytest.mark.usefixtures("no_pytorch")
def test_people_are_told_that_a_run_is_unverified(capsys: Output) -> None:
    assert main(["check", "--text", "a b"]) == 3
    printed = capsys.readouterr().out
    assert "unverified" in printed
    assert "agrees" not in printed


def test_people_read_that_it_agrees(capsys: Output) -> None:
    assert main(["check", "--text", "a b"]) == 0
    printed = capsys.readouterr().out
    assert "agrees" in printed
    assert "Version A = B     yes" in printed
