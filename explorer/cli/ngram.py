"""Count the n-grams of a text, smooth them, and show what follows a context.

Without smoothing the probabilities are each count's share; a context never seen backs off to its
longest seen ending, and the answer says so. A model can also be read from an ARPA file.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import InputError
from engine.models.fitting import fit_ngram
from engine.models.language_model import perplexity
from engine.models.smoothing import Evidence, NGramLM, smoothed
from engine.text.corpus import CORPORA, corpus_from_file, load_corpus
from engine.text.tokenizer import TOKENIZERS, Tokenizer, tokenizer
from explorer.cli.output import print_json, say
from explorer.cli.smoothing_options import add_smoothing_options, chosen_smoothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.arpa import ArpaModel

HELP = "count n-grams, smooth them, and show what follows a context"
ARPA = ".arpa"
LARGEST_OF_KENLM = 6


@dataclass(frozen=True, slots=True)
class _Answering:
    """The model that answers, and the sizes of what it knows."""

    model: NGramLM | ArpaModel
    tokenizer: Tokenizer
    contexts: int
    ngrams: tuple[int, ...]
    events: int | None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    text = parser.add_mutually_exclusive_group(required=True)
    text.add_argument("--file", metavar="F", help="a UTF-8 text file, or a model: F.arpa")
    text.add_argument("--corpus", choices=CORPORA, help="a corpus that comes with the program")
    parser.add_argument("--order", type=int, metavar="N", help="n of the n-grams")
    parser.add_argument("--tokens", choices=TOKENIZERS, default="word")
    parser.add_argument(
        "--sentences",
        choices=("none", "lines"),
        default="none",
        help="count one stream of tokens, or each line as a sentence (default none)",
    )
    parser.add_argument("--context", metavar='"a b"', default="", help="what went before")
    parser.add_argument("--top", type=int, metavar="K", default=10, help="how many tokens to show")
    add_smoothing_options(parser)
    parser.add_argument("--perplexity-on", metavar="G", help="a text to measure perplexity on")
    parser.add_argument("--arpa", metavar="OUT", help="write the smoothed model as an ARPA file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: argparse.Namespace) -> int:
    """Count or read, look the context up, report."""
    is_model = options.file is not None and options.file.lower().endswith(ARPA)
    answering = _read(options) if is_model else _counted(options)
    model = answering.model
    evidence = model.top(_context(answering, options.context), options.top)
    counted = answering.events is not None
    report: dict[str, Any] = {
        "order": model.order,
        "vocabulary": len(model.vocabulary),
        "contexts": answering.contexts,
        "ngrams": answering.ngrams,
        "context": _decoded(model, evidence.context),
        "context_count": evidence.context_count if counted else None,
        "next": _rows(model, evidence, counted=counted),
        "events": answering.events,
    }
    if options.perplexity_on is not None:
        report |= _perplexity(answering, corpus_from_file(options.perplexity_on).text)
    if options.arpa is not None:
        from engine.models.arpa import write_arpa

        write_arpa(model, options.arpa)
    if options.json:
        print_json(report)
    else:
        _print(report, answering, evidence)
        if options.arpa is not None:
            readable = 2 <= model.order <= LARGEST_OF_KENLM
            say(f"written: {options.arpa}{'' if readable else ' (KenLM reads orders 2 to 6 only)'}")
    return 0


def _counted(options: argparse.Namespace) -> _Answering:
    """The model of a text, smoothed."""
    smoothing = chosen_smoothing(options)
    if options.order is None:
        raise InputError("--order N is needed: how many tokens the n-grams have")
    corpus = corpus_from_file(options.file) if options.file else load_corpus(options.corpus)
    fitted = fit_ngram(
        corpus,
        options.order,
        tokens=options.tokens,
        sentences=options.sentences,
        unknown=smoothing.name != "mle",
    )
    counts = fitted.model.counted
    return _Answering(
        smoothed(counts, smoothing),
        fitted.tokenizer,
        counts.contexts(),
        counts.ngram_counts(),
        counts.events,
    )


def _read(options: argparse.Namespace) -> _Answering:
    """The model of an ARPA file."""
    from engine.models.arpa import read_arpa

    if options.smoothing != "mle" or options.sentences != "none":
        raise InputError(
            "an ARPA file is smoothed already and knows whether it has sentences; leave "
            "--smoothing and --sentences out",
            file=options.file,
        )
    model = read_arpa(options.file)
    if options.order not in {None, model.order}:
        raise InputError(
            f"the file's order is {model.order}, not {options.order}; leave --order out",
            file=options.file,
        )
    return _Answering(
        model, tokenizer(options.tokens), model.contexts(), model.ngram_counts(), None
    )


def _context(answering: _Answering, text: str) -> list[int]:
    """The ids of a context; ``<s>`` before it where the model has sentences."""
    model, before = answering.model, []
    if model.start is not None and text.split()[:1] == ["<s>"]:
        before, text = [model.start], text.strip().removeprefix("<s>")
    vocabulary = model.vocabulary
    words = vocabulary.encode(answering.tokenizer.tokenize(text), unknown=vocabulary.unknown)
    return [*before, *words.tolist()]


def _decoded(model: NGramLM | ArpaModel, ids: Sequence[int]) -> list[str]:
    tokens = model.vocabulary.tokens
    return ["<s>" if token == model.start else tokens[token] for token in ids]


def _rows(model: NGramLM | ArpaModel, evidence: Evidence, *, counted: bool) -> list[dict[str, Any]]:
    tokens = model.vocabulary.decode(evidence.tokens)
    columns = evidence.counts, evidence.probabilities, evidence.orders
    return [
        {
            "token": token,
            "count": int(count) if counted else None,
            "probability": float(probability),
            "order": int(order),
        }
        for token, count, probability, order in zip(tokens, *columns, strict=True)
    ]


def _perplexity(answering: _Answering, text: str) -> dict[str, Any]:
    """Perplexity of another text with and without the tokens that the vocabulary lacks.

    Where the model has sentences, each line is one and its end is predicted too.
    """
    model = answering.model
    vocabulary, cut = model.vocabulary, answering.tokenizer.tokenize
    if model.start is None:
        tokens = cut(text)
    else:
        lines = [cut(line) for line in text.split("\n") if line.strip()]
        tokens = [token for line in lines for token in (*line, "</s>")]
    ids = np.array([_id(vocabulary.index(token)) for token in tokens], np.int32)
    scores = model.score(ids.tolist())
    known = ids >= 0
    if vocabulary.unknown is not None:
        known &= ids != vocabulary.unknown
    return {
        "perplexity": perplexity(scores),
        "perplexity_known": perplexity(scores[known]) if known.any() else None,
        "zero_probability_tokens": int(np.isneginf(scores[known]).sum()),
        "unknown_tokens": int((~known).sum()),
    }


def _id(index: int | None) -> int:
    return -1 if index is None else index


def _print(report: dict[str, Any], answering: _Answering, evidence: Evidence) -> None:
    from rich.console import Console
    from rich.table import Table

    model, counted = answering.model, answering.events is not None
    events = f"{report['events']:,} events, " if counted else ""
    say(
        f"order {report['order']}: {events}{report['vocabulary']:,} tokens, "
        f"{report['contexts']:,} contexts, {report['ngrams'][-1]:,} n-grams"
    )
    for line in _smoothing_lines(model):
        say(line)
    context = _shown(report["context"]) or "(nothing)"
    say(
        f"after {context}, seen {evidence.context_count:,} times:"
        if counted
        else f"after {context}:"
    )
    if evidence.dropped:
        dropped = _shown(_decoded(model, evidence.dropped))
        say(f"(never seen after {dropped}: backed off to order {evidence.order_used})")
    table = Table(box=None, pad_edge=False)
    table.add_column("token")
    table.add_column("count", justify="right")
    table.add_column("probability", justify="right")
    table.add_column("order", justify="right")
    for row in report["next"]:
        token = _shown([row["token"]]).replace("[", r"\[")
        count = "" if row["count"] is None else f"{row['count']:,}"
        table.add_row(token, count, f"{row['probability']:.4f}", str(row["order"]))
    Console().print(table)
    if "perplexity" in report:
        known = report["perplexity_known"]
        without = (
            "every token is unknown" if known is None else f"without unknown tokens {known:.4g}"
        )
        say(
            f"perplexity {report['perplexity']:.4g}, {without}; "
            f"{report['zero_probability_tokens']} tokens of probability 0, "
            f"{report['unknown_tokens']} unknown"
        )


def _shown(tokens: Sequence[str]) -> str:
    return " ".join(repr(token)[1:-1] for token in tokens)


def _smoothing_lines(model: NGramLM | ArpaModel) -> list[str]:
    """What the smoothing is, its discounts, and what a person should know about it."""
    from engine.models.smoothing.additive import AddK
    from engine.models.smoothing.interpolated import Interpolated

    lines = []
    if isinstance(model, Interpolated):
        lines.append(f"smoothing: {model.smoothing.title}")
        for order, discounts in enumerate(model.discounts, start=1):
            amounts = "  ".join(f"{amount:.4f}" for amount in dict.fromkeys(discounts.amounts))
            lines.append(f"  discounts of order {order}: {amounts}")
    elif isinstance(model, AddK):
        lines.append(f"smoothing: add-k, k = {model.smoothing.k:g}")
    return [*lines, model.note] if model.note else lines
