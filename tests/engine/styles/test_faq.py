from __future__ import annotations

import numpy as np
import pytest

from engine.run_spec import RunSpec
from engine.runs import run
from engine.styles.faq import CallAnswer, ParameterAnswer, why_call, why_inside
from engine.styles.names import arguments, network_of
from engine.trace.trace import Trace

SPECS = {
    "feed-forward": RunSpec(network="feed-forward"),
    "recurrent": RunSpec(text="one fish two fish", hidden=3),
}


@pytest.fixture(params=list(SPECS.values()), ids=list(SPECS))
def trace(request: pytest.FixtureRequest) -> Trace:
    return run(request.param)


def called(trace: Trace) -> CallAnswer:
    network = network_of(trace)
    assert network is not None
    return why_call(network, arguments(trace))


def inside(trace: Trace) -> ParameterAnswer:
    network = network_of(trace)
    assert network is not None
    return why_inside(network, arguments(trace))


def test_forward_called_directly_computes_the_same_loss(trace: Trace) -> None:
    answer = called(trace)
    assert answer.loss == answer.forwarded_loss == trace.loss


def test_only_the_notes_of_that_layer_are_missing(trace: Trace) -> None:
    answer = called(trace)
    layer = answer.called_line.split("self.")[1].split("(")[0]
    assert all(kept == (f" {layer}(" not in note) for note, kept in answer.notes)


def test_the_layers_parameter_has_no_adjoint_then(trace: Trace) -> None:
    answer = called(trace)
    missing = {row.name for row in answer.adjoints if row.status == "missing"}
    assert missing == ({"alpha", "x"} if "alpha" in {r.name for r in answer.adjoints} else {"W_hh"})


def test_the_adjoints_of_the_called_network_are_the_traces(trace: Trace) -> None:
    names = {"alpha": "α", "beta": "β"}
    ours = {node.name: adjoint for node, adjoint in zip(trace.nodes, trace.adjoints, strict=True)}
    for row in called(trace).adjoints:
        expected = ours[names.get(row.name, row.name)]
        assert row.called is not None
        assert expected is not None
        np.testing.assert_allclose(row.called, expected, rtol=0, atol=1e-15)


def test_through_time_the_other_adjoints_are_wrong_and_not_missing() -> None:
    answer = called(run(SPECS["recurrent"]))
    wrong = {row.name for row in answer.adjoints if row.status == "wrong"}
    # W_hy and b_y come before the break in the backward pass; the rest misses the paths through h.
    assert wrong == {"W_xh", "b_h", "h_0"}


def test_every_parameter_is_found_inside(trace: Trace) -> None:
    found = {row.name for row in inside(trace).rows}
    expected = (
        {"alpha", "beta"}
        if "J" in {n.name for n in trace.nodes}
        else {"W_xh", "W_hh", "b_h", "W_hy", "b_y", "h_0"}
    )
    assert found == expected


def test_a_parameter_kept_outside_does_not_move(trace: Trace) -> None:
    answer = inside(trace)
    assert all(row.moved > 0 for row in answer.rows)
    still = {row.name for row in answer.rows if row.moved_without == 0}
    assert still == {answer.missed}


def test_the_loss_falls_less_without_it(trace: Trace) -> None:
    answer = inside(trace)
    assert answer.loss_after < answer.loss_without < answer.loss == trace.loss


def test_what_zeroing_misses_doubles_at_the_next_pass(trace: Trace) -> None:
    assert inside(trace).stale == pytest.approx(2.0, abs=1e-12)


def test_a_layer_called_at_every_step_is_one_parameter() -> None:
    uses = {row.name: row.uses for row in inside(run(SPECS["recurrent"])).rows}
    # Four tokens: three transitions, four predictions.
    assert uses == {"W_xh": 3, "W_hh": 3, "b_h": 3, "W_hy": 4, "b_y": 4, "h_0": 0}


def test_a_text_of_one_word_looks_at_a_layer_that_is_called() -> None:
    # One type in the vocabulary: p = 1, the loss and every adjoint are 0.
    trace = run(RunSpec(text="fish", hidden=2))
    answer = called(trace)
    assert answer.called_line == "d[t] = self.score(h[t])"
    assert [row.name for row in answer.adjoints if row.status == "missing"] == ["W_hy", "h_0"]
    step = inside(trace)
    assert (step.loss, step.loss_after, step.stale) == (0.0, 0.0, 1.0)


def test_the_traces_own_arrays_are_not_changed(trace: Trace) -> None:
    before = [np.array(node.value) for node in trace.nodes]
    inside(trace)
    called(trace)
    for node, value in zip(trace.nodes, before, strict=True):
        np.testing.assert_array_equal(node.value, value)
