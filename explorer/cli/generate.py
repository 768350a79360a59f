"""Generate text, token by token, from a trained model or from counted n-grams."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.errors import InputError
from engine.models.fitting import fit_ngram
from engine.models.language_model import LanguageModel
from engine.models.smoothing import smoothed
from engine.models.torch_files import load_weights
from engine.text.corpus import CORPORA, corpus_from_file, load_corpus
from engine.text.tokenizer import Tokenizer, tokenizer
from explorer.assets import asset
from explorer.cli.output import print_json, say
from explorer.cli.run_options import seed_number
from explorer.cli.smoothing_options import add_smoothing_options, chosen_smoothing

HELP = "generate text from a trained model or from n-grams"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--model", metavar="M", help="weights that `tapestry train` saved (default: Shakespeare's)"
    )
    which.add_argument("--ngram", type=int, metavar="N", help="an n-gram model of this order")
    text = parser.add_mutually_exclusive_group()
    text.add_argument("--file", metavar="F", help="text whose n-grams are counted")
    text.add_argument("--corpus", choices=CORPORA, help="corpus whose n-grams are counted")
    parser.add_argument("--tokens", choices=("word", "char"), default="word", help="of n-grams")
    add_smoothing_options(parser)
    parser.add_argument("--prompt", metavar="P", default="", help="what the text begins with")
    parser.add_argument("--length", type=int, metavar="L", default=200, help="tokens to draw")
    parser.add_argument("--temperature", type=float, metavar="T", default=1.0)
    parser.add_argument("--top-k", type=int, metavar="K")
    parser.add_argument("--top-p", type=float, metavar="P")
    parser.add_argument("--seed", type=seed_number, metavar="S", default=0)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: argparse.Namespace) -> int:
    """Draw the tokens and print them after the prompt."""
    if options.length < 0:
        raise InputError(f"the length must be 0 or more, not {options.length}")
    model, cutter = _model(options)
    prompt = cutter.tokenize(options.prompt)
    draws = model.sample(
        options.length,
        np.random.default_rng(options.seed),
        prompt=_ids(model, prompt),
        temperature=options.temperature,
        top_k=options.top_k,
        top_p=options.top_p,
    )
    tokens: list[dict[str, Any]] = [
        {"token": model.vocabulary.tokens[draw.token], "probability": draw.probability}
        for draw in draws
    ]
    text = cutter.detokenize([*prompt, *(row["token"] for row in tokens)])
    if options.json:
        print_json({"text": text, "tokens": tokens})
    else:
        say(text)
    return 0


def _model(options: argparse.Namespace) -> tuple[LanguageModel, Tokenizer]:
    smoothing = chosen_smoothing(options)
    if options.ngram is not None:
        if options.file is None and options.corpus is None:
            raise InputError("--ngram needs a text to count: add --file F or --corpus C")
        corpus = corpus_from_file(options.file) if options.file else load_corpus(options.corpus)
        fitted = fit_ngram(corpus, options.ngram, tokens=options.tokens)
        return smoothed(fitted.model.counted, smoothing), fitted.tokenizer
    if smoothing.name != "mle":
        raise InputError("--smoothing goes with --ngram N, the order to count")
    if options.file is not None or options.corpus is not None:
        raise InputError("--file and --corpus go with --ngram N, the order to count")
    saved = load_weights(options.model or asset("weights", "shakespeare-lstm.safetensors"))
    return saved.model, tokenizer(saved.tokens)


def _ids(model: LanguageModel, tokens: Sequence[str]) -> list[int]:
    vocabulary = model.vocabulary
    return [int(i) for i in vocabulary.encode(tokens, unknown=vocabulary.unknown)]
