"""A file is written whole or not at all, and read within limits."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import files
from engine.errors import InputError
from engine.files import read_whole, write_whole, writing

posix = pytest.mark.skipif(os.name != "posix", reason="links and modes as on POSIX")


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "new"
    write_whole(path, b"\0first")
    write_whole(path, b"second")
    assert read_whole(path, limit=100, what="a file") == b"second"
    assert os.listdir(tmp_path) == ["new"]  # noqa: PTH208  (names, not paths)


@posix
def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "real").write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(folder / "real")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert (folder / "real").read_bytes() == b"new"


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_the_mode_of_the_old_file_is_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_bytes() == b"new"


@posix
def test_a_new_file_has_the_mode_any_new_file_has(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write_whole(tmp_path / "ours", b"x")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "ours")}
    assert len(modes) == 1


def failing(code: int) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
@pytest.mark.parametrize(
    "target", ["os.fsync", "os.replace", "os.fdopen", "tempfile.mkstemp", "pathlib.Path.open"]
)
@pytest.mark.parametrize("old", [b"old", None])
def test_a_failing_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, code: int, old: bytes | None
) -> None:
    path = tmp_path / "file"
    if old is not None:
        path.write_bytes(old)
    with monkeypatch.context() as patched:
        patched.setattr(target, failing(code))
        with pytest.raises(InputError) as raised:
            write_whole(path, b"new")
    assert str(path) in str(raised.value)
    assert os.strerror(code) in str(raised.value)
    assert [p.name for p in tmp_path.iterdir()] == ([] if old is None else ["file"])
    assert old is None or path.read_bytes() == old


def test_a_disk_that_forgets_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with monkeypatch.context() as patched:
        patched.setattr(files, "_read_back", lambda _: iter([b"ne"]))
        with pytest.raises(InputError, match="did not keep what was written"):
            write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_written_in_blocks_is_there_after_the_last_step(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    for _ in writing(path, (b"ne", memoryview(b"w"))):
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_writing_that_is_given_up_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    steps = writing(path, (b"ne", b"w"))
    next(steps)
    steps.close()
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"old"


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be saved"):
        write_whole(tmp_path / "absent" / "file", b"x")


@posix
def test_killed_at_any_moment_the_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = [bytes([digit]) * 200_000 for digit in b"01"]
    path.write_bytes(contents[0])
    code = (
        "import sys, itertools; from engine.files import write_whole\n"
        "print('ready', flush=True)\n"
        "for digit in itertools.cycle(b'01'):\n"
        "    write_whole(sys.argv[1], bytes([digit]) * 200_000)\n"
    )
    for kill in range(15):
        with subprocess.Popen(
            [sys.executable, "-c", code, str(path)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            # However long that takes is the random moment.
            for _ in range(kill * 20):
                path.stat()
            writer.kill()
        assert path.read_bytes() in contents


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "is empty"), (b"x" * 1025, "is larger than")]
)
def test_what_is_empty_or_too_large_is_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_whole(path, limit=1024, what="a smaller one")


@pytest.mark.parametrize("name", ["absent", ".", "a\0b", "x" * 5000])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="choose a trace"):
        read_whole(tmp_path / name, limit=1024, what="a trace")


@posix
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a regular file"):
        read_whole(tmp_path / "pipe", limit=1024, what="a trace")
