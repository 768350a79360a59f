from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.autodiff.tape import Tape
from engine.errors import InputError
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.expression import record_expression
from engine.trace.search import Matched, index_of, matched_by, search
from engine.trace.search_index import SearchIndex
from engine.trace.search_query import (
    LENGTH_LIMIT,
    AtStep,
    Clause,
    Compare,
    Extreme,
    Odd,
    Quoted,
    Words,
    parse,
)
from engine.trace.trace import record

TEXT = "Narwhals are cooler than narwhals"


@pytest.fixture(scope="module")
def narwhals() -> SearchIndex:
    """An Elman model over five words: h_0 to h_4 with ℓ_1 to ℓ_5, then ℓ and L."""
    return index_of(run(RunSpec(text=TEXT, hidden=3)))


@pytest.fixture(scope="module")
def letters() -> SearchIndex:
    return index_of(run(RunSpec(text="so it is so", tokens="char", hidden=2)))


@pytest.fixture(scope="module")
def layered() -> SearchIndex:
    return index_of(run(RunSpec(text="so far", cell="lstm", layers=2, hidden=2)))


def names(index: SearchIndex, query: str) -> list[str]:
    return [index.trace.nodes[i].name for i in search(index, query).nodes]


# The grammar


@pytest.mark.parametrize(
    ("query", "clauses"),
    [
        ("", ()),
        ("   ", ()),
        ("h_3", (Words("h_3"),)),
        ("log p(·|h_3)", (Words("log p(·|h_3)"),)),
        ('"are"', (Quoted("are"),)),
        ("“are”", (Quoted("are"),)),
        ("'are'", (Quoted("are"),)),
        ('"and"', (Quoted("and"),)),
        ('" and "', (Quoted(" and "),)),
        ('"\\n"', (Quoted("\n"),)),
        ("and", (Words("and"),)),
        ("step 12", (AtStep(12),)),
        ("t=12", (AtStep(12),)),
        ("T = 12", (AtStep(12),)),
        ("step[12]", (Words("step[12]"),)),
        ("nan", (Odd("nan"),)),
        ("inf", (Odd("inf"),)),
        ("infinity", (Odd("inf"),)),
        ("non-finite", (Odd("nonfinite"),)),
        ("adjoint nan", (Odd("nan", "adjoint"),)),
        ("largest adjoint", (Extreme("adjoint"),)),
        ("Largest adjoints", (Extreme("adjoint"),)),
        ("smallest 5 values", (Extreme("value", largest=False, count=5),)),
        ("tanh and largest value", (Words("tanh"), Extreme("value"))),
    ],
)
def test_a_query_is_read(query: str, clauses: tuple[Clause, ...]) -> None:
    assert parse(query) == clauses


@pytest.mark.parametrize(
    ("query", "sign", "number", "of", "magnitude"),
    [
        ("> 3", ">", 3.0, "value", False),
        (">3", ">", 3.0, "value", False),
        ("≥ 1e-3", ">=", 1e-3, "value", False),
        ("< -0.5", "<", -0.5, "value", False),
        ("< −.5", "<", -0.5, "value", False),
        ("== 2", "=", 2.0, "value", False),
        ("value <= 2", "<=", 2.0, "value", False),
        ("adjoint > 0.1", ">", 0.1, "adjoint", False),
        ("|adjoint| < 1E-6", "<", 1e-6, "adjoint", True),
    ],
)
def test_a_comparison_is_read(
    query: str, sign: str, number: float, of: str, magnitude: bool
) -> None:
    (clause,) = parse(query)
    assert isinstance(clause, Compare)
    assert (clause.sign, clause.number, clause.of, clause.magnitude) == (
        sign, number, of, magnitude,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        (">", "Write a number after >, such as > 0.5."),
        ("> abc", "Write a number after >"),
        ("adjoint <", "Write a number after <"),
        ("= 1e999", "or inf for an infinite one"),
        ("step", "step 12"),
        ("t=", "step 12"),
        ("largest", "Say of what: largest adjoint, or largest value."),
        ("largest 0 values", "Ask for 1 to 1000 nodes"),
        ("largest 99999999999 values", "Ask for 1 to 1000 nodes"),
        ("adjoint", "Say which: adjoint > 0.1"),
        ('"are', 'Write a " at the end of the token too.'),
        ('""', "Write what is to hold too"),
        ("x" * (LENGTH_LIMIT + 1), "at most 200 characters"),
    ],
)
def test_a_query_that_cannot_be_read_says_what_to_write(query: str, advice: str) -> None:
    with pytest.raises(InputError, match=r"^[A-Z].*[.]$") as caught:
        parse(query)
    assert advice in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_a_query_or_bad_input(narwhals: SearchIndex, query: str) -> None:
    try:
        found = search(narwhals, query)
    except InputError:
        return
    assert (np.diff(found.nodes) > 0).all()
    for place in range(min(len(found), 3)):
        assert matched_by(narwhals, found, place)


# Words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("h_3", ["h_3"]),
        ("h3", ["h_3"]),
        ("h_{3}", ["h_3"]),
        ("H_3", ["h_3"]),
        ("h", [f"h_{t}" for t in range(5)]),
        ("W_hh", ["W_hh"]),
        ("whh", ["W_hh"]),
        ("W_hh h_2", ["W_hh h_2"]),
        ("Whhh2", ["W_hh h_2"]),
        ("ℓ_2", ["ℓ_2"]),
        ("l2", ["ℓ_2"]),
        ("ell_2", ["ℓ_2"]),
        ("L", ["L"]),
        ("log p(.|h_3)", ["log p(·|h_3)"]),
        ("tanh", [f"h_{t}" for t in range(1, 5)]),
        ("softmax", [f"log p(·|h_{t})" for t in range(5)]),
        ("p", [f"log p(·|h_{t})" for t in range(5)]),
        ("narwhals", ["x_1", "x_5"]),
        ('"Narwhals"', ["x_1", "x_5"]),
        ('"narw"', []),
        ("narw", ["x_1", "x_5"]),
        ("cooler than", ["x_3"]),
        ("inputs", [f"x_{t}" for t in range(1, 6)]),
        ("parameter", ["W_xh", "W_hh", "b_h", "W_hy", "b_y", "h_0"]),
        ("step[2].cell", ["W_xh x_2", "W_hh h_1", "z_2", "h_2"]),
        ("nothing of the kind", []),
    ],
)
def test_words_find_names_primitives_roles_modules_and_tokens(
    narwhals: SearchIndex, query: str, found: list[str]
) -> None:
    assert names(narwhals, query) == found


def test_a_name_stands_for_its_layers_too(layered: SearchIndex) -> None:
    assert names(layered, "h_1") == ["h_1", "h_1^{(2)}"]
    assert names(layered, "h_1^(2)") == ["h_1^{(2)}"]
    assert names(layered, "a_1^{f(2)}") == ["a_1^{f(2)}"]


def test_a_time_step_has_its_own_nodes(narwhals: SearchIndex) -> None:
    assert names(narwhals, "step 2") == [
        n.name for n in narwhals.trace.nodes if n.step == 2
    ]  # fmt: skip
    assert names(narwhals, "step 99") == []


def test_a_letter_is_a_token_and_a_word_a_stretch_of_letters(letters: SearchIndex) -> None:
    # s o _ i t _ i s _ s o, counted from 1.
    assert names(letters, '"s"') == ["x_1", "x_8", "x_10"]
    assert names(letters, '"so"') == ["x_1", "x_10"]
    assert names(letters, "it is") == ["x_4"]
    assert names(letters, '" "') == ["x_3", "x_6", "x_9"]


def test_signs_stand_for_their_primitives() -> None:
    index = index_of(record_expression("x*z + x", {"x": 2.0, "z": 3.0}))
    assert [index.trace.nodes[i].op for i in search(index, "*").nodes] == ["mul"]
    assert [index.trace.nodes[i].op for i in search(index, "+").nodes] == ["add"]


def test_what_has_found_a_node_is_told(narwhals: SearchIndex) -> None:
    found = search(narwhals, "loss")
    by = dict(zip(found.nodes.tolist(), found.by[0].tolist(), strict=True))
    assert by[narwhals.trace.output] == Matched.ROLE
    assert matched_by(narwhals, found, 0) == "module step[0].loss"
    assert matched_by(narwhals, search(narwhals, "h_2"), 0) == "tanh in step[2].cell"
    assert matched_by(narwhals, search(narwhals, "W_hh"), 0) == "parameter"
    assert matched_by(narwhals, search(narwhals, "tanh and step 2"), 0) == (
        "primitive tanh, time step 2"
    )


# Numbers


@pytest.fixture(scope="module")
def numbers() -> SearchIndex:
    """a = (1, -2, 0.5), b = 10 a and y = sum b: dy/da = (10, 10, 10), dy/db = (1, 1, 1)."""
    tape = Tape()
    a = tape.input("a", np.array([1.0, -2.0, 0.5]))
    ten = tape.constant("k", np.array([10.0, 10.0, 10.0]))
    b = (a * ten).named("b")
    return index_of(record(tape, tape.unary("sum", b).named("y")))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("> 5", ["k", "b"]),
        (">= 10", ["k", "b"]),
        ("> 10", []),
        ("< -1", ["a", "b", "y"]),
        ("|value| < 0.6", ["a"]),
        ("|value| > 19", ["b"]),
        ("= 0.5", ["a"]),
        ("= 10", ["k", "b"]),
        ("adjoint = 10", ["a"]),
        ("adjoint > 1", ["a"]),
        ("adjoint >= 1", ["a", "b", "y"]),
        ("largest value", ["b"]),
        ("smallest value", ["a"]),
        # The output's own adjoint is 1 and does not compete.
        ("largest adjoint", ["a"]),
        ("smallest adjoint", ["b"]),
        ("largest 2 values", ["k", "b"]),
        ("> 5 and adjoint = 1", ["b"]),
        ("input and largest value", ["a"]),
        ("nonfinite", []),
    ],
)
def test_numbers_are_held_against_every_component(
    numbers: SearchIndex, query: str, found: list[str]
) -> None:
    # b = (10, -20, 5), y = -5; all of k is 10.
    assert names(numbers, query) == found


def test_the_component_that_was_found_is_told(numbers: SearchIndex) -> None:
    assert matched_by(numbers, search(numbers, "< -15"), 0) == "`b[2]` = −20"
    assert matched_by(numbers, search(numbers, "largest adjoint"), 0) == "`∂y/∂a[1]` = 10"


def test_a_number_with_digits_finds_what_is_rounded_to_it() -> None:
    tape = Tape()
    x = tape.input("x", np.array([0.2449, 0.2451, 0.2549, 0.2551]))
    index = index_of(record(tape, tape.unary("sum", x)))
    found = search(index, "= 0.25")
    assert found.nodes.tolist() == [0]
    assert matched_by(index, found, 0) == "`x[2]` = 0.2451"
    assert len(search(index, "= 0.250")) == 0
    assert len(search(index, "= 0")) == 0


def test_what_is_not_finite_is_found_in_values_and_adjoints() -> None:
    # y = a · z with a = ∞ and z = 0 is no number; ∂y/∂z = a = ∞ and ∂y/∂a = z = 0.
    tape = Tape()
    with np.errstate(invalid="ignore"):
        y = (tape.input("a", np.inf) * tape.input("z", 0.0)).named("y")
        index = index_of(record(tape, y))
    assert names(index, "nan") == ["y"]
    assert names(index, "inf") == ["a", "z"]
    assert names(index, "value inf") == ["a"]
    assert names(index, "adjoint inf") == ["z"]
    assert names(index, "nonfinite") == ["a", "z", "y"]
    assert matched_by(index, search(index, "inf"), 1) == "`∂y/∂z` = ∞"
    # What is not finite is found by its name and is no extreme.
    assert names(index, "largest value") == ["z"]


def test_integers_are_tokens_and_no_numbers(narwhals: SearchIndex) -> None:
    assert not any(name.startswith("x_") for name in names(narwhals, ">= 0"))
    assert len(search(narwhals, "adjoint nan")) == 0


@given(st.floats(-3, 3), st.sampled_from([">", "<", ">=", "<="]))
def test_a_comparison_is_that_of_numpy(narwhals: SearchIndex, number: float, sign: str) -> None:
    fits = {">": np.greater, "<": np.less, ">=": np.greater_equal, "<=": np.less_equal}[sign]
    expected = [
        n.index
        for n in narwhals.trace.nodes
        if n.value.dtype.kind == "f" and fits(n.value, number).any()
    ]
    assert search(narwhals, f"{sign} {number!r}").nodes.tolist() == expected
