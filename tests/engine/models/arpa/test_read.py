"""Hostile ARPA files: one sentence that names the line, never anything else."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.arpa import ArpaModel, read_arpa, write_arpa
from engine.models.ngram_counts import NGramCounts
from engine.models.smoothing import Smoothing, smoothed

SOUND = """\\data\\
ngram 1=4
ngram 2=3

\\1-grams:
-0.5\ta\t-0.3
-0.6\tb\t-0.1
-0.7\tc
-0.9\t<unk>

\\2-grams:
-0.2\ta b
-0.4\tb a
-0.3\tb c

\\end\\
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], ArpaModel]:
    path = tmp_path / "model.arpa"

    def reading(data: bytes) -> ArpaModel:
        path.write_bytes(data)
        return read_arpa(path)

    return reading


Read = Callable[[bytes], ArpaModel]


def test_probabilities_and_back_off_weights_are_as_in_the_file(read: Read) -> None:
    model = read(SOUND.encode())
    assert model.vocabulary.tokens == ("a", "b", "c", "<unk>")
    assert (model.order, model.start, model.end) == (2, None, None)
    assert (model.ngram_counts(), model.contexts()) == ((4, 3), 2)
    # After a: b is there; all others are what a leaves times the unigram.
    left = 10**-0.3
    expected = [left * 10**-0.5, 10**-0.2, left * 10**-0.7, left * 10**-0.9]
    assert model.next_distribution((0,)) == pytest.approx(expected)
    # c has no back-off weight: it leaves everything.
    assert model.next_distribution((2,)) == pytest.approx([10**x for x in (-0.5, -0.6, -0.7, -0.9)])
    logs = np.array([-0.5, -0.2, -0.3, -0.9]) * np.log(10)
    assert model.score([0, 1, 2, -1]) == pytest.approx(logs)
    assert model.note == ""


HARMLESS: dict[str, Callable[[str], str]] = {
    "a comment before": lambda text: "# made by hand\n\n" + text,
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "spaces for tabs": lambda text: text.replace("\t", "  "),
    "blank lines at the end": lambda text: text + "\n\n",
    "another order of lines": lambda text: text.replace(
        "-0.2\ta b\n-0.4\tb a\n", "-0.4\tb a\n-0.2\ta b\n"
    ),
    "no last line end": lambda text: text.rstrip("\n"),
    "a weight of 1 written": lambda text: text.replace("\tc\n", "\tc\t0\n"),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_harmless_differences_are_read_alike(read: Read, change: Callable[[str], str]) -> None:
    sound, changed = read(SOUND.encode()), read(change(SOUND).encode())
    for context in ((), (0,), (1,)):
        ours, theirs = (m.next_distribution(context) for m in (sound, changed))
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("\\data\\", "\ufeff\\data\\", 1, "byte order mark"),
        ("\\data\\", "data", 1, "was expected here"),
        ("ngram 1=4\nngram 2=3\n", "", 3, "no count"),
        ("ngram 1=4", "ngram 1=four", 2, "ngram 1="),
        ("ngram 1=4", "ngram 1=-4", 2, "ngram 1="),
        ("ngram 1=4", "ngram 1=5", 10, "fewer 1-grams"),
        ("ngram 1=4", "ngram 1=3", 9, "\\2-grams: was expected"),
        ("ngram 1=4", "ngram 1=0", 5, "no 1-gram"),
        ("ngram 2=3", "ngram 2=4", 15, "fewer 2-grams"),
        ("ngram 2=3", "ngram 2=2", 14, "\\end\\ was expected"),
        ("ngram 2=3", "ngram 2=99999999999999999999", 3, "too short"),
        ("ngram 2=3", "ngram 3=3", 3, "ngram 2="),
        ("ngram 2=3", "ngram 2=3\nngram 2=3", 4, "ngram 3="),
        ("-0.6\tb\t-0.1", "nan\tb\t-0.1", 7, "no logarithm of a probability"),
        ("-0.6\tb\t-0.1", "-inf\tb\t-0.1", 7, "no logarithm of a probability"),
        ("-0.6\tb\t-0.1", "0.6\tb\t-0.1", 7, "no logarithm of a probability"),
        ("-0.6\tb\t-0.1", "-0_6\tb\t-0.1", 7, "no logarithm of a probability"),
        ("-0.6\tb\t-0.1", "-0.6\tb\t-inf", 7, "no back-off weight"),
        ("-0.6\tb\t-0.1", "-0.6\tb\t1e999", 7, "no back-off weight"),
        ("-0.6\tb\t-0.1", "-0.6\tb\t12", 7, "no back-off weight"),
        ("-0.6\tb\t-0.1", "-0.6\tb x\t-0.1", 7, "1 word, not 4 parts"),
        ("-0.6\tb\t-0.1", "-0.6\ta\t-0.1", 7, "'a' stands twice"),
        ("-0.2\ta b", "-0.2\ta d", 12, "'d' is not among the 1-grams"),
        ("-0.2\ta b", "-0.2\ta\u00a0b", 12, "2 words, not 2 parts"),
        ("-0.2\ta b", "-0.2\ta b\t-0.1", 12, "2 words, not 4 parts"),
        ("-0.4\tb a", "-0.2\ta b", 13, "stands twice"),
        ("\\2-grams:", "\\3-grams:", 11, "\\2-grams: was expected"),
        ("\\end\\\n", "", 16, "ends before \\end\\"),
        ("\\end\\\n", "\\end\\\nmore\n", 17, "something follows"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    read: Read, old: str, new: str, line: int, said: str
) -> None:
    assert old in SOUND
    with pytest.raises(InputError) as refused:
        read(SOUND.replace(old, new, 1).encode())
    assert said in refused.value.message
    assert refused.value.place == f"line {line}"
    assert refused.value.file is not None


def test_parts_in_another_order_are_refused(read: Read) -> None:
    head, ones, twos = SOUND.removesuffix("\n\\end\\\n").split("\n\\")
    with pytest.raises(InputError, match="line 5"):
        read(f"{head}\n\\{twos}\n\\{ones}\n\\end\\\n".encode())


def test_an_n_gram_without_its_context_is_refused(read: Read) -> None:
    # "b a" is no bigram any more, so "b a c" has no place.
    text = SOUND.replace("ngram 2=3", "ngram 2=2\nngram 3=1").replace("-0.4\tb a\n", "")
    text = text.replace("\\end\\", "\\3-grams:\n-0.1 b a c\n\n\\end\\")
    with pytest.raises(InputError, match="first 2 words are not among the 2-grams") as refused:
        read(text.encode())
    assert refused.value.place == "line 17"


def test_an_n_gram_that_ends_with_the_mark_of_a_beginning_is_refused(read: Read) -> None:
    text = SOUND.replace("-0.7\tc", "-0.7\t<s>").replace("b c", "b <s>")
    with pytest.raises(InputError, match="never comes") as refused:
        read(text.encode())
    assert refused.value.place == "line 14"


@pytest.mark.parametrize("data", [b"", b"\0", SOUND.encode("utf-16"), b"\xff" * 99, b"\n" * 99])
def test_what_is_no_arpa_file_is_refused(read: Read, data: bytes) -> None:
    with pytest.raises(InputError):
        read(data)


def test_words_that_are_not_utf_8_are_refused(read: Read) -> None:
    with pytest.raises(InputError, match="not UTF-8") as refused:
        read(SOUND.encode().replace(b"\tb\t", b"\t\xff\t"))
    assert refused.value.place == "line 7"


@pytest.mark.parametrize("place", ["\\data\\", "-0.6\tb\t-0.1", "\\2-grams:", "\\end\\\n"])
def test_a_line_of_fifty_megabytes_is_refused_at_once(read: Read, place: str) -> None:
    with pytest.raises(InputError):
        read(SOUND.replace(place, place + " x" * 25_000_000, 1).encode())


def test_an_order_above_32_is_refused(read: Read) -> None:
    header = "\n".join(f"ngram {i}=1" for i in range(1, 40))
    with pytest.raises(InputError, match="order"):
        read((f"\\data\\\n{header}\n" + "#" * 1000).encode())


def test_what_never_comes_has_probability_zero_and_no_chain_of_weights_overflows(
    read: Read,
) -> None:
    text = SOUND.replace("-0.7\tc", "-99\tc").replace("-0.3\tb c", "-120\tb c\n")
    model = read(text.replace("\t-0.1", "\t9").encode())
    p = model.next_distribution((1,))
    assert p[2] == 0
    assert np.isfinite(p).all()
    assert model.score([2])[0] == -np.inf


def test_cut_off_anywhere_it_is_refused(read: Read) -> None:
    data = SOUND.encode()
    for length in range(len(data) - 1):
        with pytest.raises(InputError):
            read(data[:length])


NUMBERS = ("nan", "-inf", "1e999", "-1e999", "0", "-0.5", "+", "1_0", "9" * 400)
WORDS = ("<s>", "</s>", "<unk>", "é", "\0", "\u00a0", "", "a" * 70_000)
PARTS = ("\\end\\", "\\2-grams:", "ngram 9=9", "ngram 1=0")


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A file with one to three things wrong: bytes, lines, fields, counts."""
    for _ in range(rng.randint(1, 3)):
        kind = rng.randrange(7)
        lines = data.split(b"\n")
        i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
        if kind == 0 and data:
            place = rng.randrange(len(data))
            data = data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]
        elif kind == 1:
            data = data[: rng.randrange(len(data) + 1)]
        elif kind == 2:
            lines[i], lines[j] = lines[j], lines[i]
            data = b"\n".join(lines)
        elif kind == 3:
            data = b"\n".join(lines[:i] + lines[i + 1 :])
        elif kind == 4:
            data = b"\n".join([*lines[:i], lines[j], *lines[i:]])
        else:
            fields = lines[i].split(b"\t")
            fields[rng.randrange(len(fields))] = rng.choice(NUMBERS + WORDS + PARTS).encode()
            lines[i] = rng.choice([b"\t", b" "]).join(fields)
            data = b"\n".join(lines)
    return data


@pytest.mark.parametrize("seed", range(8))
def test_a_mutated_file_is_a_model_or_one_input_error(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    sentences = [rng.choices("abcde", k=rng.randint(1, 6)) for _ in range(6)]
    model = smoothed(NGramCounts.fit_sentences(sentences, 3), Smoothing("modified-kneser-ney"))
    path = tmp_path / "model.arpa"
    write_arpa(model, path)
    sound = path.read_bytes()
    errors = []
    for _ in range(500):
        path.write_bytes(mutated(sound, rng))
        try:
            read = read_arpa(path)
        except InputError as error:
            errors.append(error)
            continue
        said = [rng.randrange(-1, 9) for _ in range(6)]
        assert not np.isnan(read.score(said)).any()
        p = read.next_distribution(said)
        assert np.isfinite(p).all()
        assert p.min() >= 0
    assert len(errors) > 300
    assert all("\n" not in str(error) and len(error.message) < 250 for error in errors)
