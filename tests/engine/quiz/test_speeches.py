from __future__ import annotations

import pytest

from engine.quiz.speeches import Origin, Speech, speeches, speeches_of
from engine.text.corpus import Corpus, Document, load_corpus

PLAY = """ACT II

SCENE IV. The Forest of Arden.

[Enter ROSALIND for Ganymede]

ROSALIND:
[Aside] O Jupiter, how weary are
my spirits!

[Exit]

Well, this is the forest.

FIRST LORD:
Ay.
"""


def test_a_play_is_taken_apart_into_speeches_with_their_places() -> None:
    assert tuple(speeches_of(PLAY, "As You Like It")) == (
        Speech(
            "O Jupiter, how weary are\nmy spirits!",
            Origin("As You Like It", "Act 2, Scene 4", "ROSALIND"),
        ),
        Speech("Well, this is the forest.", Origin("As You Like It", "Act 2, Scene 4", "ROSALIND")),
        Speech("Ay.", Origin("As You Like It", "Act 2, Scene 4", "FIRST LORD")),
    )


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("One line\nand  another.\n\nA second.", ["One line\nand another.", "A second."]),
        ("[Exeunt]", []),
        ("[Exit and\nmore]\nStay.", ["Stay."]),
        ("First Citizen:\nSpeak, speak.", ["Speak, speak."]),
        ("He said the following words:\nNo.", ["He said the following words:\nNo."]),
        ("", []),
        ("ROSALIND:", []),
        ("PROLOGUE", []),
    ],
)
def test_what_is_spoken(text: str, spoken: list[str]) -> None:
    assert [speech.text for speech in speeches_of(text)] == spoken


@pytest.mark.parametrize(
    ("origin", "sentence"),
    [
        (Origin("Hamlet", "Act 3, Scene 1", "HAMLET"), "Hamlet · Act 3, Scene 1 · Hamlet"),
        (Origin("Hamlet", "Act 3", "CUPID'S FOOL"), "Hamlet · Act 3 · Cupid's Fool"),
        (Origin("letters.txt"), "letters.txt"),
    ],
)
def test_an_origin_is_told_in_one_line(origin: Origin, sentence: str) -> None:
    assert origin.sentence == sentence


@pytest.mark.parametrize(("numeral", "scene"), [("IX", 9), ("IV", 4), ("XIV", 14), ("VIII", 8)])
def test_numerals_are_read(numeral: str, scene: int) -> None:
    (speech,) = speeches_of(f"SCENE {numeral}. A room.\n\nA:\nSpeak.")
    assert speech.origin.scene == f"Scene {scene}"


def test_nothing_of_the_layout_of_38_plays_is_spoken() -> None:
    spoken = speeches(load_corpus("shakespeare"))
    assert len(spoken) > 30_000
    assert not any(speech.text.endswith(":") and speech.text.isupper() for speech in spoken)
    bracketed = [speech for speech in spoken if "[" in speech.text or "]" in speech.text]
    assert len(bracketed) < 10


def test_a_text_without_empty_lines_is_one_speech() -> None:
    corpus = Corpus("t", "t", (Document("t", "One.\nTwo.\n"),))
    assert [speech.text for speech in speeches(corpus)] == ["One.\nTwo."]
