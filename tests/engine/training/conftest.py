"""A small text to train on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engine.text.vocabulary import Vocabulary
from engine.training.settings import Settings
from engine.training.train import Trainer

TEXT = "the cat sat on the mat. the dog sat on the log.\n" * 20


@pytest.fixture
def trainer_of() -> Callable[[Settings], Trainer]:
    """Makes a trainer of the small text."""

    def make(settings: Settings) -> Trainer:
        vocabulary = Vocabulary.of(TEXT)
        return Trainer(settings, vocabulary, vocabulary.encode(list(TEXT)), np.array([0, 48]))

    return make
