from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.errors import InputError
from engine.oracle.client import Oracle
from engine.run_spec import RunSpec
from engine.runs import run
from engine.styles.dialects import STYLES, StyleName
from engine.styles.names import network_of
from engine.styles.run import error, run_style
from engine.trace.scalars import obstacle, opened
from engine.trace.trace import Trace
from tests.engine.styles.conftest import in_style

EVERY_STYLE = pytest.mark.parametrize("style", STYLES)


@EVERY_STYLE
def test_every_tensor_equals_the_traces(trace: Trace, style: StyleName, worker: Oracle) -> None:
    done = in_style(trace, style, worker)
    for index, value in done.values.items():
        assert error(value, trace.nodes[index].value) < 2e-15, trace.nodes[index].name
    for index, adjoint in done.adjoints.items():
        ours = trace.adjoints[index]
        assert ours is not None
        assert error(adjoint, ours) < 2e-15, trace.nodes[index].name
    assert done.value_error is not None
    assert max(done.value_error, done.adjoint_error or 0) < 2e-15


@EVERY_STYLE
@pytest.mark.parametrize(
    ("spec", "values", "adjoints"),
    [
        (RunSpec(network="feed-forward"), "a z b ŷ J", "α β x a z b ŷ J"),
        (
            RunSpec(text="one fish", hidden=2),
            "h_1 z_1 y_0 y_1 log p(·|h_0) log p(·|h_1) ℓ_1 ℓ_2 L",
            "W_xh W_hh b_h W_hy b_y h_0 h_1 z_1 y_0 y_1 log p(·|h_0) log p(·|h_1) ℓ_1 ℓ_2 L",
        ),
    ],
    ids=["feed-forward", "recurrent"],
)
def test_a_style_names_every_quantity_of_the_equations(
    spec: RunSpec, values: str, adjoints: str, style: StyleName, worker: Oracle
) -> None:
    trace = run(spec)
    done = in_style(trace, style, worker)

    def missing(wanted: str, found: dict[int, object]) -> set[str]:
        names = {trace.nodes[index].name for index in found}
        return set(wanted.replace("log p", "log_p").split()) - {
            name.replace("log p", "log_p") for name in names
        }

    assert missing(values, dict(done.values)) == set()
    assert missing(adjoints, dict(done.adjoints)) == set()


@pytest.mark.parametrize("style", ["procedural", "modules", "objects"])
def test_single_precision_agrees_to_its_rounding(style: StyleName) -> None:
    trace = run(RunSpec(text="one fish two fish", hidden=4, dtype="float32"))
    done = run_style(trace, style)
    assert done.value_error is not None
    assert done.adjoint_error is not None
    assert max(done.value_error, done.adjoint_error) < 1e-6


@pytest.mark.parametrize("style", ["procedural", "modules", "objects"])
def test_a_wrong_number_in_the_trace_is_noticed(style: StyleName) -> None:
    trace = run(RunSpec(network="feed-forward"))
    wrong = [None if a is None else np.array(a) for a in trace.adjoints]
    spoiled = wrong[2]
    assert spoiled is not None
    spoiled.flat[0] += 1.0
    done = run_style(dataclasses.replace(trace, adjoints=tuple(wrong)), style)
    assert done.adjoint_error is not None
    assert done.adjoint_error > 0.1


def test_without_pytorch_its_code_is_there_and_nothing_is_verified() -> None:
    done = run_style(run(RunSpec(network="feed-forward")), "pytorch", None, "PyTorch is missing.")
    assert done.value_error is None
    assert done.adjoint_error is None
    assert done.reason == "PyTorch is missing."
    assert any("nn.Linear" in line.text for line in done.listing)


@pytest.mark.parametrize(
    ("spec", "network"),
    [
        (RunSpec(network="feed-forward"), "feed-forward"),
        (RunSpec(text="one fish", hidden=2), "recurrent"),
        (RunSpec(text="one fish", hidden=2, cell="gru"), None),
        (RunSpec(text="one fish", hidden=2, cell="lstm"), None),
        (RunSpec(text="one fish", hidden=2, layers=2), None),
        (RunSpec(text="one fish", hidden=2, embedding=2), None),
        (RunSpec(text="one fish", hidden=2, activation="relu"), None),
        (RunSpec(expression="x*z", values={"x": 2.0, "z": 3.0}), None),
    ],
)
def test_a_trace_is_known_by_its_equations(spec: RunSpec, network: str | None) -> None:
    assert network_of(run(spec)) == network


def test_a_run_of_another_network_is_refused() -> None:
    with pytest.raises(InputError, match="four styles"):
        run_style(run(RunSpec(text="one fish", hidden=2, cell="gru")), "procedural")


@pytest.mark.parametrize(
    ("found", "expected", "wanted"),
    [
        ([1.0, 2.0], [1.0, 3.0], 0.25),
        ([np.nan, 1.0], [np.nan, 1.0], 0.0),
        ([np.inf], [np.inf], 0.0),
        ([np.nan], [1.0], np.inf),
        ([1.0], [1.0, 1.0], np.inf),
    ],
)
def test_the_error_is_relative_to_the_size(
    found: list[float], expected: list[float], wanted: float
) -> None:
    # |2 - 3| / (1 + 3) = 1/4
    assert error(np.array(found), np.array(expected)) == wanted


@EVERY_STYLE
@pytest.mark.parametrize(
    "spec", [RunSpec(network="feed-forward"), RunSpec(text="one fish two", hidden=3)], ids=str
)
def test_a_run_that_is_opened_into_scalars_is_the_same_network(
    spec: RunSpec, style: StyleName, worker: Oracle
) -> None:
    whole = run(spec)
    found = opened(whole, [n.index for n in whole.nodes if not obstacle(whole, n.index)])
    done, before = in_style(found.trace, style, worker), in_style(whole, style, worker)
    assert max(done.value_error or 0, done.adjoint_error or 0) < 2e-15
    assert [int(found.old_of[i]) for i in done.values] == list(before.values)
    # Every number is computed on the line of the operation that it is part of.
    for event in found.trace.events():
        assert done.lines(event)
    for old, operation in found.operations.items():
        for node in operation.nodes.tolist():
            assert done.table.evaluated[node] == before.table.evaluated[old] or (
                found.trace.nodes[node].primitive is None
            )
