from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from explorer.panels.inside_columns import moved
from explorer.panels.inside_lines import Lines, lines_of


def _lines(text: str, width: float = 10.0) -> Lines:
    return lines_of(list(text), "char", width, 1.0, lambda _: 1.0)


def test_characters_stand_in_lines_and_a_break_ends_one() -> None:
    lines = _lines("ab\ncd")
    assert lines.line.tolist() == [0, 0, 0, 1, 1]
    assert lines.left.tolist() == [0, 1, 2, 0, 1]
    assert lines.count == 2


def test_a_text_that_ends_with_a_break_has_no_empty_line() -> None:
    assert _lines("ab\n").count == 1


def test_words_stay_whole() -> None:
    # "one two" has seven characters; "two" does not fit into six and takes the next line.
    assert _lines("one two", 6).line.tolist() == [0, 0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("line", "x", "exact", "nearest"),
    [(0, 1.5, 1, 1), (0, 9.0, -1, 2), (1, 0.0, 3, 3), (7, 0.5, -1, 3), (-3, 0.5, -1, 0)],
)
def test_the_token_at_a_place(line: int, x: float, exact: int, nearest: int) -> None:
    lines = _lines("ab\ncd")
    assert lines.at(line, x) == exact
    assert lines.at(line, x, nearest=True) == nearest


def test_nothing_is_at_any_place_of_no_text() -> None:
    assert _lines("").at(0, 0.0, nearest=True) == -1


@pytest.mark.parametrize(
    ("key", "here", "there"),
    [
        (Qt.Key.Key_Left, 0, 0),
        (Qt.Key.Key_Right, 0, 1),
        (Qt.Key.Key_Down, 1, 4),
        (Qt.Key.Key_Up, 4, 1),
        (Qt.Key.Key_Up, 1, 1),
        (Qt.Key.Key_End, 0, 4),
        (Qt.Key.Key_Home, 4, 0),
        (Qt.Key.Key_PageDown, 0, 0),
        (Qt.Key.Key_A, 0, None),
    ],
)
def test_keys_move_from_token_to_token(key: Qt.Key, here: int, there: int | None) -> None:
    assert moved(_lines("ab\ncd"), here, key, page=9) == there


def test_the_tokens_of_lines_are_a_slice() -> None:
    lines = _lines("ab\ncd\nef")
    assert lines.of(1, 2) == slice(3, 8)
    assert np.array_equal(lines.line[lines.of(1, 1)], [1, 1, 1])
