from __future__ import annotations

import sys

import numpy as np

from engine.oracle.answers import NetworkAnswer, OracleUnavailable
from engine.oracle.client import Oracle
from engine.run_spec import RunSpec
from engine.runs import run
from engine.styles.names import arguments


def test_the_program_itself_never_imports_the_networks_written_in_pytorch() -> None:
    assert "engine.styles.pytorch" not in sys.modules


def test_pytorch_names_its_version_and_every_adjoint(worker: Oracle) -> None:
    answer = worker.run_network("feed-forward", arguments(run(RunSpec(network="feed-forward"))))
    assert isinstance(answer, NetworkAnswer)
    assert answer.torch
    assert set(answer.adjoints) == {"x", "alpha", "a", "z", "beta", "b", "y_hat", "J"}


def test_leaves_that_do_not_fit_are_an_answer_and_not_an_error(worker: Oracle) -> None:
    answer = worker.run_network("feed-forward", {"x": np.zeros(3)})
    assert isinstance(answer, OracleUnavailable)
    assert "could not evaluate" in answer.reason


def test_the_worker_goes_on_answering_about_traces(worker: Oracle) -> None:
    trace = run(RunSpec(network="feed-forward"))
    assert isinstance(worker.run_network("feed-forward", arguments(trace)), NetworkAnswer)
    assert not isinstance(worker.request(trace), OracleUnavailable)


def test_without_pytorch_the_reason_is_told() -> None:
    with Oracle([sys.executable, "-c", "raise SystemExit(1)"]) as missing:
        answer = missing.run_network("feed-forward", {})
    assert isinstance(answer, OracleUnavailable)
