"""Reading a text file that a person chose: UTF-8 only, within limits, with one clear refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.files import MEBIBYTE, read_whole

if TYPE_CHECKING:
    from os import PathLike

TEXT_LIMIT = 64 * MEBIBYTE

_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: str | PathLike[str], *, limit: int = TEXT_LIMIT) -> str:
    r"""The text of a UTF-8 file, with or without a byte order mark, its line ends as ``\n``.

    Args:
        path: the file to read.
        limit: the largest size accepted, in bytes.

    Raises:
        InputError: the file is missing, unreadable, a folder, larger than ``limit``, empty or only
            white space, binary (it holds a NUL), UTF-16, or not valid UTF-8.
    """
    raw = read_whole(path, limit=limit, what="a plain text file in UTF-8")
    if raw.startswith(_UTF16_BOMS):
        raise InputError("this is UTF-16 text; save it as UTF-8.", file=path)
    nul = raw.find(b"\0")
    if nul >= 0:
        raise InputError(
            "this is not text: it holds a zero byte; give a plain text file in UTF-8.",
            file=path,
            place=f"byte {nul}",
        )
    body = raw.removeprefix(_UTF8_BOM)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        offset = error.start + len(raw) - len(body)
        raise InputError(
            "the bytes here are not valid UTF-8; save the file as UTF-8.",
            file=path,
            place=f"byte {offset}",
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InputError("there is no text in this file; give one with words in it.", file=path)
    return text
