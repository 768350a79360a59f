"""What if: the changed run, what the adjoints predict of it, and what becomes of it in a file."""

from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.nudge import numbers_in
from engine.autodiff.reverse import adjoints_by_pulling
from engine.autodiff.tape import Tape
from engine.check import check
from engine.errors import InputError
from engine.models.architecture import CELLS, CellName
from engine.museum import exhibit, plant
from engine.oracle import Oracle, compare
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.codec import trace_from_json
from engine.trace.expression import record_expression
from engine.trace.formulas import tex_equation, tex_with_numbers
from engine.trace.json_text import trace_to_json
from engine.trace.narration import equation, token_of
from engine.trace.scalars import obstacle as cannot_open
from engine.trace.trace import Trace, record
from engine.trace.what_if import is_token, obstacle, what_if
from engine.witnesses import finite_difference_adjoint

SENTENCE = "Narwhals are way cooler than parrots"
RUNS = {cell: run(RunSpec(text=SENTENCE, cell=cell, hidden=3)) for cell in CELLS}
SQUARE = record_expression("x*x", {"x": 3.0})


def named(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def real_nodes(trace: Trace) -> list[int]:
    return [node.index for node in trace.nodes if node.differentiable]


def chain() -> Trace:
    """x = 2, a = 3x = 6, b = a*a = 36, y = 2b = 72."""
    tape = Tape()
    x, three, two = tape.input("x", 2.0), tape.constant("3", 3.0), tape.constant("2", 2.0)
    a = (x * three).named("a")
    b = (a * a).named("b")
    return record(tape, (b * two).named("y"))


def test_the_square_of_three_changed_to_three_point_one() -> None:
    # dy/dx = 2x = 6, times 0.1: 0.6. In truth 3.1^2 - 3^2 = 9.61 - 9 = 0.61.
    found = what_if(SQUARE, {(0, 0): 3.1})
    assert found.predicted == pytest.approx(0.6, rel=1e-12)
    assert found.truth == pytest.approx(0.61, rel=1e-12)
    assert found.trace.adjoints[0] == pytest.approx(6.2, rel=1e-15)
    (change,) = found.changes
    assert (change.node, change.component, change.before, change.after) == (0, 0, 3.0, 3.1)


def test_a_nudged_unit_leaves_what_is_upstream_alone_and_passes_the_derivative_through() -> None:
    # a = 6 is set to 7: b = 49, y = 98. dy/da = 4a = 28 now, dy/dx = 3 * 28; x stays 2.
    trace = chain()
    found = what_if(trace, {(named(trace, "a"), 0): 7.0})
    values = {node.name: float(node.value) for node in found.trace.nodes}
    assert values == {"x": 2.0, "3": 3.0, "2": 2.0, "a": 7.0, "b": 49.0, "y": 98.0}
    adjoints = [found.trace.adjoints[named(trace, name)] for name in ("x", "a", "b")]
    assert adjoints == [84.0, 28.0, 2.0]
    # dy/da = 4a = 24 at the original, times 1; in truth 98 - 72.
    assert (found.predicted, found.truth) == (24.0, 26.0)


def test_of_two_changes_the_one_downstream_counts_from_what_it_would_have_been() -> None:
    # x = 3 makes a = 9; setting a to 7 is a change of -2. dy/dx = 72, dy/da = 24 at the original:
    # predicted 72 * 1 + 24 * (-2) = 24; in truth y = 2 * 49 = 98 and not 72: 26.
    trace = chain()
    found = what_if(trace, {(named(trace, "x"), 0): 3.0, (named(trace, "a"), 0): 7.0})
    assert [(c.before, c.after) for c in found.changes] == [(2.0, 3.0), (9.0, 7.0)]
    assert (found.predicted, found.truth) == (24.0, 26.0)


@pytest.mark.parametrize("cell", CELLS)
def test_the_prediction_comes_true_as_the_change_shrinks_at_every_node(cell: CellName) -> None:
    trace = RUNS[cell]
    rng = np.random.default_rng(0)
    for index in real_nodes(trace):
        value, adjoint = trace.nodes[index].value.reshape(-1), trace.adjoints[index]
        assert adjoint is not None
        component = int(np.abs(adjoint).argmax())
        if abs(float(adjoint.reshape(-1)[component])) < 1e-6:
            continue
        sign = float(rng.choice([-1.0, 1.0]))
        gaps = []
        for h in (1e-1, 1e-3, 1e-5):
            found = what_if(trace, {(index, component): float(value[component]) + sign * h})
            gaps.append(abs(found.truth / found.predicted - 1))
        # The gap is of first order in h, until rounding of the loss (1e-16 over h) takes over.
        assert gaps[2] < 1e-3, trace.nodes[index].name
        assert gaps[1] <= gaps[0] + 1e-9, trace.nodes[index].name


@pytest.mark.parametrize("cell", CELLS)
def test_new_adjoints_are_those_of_finite_differences_and_of_version_a(cell: CellName) -> None:
    trace, rng = RUNS[cell], np.random.default_rng(1)
    nodes = rng.choice(real_nodes(trace), 6, replace=False).tolist()
    changes = {(node, 0): float(trace.nodes[node].value.reshape(-1)[0]) + 0.3 for node in nodes}
    altered = what_if(trace, changes).trace
    pulled = adjoints_by_pulling(altered.nodes, altered.output)
    for node in real_nodes(trace):
        ours, theirs = altered.adjoints[node], pulled[node]
        assert ours is not None
        assert theirs is not None
        assert ours.tobytes() == theirs.tobytes()
        assert finite_difference_adjoint(altered, node, rng).ok, trace.nodes[node].name


@pytest.mark.parametrize("cell", CELLS)
def test_changed_parameters_give_what_a_fresh_recording_of_them_gives(cell: CellName) -> None:
    from engine.models.architecture import Architecture
    from engine.models.recurrent import RecurrentLM
    from engine.text.vocabulary import Vocabulary

    words = Vocabulary(("a", "b", "c"))
    model = RecurrentLM.fresh(Architecture(cell, 4), words, np.random.default_rng(2))
    tape, loss = model.record([0, 1, 2, 1])
    trace = record(tape, loss)
    changes, parameters = {}, {name: value.copy() for name, value in model.parameters.items()}
    for name, value in parameters.items():
        value.reshape(-1)[-1] += 0.25
        changes[named(trace, name), value.size - 1] = float(value.reshape(-1)[-1])
    changes[named(trace, "x_2"), 0] = 0.0
    tape, loss = RecurrentLM(parameters, words, model.architecture).record([0, 0, 2, 1])
    fresh, altered = record(tape, loss), what_if(trace, changes).trace
    for ours, theirs in zip(altered.nodes, fresh.nodes, strict=True):
        assert ours.value.tobytes() == theirs.value.tobytes()
        assert ours.primitive is theirs.primitive
    for one, other in zip(altered.adjoints, fresh.adjoints, strict=True):
        assert one is other is None or np.array_equal(one, other)  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", CELLS)
def test_a_number_set_to_what_it_is_changes_nothing(cell: CellName) -> None:
    trace = RUNS[cell]
    changes = {
        (node.index, c): float(number)
        for node in trace.nodes
        if not obstacle(trace, node.index)
        for c, number in enumerate(node.value.reshape(-1))
    }
    found = what_if(trace, changes)
    assert found.trace is trace
    assert found.changes == ()
    assert found.predicted == found.truth == 0.0


def test_what_does_not_depend_on_a_change_shares_its_arrays() -> None:
    trace = RUNS["elman"]
    altered = what_if(trace, {(named(trace, "h_3"), 0): 0.5}).trace
    assert altered.nodes[named(trace, "h_2")] is trace.nodes[named(trace, "h_2")]
    assert altered.nodes[named(trace, "h_4")] is not trace.nodes[named(trace, "h_4")]
    assert altered.graph is trace.graph
    assert altered.events("A") is trace.events("A")


def test_a_change_starts_from_the_original_each_time() -> None:
    trace = RUNS["gru"]
    place = (named(trace, "h_2"), 1)
    once = what_if(trace, {place: 0.9})
    what_if(trace, {place: -0.9})
    again = what_if(trace, {place: 0.9})
    assert trace_to_json(once.trace) == trace_to_json(again.trace)


# Tokens


def test_another_token_is_read_and_said_in_the_provenance() -> None:
    trace = RUNS["elman"]
    node, word = named(trace, "x_3"), trace.provenance["vocabulary"].index("parrots")
    found = what_if(trace, {(node, 0): word})
    assert int(found.trace.nodes[node].value) == word
    assert token_of(found.trace, found.trace.nodes[node]) == "parrots"
    assert token_of(trace, trace.nodes[node]) == "way"
    said = found.trace.provenance
    assert said["changes"] == [{"node": node, "component": 0, "value": float(word)}]
    # As a fresh run of that text, whose vocabulary has the same words in the same order.
    assert is_token(trace.nodes[node])


def test_a_token_is_predicted_by_what_it_changes_at_once() -> None:
    # x_6 is only a target, and nothing reads on: the loss is the mean of -log p[x], linear in each.
    trace = RUNS["lstm"]
    last = max(node.index for node in trace.nodes if is_token(node))
    found = what_if(trace, {(last, 0): 0.0})
    assert found.predicted == pytest.approx(found.truth, rel=1e-12)


# Refusals


@pytest.mark.parametrize(
    ("value", "words"),
    [(float("nan"), "finite number"), (float("inf"), "finite"), (-float("inf"), "finite")],
)
def test_what_is_not_finite_is_refused(value: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        what_if(SQUARE, {(0, 0): value})


@pytest.mark.parametrize("token", [-1.0, 6.0, 0.5, 1e300])
def test_a_token_that_the_vocabulary_has_not_is_refused(token: float) -> None:
    trace = RUNS["elman"]
    with pytest.raises(InputError, match="one of the 6 tokens"):
        what_if(trace, {(named(trace, "x_1"), 0): token})


@pytest.mark.parametrize("place", [(-1, 0), (10**6, 0), (0, 1), (0, -1)])
def test_a_place_that_is_not_there_is_refused(place: tuple[int, int]) -> None:
    with pytest.raises(InputError):
        what_if(SQUARE, {place: 1.0})


def test_constants_planted_runs_and_numbers_too_large_are_refused() -> None:
    trace = chain()
    with pytest.raises(InputError, match="holds it fixed"):
        what_if(trace, {(named(trace, "3"), 0): 1.0})
    planted = plant(RUNS["elman"], exhibit("tanh-input")).trace
    with pytest.raises(InputError, match="mistake is planted"):
        what_if(planted, {(0, 0): 1.0})
    single = run(RunSpec(text="a b", hidden=2, dtype="float32"))
    with pytest.raises(InputError, match="too large"):
        what_if(single, {(0, 0): 1e39})


def test_what_overflows_downstream_is_shown_as_it_is() -> None:
    trace = record_expression("exp(x)*x", {"x": 1.0})
    found = what_if(trace, {(0, 0): 1e3})
    assert found.trace.loss == np.inf
    assert found.truth == np.inf
    assert np.isfinite(found.predicted)
    backward = what_if(found.trace, {(0, 0): 1.0})
    assert backward.trace.loss == trace.loss


# PyTorch, the check, and files


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("cell", CELLS)
def test_pytorch_agrees_with_a_changed_run(oracle: Oracle, cell: CellName, dtype: str) -> None:
    trace = run(RunSpec(text=SENTENCE, cell=cell, hidden=3, dtype=dtype))  # type: ignore[arg-type]
    rng = np.random.default_rng(3)
    nodes = rng.choice(real_nodes(trace), 12, replace=False).tolist()
    changes = {
        (node, int(rng.integers(trace.nodes[node].value.size))): float(rng.normal())
        for node in nodes
    }
    changes[named(trace, "x_2"), 0] = 0.0
    altered = what_if(trace, changes).trace
    assert any(numbers_in(node) for node in altered.nodes)
    assert compare(altered, oracle.request(altered)).status == "agrees"
    if dtype == "float64":
        assert check(altered, oracle, rng).ok


def test_pytorch_sets_every_kind_of_value(oracle: Oracle) -> None:
    from tests.engine.trace.saved_runs import everything

    trace = everything()
    nodes = [n for n in trace.nodes if n.differentiable and n.primitive is not None]
    altered = what_if(trace, {(n.index, n.value.size - 1): 0.25 for n in nodes}).trace
    assert compare(altered, oracle.request(altered)).status == "agrees"
    assert trace_to_json(trace_from_json(trace_to_json(altered))) == trace_to_json(altered)


def test_a_nudged_unit_says_by_how_much() -> None:
    # a = 3x = 6, set to 7.
    trace = chain()
    node = named(trace, "a")
    altered = what_if(trace, {(node, 0): 7.0}).trace
    record_ = altered.nodes[node]
    assert equation(altered, record_) == "a = x · 3 + δ"
    assert tex_equation(altered, record_).endswith(r" + \delta")
    assert tex_with_numbers(altered, record_, ()).endswith("+ 1 = 7")
    assert equation(altered, altered.nodes[named(trace, "b")]) == "b = a · a"


def test_other_features_say_what_they_cannot_do_with_a_nudged_unit() -> None:
    trace = RUNS["elman"]
    altered = what_if(trace, {(named(trace, "h_1"), 0): 0.5}).trace
    assert "take the change back" in cannot_open(altered, named(trace, "h_1"))
    assert cannot_open(altered, named(trace, "h_2")) == ""
    with pytest.raises(InputError, match="by hand"):
        plant(altered, exhibit("tanh-input"))


def test_a_run_of_ten_thousand_nodes_is_changed_without_recursion() -> None:
    trace = run(RunSpec(text="ab" * 700, tokens="char", hidden=2))
    assert len(trace) > 10_000
    found = what_if(trace, {(named(trace, "h_0"), 0): 0.1})
    assert np.isfinite(found.truth)
