from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.tokenizer import tokenizer
from explorer.panels.generate_flow import Flow, Place, Setting, Word

TEXTS = st.text(alphabet="ab ,.\n", max_size=60)


def lines(width: float, words: list[Word]) -> list[str]:
    flow = Flow(width, 1.0)
    flow.add(words, len)
    made = [""] * flow.lines
    for word, place in zip(words, flow.places, strict=True):
        made[place.line] += word.text.replace("\n", "")
    return made


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("who is it", 20, ["who is it"]),
        ("who is it", 6, ["who is", " it"]),
        ("to be, or", 5, ["to", "be,", "or"]),
        ("abcdefgh ij", 4, ["abcd", "efgh ", "ij"]),
        ("a\n\nb", 9, ["a", "", "b"]),
    ],
)
def test_characters_break_between_words(text: str, width: float, expected: list[str]) -> None:
    made = lines(width, Setting("char").words(text))
    assert [line.strip() for line in made] == [line.strip() for line in expected]


def test_marks_stay_with_their_word() -> None:
    cutter = tokenizer("word")
    tokens = cutter.tokenize("one two, three")
    words = Setting("word").words(tokens)
    assert [word.spaced for word in words] == [False, True, False, True]
    flow = Flow(7.0, 1.0)
    flow.add(words, len)
    # "one two" is seven wide, but the comma takes "two" with it.
    assert flow.places[:3] == [Place(0, 0.0, 3), Place(1, 0.0, 3), Place(1, 3.0, 1)]


@given(TEXTS, st.integers(1, 30), st.integers(0, 60))
def test_adding_bit_by_bit_is_adding_at_once(text: str, width: int, cut: int) -> None:
    words = Setting("char").words(text)
    whole = Flow(float(width), 1.0)
    whole.add(words, len)
    parts = Flow(float(width), 1.0)
    parts.add(words[:cut], len)
    parts.add(words[cut:], len)
    assert parts.places == whole.places
    assert parts.lines == whole.lines


@given(TEXTS, st.integers(1, 30))
def test_lines_go_down_and_tokens_go_right(text: str, width: int) -> None:
    flow = Flow(float(width), 1.0)
    flow.add(Setting("char").words(text), len)
    for before, after in zip(flow.places, flow.places[1:], strict=False):
        assert (before.line, before.x) <= (after.line, after.x)
        if before.line == after.line:
            assert before.x + before.width <= after.x + 1e-9


@pytest.mark.parametrize("kind", ["char", "word", "space"])
@given(
    st.lists(st.sampled_from(["a", "kings", "'", '"', ",", "(", ")", "--", "..."]), max_size=20),
    st.integers(0, 20),
)
def test_words_are_set_as_the_tokenizer_joins_them(kind: str, tokens: list[str], cut: int) -> None:
    setting = Setting(kind)
    words = [*setting.words(tokens[:cut]), *setting.words(tokens[cut:])]
    joined = "".join(" " * word.spaced + word.text for word in words)
    assert joined == tokenizer(kind).detokenize(tokens)
