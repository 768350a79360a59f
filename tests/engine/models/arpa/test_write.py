from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.arpa import read_arpa, write_arpa
from engine.models.arpa.logarithms import decimal_logarithms
from engine.models.ngram_counts import NGramCounts
from engine.models.smoothing import NGramLM, Smoothing, smoothed
from engine.text.corpus import load_corpus
from engine.text.tokenizer import WordTokenizer, line_sentences
from engine.text.vocabulary import Vocabulary

BACKING_OFF = ("witten-bell", "kneser-ney", "modified-kneser-ney")


def of_words(text: str, order: int, smoothing: Smoothing) -> NGramLM:
    words = text.split(" ")
    vocabulary = Vocabulary.of(words)
    return smoothed(NGramCounts.fit(vocabulary.encode(words), vocabulary, order), smoothing)


def test_a_small_file_is_as_by_hand(tmp_path: Path) -> None:
    # One sentence "a": <s> a and a </s>. Witten-Bell, V = a, </s>, <unk>: the unigrams have N = 2,
    # T = 2, so p(a) = (1 + 2/3) / 4 = 5/12 and p(<unk>) = (2/3) / 4 = 1/6. After <s>: N = T = 1,
    # p(a | <s>) = (1 + 5/12) / 2 = 17/24, and 1/2 is left.
    model = smoothed(NGramCounts.fit_sentences([["a"]], 2), Smoothing("witten-bell"))
    write_arpa(model, tmp_path / "a.arpa")
    assert (tmp_path / "a.arpa").read_text(encoding="utf-8") == (
        "\\data\\\nngram 1=4\nngram 2=2\n\n"
        "\\1-grams:\n"
        "-0.38021124\ta\t-0.30103000\n"
        "-0.38021124\t</s>\t0\n"
        "-0.77815125\t<unk>\t0\n"
        "-99\t<s>\t-0.30103000\n"
        "\n\\2-grams:\n"
        "-0.14976232\ta </s>\n"
        "-0.14976232\t<s> a\n"
        "\n\\end\\\n"
    )


def test_order_one_has_no_back_off_weights_and_a_stream_has_marks_that_never_come(
    tmp_path: Path,
) -> None:
    # a twice, b once: N = 3, T = 2, V = 2: p(a) = (2 + 2/2) / 5 = 3/5.
    write_arpa(of_words("a a b", 1, Smoothing("witten-bell")), tmp_path / "a.arpa")
    assert (tmp_path / "a.arpa").read_text(encoding="utf-8") == (
        "\\data\\\nngram 1=5\n\n\\1-grams:\n-0.22184875\ta\n-0.39794001\tb\n"
        "-99\t<s>\n-99\t</s>\n-99\t<unk>\n\n\\end\\\n"
    )


@pytest.mark.parametrize("name", BACKING_OFF)
@pytest.mark.parametrize("order", range(1, 8))
@pytest.mark.parametrize("framed", [True, False])
def test_what_is_read_is_what_was_written(
    tmp_path: Path, framed: bool, order: int, name: str
) -> None:
    lines = line_sentences(load_corpus("narwhals").text, WordTokenizer())
    words = [word for line in lines for word in line]
    vocabulary = Vocabulary.of(words)
    counted = (
        NGramCounts.fit_sentences(lines, order)
        if framed
        else NGramCounts.fit(vocabulary.encode(words), vocabulary, order)
    )
    model = smoothed(counted, Smoothing(name))  # type: ignore[arg-type]  # from BACKING_OFF
    write_arpa(model, tmp_path / "a.arpa")
    read = read_arpa(tmp_path / "a.arpa")
    assert read.vocabulary == model.vocabulary
    assert (read.order, read.start, read.end) == (order, model.start, counted.end)
    # A file has <unk> among its unigrams, a text never.
    unigrams, *longer = counted.ngram_counts()
    assert read.ngram_counts() == (unigrams + framed, *longer)
    assert read.contexts() == counted.contexts()
    rng = np.random.default_rng(order)
    said = rng.integers(-1, len(model.vocabulary), 200).tolist()
    for text in (said, model.vocabulary.encode(words[:40]).tolist()):
        for i in range(40):
            ours, theirs = (m.next_distribution(text[:i]) for m in (model, read))
            assert np.abs(ours - theirs).max() < 1e-7
            explained = read.explain(text[:i], text[i])
            evidence = read.query(text[:i])
            place = evidence.tokens.tolist().index(text[i]) if text[i] in evidence.tokens else None
            if place is not None:
                assert explained.probability == pytest.approx(evidence.probabilities[place])
                assert explained.order == evidence.orders[place]
        assert read.score(text) == pytest.approx(model.score(text), abs=1e-6)
    again = tmp_path / "again.arpa"
    write_arpa(read, again)
    assert again.read_bytes() == (tmp_path / "a.arpa").read_bytes()


def test_a_read_model_answers_as_the_written_one(tmp_path: Path) -> None:
    model = of_words("a b a c a b d a b", 3, Smoothing("kneser-ney"))
    write_arpa(model, tmp_path / "a.arpa")
    read = read_arpa(tmp_path / "a.arpa")
    ours, theirs = model.top((0, 1), 3), read.top((0, 1), 3)
    assert theirs.tokens.tolist() == ours.tokens.tolist()
    assert theirs.orders.tolist() == ours.orders.tolist()
    assert (theirs.order_used, theirs.context) == (ours.order_used, ours.context)
    assert theirs.counts.tolist() == [0, 0, 0]
    assert "unknown words have probability 0" in read.note
    draws = [[d.token for d in m.sample(30, np.random.default_rng(1))] for m in (model, read)]
    assert draws[0] == draws[1]


def test_orders_without_n_grams_are_written_and_read(tmp_path: Path) -> None:
    model = of_words("a b", 5, Smoothing("modified-kneser-ney"))
    write_arpa(model, tmp_path / "a.arpa")
    read = read_arpa(tmp_path / "a.arpa")
    assert read.ngram_counts() == (2, 1, 0, 0, 0)
    assert read.contexts() == 0
    for context in ((), (0,), (0, 1), (1, 0, 1, 0)):
        ours, theirs = (m.next_distribution(context) for m in (model, read))
        assert theirs == pytest.approx(ours, abs=1e-7)
    write_arpa(read, tmp_path / "again.arpa")
    assert (tmp_path / "again.arpa").read_bytes() == (tmp_path / "a.arpa").read_bytes()


@pytest.mark.parametrize("smoothing", [Smoothing(), Smoothing("add-k")], ids=str)
def test_a_model_that_does_not_back_off_is_refused(tmp_path: Path, smoothing: Smoothing) -> None:
    with pytest.raises(InputError, match="choose Witten-Bell or Kneser-Ney"):
        write_arpa(of_words("a b", 2, smoothing), tmp_path / "a.arpa")
    assert not list(tmp_path.iterdir())


def test_a_discount_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="larger discount"):
        write_arpa(of_words("a b", 2, Smoothing("kneser-ney", discount=0)), tmp_path / "a.arpa")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (" ", "parts its tokens by spaces"),
        ("a b", "parts its tokens by spaces"),
        ("a\u00a0b", "parts its tokens by spaces"),
        ("\n", "parts its tokens by spaces"),
        ("a\0", "parts its tokens by spaces"),
        ("\u2028", "parts its tokens by spaces"),
        ("<s>", "would be read as a mark"),
        ("</s>", "would be read as a mark"),
        ("<UNK>", "would be read as a mark"),
        ("\ud800", "not text that a file can hold"),
    ],
)
def test_a_token_that_cannot_stand_in_a_file_is_refused(
    tmp_path: Path, token: str, said: str
) -> None:
    vocabulary = Vocabulary(("a", token))
    counted = NGramCounts.fit([0, 1, 0], vocabulary, 2)
    path = tmp_path / "a.arpa"
    path.write_text("the old file", encoding="utf-8")
    with pytest.raises(InputError, match=said) as refused:
        write_arpa(smoothed(counted, Smoothing("witten-bell")), path)
    assert refused.value.file == str(path)
    assert path.read_text(encoding="utf-8") == "the old file"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be saved"):
        write_arpa(of_words("a b", 2, Smoothing("witten-bell")), tmp_path / "no" / "a.arpa")


def test_the_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.arpa"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_arpa(of_words("a b", 2, Smoothing("witten-bell")), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, b"0"),
        (0.1, b"-1.00000000"),
        (0.5, b"-0.30103000"),
        (1e-12, b"-12.00000000"),
        (0.0, b"-99"),
        (1e-200, b"-99"),
        (10.0, b"1.00000000"),
        (0.99999999999, b"0"),
        (1e-10 * 1.00000000001, b"-10.00000000"),
        (1.00000001e-10, b"-10.00000000"),
    ],
)
def test_logarithms_are_written_with_eight_digits(number: float, text: bytes) -> None:
    (written,) = decimal_logarithms(np.array([number]))
    assert float(written) == float(text)


def test_a_million_logarithms_are_those_of_pythons_format() -> None:
    numbers = np.random.default_rng(0).random(20_000) ** 9
    written = decimal_logarithms(numbers)
    assert written == [b"%.8f" % log for log in np.log10(numbers).tolist()]
