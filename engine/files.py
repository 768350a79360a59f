"""Writing a file whole or not at all, and reading one within limits."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Generator, Iterable, Iterator
from hashlib import sha256
from os import PathLike
from pathlib import Path

from engine.errors import InputError

MEBIBYTE = 1024 * 1024


def write_whole(path: str | PathLike[str], data: bytes) -> None:
    """Put ``data`` at ``path`` so that the file is either the old one or the new one.

    Links are followed and the mode of an existing file is kept: the data is written beside it,
    flushed to the disk, read back, and then put in its place.

    Raises:
        InputError: it could not be written; the old file, if any, is untouched.
    """
    for _ in writing(path, (data,)):
        pass


def writing(
    path: str | PathLike[str], blocks: Iterable[bytes | memoryview]
) -> Generator[None, None, None]:
    """``write_whole`` in steps, one for each block written and for each mebibyte read back.

    The file is put in its place after the last step; closed before, nothing is left behind.

    Raises:
        InputError: as ``write_whole``.
    """
    target = Path(os.path.realpath(path))
    beside: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:80]}.", dir=target.parent)
        beside = Path(name)
        written, kept = sha256(), sha256()
        with os.fdopen(handle, "wb") as file:
            for block in blocks:
                file.write(block)
                written.update(block)
                yield
            file.flush()
            os.fsync(file.fileno())
        _take_mode(target, beside)
        for block in _read_back(beside):
            kept.update(block)
            yield
        if kept.digest() != written.digest():
            raise InputError("the disk did not keep what was written; try another disk", file=path)
        beside.replace(target)
        beside = None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"could not be saved ({reason}); choose another place or free some space", file=path
        ) from error
    finally:
        if beside is not None:
            with contextlib.suppress(OSError):
                beside.unlink()


def _read_back(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(MEBIBYTE):
            yield block


def read_whole(path: str | PathLike[str], *, limit: int, what: str) -> bytes:
    """The bytes of a file of at most ``limit`` bytes.

    Args:
        path: the file.
        limit: in bytes.
        what: the kind of file expected, for the message.

    Raises:
        InputError: missing, not a plain file, unreadable, empty or too large.
    """
    [data] = read_blocks(path, limit=limit, what=what, block=limit + 1)
    return data


def read_blocks(
    path: str | PathLike[str], *, limit: int, what: str, block: int = MEBIBYTE
) -> Iterator[bytes]:
    """The bytes of a file of at most ``limit`` bytes, at most ``block`` of them at a time.

    Raises:
        InputError: as ``read_whole``.
    """
    place = Path(path)
    size = 0
    try:
        if place.is_dir():
            raise InputError(f"this is a folder; choose {what}", file=path)
        if not place.exists():
            raise InputError(f"there is no such file; choose {what}", file=path)
        # A device or a pipe is refused before it is read.
        if not place.is_file():
            raise InputError(f"this is not a regular file; choose {what}", file=path)
        with place.open("rb") as file:
            while data := file.read(block):
                size += len(data)
                if size > limit:
                    raise InputError(
                        f"the file is larger than {limit / MEBIBYTE:g} MiB; choose {what}",
                        file=path,
                    )
                yield data
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"the file cannot be read ({reason}); choose {what}", file=path) from None
    if not size:
        raise InputError(f"the file is empty; choose {what}", file=path)


def _take_mode(target: Path, beside: Path) -> None:
    """Give the new file the old one's mode, or what a plain new file would get."""
    if target.exists():
        beside.chmod(stat.S_IMODE(target.stat().st_mode))
        return
    mask = os.umask(0)
    os.umask(mask)
    beside.chmod(0o666 & ~mask)
