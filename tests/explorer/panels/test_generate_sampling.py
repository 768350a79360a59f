from __future__ import annotations

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.language_model import LanguageModel
from engine.models.weights import load_model
from engine.text.vocabulary import Vocabulary
from explorer.assets import asset
from explorer.panels.generate_models import LoadedModel, ModelChoice, load
from explorer.panels.generate_sampling import (
    Settings,
    describe,
    generate,
    perplexity_of,
    preview,
)
from explorer.panels.generate_stream import Stream
from explorer.panels.ngram_counting import NARWHALS

ABC = Vocabulary(("a", "b", "c", "d"))
RAW = np.array([0.1, 0.4, 0.3, 0.2])


def recurrent() -> LanguageModel:
    return load_model(asset("weights", "narwhals.safetensors")).model


def ngram() -> LanguageModel:
    *_, last = load(ModelChoice(text=NARWHALS, order=3))
    assert isinstance(last, LoadedModel)
    return last.model


@pytest.mark.parametrize("make", [recurrent, ngram])
@pytest.mark.parametrize("settings", [Settings(), Settings(1.3, 5, 0.9, 3), Settings(0.0)])
def test_a_text_is_the_same_whatever_way_it_was_drawn(
    make: type[LanguageModel], settings: Settings
) -> None:
    model = make()
    prompt = [int(i) for i in model.vocabulary.encode(["narwhals", "are"])]
    whole = list(generate(model, prompt, settings, (), 12))
    engine = model.sample(
        12, np.random.default_rng(settings.seed), prompt=prompt,
        temperature=settings.temperature, top_k=settings.top_k, top_p=settings.top_p,
    )  # fmt: skip
    assert [one.token for one in whole] == [draw.token for draw in engine]
    before: list[int] = []
    for step in whole:
        [one] = generate(model, prompt, settings, before, 1)
        assert one == step
        before.append(one.token)


def test_the_preview_is_what_the_next_token_is_drawn_from() -> None:
    model = recurrent()
    prompt = [int(i) for i in model.vocabulary.encode(["the"])]
    [ahead] = preview(model, prompt, Settings(top_k=4))
    [one] = generate(model, prompt, Settings(top_k=4), (), 1)
    assert one.distribution.candidates[:4] == ahead.candidates[:4]
    assert (one.distribution.kept, one.distribution.cut) == (ahead.kept, ahead.cut) == (4, 37)


def test_cut_tokens_are_counted_with_their_share() -> None:
    # Top-k 2 keeps b and c: 0.4 / 0.7 and 0.3 / 0.7; a and d had 0.3 together.
    shaped = np.array([0.0, 4 / 7, 3 / 7, 0.0])
    shown = describe(ABC, RAW, shaped, Settings(1.0, 2), token=1)
    assert [(item.label, item.cut) for item in shown.candidates] == [
        ("b", False), ("c", False), ("d", True), ("a", True),
    ]  # fmt: skip
    assert (shown.kept, shown.cut) == (2, 2)
    assert shown.cut_share == pytest.approx(0.3)


def test_the_pieces_lie_end_to_end_in_the_order_of_the_vocabulary() -> None:
    shown = describe(ABC, RAW, RAW, Settings(1.0), token=None)
    assert [piece.label for piece in shown.pieces] == ["a", "b", "c", "d"]
    assert [piece.start for piece in shown.pieces] == pytest.approx([0, 0.1, 0.5, 0.8])
    assert shown.pieces[-1].end == 1.0


def test_narrow_pieces_are_drawn_together_but_for_the_one_that_was_hit() -> None:
    many = Vocabulary(tuple(f"t{i:04}" for i in range(1000)))
    flat = np.full(1000, 0.001)
    shown = describe(many, flat, flat, Settings(1.0), token=500)
    assert [piece.token for piece in shown.pieces] == [-1, 500, -1]
    hit = shown.pieces[1]
    assert (hit.start, hit.end) == pytest.approx((0.5, 0.501))
    assert shown.candidates[-1].token == 500


def test_a_drawn_number_falls_into_the_piece_of_its_token() -> None:
    for one in generate(recurrent(), (), Settings(1.5), (), 50):
        [piece] = [piece for piece in one.distribution.pieces if piece.token == one.token]
        assert piece.start <= one.uniform <= piece.end


def test_perplexity_is_the_models_own() -> None:
    model = recurrent()
    drawn = list(generate(model, (), Settings(0.5), (), 20))
    scores = model.score([one.token for one in drawn])
    assert perplexity_of(drawn) == pytest.approx(np.exp(-scores.mean()))
    assert perplexity_of(()) is None


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(InputError, match="seed"):
        next(generate(recurrent(), (), Settings(seed=-1), (), 1))


def test_a_stream_lets_tokens_out_by_the_clock() -> None:
    drawn = list(generate(recurrent(), (), Settings(), (), 10))
    stream = Stream()
    stream.waiting.extend(drawn)
    # The first comes at once; at 20 a second another every 50 ms.
    shown = [len(stream.due(seconds, 20.0)) for seconds in (0.0, 0.025, 0.025, 0.1)]
    assert shown == [1, 0, 1, 2]
    # A pause of a second is no reason for a burst: a tenth of a second is made up for.
    assert len(stream.due(1.0, 20.0)) == 2
    assert not stream.is_over
    stream.finished = True
    assert stream.due(0.0, float("inf")) == tuple(drawn[6:])
    assert stream.is_over
