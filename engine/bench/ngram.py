"""N-grams at real size: ours, NLTK, plain Counters of tuples and KenLM; time and memory.

Counting takes turns in fresh processes, because memory that one has used stays with its process.
NLTK takes half a minute to three minutes a case and runs once, unless asked to take all turns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import median
from typing import Any

from engine.bench.fresh import called

TASKS = "engine.bench.ngram_tasks"

NLTK, COUNTERS, KENLM = "NLTK", "Counter of tuples", "KenLM"
_BY = {"ours": "ours", NLTK: "nltk", COUNTERS: "counters"}

LARGE = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Goal:
    """The most that is aimed at.

    Attributes:
        ms: milliseconds of ours.
        mb: mebibytes that ours needs.
        ratio: of our time to the peer's.
    """

    ms: float | None = None
    mb: float | None = None
    ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Ours, and a peer where there is one that does the same.

    Attributes:
        name: what was done.
        ours_ms, ours_mb: the median time, and memory where it was measured.
        peer: what ours is compared with, or nothing.
        peer_ms, peer_mb: of the peer.
        goal: what is aimed at.
    """

    name: str
    ours_ms: float
    ours_mb: float | None = None
    peer: str = ""
    peer_ms: float | None = None
    peer_mb: float | None = None
    goal: Goal = Goal()

    @property
    def ratio(self) -> float | None:
        """Our time / the peer's."""
        return None if self.peer_ms is None else self.ours_ms / self.peer_ms

    @property
    def met(self) -> bool | None:
        """Whether all goals are met that could be measured; None if there are none."""
        held = (
            (self.ours_ms, self.goal.ms),
            (self.ours_mb, self.goal.mb),
            (self.ratio, self.goal.ratio),
        )
        checks = [value <= most for value, most in held if value is not None and most is not None]
        return all(checks) if checks else None

    def as_dict(self) -> dict[str, Any]:
        """The case as plain values, with the keys of the command line's contract."""
        return {
            "name": self.name,
            "ours_ms": self.ours_ms,
            "ours_mb": self.ours_mb,
            "peer": self.peer or None,
            "peer_ms": self.peer_ms,
            "peer_mb": self.peer_mb,
            "ratio": self.ratio,
            "goal": self.goal.ratio,
            "goal_ms": self.goal.ms,
            "goal_mb": self.goal.mb,
            "met": self.met,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        corpus: what is counted.
        turns: how often ours and the Counters run.
        nltk_turns: how often NLTK does, 0 if it is not installed.
        counting: which tokens to which order.
        large: bytes of the large file; 0 leaves it out.
    """

    corpus: str = "shakespeare"
    turns: int = 5
    nltk_turns: int = 1
    counting: tuple[tuple[str, int], ...] = (("word", 5), ("word", 7), ("char", 5), ("char", 7))
    large: int = LARGE


QUICK = Plan("narwhals", 1, 1, (("word", 5),), 1 << 20)
"""Everything once, on eight sentences, to see that it runs: the numbers mean little."""

_COUNTING: Mapping[tuple[str, int], Goal] = {("word", 5): Goal(250.0, 80.0)}
_NLTK_RATIO = 1 / 100


def has_nltk() -> bool:
    """Whether there is an NLTK to measure against."""
    return find_spec("nltk") is not None


def cases(plan: Plan) -> Iterator[tuple[Case, ...]]:
    """The cases, those of one thing together, as they are measured."""
    drawn = None
    for kind, order in plan.counting:
        group, drawing = _counting(plan, kind, order)
        yield group
        if (kind, order) == ("word", 5):
            drawn = drawing
    yield from _using(plan)
    yield (_drawing(plan, drawn),)
    if plan.large:
        yield (_large(plan.large),)


def _counting(plan: Plan, kind: str, order: int) -> tuple[tuple[Case, ...], float | None]:
    """Counting, by all in turns; and the seconds that NLTK takes to draw a token."""
    turns = {"ours": plan.turns, COUNTERS: plan.turns, NLTK: plan.nltk_turns}
    answers: dict[str, list[dict[str, Any]]] = {name: [] for name in turns if turns[name]}
    for turn in range(plan.turns):
        for name, found in answers.items():
            if turn < turns[name]:
                found.append(called(TASKS, "count", _BY[name], plan.corpus, kind, str(order)))
    ours_ms, ours_mb = _middle(answers.pop("ours"))
    noun = "characters" if kind == "char" else "words"
    plain = _COUNTING.get((kind, order), Goal())
    group = []
    for peer, found in answers.items():
        ms, mb = _middle(found)
        goal = Goal(plain.ms, plain.mb, _NLTK_RATIO if peer == NLTK else None)
        group.append(Case(f"count {noun} 1..{order}", ours_ms, ours_mb, peer, ms, mb, goal))
    drawn = [found["draw_seconds"] for found in answers.get(NLTK, ())]
    return tuple(group), median(drawn) if drawn else None


def _using(plan: Plan) -> Iterator[tuple[Case, ...]]:
    """What modified Kneser-Ney costs at order 5."""
    used = called(TASKS, "use", plan.corpus, str(plan.turns))

    def case(name: str, key: str, goal: Goal) -> tuple[Case, ...]:
        theirs = used.get(f"kenlm_{key}")
        peer = {"peer": KENLM, "peer_ms": theirs["seconds"] * 1e3} if theirs else {}
        ours = used[key]
        return (Case(name, ours["seconds"] * 1e3, ours.get("mb"), goal=goal, **peer),)

    yield case("fit modified Kneser-Ney 5", "fit", Goal(1000.0, 250.0))
    yield case(f"distribution of {used['types']:,} words", "distribution", Goal(0.1))
    yield case(f"score {used['tokens']:,} tokens", "score", Goal(10.0))
    yield case("write ARPA 5", "arpa", Goal(2000.0))


def _drawing(plan: Plan, nltk_seconds: float | None) -> Case:
    """A thousand tokens of order 5 without smoothing."""
    found = called(TASKS, "draw", plan.corpus, str(plan.turns))
    peer, seconds = "whole distributions", found["sample"]["seconds"]
    if nltk_seconds is not None:
        peer, seconds = NLTK, nltk_seconds
    # 200,000 tokens a second.
    goal = Goal(5.0)
    ours = found["draw"]["seconds"]
    return Case("draw 1,000 tokens 1..5", ours * 1e6, None, peer, seconds * 1e6, goal=goal)


def _large(size: int) -> Case:
    """A large file read, cut and counted."""
    found = called(TASKS, "large", str(size))
    name = f"count a file of {size / 2**20:g} MiB"
    return Case(name, found["seconds"] * 1e3, found["mb"], goal=Goal(12_000.0, 1024.0))


def _middle(answers: list[dict[str, Any]]) -> tuple[float, float | None]:
    """The median milliseconds and mebibytes."""
    memory = [each["mb"] for each in answers if each["mb"] is not None]
    return median(each["seconds"] for each in answers) * 1e3, median(memory) if memory else None
