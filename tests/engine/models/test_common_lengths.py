from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models import common_lengths as module
from engine.models.common_lengths import common_lengths

TOKENS = st.lists(st.integers(0, 1), min_size=1, max_size=12)


def one_by_one(text: list[int], start: int, stream: list[int], position: int) -> int:
    length = 0
    while start + length < len(text) and text[start + length] == stream[position + length]:
        length += 1
    return length


@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize("steps", [0, 1, 3, 100])
@given(text=TOKENS, stream=TOKENS)
def test_lengths_are_those_of_comparing_one_by_one(
    few: int, steps: int, text: list[int], stream: list[int]
) -> None:
    stream = [*stream, -1]
    starts, positions = np.divmod(np.arange(len(text) * len(stream)), len(stream))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FEW", few)
        found = common_lengths(
            np.array(text, np.int32), starts, np.array(stream, np.int32), positions,
            known=0, steps=steps,
        )  # fmt: skip
    assert found.tolist() == [
        one_by_one(text, i, stream, p)
        for i, p in zip(starts.tolist(), positions.tolist(), strict=True)
    ]


def test_a_text_of_one_token_is_compared_with_itself_at_every_place() -> None:
    stream = np.zeros(50_001, np.int32)
    stream[-1] = -1
    text = np.zeros(3000, np.int32)
    positions = np.arange(49_993)
    found = common_lengths(text, np.zeros(49_993, np.int64), stream, positions, known=7, steps=64)
    assert found.tolist() == np.minimum(3000, 50_000 - positions).tolist()
