"""What is said in words about a sentence's factors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from explorer.kit.tokens import shown_token
from explorer.panels.ngram_counting import grouped, kind_noun

if TYPE_CHECKING:
    from engine.models.chain_rule import Chain
    from explorer.panels.chain_reading import NGramReading, RecurrentReading, Sentence

MINUS = "\u2212"


def formula(order: int) -> str:
    """The chain rule as an n-gram model cuts it, in the notation of `explorer.mathtext`."""
    if order == 1:
        return "p(𝐱) ≈ ∏_t p(x_t)"
    if order == 2:
        return "p(𝐱) ≈ p(x_1) ∏_{t>1} p(x_t|x_{t-1})"
    if order == 3:
        return "p(𝐱) ≈ p(x_1) p(x_2|x_1) ∏_{t>2} p(x_t|x_{t-2}, x_{t-1})"
    return f"p(𝐱) ≈ ∏_t p(x_t|x_{{t-{order - 1}}}, …, x_{{t-1}})"


EXACT = "p(𝐱) = ∏_t p(x_t|h_{t-1})"
"""The chain rule as an RNN has it: its state stands for all tokens before."""


def shown_probability(probability: float) -> str:
    """Four places, or two digits and a power of ten where those would say too little; 0 is 0."""
    if probability == 0:
        return "0"
    return f"{probability:.4f}" if probability >= 0.0005 else _power(f"{probability:.1e}")


def shown_product(chain: Chain) -> str:
    """p(x), also where it is too small for a float64."""
    log = chain.log_probability / math.log(10)
    if chain.impossible:
        return "0"
    if log > -3:
        return f"{chain.probability:.4f}"
    exponent = math.floor(log)
    mantissa = f"{10 ** (log - exponent):.3f}"
    if mantissa.startswith("10"):
        mantissa, exponent = "1.000", exponent + 1
    return f"{mantissa}e{exponent}".replace("-", MINUS)


def shown_number(number: float, places: int = 3) -> str:
    """A number with a true minus, infinity as its sign."""
    if math.isinf(number):
        return "∞" if number > 0 else f"{MINUS}∞"
    if abs(number) >= 1e6:
        return _power(f"{number:.3e}")
    return f"{number:.{places}f}".replace("-", MINUS)


def shown_bits(bits: float) -> str:
    """A surprisal with one place."""
    return "∞" if math.isinf(bits) else f"{bits:.1f}"


def joined(sentence: Sentence, first: int, end: int) -> str:
    """Tokens of a sentence side by side, as they are counted."""
    joint = "" if sentence.kind == "char" else " "
    return joint.join(shown_token(token) for token in sentence.tokens[first:end])


def spoken_factor(reading: NGramReading, place: int) -> str:
    """One factor in words: the probability and where it comes from."""
    sentence = reading.sentence
    token = shown_token(sentence.tokens[place])
    if not sentence.known[place] and not reading.unknown:
        return f"“{token}” does not occur in {sentence.where}: unknown, it has no share."
    used = reading.used(place)
    before = joined(sentence, place - used, place)
    number = shown_probability(math.exp(reading.chain.logs[place]))
    after = f" after “{before}”" if before else ""
    said = f"“{token}”{after}: {number}"
    explanation = reading.evidence[place]
    top = explanation.terms[0]
    if len(explanation.terms) == 1:
        times = f"{grouped(top.count)} of {grouped(top.context_count)} times"
        added = " before k is added" if reading.smoothing.name == "add-k" else ""
        return f"{said}, {times}{added}{_backed_off(reading, place)}."
    return f"{said}, summed over orders; a {explanation.order}-gram is the longest seen."


def problem(reading: NGramReading) -> str:
    """Why a sentence cannot occur, or what is unknown in it; empty when all is well."""
    sentence, noun = reading.sentence, kind_noun(reading.sentence.kind)
    strange = [place for place, known in enumerate(sentence.known) if not known]
    if strange:
        token = shown_token(sentence.tokens[strange[0]])
        more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
        does = "do" if len(strange) > 1 else "does"
        has = "have" if len(strange) > 1 else "has"
        said = f"“{token}”{more} {does} not occur in {sentence.where}"
        if reading.unknown:
            return f"{said} and {has} the probability of <unk>."
        return (
            f"{said} and {has} no share there, so the product is 0 and the perplexity infinite; "
            f"choose {'other' if len(strange) > 1 else 'another'} "
            f"{noun}{'s' if len(strange) > 1 else ''} or another corpus."
        )
    if not reading.chain.impossible:
        return ""
    place = reading.chain.impossible[0]
    token, used = shown_token(sentence.tokens[place]), reading.used(place)
    before = joined(sentence, place - used, place)
    after = f" after “{before}”" if before else ""
    rest = len(reading.chain.impossible) - 1
    others = f", and {rest} more never after theirs" if rest else ""
    zero = "those factors are" if rest else "a factor is"
    return (
        f"“{token}” was never seen{after}{others}: {zero} 0, so the product is 0 and the "
        f"perplexity infinite; choose a smoothing to give {'them' if rest else 'it'} a share."
    )


def comparison(ngram: NGramReading, beside: RecurrentReading) -> str:
    """Which of two models predicts the sentence better, and by how many bits."""
    if beside.chain is None:
        return beside.problem
    name, ours, theirs = beside.rnn.name, ngram.chain.bits, beside.chain.bits
    totals = f"{ngram.order}-gram {_bits(ours)}, {name} {_bits(theirs)}"
    if math.isinf(ours):
        verdict = f"only the {name} gives this sentence a chance"
    elif abs(ours - theirs) < 0.005:
        verdict = "both predict this sentence equally well"
    else:
        better = f"{ngram.order}-gram" if ours < theirs else name
        verdict = f"the {better} predicts this sentence better, by {_bits(abs(ours - theirs))}"
    reads = len(ngram.sentence) - 1 if beside.history is None else beside.history
    fair = ", from the same tokens" if reads == min(ngram.order, len(ngram.sentence)) - 1 else ""
    return f"{totals}: {verdict}{fair}.{_stand_ins(beside)}"


def _bits(bits: float) -> str:
    return "∞ bits" if math.isinf(bits) else f"{bits:.2f} bits"


def _stand_ins(beside: RecurrentReading) -> str:
    if not beside.stand_ins:
        return ""
    words = [shown_token(beside.sentence.tokens[place]) for place in beside.stand_ins[:3]]
    more = f" and {len(beside.stand_ins) - 3} more" if len(beside.stand_ins) > 3 else ""
    quoted = ", ".join(f"“{word}”" for word in words)
    return f" It reads {quoted}{more} as <unk>."


def _backed_off(reading: NGramReading, place: int) -> str:
    asked, used = min(reading.order - 1, place), reading.used(place)
    if used >= asked:
        return ""
    longer = joined(reading.sentence, place - asked, place)
    return f"; “{longer}” was never seen, so {used + 1}-grams answer"


def _power(number: str) -> str:
    """A number such as 7.1e-05 without the zero, with a true minus."""
    mantissa, _, exponent = number.partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)
