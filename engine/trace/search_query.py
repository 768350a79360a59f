"""What a person asks for in a search, as values: the small grammar of queries.

A query is one clause, or several with ``and`` between them that all have to hold::

    query   = clause { " and " clause }
    clause  = words | quoted | step | odd | extreme | compare
    words   = a name (h_3, h3, W_hh), a primitive (tanh), a role, a module or a token
    quoted  = '"' text '"'                          a token, or a stretch of the text
    step    = ("step" | "t") [ "=" ] integer
    odd     = [ of ] ("nan" | "inf" | "nonfinite")  of a value or of an adjoint
    extreme = ("largest" | "smallest") [ count ] of
    compare = [ of ] (">" | ">=" | "<" | "<=" | "=") number
    of      = "value" | "adjoint" | "|value|" | "|adjoint|"

Numbers are held against every component. Without ``of`` they are those of values. A number with
digits after the point equals all that is rounded to it: ``= 0.25`` finds 0.2513 too.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal, cast

from engine.errors import InputError

LENGTH_LIMIT = 200
"""Longest query accepted, in characters."""

MOST = 1000
"""Most nodes that one extreme can ask for."""

Sign = Literal[">", ">=", "<", "<=", "="]
Of = Literal["value", "adjoint"]
Oddity = Literal["nan", "inf", "nonfinite"]


@dataclass(frozen=True, slots=True)
class Words:
    """A name, primitive, role, module or token."""

    text: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A token, or several tokens in a row."""

    text: str


@dataclass(frozen=True, slots=True)
class AtStep:
    """The nodes of a time step."""

    step: int


@dataclass(frozen=True, slots=True)
class Odd:
    """Components that are no finite number; of both values and adjoints where ``of`` is None."""

    what: Oddity
    of: Of | None = None


@dataclass(frozen=True, slots=True)
class Extreme:
    """The nodes whose component of largest magnitude is the largest of all, or the smallest."""

    of: Of
    largest: bool = True
    count: int = 1


@dataclass(frozen=True, slots=True)
class Compare:
    """A component that lies on one side of a number.

    Attributes:
        tolerance: within which a component equals the number.
        magnitude: signs do not count.
    """

    sign: Sign
    number: float
    of: Of = "value"
    tolerance: float = 0.0
    magnitude: bool = False


Clause = Words | Quoted | AtStep | Odd | Extreme | Compare

_AND = re.compile(r'\s+and\s+(?=(?:[^"]*"[^"]*")*[^"]*$)', re.IGNORECASE)
_STEP = re.compile(r"(?:step|t)\s*=?\s*(\d{1,9})")
_BEGUN_STEP = re.compile(r"step\s*=?|t\s*=\s*\S*|step\s*=\s*\S*")
_OF = r"(?P<of>\|?\s*(?:values?|adjoints?)\s*\|?)"
_COMPARE = re.compile(rf"(?:{_OF}\s*)?(?P<sign>>=|<=|==|=|>|<)\s*(?P<number>.*)")
_EXTREME = re.compile(rf"(?P<which>largest|smallest)(?:\s+(?P<count>\d+))?(?:\s+{_OF})?")
_ODD = re.compile(r"(?:(?P<of>values?|adjoints?)\s+)?(?P<what>nan|inf|infinity|non-?finite)s?")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?(?P<digits>\d*)|\.(?P<only>\d+))(?:e(?P<power>[+-]?\d+))?")
_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "≥": ">=", "≤": "<=", "−": "-", "\t": " "})


def parse(query: str) -> tuple[Clause, ...]:
    """The clauses of a query; none for an empty one.

    Raises:
        InputError: it cannot be understood; the message says what to write instead.
    """
    text = query.translate(_PLAIN)
    if not text.strip():
        return ()
    if len(text) > LENGTH_LIMIT:
        raise InputError(f"Search for at most {LENGTH_LIMIT} characters.")
    if text.count('"') % 2:
        raise InputError('Write a " at the end of the token too.')
    return tuple(_clause(part.strip()) for part in _AND.split(text.strip()))


def _clause(text: str) -> Clause:
    if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'":
        return Quoted(text[1:-1].replace("\\n", "\n").replace("\\t", "\t"))
    if not text or text == '""':
        raise InputError("Write what is to hold too: tanh and step 3.")
    plain = text.lower()
    if (found := _STEP.fullmatch(plain)) is not None:
        return AtStep(int(found[1]))
    if _BEGUN_STEP.fullmatch(plain):
        raise InputError("Write the number of a time step: step 12.")
    if (found := _ODD.fullmatch(plain)) is not None:
        what = found["what"].replace("-", "").replace("infinity", "inf")
        return Odd(cast(Oddity, what), _of(found["of"]) if found["of"] else None)
    if (found := _EXTREME.fullmatch(plain)) is not None:
        return _extreme(found)
    if (found := _COMPARE.fullmatch(plain)) is not None:
        return _compare(found)
    if plain.strip("|s ") in {"value", "adjoint"}:
        name = plain.strip("|s ")
        raise InputError(f"Say which: {name} > 0.1, {name} nan, or largest {name}.")
    return Words(text)


def _extreme(found: re.Match[str]) -> Extreme:
    if not found["of"]:
        raise InputError(f"Say of what: {found['which']} adjoint, or {found['which']} value.")
    count = int((found["count"] or "1")[:9])
    if not 1 <= count <= MOST:
        raise InputError(f"Ask for 1 to {MOST} nodes: {found['which']} 10 adjoints.")
    return Extreme(_of(found["of"]), found["which"] == "largest", count)


def _compare(found: re.Match[str]) -> Compare:
    sign = found["sign"].replace("==", "=")
    written = _NUMBER.fullmatch(found["number"].strip())
    if written is None:
        raise InputError(f"Write a number after {sign}, such as {sign} 0.5.")
    number, power = float(written[0]), int(written["power"] or 0)
    if not math.isfinite(number):
        raise InputError("Write a number of at most 300 digits, or inf for an infinite one.")
    digits = len(written["digits"] or written["only"] or "")
    tolerance = 1e-12 * (1 + abs(number))
    if digits and abs(power) < 300:
        # A little more than half a digit: what is shown rounded to the number is found.
        tolerance = max(tolerance, 0.5000001 * 10.0 ** (power - digits))
    of = found["of"] or "value"
    return Compare(cast(Sign, sign), number, _of(of), tolerance, "|" in of)


def _of(text: str) -> Of:
    return "adjoint" if "adjoint" in text else "value"
