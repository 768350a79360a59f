"""What is measured against each other computes the same numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch

from engine.autodiff.deferred import adjoints_deferred
from engine.bench import generate, record, step
from engine.bench.machine import machine
from engine.bench.measure import QUICK, Route
from engine.bench.peers import Equations, Loop, Network, TorchPeers
from engine.models.architecture import CELLS, CellName
from engine.models.fused import FusedNetwork

SIZE = step.Size("test", 11, 6, 5, 3, dict.fromkeys(CELLS, 1.0))


def losses(routes: Mapping[str, Route]) -> list[float]:
    return [float(route()) for route in routes.values()]  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", CELLS)
def test_training_peers_have_our_loss_and_our_adjoints(cell: CellName) -> None:
    model, tokens = step.model_and_tokens(SIZE, cell)
    ours = step.our_step(model, tokens)()
    assert losses(TorchPeers().training(model, tokens)) == pytest.approx([ours, ours], rel=1e-5)
    network = FusedNetwork(model.architecture, 11, 5, 3, np.float32)
    network.run(model.parameters, tokens, {name: np.zeros(6) for name in ("h_0", "c_0")})
    for peer in (Network(model), Loop(model)):
        peer.loss(torch.from_numpy(tokens)).backward()
        if isinstance(peer, Network):
            theirs_by_name = {"W_hy": peer.output.weight.grad, "E": peer.embedding.weight.grad.T}
        else:
            theirs_by_name = {name: getattr(peer, name).grad for name in network.adjoints}
            theirs_by_name["E"] = theirs_by_name["E"].T
        for name, theirs in theirs_by_name.items():
            np.testing.assert_allclose(theirs, network.adjoints[name], rtol=0, atol=1e-5)


def test_recording_peers_have_our_loss_and_our_adjoints() -> None:
    model = record.model_of()
    tokens = [3, 1, 4, 1, 5]
    tape, loss = record.record(model.parameters, tokens)
    routes = TorchPeers().recording(model, tokens)
    routes = {**routes, "bare": lambda: record.bare_numpy_calls(model.parameters, tokens)}
    assert losses(routes) == pytest.approx([float(loss.value)] * 3, rel=1e-12)
    adjoints = adjoints_deferred(tape.nodes, loss.index)
    equations = Equations(model)
    equations.loss(tokens).backward()
    for index, name in enumerate(model.parameters):
        theirs = getattr(equations, name).grad.numpy()
        ours = adjoints[index]
        assert ours is not None
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-13)


def test_what_is_recorded_bare_are_nine_nodes_a_step_of_the_model_itself() -> None:
    model = record.model_of()
    tokens = [3, 1, 4, 1, 5]
    _, named = model.record(tokens)
    tape, loss = record.record(model.parameters, tokens)
    assert float(loss.value) == float(named.value)
    parameters, end = len(model.parameters), 2
    assert len(tape) == parameters + 9 * len(tokens) + end


@pytest.mark.parametrize("cell", CELLS)
def test_generating_peers_draw_tokens(cell: CellName) -> None:
    model = generate.model_of(cell, 8)
    for route in TorchPeers().generating(model, 20).values():
        tokens = route()
        assert isinstance(tokens, list)
        assert len(tokens) == 20
        assert set(tokens) <= set(range(generate.VOCABULARY))


def test_cases_say_what_was_done_and_what_it_is_compared_with() -> None:
    peers = TorchPeers()
    (group,) = generate.cases(peers, QUICK, ["lstm"], [128], length=2)
    assert [(case.name, case.peer, case.goal) for case in group] == [
        ("lstm H=128", "torch nn.LSTMCell", 0.25),
        ("lstm H=128", "torch nn.LSTM", 0.25),
        ("lstm H=128", "bare products", None),
    ]
    (group,) = step.cases(peers, QUICK, ["gru"], step.SIZES[:1])
    assert [(case.peer, case.goal) for case in group] == [
        ("torch nn.GRU", 0.30),
        ("torch cell loop", 0.40),
        ("bare products", None),
    ]
    first, second = record.cases(peers, QUICK, [3])
    assert [case.rate_goal for case in first] == [500_000, 500_000, None]
    assert [case.goal for case in second] == [None, None]


def test_the_machine_is_named_with_its_kernel() -> None:
    about = machine(1)
    assert about["blas_kernel"]
    assert about["threads"] == 1
