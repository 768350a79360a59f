"""The door: exit statuses, one line for bad input, help for newcomers."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.version import VERSION
from explorer.cli.main import main

Output = pytest.CaptureFixture[str]
NARWHALS = str(Path(__file__).parents[3] / "assets" / "weights" / "narwhals.safetensors")
COUNTED = ("--corpus", "narwhals", "--order", "2")
TRAIN = ("train", "--corpus", "narwhals", "--iterations", "1")


def refused(capsys: Output, words: tuple[str, ...]) -> str:
    """The one line about bad input."""
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("tapestry: ")
    return captured.err


@pytest.mark.parametrize(
    "words",
    [
        ("check", "--file", "no-such-file.txt"),
        ("check", "--file", "."),
        ("check", "--corpus", "no-such-corpus"),
        ("check", "--text", " "),
        ("check", "--text", "a", "--corpus", "narwhals"),
        ("check", "--text", "a", "--hidden", "0"),
        ("check", "--text", "a", "--hidden", "many"),
        ("check", "--text", "a", "--steps", "0"),
        ("check", "--text", "a", "--seed", "-1"),
        ("check", "--expression", "x + 1"),
        ("check", "--expression", "x +", "--set", "x=1"),
        ("check", "--expression", "__import__('os')", "--set", "x=1"),
        ("check", "--expression", "x", "--set", "x"),
        ("check", "--expression", "x", "--set", "x=two"),
        ("check", "--expression", "x", "--set", "x=nan"),
        ("check", "--expression", "x", "--set", "x=1", "--seed", "-1"),
        ("check", "--expression", "log(x)", "--set", "x=-1"),
        ("check", "--model", NARWHALS, "--text", "penguins"),
        ("check", "--no-such-option"),
        ("trace", "--text", "a"),
        ("trace", "--text", "a", "--out", "no/such/folder/run.json"),
        ("trace", "--text", "a", "--out", "."),
        ("ngram", "--order", "2"),
        ("ngram", "--corpus", "narwhals", "--order", "0"),
        ("ngram", "--corpus", "narwhals", "--order", "99"),
        ("ngram", *COUNTED, "--context", "penguins"),
        ("ngram", *COUNTED, "--top", "0"),
        ("ngram", *COUNTED, "--perplexity-on", "no-such-file.txt"),
        ("generate", "--ngram", "3"),
        ("generate", "--corpus", "narwhals"),
        ("generate", "--ngram", "3", "--corpus", "narwhals", "--prompt", "penguins"),
        ("generate", "--model", NARWHALS, "--temperature", "-1"),
        ("generate", "--model", NARWHALS, "--temperature", "nan"),
        ("generate", "--model", NARWHALS, "--length", "-1"),
        ("generate", "--model", NARWHALS, "--top-k", "0"),
        ("generate", "--model", NARWHALS, "--top-p", "2"),
        ("generate", "--model", NARWHALS, "--seed", "-1"),
        ("generate", "--model", "no-such-model.safetensors"),
        ("train", "--file", "no-such-file.txt", "--out", "x.safetensors"),
        (*TRAIN, "--out", "no/such/folder/x.safetensors"),
        (*TRAIN, "--out", "."),
        (*TRAIN, "--out", "x.safetensors", "--hidden", "0"),
        (*TRAIN, "--out", "x.safetensors", "--learning-rate", "0"),
        (*TRAIN, "--out", "x.safetensors", "--restart", "2"),
        (*TRAIN, "--out", "x.safetensors", "--seed", "-1"),
        (*TRAIN, "--out", "x.safetensors", "--resume"),
        ("--no-such-option",),
    ],
    ids=lambda words: " ".join(words).replace(NARWHALS, "narwhals.safetensors"),
)
def test_bad_input_is_one_line_on_stderr_and_nothing_is_written(
    capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Traceback" not in refused(capsys, words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        ("check",),
        ("trace", "--out", "x.json"),
        ("ngram", "--order", "2"),
        ("generate", "--ngram", "2"),
        ("train", "--out", "x.safetensors"),
    ],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"\xff\xfeh\0i\0", b"caf\xe9"])
def test_a_file_that_is_no_text_is_refused_by_name(
    capsys: Output,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    content: bytes,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    assert str(path) in refused(capsys, (*command, "--file", str(path)))
    assert list(tmp_path.iterdir()) == [path]


def test_a_text_is_no_model(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("to be or not to be", encoding="utf-8")
    for command in (("generate",), ("check", "--text", "a")):
        assert str(path) in refused(capsys, (*command, "--model", str(path)))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--version",), f"tapestry {VERSION}"),
        (("--help",), "tapestry check --text"),
        (("check", "--help"), "--expression"),
        (("trace", "--help"), "--out"),
        (("ngram", "--help"), "--perplexity-on"),
        (("train", "--help"), "--resume"),
        (("generate", "--help"), "--temperature"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_the_version_and_the_help_are_for_newcomers(
    capsys: Output, words: tuple[str, ...], expected: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 0
    captured = capsys.readouterr()
    assert expected in captured.out
    assert captured.err == ""


def test_the_help_names_every_command(capsys: Output) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    printed = capsys.readouterr().out
    for command in ("check", "trace", "ngram", "train", "generate"):
        assert f"\n    {command} " in printed
