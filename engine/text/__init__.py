"""Text: corpora, tokenizers, vocabularies and sampling.

A corpus is read, cut into tokens, and its tokens are numbered:

>>> from engine.text import Vocabulary, encoded, load_corpus, tokenizer
>>> corpus = load_corpus("narwhals")
>>> words = tokenizer("word")
>>> tokens = words.tokenize(corpus.text)
>>> tokens[6:12]
['who', 'knows', 'what', 'narwhals', 'are', 'hiding']
>>> vocabulary = Vocabulary.of(tokens)
>>> len(tokens), len(vocabulary)
(57, 37)
>>> vocabulary.decode(vocabulary.encode(["the", "narwhals"]))
['the', 'narwhals']

A large corpus is cut and numbered block by block, in steps that tell how far they are:

>>> from engine.steps import reported
>>> text = reported(encoded(corpus, words))
>>> text.vocabulary == vocabulary, len(text.ids)
(True, 57)

Surfaces are the same tokens as typed, and tokens become readable text again:

>>> words.surfaces("Watch out, the narwhals are coming!")
['Watch', 'out', ',', 'the', 'narwhals', 'are', 'coming', '!']
>>> words.detokenize(["narwhals", ",", "big", "and", "friendly", "!"])
'narwhals, big and friendly!'

A distribution is sharpened or cut before a token is drawn from it with an explicit generator:

>>> import numpy as np
>>> from engine.text import draw, reshape
>>> distribution = reshape([0.5, 0.25, 0.125, 0.125], top_k=2)
>>> [round(float(p), 3) for p in distribution]
[0.667, 0.333, 0.0, 0.0]
>>> token, uniform = draw(distribution, np.random.default_rng(0))
>>> token, round(uniform, 3)
(0, 0.637)
"""

from __future__ import annotations

from engine.text.corpus import CORPORA, Corpus, Document, corpus_from_file, load_corpus, read_text
from engine.text.encoding import EncodedText, encoded, encoded_file
from engine.text.sampling import draw, reshape
from engine.text.tokenizer import (
    TOKENIZERS,
    CharTokenizer,
    SpaceTokenizer,
    Tokenizer,
    WordTokenizer,
    line_sentences,
    tokenizer,
)
from engine.text.vocabulary import Vocabulary

__all__ = [
    "CORPORA",
    "TOKENIZERS",
    "CharTokenizer",
    "Corpus",
    "Document",
    "EncodedText",
    "SpaceTokenizer",
    "Tokenizer",
    "Vocabulary",
    "WordTokenizer",
    "corpus_from_file",
    "draw",
    "encoded",
    "encoded_file",
    "line_sentences",
    "load_corpus",
    "read_text",
    "reshape",
    "tokenizer",
]
