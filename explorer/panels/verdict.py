"""The verdict of the comparison with PyTorch in words, for the badge and its explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.mathtext import to_unicode

if TYPE_CHECKING:
    from explorer.kit.badge import Verdict as Shown
    from explorer.session import Session


def badge_words(session: Session) -> tuple[Shown, str, str, str]:
    """What the badge shows: kind, words, a number after them, and a tip."""
    verdict = session.verdict
    if verdict is None:
        return "checking", "Asking PyTorch", "", "Every value and every adjoint is being compared."
    if verdict.status == "unverified":
        return "unverified", "Unverified", "", verdict.reason
    if verdict.first_disagreement is not None:
        first = verdict.first_disagreement
        name = to_unicode(first.name)
        return (
            "disagrees",
            "Disagrees with PyTorch",
            f"at {name}",
            f"The {first.kind} of {name} is the first that differs. Click to go there.",
        )
    return (
        "agrees",
        "Agrees with PyTorch",
        f"max {_error(_largest(session))}",
        "Every value and every adjoint equals PyTorch's. Click for the figures.",
    )


def explanation(session: Session) -> str:
    """The verdict in a sentence or two."""
    verdict, run = session.verdict, session.run
    if verdict is None or run is None:
        return (
            "PyTorch computes the same program in a process of its own; the answer is on its way."
        )
    if verdict.status == "unverified":
        return verdict.reason
    if verdict.first_disagreement is not None:
        first = verdict.first_disagreement
        return (
            f"The {first.kind} of {to_unicode(first.name)} differs from PyTorch's by"
            f" {first.error:.1e}, more than {verdict.tolerance:g}; it is the first that does."
        )
    values = len(run.trace)
    adjoints = sum(adjoint is not None for adjoint in run.trace.adjoints)
    torch = "" if verdict.answer is None else f" {verdict.answer.torch}"
    return (
        f"PyTorch{torch} ran the same program: {values} values and {adjoints} adjoints agree,"
        f" the largest differences {_error(verdict.max_value_error)} and"
        f" {_error(verdict.max_adjoint_error)} (tolerance {verdict.tolerance:g})."
    )


def _largest(session: Session) -> float:
    verdict = session.verdict
    assert verdict is not None
    return max(verdict.max_value_error or 0.0, verdict.max_adjoint_error or 0.0)


def _error(error: float | None) -> str:
    """An error to two digits; an exact 0 as such."""
    return f"{error:.1e}" if error else "0"
