from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.text import files
from engine.text.files import read_text, text_blocks

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"to be\n", "to be\n"),
        (b"\xef\xbb\xbfto be", "to be"),
        (b"to\r\nbe\ror\nnot", "to\nbe\nor\nnot"),
        (b"\r\n\r\r\nx", "\n\n\nx"),
        ("é 𝄞 ‘’".encode(), "é 𝄞 ‘’"),
        (b"<img src=x>", "<img src=x>"),
    ],
)
def test_text_is_read_as_utf8_with_line_ends_made_one_kind(
    raw: bytes, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(raw)
    assert read_text(path) == text


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", ["empty"]),
        (b" \t\r\n", ["no text"]),
        (b"\xef\xbb\xbf", ["no text"]),
        (b"abc\0def", ["byte 3", "not text"]),
        ("to be".encode("utf-16"), ["UTF-16", "UTF-8"]),
        ("to be".encode("utf-16-be"), ["byte 0", "not text"]),
        (b"ab\xffcd", ["byte 2", "UTF-8"]),
        (b"\xef\xbb\xbfab\xe9", ["byte 5", "UTF-8"]),
        (b"ab\xed\xa0\x80", ["byte 2", "UTF-8"]),
        (b"ab\xc3", ["byte 2", "UTF-8"]),
    ],
)
def test_what_is_not_utf8_text_is_refused_with_its_place(
    raw: bytes, words: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        read_text(path)
    assert "\n" not in str(caught.value)
    for word in [str(path), *words]:
        assert word in str(caught.value)


def test_a_missing_file_a_folder_and_a_bad_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_text(tmp_path / "none.txt")
    with pytest.raises(InputError, match="folder"):
        read_text(tmp_path)
    with pytest.raises(InputError):
        read_text("a\0b")
    with pytest.raises(InputError):
        read_text(tmp_path / ("x" * 5000))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(InputError, match="regular file"):
        read_text(path)


@pytest.mark.parametrize(("size", "accepted"), [(99, True), (100, True), (101, False)])
def test_the_limit_is_the_largest_size_accepted(size: int, accepted: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * size)
    if accepted:
        assert len(read_text(path, limit=100)) == size
    else:
        with pytest.raises(InputError, match="larger"):
            read_text(path, limit=100)


@given(st.binary(max_size=40))
def test_any_bytes_are_text_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.txt"
    path.write_bytes(raw)
    try:
        text = read_text(path)
    except InputError:
        return
    assert "\r" not in text
    assert text.strip()


@given(st.text(alphabet="ab\r\n\u00e9\U0001f600", max_size=30), st.integers(1, 7))
def test_a_text_in_pieces_is_the_text(
    tmp_path_factory: pytest.TempPathFactory, text: str, block: int
) -> None:
    path = tmp_path_factory.mktemp("pieces") / "a.txt"
    raw = ("x" + text).encode()
    path.write_bytes(raw)
    blocks = [raw[start : start + block] for start in range(0, len(raw), block)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "read_blocks", lambda *given, **options: iter(blocks))
        assert "".join(text_blocks(path)) == ("x" + text).replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("blocks", "place"),
    [
        ([b"abc", b"d\0"], 4),
        ([b"abc", b"\xff"], 3),
        # A character of three bytes whose last one is missing, begun in one block.
        ([b"ab\xe2", b"\x82x"], 2),
        ([b"ab\xe2", b"\x82"], 2),
        ([b"\xef\xbb\xbfab\xe2", b"\x82"], 5),
    ],
)
def test_the_place_of_a_bad_byte_is_counted_through_the_pieces(
    monkeypatch: pytest.MonkeyPatch, blocks: list[bytes], place: int
) -> None:
    monkeypatch.setattr(files, "read_blocks", lambda *given, **options: iter(blocks))
    with pytest.raises(InputError) as caught:
        list(text_blocks("a.txt"))
    assert caught.value.place == f"byte {place}"
