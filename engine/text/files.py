"""Reading a text file that a person chose: UTF-8 only, within limits, with one clear refusal."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.files import MEBIBYTE, read_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
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
    return "".join(text_blocks(path, limit=limit))


def text_blocks(path: str | PathLike[str], *, limit: int = TEXT_LIMIT) -> Iterator[str]:
    """``read_text`` in pieces of about a million characters.

    Raises:
        InputError: as ``read_text``, when the piece is reached.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    offset, blank = 0, True
    for raw in read_blocks(path, limit=limit, what="a plain text file in UTF-8"):
        body = raw if offset else _without_mark(raw, path)
        offset += len(raw) - len(body)
        nul = body.find(b"\0")
        if nul >= 0:
            raise InputError(
                "this is not text: it holds a zero byte; give a plain text file in UTF-8.",
                file=path,
                place=f"byte {offset + nul}",
            )
        text = newlines.decode(_decoded(decoder, body, offset, path))
        offset += len(body)
        blank = blank and not text.strip()
        yield text
    yield newlines.decode(_decoded(decoder, b"", offset, path), final=True)
    if blank:
        raise InputError("there is no text in this file; give one with words in it.", file=path)


def _without_mark(raw: bytes, path: str | PathLike[str]) -> bytes:
    """The first bytes of a file without its byte order mark."""
    if raw.startswith(_UTF16_BOMS):
        raise InputError("this is UTF-16 text; save it as UTF-8.", file=path)
    return raw.removeprefix(_UTF8_BOM)


def _decoded(
    decoder: codecs.IncrementalDecoder, body: bytes, offset: int, path: str | PathLike[str]
) -> str:
    """What the next bytes say; none of them say that the file has ended.

    Args:
        decoder: with the beginning of a character that the bytes before may have left.
        body: the bytes.
        offset: how many there were before, for the message.
        path: of the file, for the message.
    """
    begun = len(decoder.getstate()[0])
    try:
        return decoder.decode(body, final=not body)
    except UnicodeDecodeError as error:
        raise InputError(
            "the bytes here are not valid UTF-8; save the file as UTF-8.",
            file=path,
            place=f"byte {offset - begun + error.start}",
        ) from None
