from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.language_model import draw_from, perplexity, sample_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def one_up(context: Sequence[int]) -> NDArray[np.float64]:
    """After token i surely comes i + 1 of four, at the start token 0."""
    p = np.zeros(4)
    p[(context[-1] + 1) % 4 if context else 0] = 1.0
    return p


def test_each_draw_is_given_the_prompt_and_those_before_it() -> None:
    rng = np.random.default_rng(0)
    assert [d.token for d in sample_from(one_up, 5, rng)] == [0, 1, 2, 3, 0]
    assert [d.token for d in sample_from(one_up, 3, rng, prompt=(0, 2))] == [3, 0, 1]


def test_a_draw_carries_its_evidence() -> None:
    drawn = draw_from([0.1, 0.6, 0.3], np.random.default_rng(3), top_k=2)
    assert drawn.distribution == pytest.approx([0, 2 / 3, 1 / 3])
    assert not drawn.distribution.flags.writeable
    assert drawn.probability == drawn.distribution[drawn.token]
    cumulative = np.cumsum(drawn.distribution)
    below = cumulative[drawn.token] - drawn.probability
    assert below <= drawn.uniform < cumulative[drawn.token]


def test_the_same_seed_gives_the_same_text_at_any_pace() -> None:
    def flat(context: Sequence[int]) -> NDArray[np.float64]:
        return np.full(50, 0.02)

    whole = [d.token for d in sample_from(flat, 30, np.random.default_rng(5))]
    walk = sample_from(flat, 30, np.random.default_rng(5))
    assert [next(walk).token for _ in range(30)] == whole
    assert len(set(whole)) > 5


@pytest.mark.parametrize(
    ("length", "temperature", "top_k", "top_p"),
    [(-1, 1.0, None, None), (3, -0.5, None, None), (3, 1.0, 0, None), (3, 1.0, None, 0.0)],
)
def test_bad_settings_are_refused_before_the_first_draw(
    length: int, temperature: float, top_k: int | None, top_p: float | None
) -> None:
    with pytest.raises(InputError):
        sample_from(
            one_up,
            length,
            np.random.default_rng(0),
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
        )


@pytest.mark.parametrize(
    ("logs", "value"),
    [
        # Four tokens each of probability 1/4: as uncertain as a choice of 4.
        ([math.log(0.25)] * 4, 4.0),
        # exp(-(ln 1/2 + ln 1/8) / 2) = sqrt(16) = 4.
        ([math.log(1 / 2), math.log(1 / 8)], 4.0),
        ([0.0], 1.0),
        ([0.0, -math.inf], math.inf),
        ([-1e6], math.inf),
    ],
)
def test_perplexity_is_the_inverse_geometric_mean(logs: list[float], value: float) -> None:
    assert perplexity(logs) == pytest.approx(value, rel=1e-15)


def test_the_perplexity_of_nothing_is_refused() -> None:
    with pytest.raises(InputError):
        perplexity([])
