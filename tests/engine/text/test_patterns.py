from __future__ import annotations

import pytest

from engine.text.patterns import PATTERNS, patterns_in


def _marked(name: str, text: list[str] | str) -> str:
    pattern = next(one for one in PATTERNS if one.name == name)
    return "".join("x" if inside else "." for inside in pattern.mask(list(text)))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("brackets", "a (b [c]) d", "...xxxxxx.."),
        ("brackets", "a) b", "...."),
        ("quotes", 'a "b" c', "...xx.."),
        ("speaker", "ADAM:\nSir: go", "xxxxx........"),
        ("speaker", ":\nA", "..."),
        ("capitals", "Go UP", "x..xx"),
        ("line", "a\n\nbc", "x..x."),
        ("word", " ab\nc", ".x..x"),
        ("vowels", "Adam", "x.x."),
        ("spaces", "a b\n", ".x.x"),
        ("marks", "a, b.", ".x..x"),
        ("digits", "a 12", "..xx"),
    ],
)
def test_a_pattern_marks_its_characters(name: str, text: str, expected: str) -> None:
    assert _marked(name, text) == expected


def test_words_are_marked_as_wholes() -> None:
    assert _marked("capitals", ["Good", "my", "Lord", ","]) == "x.x."
    assert _marked("marks", ["Good", "--", "n't", "..."]) == ".x.x"


def test_only_patterns_that_part_the_text_are_offered() -> None:
    names = [one.name for one in patterns_in(list("Ah (b)"), characters=True)]
    assert names == ["brackets", "capitals", "line", "word", "vowels", "spaces", "marks"]
    assert [one.name for one in patterns_in(["Ah", "b"], characters=False)] == ["capitals"]


def test_an_empty_text_has_no_pattern() -> None:
    assert patterns_in([], characters=True) == ()
