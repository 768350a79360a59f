"""The whole check of a run: three witnesses, one report."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.autodiff.primitives import PRIMITIVES
from engine.check import check, versions_agree
from engine.oracle import Oracle
from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.trace.trace import freeze

KEYS = {
    "nodes",
    "edges",
    "events",
    "max_value_error",
    "max_adjoint_error",
    "versions_agree",
    "modules",
    "tolerance",
    "status",
    "first_disagreement",
    "ok",
}
LECTURE = RunSpec(
    expression="exp(x*z) + x*z/log(x) + sin(log(x))/(x*z)", values={"x": 2.0, "z": 3.0}
)
ABSENT = ["/no/such/program"]


@pytest.mark.parametrize(
    "spec",
    [
        RunSpec(text=DEFAULT_TEXT),
        RunSpec(text=DEFAULT_TEXT, dtype="float32"),
        RunSpec(corpus="shakespeare", tokens="char", steps=10, hidden=32),
        LECTURE,
    ],
)
def test_a_sound_run_is_ok_in_all_three_ways(oracle: Oracle, spec: RunSpec) -> None:
    trace = run(spec)
    report = check(trace, oracle, np.random.default_rng(0))
    found = report.as_dict()
    assert found.keys() >= KEYS
    assert report.ok
    assert report.status == "agrees"
    assert (found["nodes"], found["edges"]) == (len(trace), trace.graph.edge_count)
    assert found["events"] == len(trace.events())
    assert found["max_adjoint_error"] < (1e-10 if spec.dtype == "float64" else 1e-5)
    json.loads(json.dumps(found, allow_nan=False))


def test_without_pytorch_the_report_is_unverified_and_not_ok() -> None:
    report = check(run(LECTURE), Oracle(ABSENT), np.random.default_rng(0))
    found = report.as_dict()
    assert (found["status"], found["ok"]) == ("unverified", False)
    assert found["max_value_error"] is None
    assert found["versions_agree"]
    assert found["modules"][0]["max_error"] < 1e-7
    assert report.reason


def test_a_broken_rule_fails_the_check_and_is_named(
    oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = PRIMITIVES["tanh"]
    wrong = replace(row, vjps=(lambda g, y, x: g * (1 - x * x),))
    monkeypatch.setitem(PRIMITIVES, "tanh", wrong)
    trace = run(RunSpec(text="a b"))
    report = check(trace, oracle, np.random.default_rng(0))
    found = report.as_dict()
    assert not found["ok"]
    assert found["versions_agree"]
    assert found["first_disagreement"]["name"] == "z_1"
    assert [c.name for c in report.modules if not c.ok] == ["step[1].cell"]


def test_adjoints_that_neither_version_gives_are_noticed() -> None:
    trace = run(LECTURE)
    assert versions_agree(trace)
    adjoints = list(trace.adjoints)
    adjoints[2] = np.array(1.0)
    assert not versions_agree(freeze(trace.nodes, adjoints, trace.output, {}))
