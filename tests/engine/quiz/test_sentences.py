from __future__ import annotations

import pytest

from engine.quiz.sentences import plain, quotes_close, recased, sentences, spoken_words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ay. No.", ["Ay.", "No."]),
        # A small letter after the mark goes on with the sentence.
        ("Why, cousin! not a word? Not one.", ["Why, cousin! not a word?", "Not one."]),
        ("Mr. Darcy bowed. He left.", ["Mr. Darcy bowed.", "He left."]),
        ("One\nline. Two", ["One line.", "Two"]),
        ("'Tis so. 'Twas.", ["'Tis so.", "'Twas."]),
        ("It is \u2014 well \u2014 his.", ["It is -- well -- his."]),
        ("", []),
    ],
)
def test_a_written_text_is_cut_where_a_capital_follows_an_end_mark(
    text: str, shown: list[str]
) -> None:
    assert [sentence.shown for sentence in sentences(text, "written")] == shown


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("He comes.", True),
        ("he comes.", False),
        ("He comes", False),
        ("He [exit] comes.", False),
        ("The HAMLET comes.", False),
        ("O, he comes!", True),
    ],
)
def test_a_clean_sentence_begins_and_ends_as_one_and_holds_no_layout(
    text: str, clean: bool
) -> None:
    (sentence,) = sentences(text, "written")
    assert sentence.clean is clean


def test_the_source_keeps_the_lines_and_is_as_long_as_what_is_shown() -> None:
    (sentence,) = sentences("Sell when you can:\nyou are not for all markets.", "written")
    assert sentence.source == "Sell when you can:\nyou are not for all markets."
    assert sentence.shown == sentence.source.replace("\n", " ")


def test_in_the_form_of_words_real_and_generated_text_look_alike() -> None:
    real = sentences("Why, Rosalind! not a word?\nI' faith, I'll go.", "words")
    drawn = sentences("why, rosalind! not a word? i' faith, i'll go.", "words")
    assert real == drawn
    # The narrow rule for the word I leaves i' (in) alone but for the capital of a sentence.
    assert [s.shown for s in real] == ["Why, rosalind!", "Not a word?", "I' faith, I'll go."]


@pytest.mark.parametrize(
    ("low", "recased_text"),
    [
        ("i am i, i'll say.", "I am I, I'll say."),
        ("a fool i' the forest.", "A fool i' the forest."),
        ("'tis mine.", "'Tis mine."),
        ("...", "..."),
    ],
)
def test_capitals_come_back_by_rule(low: str, recased_text: str) -> None:
    assert recased(low) == recased_text


@pytest.mark.parametrize(
    ("text", "closes"),
    [
        ("He said 'hem' and went.", True),
        ("'I will lay his cheek to conceive.", False),
        ("'Tis in th' air, o' my word.", True),
        ('"No, said he.', False),
        ("'The boy is fair, and browner.'", True),
        ("It is fair, and browner.'", False),
        ("The kings' war (or peace.", False),
    ],
)
def test_quotations_are_closed(text: str, closes: bool) -> None:
    assert quotes_close(text) is closes


def test_typographic_marks_are_written_as_in_the_plays() -> None:
    assert plain("\u2018No\u2019 \u2014 \u201cay\u201d\u2026") == "'No' -- \"ay\"..."


def test_the_text_of_a_model_of_words_is_taken_apart_by_names_and_directions() -> None:
    text = (
        "so, farewell. [exit] scene iii. the same. [enter a clown] first clown: you are. i say: no."
    )
    assert [speech for speech in spoken_words(text, {"first clown"}) if speech] == [
        "so, farewell.",
        "you are. i say: no.",
    ]


def test_what_begins_with_an_unknown_name_is_not_clean() -> None:
    (sentence,) = sentences("my good nurse: what then?", "words")
    assert not sentence.clean
