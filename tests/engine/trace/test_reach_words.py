from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.trace.reach import ancestors, descendants, paths
from engine.trace.reach_words import (
    affects_sentence,
    component_to_show,
    many,
    paths_sentence,
    tex_why,
    why_sentence,
)
from engine.trace.trace import Trace, record


@pytest.fixture(scope="module")
def elman() -> Trace:
    vocabulary = Vocabulary(("are", "cool", "narwhals"))
    model = RecurrentLM.fresh(Architecture(hidden=2), vocabulary, np.random.default_rng(3))
    tape, loss = model.record([2, 0, 1])
    tokens = ["Narwhals", "are", "cool"]
    return record(tape, loss, {"tokens": tokens, "vocabulary": list(vocabulary.tokens)})


@pytest.fixture(scope="module")
def expression() -> Trace:
    """y = a / b with a = x z and b = log x, at x = 2 and z = 3; u = z z is used by nothing."""
    tape = Tape()
    x, z = tape.input("x", 2.0), tape.input("z", 3.0)
    (z * z).named("u")
    a = (x * z).named("a")
    b = tape.apply("log", x).named("b")
    return record(tape, (a / b).named("y"))


def index(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def why(trace: Trace, name: str) -> str:
    node = index(trace, name)
    return why_sentence(trace, node, ancestors(trace.graph, node))


def affects(trace: Trace, name: str) -> str:
    node = index(trace, name)
    return affects_sentence(trace, node, descendants(trace.graph, node))


def way(trace: Trace, first: str, last: str) -> str:
    return paths_sentence(trace, paths(trace.graph, index(trace, first), index(trace, last)))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("W_hh", "`W_hh` is a parameter: nothing was computed before it."),
        ("x_2", "`x_2` is the token “are”: nothing was computed before it."),
        ("W_hh h_0", "`W_hh h_0` comes from 2 nodes: 2 parameters."),
        # x_1; W_xh, W_hh, b_h, h_0; W_xh x_1, W_hh h_0, z_1.
        (
            "h_1",
            "`h_1` comes from 8 nodes: 1 token, 4 parameters and 3 computed values.",
        ),
    ],
)
def test_why_counts_what_a_value_was_computed_from(elman: Trace, name: str, sentence: str) -> None:
    assert why(elman, name) == sentence


def test_why_of_an_expression(expression: Trace) -> None:
    assert why(expression, "x") == "`x` is an input: nothing was computed before it."
    assert why(expression, "y") == "`y` comes from 4 nodes: 2 inputs and 2 computed values."


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("x", "`x` affects 3 nodes: `a`, `b` and `y`."),
        ("a", "`a` affects 1 node: `y`."),
        ("u", "`u` affects nothing: no node uses it."),
        ("y", "`y` is what the run computes: nothing is made from it."),
        ("z", "`z` affects 3 nodes: `u`, `a` and `y`."),
    ],
)
def test_affects_names_what_a_value_goes_into(expression: Trace, name: str, sentence: str) -> None:
    assert affects(expression, name) == sentence


def test_affects_counts_where_there_is_too_much_to_name(elman: Trace) -> None:
    # W_hy h, y, log p and the loss of h_1 and of h_2: 8; W_hh h_1, z_2, h_2: 3; all losses in one
    # vector, and their mean: 2. They stand in steps 1, 2 and, the last loss, 3.
    assert affects(elman, "h_1") == "`h_1` affects 13 nodes in 3 time steps, `L` among them."


def test_a_value_that_the_output_does_not_use_is_told() -> None:
    tape = Tape()
    x = tape.input("x", 2.0)
    y = tape.apply("log", x).named("y")
    (x * x).named("u")
    trace = record(tape, y)
    (beside,) = (node.index for node in trace.nodes if node.name == "u")
    assert affects_sentence(trace, beside, descendants(trace.graph, beside)) == (
        "`u` affects nothing: no node uses it."
    )


@pytest.mark.parametrize(
    ("ends", "sentence"),
    [
        (("a", "y"), "One path leads from `a` to `y`, of 1 edge: `a` → `y`."),
        (("y", "a"), "One path leads from `a` to `y`, of 1 edge: `a` → `y`."),
        (("x", "y"), "2 paths lead from `x` to `y`; the shortest has 2 edges: `x` → `a` → `y`."),
        (
            ("x", "z"),
            "No path leads between `x` and `z`: neither was computed from the other.",
        ),
    ],
)
def test_paths_are_counted_and_a_shortest_is_named(
    expression: Trace, ends: tuple[str, str], sentence: str
) -> None:
    assert way(expression, *ends) == sentence


def test_a_long_way_is_cut(elman: Trace) -> None:
    # Used in z_1 and z_2; h_1 reaches the loss by y_1, and by h_2 and y_2: 2 + 1 paths.
    assert way(elman, "W_hh", "L") == (
        "3 paths lead from `W_hh` to `L`; the shortest has 9 edges: `W_hh` → `W_hh h_0` → `z_1` →"
        " `h_1` → `W_hy h_1` → … → `L`."
    )


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "1"),
        (15_122_250, "15,122,250"),
        (10**15, "1,000,000,000,000,000"),
        (10**15 + 1, "More than `10^15`"),
        (10**18 + 1, "More than `10^18`"),
    ],
)
def test_counts_are_written_however_large(count: int, text: str) -> None:
    assert many(count) == text


def test_more_digits_than_python_writes_are_no_matter() -> None:
    # log10(2^20000) = 20000 · 0.30103 = 6020.6.
    assert many(2**20_000) == "More than `10^6020`"


def test_a_huge_count_exceeds_the_power_that_is_told() -> None:
    for count in (10**15 + 1, 10**16, 10**16 + 1, 2**53, 2**100, 10**40 - 1, 10**40 + 1):
        power = int(many(count).partition("10^")[2].rstrip("`"))
        assert 10**power < count
        assert count <= 10 ** (power + 1)


def test_the_numbers_stand_behind_the_names(expression: Trace) -> None:
    assert (
        tex_why(expression, index(expression, "a"), ()) == r"a = {x} \cdot {z} = {2} \cdot {3} = 6"
    )


def test_the_component_shown_first_is_the_one_that_the_loss_picks(elman: Trace) -> None:
    # The second token, "are", is the first of the vocabulary; "cool" the second.
    assert component_to_show(elman, index(elman, "log p(·|h_1)")) == 0
    assert component_to_show(elman, index(elman, "log p(·|h_2)")) == 1
    assert component_to_show(elman, index(elman, "h_1")) == 0
