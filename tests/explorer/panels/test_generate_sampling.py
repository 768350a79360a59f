from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.language_model import LanguageModel
from engine.models.weights import load_model
from engine.text.vocabulary import Vocabulary
from explorer.assets import asset
from explorer.panels.generate_distribution import Settings, describe
from explorer.panels.generate_models import LoadedModel, ModelChoice, load
from explorer.panels.generate_numbers import Numbers
from explorer.panels.generate_sampling import Drawn, Reader, draw_rows, preview
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


def sampled(
    model: LanguageModel, context: Sequence[int], settings: Settings, length: int
) -> list[Drawn]:
    rows = draw_rows((Reader(model, tuple(context)),), settings, Numbers(settings.seed), 0, length)
    return [row.drawn[0] for row in rows]


@pytest.mark.parametrize("make", [recurrent, ngram])
@pytest.mark.parametrize("settings", [Settings(), Settings(1.3, 5, 0.9, 3), Settings(0.0)])
def test_a_text_is_the_same_whatever_way_it_was_drawn(
    make: Callable[[], LanguageModel], settings: Settings
) -> None:
    model = make()
    prompt = tuple(int(i) for i in model.vocabulary.encode(["narwhals", "are"]))
    whole = sampled(model, prompt, settings, 12)
    engine = model.sample(
        12, np.random.default_rng(settings.seed), prompt=prompt,
        temperature=settings.temperature, top_k=settings.top_k, top_p=settings.top_p,
    )  # fmt: skip
    assert [(one.token, one.uniform) for one in whole] == [
        (draw.token, draw.uniform) for draw in engine
    ]
    reader, numbers = Reader(model, prompt), Numbers(settings.seed)
    for place, step in enumerate(whole):
        [row] = draw_rows((reader,), settings, numbers, place, 1)
        [one] = row.drawn
        assert (one.token, one.uniform, one.probability, one.surprise) == (
            step.token, step.uniform, step.probability, step.surprise,
        )  # fmt: skip
        # Where a recurrent model stood is where it goes on.
        reader = Reader(model, (*reader.context, one.token), row.marks[0])


def test_models_side_by_side_use_the_same_number_at_the_same_place() -> None:
    models = recurrent(), ngram(), ngram()
    contexts = [tuple(int(i) for i in m.vocabulary.encode(["narwhals", "are"])) for m in models]
    readers = tuple(map(Reader, models, contexts))
    rows = list(draw_rows(readers, Settings(), Numbers(17), 0, 20))
    expected = np.random.default_rng(17).random(20).tolist()
    for column in range(3):
        assert [row.drawn[column].uniform for row in rows] == expected
    # Two models that are the same say the same.
    assert [row.drawn[1].token for row in rows] == [row.drawn[2].token for row in rows]


def test_a_token_put_in_by_hand_is_no_draw_and_the_rest_follows_it() -> None:
    model = ngram()
    are, friendly, bang = (model.vocabulary.index(word) for word in ("are", "friendly", "!"))
    assert are is not None
    assert friendly is not None
    narwhals = int(model.vocabulary.encode(["narwhals"])[0])
    first, second = draw_rows(
        (Reader(model, (narwhals, are)),), Settings(1.0), Numbers(17), 0, 2, (friendly,)
    )
    # "narwhals are" stands once in each of the 8 sentences, once followed by "friendly".
    assert (first.drawn[0].token, first.drawn[0].by_hand) == (friendly, True)
    assert first.drawn[0].probability == pytest.approx(1 / 8)
    assert first.drawn[0].surprise == pytest.approx(3.0)
    # "are friendly" is always followed by "!".
    assert (second.drawn[0].token, second.drawn[0].by_hand) == (bang, False)
    assert second.drawn[0].uniform == np.random.default_rng(17).random(2)[1]


def test_what_a_model_deems_impossible_is_infinitely_surprising() -> None:
    model = ngram()
    narwhals, are = (int(i) for i in model.vocabulary.encode(["narwhals", "are"]))
    [row] = draw_rows((Reader(model, (narwhals, are)),), Settings(), Numbers(1), 0, 1, (are,))
    assert row.drawn[0].probability == 0
    assert row.drawn[0].surprise == np.inf


@pytest.mark.parametrize(
    ("words", "context"),
    [
        # A trigram model looks at two tokens.
        (["narwhals", "are"], 2),
        # "are are" stands nowhere: the model backs off to the second "are".
        (["are", "are"], 1),
        # The text is shorter than the window.
        (["narwhals"], 1),
    ],
)
def test_an_ngram_tells_how_many_tokens_it_looked_at(words: list[str], context: int) -> None:
    model = ngram()
    ids = tuple(int(i) for i in model.vocabulary.encode(words))
    [ahead] = preview(Reader(model, ids), Settings())
    assert (ahead.context, ahead.wanted) == (context, 2)


def test_a_recurrent_model_looks_at_everything() -> None:
    [ahead] = preview(Reader(recurrent(), (1, 2)), Settings())
    assert (ahead.context, ahead.wanted) == (-1, -1)


def test_the_preview_is_what_the_next_token_is_drawn_from() -> None:
    model = recurrent()
    prompt = tuple(int(i) for i in model.vocabulary.encode(["the"]))
    [ahead] = preview(Reader(model, prompt), Settings(top_k=4))
    [one] = sampled(model, prompt, Settings(top_k=4), 1)
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
    for one in sampled(recurrent(), (), Settings(1.5), 50):
        [piece] = [piece for piece in one.distribution.pieces if piece.token == one.token]
        assert piece.start <= one.uniform <= piece.end


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(InputError, match="seed"):
        Numbers(-1)


def test_settings_that_cannot_be_used_are_refused_before_the_first_token() -> None:
    with pytest.raises(InputError, match="temperature"):
        next(draw_rows((Reader(recurrent(), ()),), Settings(-1.0), Numbers(1), 0, 1))


def test_a_stream_lets_rows_out_by_the_clock() -> None:
    rows = list(draw_rows((Reader(recurrent(), ()),), Settings(), Numbers(17), 0, 10))
    stream = Stream()
    stream.waiting.extend(rows)
    # The first comes at once; at 20 a second another every 50 ms.
    shown = [len(stream.due(seconds, 20.0)) for seconds in (0.0, 0.025, 0.025, 0.1)]
    assert shown == [1, 0, 1, 2]
    # A pause of a second is no reason for a burst: a tenth of a second is made up for.
    assert len(stream.due(1.0, 20.0)) == 2
    assert not stream.is_over
    stream.finished = True
    assert stream.due(0.0, float("inf")) == tuple(rows[6:])
    assert stream.is_over
