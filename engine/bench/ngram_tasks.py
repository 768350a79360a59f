"""What `tapestry bench ngram` does in fresh processes: counting, and using a counted model.

Each function takes words and gives plain values.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.bench.fresh import measured
from engine.bench.ngram_peers import KenLM, count_with_counters, count_with_nltk
from engine.models.arpa import write_arpa
from engine.models.fitting import fit_ngram
from engine.models.held_out import holding_out
from engine.models.ngram import NGramModel
from engine.models.ngram_counts import NGramCounts
from engine.models.ngram_lm import NGramLM
from engine.models.ngram_sampling import CorpusSampler
from engine.models.smoothing import Smoothing, smoothed
from engine.steps import reported
from engine.text.corpus import corpus_from_file, load_corpus
from engine.text.encoding import encoded
from engine.text.tokenizer import tokenizer
from engine.text.vocabulary import Vocabulary

Answer = dict[str, Any]

ORDER = 5
SCORED = 10_000
DRAWN = 100_000
SAMPLED = 100
CONTEXTS = 100


def count(by: str, corpus: str, kind: str, order: str) -> Answer:
    """Counting all n-grams up to an order, from a list of strings."""
    tokens, n = tokenizer(kind).tokenize(load_corpus(corpus).text), int(order)
    if by != "ours":
        return {"counters": count_with_counters, "nltk": count_with_nltk}[by](tokens, n)

    def work() -> NGramCounts:
        vocabulary = Vocabulary.of(tokens)
        return NGramCounts.fit(vocabulary.encode(tokens), vocabulary, n)

    counts, seconds, megabytes = measured(work)
    return {"seconds": seconds, "mb": megabytes, "ngrams": list(counts.ngram_counts())}


def large(size: str) -> Answer:
    """A text file of so many bytes, plays in random order, counted as `tapestry ngram` does."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "large.txt"
        _write_large(path, int(size))
        fitted, seconds, megabytes = measured(lambda: fit_ngram(corpus_from_file(path), ORDER))
    return {"seconds": seconds, "mb": megabytes, "tokens": fitted.model.events}


def use(corpus: str, turns: str) -> Answer:
    """A modified Kneser-Ney model of order 5: fitted, asked, scored with, written."""
    counts, held_out = _parts(corpus)
    smoothing = Smoothing("modified-kneser-ney")
    model, first, megabytes = measured(lambda: smoothed(counts, smoothing))
    fits = [first, *_times(lambda: smoothed(counts, smoothing), int(turns) - 1)]
    tokens = held_out[:SCORED]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.arpa"
        writes = _times(lambda: write_arpa(model, path), min(int(turns), 3))
        times = _in_turns(_questions(model, tokens, path), int(turns))
    each = {"distribution": min(CONTEXTS, tokens.size)}
    return {
        "tokens": int(tokens.size),
        "types": len(counts.vocabulary),
        "fit": {"seconds": median(fits), "mb": megabytes},
        "arpa": {"seconds": median(writes)},
        **{name: {"seconds": median(t) / each.get(name, 1)} for name, t in times.items()},
    }


def draw(corpus: str, turns: str) -> Answer:
    """Seconds for a token of order 5 without smoothing: without a search, and from the whole
    distribution each time.
    """
    counts, _ = _parts(corpus)
    sampler, model = CorpusSampler.of(counts), NGramModel(counts)
    times = _in_turns(
        {
            "draw": lambda: sampler.generate(DRAWN, np.random.default_rng(1)),
            "sample": lambda: list(model.sample(SAMPLED, np.random.default_rng(1))),
        },
        int(turns),
    )
    return {
        "draw": {"seconds": median(times["draw"]) / DRAWN},
        "sample": {"seconds": median(times["sample"]) / SAMPLED},
    }


def _questions(
    model: NGramLM, tokens: NDArray[np.int32], arpa: Path
) -> Mapping[str, Callable[[], object]]:
    """Scoring a text and asking for whole distributions; by KenLM too where it is installed."""
    ids = tokens.tolist()
    contexts = [ids[i : i + ORDER] for i in range(min(CONTEXTS, len(ids)))]
    routes: dict[str, Callable[[], object]] = {
        "score": lambda: model.score(ids),
        "distribution": lambda: [model.next_distribution(context) for context in contexts],
    }
    with suppress(ImportError):
        kenlm, decode = KenLM(arpa), model.vocabulary.decode
        routes["kenlm_score"] = kenlm.scoring(decode(ids))
        routes["kenlm_distribution"] = kenlm.distribution(
            decode(contexts[0]), model.vocabulary.tokens
        )
    return routes


def _parts(corpus: str) -> tuple[NGramCounts, NDArray[np.int32]]:
    """The counts of a corpus but for a part of it, and the tokens of that part."""
    plays = load_corpus(corpus)
    text = reported(encoded(plays, tokenizer("word")))
    counts = reported(NGramCounts.counting_stream(text.stream, text.vocabulary, ORDER))
    titles = (document.title for document in plays.documents)
    parts = reported(holding_out(counts, tuple(zip(titles, text.firsts, strict=True))))
    return parts.train, parts.tokens


def _write_large(path: Path, size: int) -> None:
    plays = [document.text for document in load_corpus("shakespeare").documents]
    order = random.Random(1)
    left = size
    with path.open("w", encoding="utf-8", newline="\n") as file:
        while left > 0:
            order.shuffle(plays)
            for play in plays:
                file.write(play[:left])
                left -= min(len(play), left)


def _times(route: Callable[[], object], turns: int) -> list[float]:
    return _in_turns({"": route}, turns)[""]


def _in_turns(routes: Mapping[str, Callable[[], object]], turns: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in routes}
    for _ in range(turns):
        for name, route in routes.items():
            begun = perf_counter()
            route()
            times[name].append(perf_counter() - begun)
    return times
