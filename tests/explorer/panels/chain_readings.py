"""Sentences read under n-gram models of the eight narwhal sentences, and beside them by an RNN."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from engine.models.smoothing import MLE, Smoothing, smoothed
from explorer.assets import asset
from explorer.panels.chain_reading import (
    NGramReading,
    Recurrent,
    RecurrentReading,
    Sentence,
    load_recurrent,
    read,
    read_beside,
    sentence_of,
)
from explorer.panels.ngram_counting import NARWHALS, CountedText, TokenKind, count_text

FANS = "Narwhals are big fans of machine learning"
LECTURE = "Narwhals are way cooler than parrots"


@cache
def counted(kind: TokenKind = "word") -> CountedText:
    """The eight sentences."""
    *_, last = count_text(NARWHALS, kind)
    assert isinstance(last, CountedText)
    return last


def sentence(text: str = FANS, kind: TokenKind = "word") -> Sentence:
    """A text in their tokens."""
    return sentence_of(counted(kind), text)


def reading(
    text: str = FANS, order: int = 3, smoothing: Smoothing = MLE, kind: TokenKind = "word"
) -> NGramReading:
    """Its factors."""
    model = smoothed(replace(counted(kind).counts, order=order), smoothing)
    (found,) = read(model, sentence(text, kind))
    return found


@cache
def narwhal_rnn() -> Recurrent:
    """The trained RNN that reads words of narwhals; it has no ``<unk>``."""
    (rnn,) = load_recurrent(str(asset("weights", "narwhals.safetensors")))
    return rnn


@cache
def shakespeare_lstm() -> Recurrent:
    """The trained LSTM that reads words of Shakespeare; it has ``<unk>``."""
    (rnn,) = load_recurrent(str(asset("weights", "shakespeare-words.safetensors")))
    return rnn


def beside(
    text: str = FANS, history: int | None = None, rnn: Recurrent | None = None
) -> RecurrentReading:
    """The factors of a text under an RNN."""
    *_, last = read_beside(rnn or narwhal_rnn(), sentence(text), history)
    assert isinstance(last, RecurrentReading)
    return last
