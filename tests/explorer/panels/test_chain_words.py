from __future__ import annotations

import math

import pytest

from engine.models.chain_rule import Chain
from engine.models.smoothing import Smoothing
from explorer.panels.chain_words import (
    comparison,
    formula,
    problem,
    shown_number,
    shown_probability,
    shown_product,
    spoken_factor,
)
from tests.explorer.panels.chain_readings import (
    LECTURE,
    beside,
    reading,
    shakespeare_lstm,
)


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.0, "0"), (1.0, "1.0000"), (0.0556, "0.0556"), (0.00043, "4.3e−4"), (2e-11, "2.0e−11")],
)
def test_a_probability_above_zero_is_never_shown_as_zero(probability: float, shown: str) -> None:
    assert shown_probability(probability) == shown


@pytest.mark.parametrize(
    ("logs", "shown"),
    [
        ((math.log(1 / 114),), "0.0088"),
        ((math.log(8.65e-20),), "8.650e−20"),
        # exp(-1000) = 5.0760e-435, too small for a float64
        ((-600.0, -400.0), "5.076e−435"),
        # 9.9999e-6 rounds up to the next power of ten
        ((math.log(9.9999e-6),), "1.000e−5"),
        ((-1.0, -math.inf), "0"),
    ],
)
def test_a_product_is_shown_whatever_its_size(logs: tuple[float, ...], shown: str) -> None:
    assert shown_product(Chain(logs)) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(-43.8941, "−43.894"), (math.inf, "∞"), (-math.inf, "−∞"), (2.5e9, "2.500e9")],
)
def test_numbers_have_a_true_minus_and_infinity_its_sign(number: float, shown: str) -> None:
    assert shown_number(number) == shown


@pytest.mark.parametrize(
    ("order", "shown"),
    [
        (1, "p(𝐱) ≈ ∏_t p(x_t)"),
        (2, "p(𝐱) ≈ p(x_1) ∏_{t>1} p(x_t|x_{t-1})"),
        (5, "p(𝐱) ≈ ∏_t p(x_t|x_{t-4}, …, x_{t-1})"),
    ],
)
def test_the_formula_has_the_context_of_the_order(order: int, shown: str) -> None:
    assert formula(order) == shown


def test_a_factor_is_told_with_its_counts() -> None:
    # Two of the eight "narwhals are" go on with "big".
    assert spoken_factor(reading(), 2) == "“big” after “narwhals are”: 0.2500, 2 of 8 times."
    # 8 of 57 tokens
    assert spoken_factor(reading(), 0) == "“narwhals”: 0.1404, 8 of 57 times."


def test_backing_off_is_told() -> None:
    said = spoken_factor(reading("big fans are big"), 3)
    assert said == (
        "“big” after “are”: 0.2500, 2 of 8 times; “fans are” was never seen, so 2-grams answer."
    )


def test_nothing_is_said_of_a_sentence_that_can_occur() -> None:
    assert problem(reading()) == ""


def test_a_zero_names_its_token_its_context_and_the_way_out() -> None:
    assert problem(reading("narwhals are fans")) == (
        "“fans” was never seen after “narwhals are”: a factor is 0, so the product is 0 and the "
        "perplexity infinite; choose a smoothing to give it a share."
    )
    assert problem(reading("narwhals are fans", smoothing=Smoothing("witten-bell"))) == ""


def test_several_zeros_are_one_sentence() -> None:
    # After "are", which is seen, neither "fans" nor, after "fans", "are" ever comes.
    said = problem(reading("narwhals are fans are"))
    assert said == (
        "“fans” was never seen after “narwhals are”, and 1 more never after theirs: those factors "
        "are 0, so the product is 0 and the perplexity infinite; choose a smoothing to give them a "
        "share."
    )


def test_unknown_words_are_counted_and_the_first_is_named() -> None:
    said = problem(reading(LECTURE))
    assert said.startswith("“way” and 3 more do not occur in ")
    assert said.endswith("so the product is 0 and the perplexity infinite; choose other words or "
                         "another corpus.")  # fmt: skip
    assert "“zebra” does not occur" in problem(reading("narwhals are zebra"))
    assert "unknown" in spoken_factor(reading(LECTURE), 2)


def test_the_totals_say_which_model_predicts_better() -> None:
    ngram, rnn = reading(), beside()
    assert rnn.chain is not None
    # The trigram's product is 1/57: log2 57 = 5.833 bits.
    ours, theirs = math.log2(57), rnn.chain.bits
    better = "3-gram" if ours < theirs else "Elman RNN"
    assert comparison(ngram, rnn) == (
        f"3-gram 5.83 bits, Elman RNN {theirs:.2f} bits: the {better} predicts this sentence "
        f"better, by {abs(ours - theirs):.2f} bits."
    )


def test_a_fair_comparison_is_called_one() -> None:
    assert comparison(reading(order=3), beside(history=2)).endswith("from the same tokens.")
    assert "same tokens" not in comparison(reading(order=3), beside(history=3))


def test_where_the_n_gram_has_no_chance_the_rnn_alone_has_one() -> None:
    said = comparison(reading("narwhals are fans"), beside("narwhals are fans"))
    assert said.startswith("3-gram ∞ bits, Elman RNN ")
    assert "only the Elman RNN gives this sentence a chance" in said


def test_stand_ins_are_told() -> None:
    said = comparison(reading("narwhals are big"), beside("narwhals are big", None,
                                                          shakespeare_lstm()))  # fmt: skip
    assert said.endswith("It reads “narwhals” as <unk>.")
