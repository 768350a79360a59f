from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.text.tokenizer import TOKENIZERS, WordTokenizer, line_sentences, tokenizer


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" \n\t ", []),
        ("The Narwhals!", ["the", "narwhals", "!"]),
        ("to-night, o'er the king's", ["to-night", ",", "o'er", "the", "king's"]),
        ("'Tis i' the air", ["'tis", "i'", "the", "air"]),
        ("He said 'no'.", ["he", "said", "'", "no", "'", "."]),
        ("grant,--O Yea", ["grant", ",", "--", "o", "yea"]),
        ("well... what?!", ["well", "...", "what", "?", "!"]),
        ("3.14 and 1,000.", ["3.14", "and", "1,000", "."]),
        ("mammals that…", ["mammals", "that"]),
        ("café naïve Ω", ["café", "naïve", "ω"]),
        ("KING LEAR:\nNo", ["king", "lear", ":", "no"]),
        ("(a) [b]", ["(", "a", ")", "[", "b", "]"]),
        ("İs", ["i̇s"]),
    ],
)
def test_words_and_marks_are_tokens_in_lower_case(text: str, tokens: list[str]) -> None:
    assert WordTokenizer().tokenize(text) == tokens


def test_case_is_kept_if_asked() -> None:
    assert WordTokenizer(lower=False).tokenize("The AI.") == ["The", "AI", "."]


@pytest.mark.parametrize(
    "text",
    [
        "Watch out, the narwhals are coming!",
        "O, what? (Nay; nay: yea.) [Exeunt]",
        "He said 'no' and \"yes\" to it.",
        "grant,--O Yea",
        "The soldiers' spears, i' the field: 'tis well.",
        "well... so be it.",
        "'Ay,' quoth he; 'nay.'",
        "Narwhals are way cooler than parrots",
    ],
)
def test_words_put_together_read_as_they_were_typed(text: str) -> None:
    words = WordTokenizer()
    assert words.detokenize(words.surfaces(text)) == text


@given(st.text())
def test_surfaces_are_as_many_as_tokens_and_stand_in_the_text(text: str) -> None:
    for name in TOKENIZERS:
        tool = tokenizer(name)
        surfaces = tool.surfaces(text)
        assert len(tool.tokenize(text)) == len(surfaces)
        place = 0
        for surface in surfaces:
            assert surface
            place = text.index(surface, place) + len(surface)


@given(st.text())
def test_words_lose_nothing_but_white_space_and_omission_marks(text: str) -> None:
    assert "".join(WordTokenizer().surfaces(text)) == re.sub(r"[\s\u2026]", "", text)


@given(st.text(alphabet="ab'\"-.,;:!?()[] \n", max_size=30))
def test_words_put_together_are_the_same_marks_and_letters(text: str) -> None:
    words = WordTokenizer()
    again = words.detokenize(words.surfaces(text))
    assert again.replace(" ", "") == re.sub(r"\s", "", text)
    assert again == again.strip()


@given(st.text())
def test_characters_survive_the_round_trip_exactly(text: str) -> None:
    characters = tokenizer("char")
    assert characters.detokenize(characters.tokenize(text)) == text


def test_text_that_is_tokenised_already_is_taken_as_it_is() -> None:
    spaces = tokenizer("space")
    assert spaces.tokenize("The cat 's\n mat .") == ["The", "cat", "'s", "mat", "."]
    assert spaces.detokenize(["The", "mat", "."]) == "The mat ."


@pytest.mark.parametrize("name", TOKENIZERS)
def test_a_tokenizer_is_found_by_its_name(name: str) -> None:
    assert tokenizer(name).name == name


def test_an_unknown_tokenizer_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(InputError, match="word, char, space"):
        tokenizer("bpe")


def test_each_line_is_a_sentence_an_empty_one_too() -> None:
    assert line_sentences("A b.\n\nC\n", WordTokenizer()) == [["a", "b", "."], [], ["c"]]
    assert line_sentences("A", WordTokenizer()) == [["a"]]
    assert line_sentences("", WordTokenizer()) == []
