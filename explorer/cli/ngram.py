"""Count the n-grams of a text and show what follows a context.

The probabilities are the maximum-likelihood ones: each count's share. A context never seen backs
off to its longest seen ending, and the answer says so.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from engine.models.fitting import FittedNGram, fit_ngram
from engine.models.language_model import perplexity
from engine.models.ngram import Evidence
from engine.text.corpus import CORPORA, corpus_from_file, load_corpus
from engine.text.tokenizer import TOKENIZERS
from explorer.cli.output import print_json, say

HELP = "count n-grams and show what follows a context"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    text = parser.add_mutually_exclusive_group(required=True)
    text.add_argument("--file", metavar="F", help="a UTF-8 text file")
    text.add_argument("--corpus", choices=CORPORA, help="a corpus that comes with the program")
    parser.add_argument("--order", type=int, metavar="N", required=True, help="n of the n-grams")
    parser.add_argument("--tokens", choices=TOKENIZERS, default="word")
    parser.add_argument(
        "--sentences",
        choices=("none", "lines"),
        default="none",
        help="count one stream of tokens, or each line as a sentence (default none)",
    )
    parser.add_argument("--context", metavar='"a b"', default="", help="what went before")
    parser.add_argument("--top", type=int, metavar="K", default=10, help="how many tokens to show")
    parser.add_argument("--smoothing", choices=("mle",), default="mle")
    parser.add_argument("--perplexity-on", metavar="G", help="a text to measure perplexity on")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: argparse.Namespace) -> int:
    """Count, look the context up, report."""
    corpus = corpus_from_file(options.file) if options.file else load_corpus(options.corpus)
    fitted = fit_ngram(corpus, options.order, tokens=options.tokens, sentences=options.sentences)
    model = fitted.model
    context = fitted.tokenizer.tokenize(options.context)
    evidence = model.top([int(i) for i in model.vocabulary.encode(context)], options.top)
    report: dict[str, Any] = {
        "order": model.order,
        "vocabulary": len(model.vocabulary),
        "contexts": model.contexts(),
        "ngrams": model.ngram_counts(),
        "context": model.vocabulary.decode(evidence.context),
        "context_count": evidence.context_count,
        "next": _rows(fitted, evidence),
        "events": model.events,
    }
    if options.perplexity_on is not None:
        report |= _perplexity(fitted, corpus_from_file(options.perplexity_on).text)
    if options.json:
        print_json(report)
    else:
        _print(report, evidence, model.vocabulary.decode(evidence.dropped))
    return 0


def _rows(fitted: FittedNGram, evidence: Evidence) -> list[dict[str, Any]]:
    tokens = fitted.model.vocabulary.decode(evidence.tokens)
    return [
        {
            "token": token,
            "count": int(count),
            "probability": float(probability),
            "order": evidence.order_used,
        }
        for token, count, probability in zip(
            tokens, evidence.counts, evidence.probabilities, strict=True
        )
    ]


def _perplexity(fitted: FittedNGram, text: str) -> dict[str, Any]:
    """Perplexity of another text with and without the tokens that the vocabulary lacks."""
    vocabulary = fitted.model.vocabulary
    tokens = fitted.tokenizer.tokenize(text)
    ids = np.array([_id(vocabulary.index(token)) for token in tokens], np.int32)
    scores = fitted.model.score(ids)
    known = ids >= 0
    return {
        "perplexity": perplexity(scores),
        "perplexity_known": perplexity(scores[known]) if known.any() else None,
        "zero_probability_tokens": int(np.isneginf(scores[known]).sum()),
        "unknown_tokens": int((~known).sum()),
    }


def _id(index: int | None) -> int:
    return -1 if index is None else index


def _print(report: dict[str, Any], evidence: Evidence, dropped: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    say(
        f"order {report['order']}: {report['events']:,} events, {report['vocabulary']:,} tokens, "
        f"{report['contexts']:,} contexts, {report['ngrams'][-1]:,} n-grams"
    )
    context = " ".join(repr(token)[1:-1] for token in report["context"]) or "(nothing)"
    say(f"after {context}, seen {evidence.context_count:,} times:")
    if dropped:
        say(f"(never seen after {' '.join(dropped)}: backed off to order {evidence.order_used})")
    table = Table(box=None, pad_edge=False)
    table.add_column("token")
    table.add_column("count", justify="right")
    table.add_column("probability", justify="right")
    for row in report["next"]:
        token = repr(row["token"])[1:-1].replace("[", r"\[")
        table.add_row(token, f"{row['count']:,}", f"{row['probability']:.4f}")
    Console().print(table)
    if "perplexity" in report:
        say(
            f"perplexity {report['perplexity']:.4g}, without unknown tokens "
            f"{report['perplexity_known'] or float('nan'):.4g}; "
            f"{report['zero_probability_tokens']} tokens of probability 0, "
            f"{report['unknown_tokens']} unknown"
        )
