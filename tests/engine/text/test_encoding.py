from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.steps import reported
from engine.text import encoding
from engine.text.corpus import Corpus, Document, corpus_from_file, load_corpus
from engine.text.encoding import encoded, encoded_file
from engine.text.files import read_text
from engine.text.tokenizer import TOKENIZERS, tokenizer
from engine.text.vocabulary import Vocabulary

TEXTS = st.lists(st.text(alphabet="ab'. -\n\u2026\u00c9\U0001f600\u03a3", max_size=30), min_size=1)


def corpus_of(*texts: str) -> Corpus:
    return Corpus("made", "Made", tuple(Document(str(i), text) for i, text in enumerate(texts)))


@given(TEXTS, st.sampled_from(TOKENIZERS), st.integers(1, 9))
def test_blocks_are_cut_into_the_tokens_of_the_whole(
    texts: list[str], tokens: str, block: int
) -> None:
    corpus, cutter = corpus_of(*texts), tokenizer(tokens)
    whole = cutter.tokenize(corpus.text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "BLOCK", block)
        patch.setattr(encoding, "_SORTED", 2)
        if not whole:
            with pytest.raises(InputError, match="Made holds no"):
                reported(encoded(corpus, cutter))
            return
        text = reported(encoded(corpus, cutter))
    assert text.vocabulary == Vocabulary.of(whole)
    assert text.vocabulary.decode(text.ids) == whole
    for first, document in zip(text.firsts, corpus.documents, strict=True):
        own = cutter.tokenize(document.text)
        assert text.vocabulary.decode(text.ids[first : first + len(own)]) == own


@pytest.mark.parametrize("raw", ["to be,\r\nor not", "\ufeffto\rbe \u2014 so\n", "x" * 40 + " y"])
@pytest.mark.parametrize("tokens", TOKENIZERS)
def test_a_file_read_in_pieces_is_the_corpus_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, raw: str, tokens: str
) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(raw.encode())
    whole = reported(encoded(corpus_from_file(path), tokenizer(tokens)))
    monkeypatch.setattr(encoding, "BLOCK", 3)
    monkeypatch.setattr(
        encoding, "text_blocks", lambda path: iter(re.findall("(?s).{1,4}", read_text(path)))
    )
    text = reported(encoded_file(path, tokenizer(tokens)))
    assert text.vocabulary == whole.vocabulary
    assert text.stream.tolist() == whole.stream.tolist()
    assert text.firsts == (0,)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        reported(encoded_file(tmp_path / "none.txt", tokenizer("word")))


def test_the_share_done_never_goes_back() -> None:
    shares: list[float] = []
    reported(encoded(load_corpus("narwhals"), tokenizer("word")), shares.append)
    assert shares == sorted(shares)
    assert 0 < shares[0] <= shares[-1] == 1.0


def test_ids_are_32_bits_wide() -> None:
    text = reported(encoded(corpus_of("b a b"), tokenizer("word")))
    assert text.ids.dtype == np.int32
    # Types by code point: a is 0, b is 1.
    assert text.ids.tolist() == [1, 0, 1]
