"""KenLM, an independent reader, scores with our files as we do; and we read its own layout."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.models.arpa import read_arpa, write_arpa
from engine.models.language_model import perplexity
from engine.models.ngram_counts import NGramCounts
from engine.models.smoothing import NGramLM, Smoothing, smoothed
from engine.text.corpus import load_corpus
from engine.text.tokenizer import WordTokenizer
from engine.text.vocabulary import Vocabulary

SMOOTHINGS = ("witten-bell", "kneser-ney", "modified-kneser-ney")


@cache
def plays() -> tuple[list[list[str]], list[list[str]]]:
    """Lines of Shakespeare to count, and later ones to score."""
    text = load_corpus("shakespeare").text[:200_000]
    lines = [WordTokenizer().tokenize(line) for line in text.split("\n") if line.strip()]
    return lines[:3000], lines[3000:3400]


def loaded(path: Path) -> Any:
    import kenlm

    config = kenlm.Config()
    config.show_progress = False
    config.arpa_complain = kenlm.ARPALoadComplain.NONE
    return kenlm.Model(str(path), config)


@pytest.mark.parametrize("name", SMOOTHINGS)
@pytest.mark.parametrize("order", [2, 3, 5, 6])
def test_kenlm_scores_sentences_as_we_do(tmp_path: Path, order: int, name: str) -> None:
    train, held_out = plays()
    smoothing = Smoothing(name)  # type: ignore[arg-type]  # from SMOOTHINGS
    model = smoothed(NGramCounts.fit_sentences(train, order), smoothing)
    path = tmp_path / "model.arpa"
    write_arpa(model, path)
    peer = loaded(path)
    vocabulary = model.vocabulary
    ours, theirs, known = [], [], []
    for line in held_out:
        ids = vocabulary.encode([*line, "</s>"], unknown=vocabulary.unknown)
        ours.append(model.score(ids.tolist()))
        full = list(peer.full_scores(" ".join(line)))
        theirs.append(np.array([score for score, _, _ in full]) * math.log(10))
        known.append(ids != vocabulary.unknown)
        # KenLM says how long the matched n-gram was; so do we.
        framed = [model.start, *ids.tolist()]
        explained = [model.explain(framed[: i + 1], framed[i + 1]) for i in range(len(ids))]
        assert [e.order for e in explained] == [length for _, length, _ in full]
    mine, peers = np.concatenate(ours), np.concatenate(theirs)
    # KenLM stores float32.
    assert np.abs(mine - peers).max() < 1e-5 * np.abs(mine).max()
    assert perplexity(mine) == pytest.approx(perplexity(peers), rel=1e-5)
    seen = np.concatenate(known)
    assert not seen.all()
    assert perplexity(mine[seen]) == pytest.approx(perplexity(peers[seen]), rel=1e-5)


@pytest.mark.parametrize("name", SMOOTHINGS)
def test_kenlm_scores_a_stream_as_we_do(tmp_path: Path, name: str) -> None:
    train, held_out = plays()
    words = [word for line in train for word in line]
    vocabulary = Vocabulary((*sorted(set(words)), "<unk>"))
    counted = NGramCounts.fit(vocabulary.encode(words), vocabulary, 4)
    model = smoothed(counted, Smoothing(name))  # type: ignore[arg-type]  # from SMOOTHINGS
    path = tmp_path / "model.arpa"
    write_arpa(model, path)
    said = [word for line in held_out for word in line]
    scores = model.score(vocabulary.encode(said, unknown=vocabulary.unknown).tolist())
    full = loaded(path).full_scores(" ".join(said), bos=False, eos=False)
    peers = np.array([score for score, _, _ in full]) * math.log(10)
    assert np.abs(scores - peers).max() < 1e-5 * np.abs(scores).max()


@pytest.mark.parametrize("sentences", [[["a"]], [["a", "b"], ["a"]], [[]]])
def test_kenlm_reads_an_order_larger_than_any_sentence(
    tmp_path: Path, sentences: list[list[str]]
) -> None:
    model = smoothed(NGramCounts.fit_sentences(sentences, 6), Smoothing("modified-kneser-ney"))
    write_arpa(model, tmp_path / "model.arpa")
    said = ["a", "b", "c"]
    ids = model.vocabulary.encode([*said, "</s>"], unknown=model.vocabulary.unknown)
    peers = [score for score, _, _ in loaded(tmp_path / "model.arpa").full_scores(" ".join(said))]
    assert model.score(ids.tolist()) / math.log(10) == pytest.approx(peers, rel=1e-6)


def kenlms_file(path: Path) -> NGramLM:
    """A file in the layout of KenLM's lmplz, and the model that it should hold.

    lmplz writes <unk> first, <s> with logarithm 0, seven digits, and no order for equal n-grams.
    """
    model = smoothed(NGramCounts.fit_sentences([["a", "b"], ["a"]], 2), Smoothing("kneser-ney"))

    def p(context: list[int], token: int) -> str:
        return f"{math.log10(model.explain(context, token).probability):.7g}"

    # D(order 2): counts of "<s> a" 2, "a b", "b </s>", "a </s>" 1: 3 / (3 + 2 * 1) = 3/5, so
    # <s> leaves 3/5 / 2, a 2 * 3/5 / 2 and b 3/5.
    a, b, end, unknown = range(4)
    start = 4
    path.write_text(
        "\\data\\\nngram 1=5\nngram 2=4\n\n\\1-grams:\n"
        f"{p([], unknown)}\t<unk>\t0\n"
        f"0\t<s>\t{math.log10(0.3):.7g}\n"
        f"{p([], end)}\t</s>\t0\n"
        f"{p([], a)}\ta\t{math.log10(0.6):.7g}\n"
        f"{p([], b)}\tb\t{math.log10(0.6):.7g}\n"
        "\n\\2-grams:\n"
        f"{p([a], end)}\ta </s>\n"
        f"{p([b], end)}\tb </s>\n"
        f"{p([start], a)}\t<s> a\n"
        f"{p([a], b)}\ta b\n"
        "\n\\end\\\n",
        encoding="utf-8",
    )
    return model


def test_a_file_in_kenlms_layout_is_read(tmp_path: Path) -> None:
    path = tmp_path / "theirs.arpa"
    model = kenlms_file(path)
    read = read_arpa(path)
    assert read.vocabulary.tokens == ("<unk>", "</s>", "a", "b")
    assert (read.order, read.start, read.end) == (2, 4, 1)
    said = ["a", "b", "</s>", "b", "<unk>", "a", "</s>"]
    ours = model.score(model.vocabulary.encode(said).tolist())
    assert read.score(read.vocabulary.encode(said).tolist()) == pytest.approx(ours, rel=1e-6)
    peers = [score for score, _, _ in loaded(path).full_scores("a b")]
    assert read.score(read.vocabulary.encode(said[:3]).tolist()) / math.log(10) == pytest.approx(
        peers, rel=1e-6
    )
