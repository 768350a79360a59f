from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from engine.text.corpus import load_corpus
from engine.text.files import read_text
from engine.text.shakespeare import PLAYS, mend, plain_text, play_title, plays_folder

if TYPE_CHECKING:
    from engine.text.corpus import Corpus


@pytest.fixture(scope="module")
def plays() -> Corpus:
    return load_corpus("shakespeare")


def test_there_are_38_plays_sorted_by_title(plays: Corpus) -> None:
    titles = [document.title for document in plays.documents]
    assert len(titles) == PLAYS == 38
    assert titles == sorted(titles)
    assert {"As You Like It", "Measure for Measure", "Henry IV, Part 1", "King Lear"} <= {*titles}


def test_a_play_begins_with_its_first_scene_and_keeps_verse_lines(plays: Corpus) -> None:
    play = next(d for d in plays.documents if d.title == "As You Like It")
    assert play.text.startswith(
        "ACT I\n\nSCENE I. Orchard of Oliver's house.\n\n[Enter ORLANDO and ADAM]\n\nORLANDO:\n"
        "As I remember, Adam, it was upon this fashion\n"
        "bequeathed me by will but poor a thousand crowns,\n"
    )
    assert play.text.endswith("when I make curtsy, bid me farewell.\n\n[Exeunt]\n")


def test_no_markdown_and_nothing_but_ascii_is_left(plays: Corpus) -> None:
    text = plays.text
    assert text.isascii()
    assert re.findall(r"[_*#\\$<>{}|]|&amp|& c\b|\[ *\]", text) == []
    assert re.findall(r"[ \t]$|\n\n\n|\t|\r", text, re.MULTILINE) == []


def test_every_bracket_closes_and_lower_case_names_are_in_capitals(plays: Corpus) -> None:
    for document in plays.documents:
        assert document.text.count("[") - document.text.count("]") in {0, 1}, document.title
    macbeth = next(d for d in plays.documents if d.title == "Macbeth").text
    assert "\nFIRST WITCH:\nWhen shall we three meet again\n" in macbeth


def test_the_64_broken_dashes_of_the_source_are_mended() -> None:
    found = {p.stem: mend(read_text(p))[1] for p in plays_folder().glob("*/*.md")}
    assert {stem: count for stem, count in found.items() if count} == {"edward-iii": 64}


@pytest.mark.parametrize("broken", ["\u2014", "\u2013", "\ufffd"])
def test_a_dash_is_mended_whatever_became_of_it(broken: str) -> None:
    assert mend(f"invited {broken} nay, him nay.{broken}\n") == ("invited--nay, him nay.--\n", 2)


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("# T\n\n## ACT I\n\n### SCENE I. Here.\n", "ACT I\n\nSCENE I. Here.\n"),
        ("**First Witch**  \nHail!  \nHail!\n", "FIRST WITCH:\nHail!\nHail!\n"),
        ("_Enter A and\nB_\n", "[Enter A and\nB]\n"),
        ("*Exit.*\n", "[Exit.]\n"),
        ("_\\[Aside]_  \nNo.\n", "[Aside]\nNo.\n"),
        ("*[Aside.]*  \nNo.\n", "[Aside.]\nNo.\n"),
        ("No, he'll __\\[ ]_  \nGo.\n", "No, he'll\nGo.\n"),
        ("1\\. A flourish.\n", "1. A flourish.\n"),
        ("'Ladies,'\\--or\n", "'Ladies,'--or\n"),
        ("BISHOP\n\n**OF WINCHESTER**  \nHe was.\n", "BISHOP OF WINCHESTER:\nHe was.\n"),
        ("**Here stand I**  \nlady, dart\n", "Here stand I lady, dart\n"),
        ("**ROSENCRANTZ: & GUILDENSTERN:**\nAy.\n", "ROSENCRANTZ & GUILDENSTERN:\nAy.\n"),
        ("sing, & c.\n", "sing, &c.\n"),
        ("_Exit A, & c_\n", "[Exit A, &c.]\n"),
        ("child,' &amp; c. This\n", "child,' &c. This\n"),
        ("_Gloucester 's men_\n", "[Gloucester's men]\n"),
    ],
)
def test_markdown_becomes_plain_text(markdown: str, plain: str) -> None:
    assert plain_text(markdown) == plain


@pytest.mark.parametrize(
    ("stem", "markdown", "title"),
    [
        ("hamlet", "# Hamlet\n\n", "Hamlet"),
        ("measure-for-measure", "## ACT I\n", "Measure for Measure"),
        ("henry-iv-part-1", "# Henry IV, Part I\n", "Henry IV, Part 1"),
    ],
)
def test_the_title_is_the_first_line_or_mended(stem: str, markdown: str, title: str) -> None:
    assert play_title(stem, markdown) == title
