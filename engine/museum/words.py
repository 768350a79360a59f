"""A diagnosis in sentences, mathematics between backticks as in :mod:`engine.trace.narration`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.museum.planted import obstacle
from engine.trace.narration import adjoint_name

if TYPE_CHECKING:
    from engine.museum.diagnosis import Diagnosis, Trial
    from engine.museum.planted import PlantedRun
    from engine.oracle.verdict import Verdict

Finding = Literal["caught", "passed", "unknown"]

_SPOKEN = {"matmul": "matrix product", "log_softmax": "softmax", "cross_entropy": "softmax"}


@dataclass(frozen=True, slots=True)
class Testimony:
    """What one witness says.

    Attributes:
        witness: who.
        finding: whether the mistake was caught; unknown where there is no answer (yet).
        sentence: what it saw.
    """

    witness: str
    finding: Finding
    sentence: str


def evidence(
    planted: PlantedRun, diagnosis: Diagnosis, verdict: Verdict | None
) -> tuple[Testimony, ...]:
    """The three witnesses: our own right run, PyTorch, and finite differences, in two sizes."""
    return (
        _ours(planted, diagnosis),
        _pytorch(diagnosis, verdict),
        _modules(diagnosis),
        _whole(diagnosis),
    )


def birth(planted: PlantedRun, diagnosis: Diagnosis) -> str:
    """Where the error begins and how far it gets."""
    if diagnosis.harmless:
        return _why_harmless(planted, diagnosis)
    node = planted.trace.nodes[diagnosis.born]
    if diagnosis.spread.kind == "value":
        finite = bool(np.isfinite(node.value).all())
        fact = "is wrong" if finite else "is the first that is not a finite number"
        values = _are_wrong(len(diagnosis.spread.wrong_values), f"of {len(planted.trace)} values")
        return (
            f"Born in the forward pass at `{node.name}`, whose value {fact}. {values}, and with "
            f"them {_count(len(diagnosis.spread.wrong_adjoints), 'adjoint')}."
        )
    name = adjoint_name(planted.trace, node.index)
    known = int((~np.isnan(diagnosis.spread.adjoint_errors)).sum())
    return (
        f"Born at `{node.name}`: `{name}` is the first that is wrong, "
        f"{off(float(diagnosis.spread.adjoint_errors[node.index]))}. The mistake acts at "
        f"{_count(len(diagnosis.spread.faults), 'node')}; "
        f"{_are_wrong(len(diagnosis.spread.wrong_adjoints), f'of {known} adjoints')}."
    )


def procedural(diagnosis: Diagnosis) -> str:
    """What one check of everything can say."""
    if diagnosis.whole.ok:
        return "The one gradient check passes: there is nothing to see."
    failed = (
        f"fails ({off(diagnosis.whole.max_error)}). Something is wrong, and it cannot say where."
    )
    if diagnosis.first_pass.ok:
        return (
            "The one gradient check passes, for it runs one pass from cleared adjoints. After a "
            f"second pass it {failed}"
        )
    return f"The one gradient check {failed}"


def modular(planted: PlantedRun, diagnosis: Diagnosis) -> str:
    """What the check of each module can say."""
    total, failing = len(diagnosis.modules), diagnosis.failing
    if failing:
        first = failing[0]
        named = _operations(planted, first.name)
        look = f" Look at its {named}." if named else ""
        others = f" So do {len(failing) - 1} others." if len(failing) > 2 else ""
        others = " So does one other." if len(failing) == 2 else others
        return (
            f"Of {total} modules, {first.name} fails its own check ({off(first.max_error)})."
            f"{look}{others}"
        )
    if diagnosis.whole.ok:
        return f"{_all(total)} its own check, and so does the whole."
    if diagnosis.first_pass.ok:
        return (
            f"{_all(total)} its own check, and so does the whole in its first pass: the mistake is "
            "outside of them, between two passes."
        )
    return f"{_all(total)} its own check, and the whole fails: the wiring between them is wrong."


def on_graphs(planted: PlantedRun, diagnosis: Diagnosis) -> str:
    """Whether a chain would have shown it, from two tiny runs."""
    chain, reused = diagnosis.chain, diagnosis.reused
    if reused.caught and not chain.caught:
        here = (
            f" This run has {_count(diagnosis.reused_nodes, 'node')} used more than once."
            if diagnosis.reused_nodes
            else " This run is a chain too."
        )
        return (
            f"It passes on a chain, {_tried(chain)}, and fails on a re-used node, {_tried(reused)}."
            f"{here}"
        )
    if chain.caught and reused.caught:
        return f"It fails on a chain already, {_tried(chain)}, and on a re-used node."
    return "Neither of the two tiny runs shows it."


def off(error: float) -> str:
    """How far off, in two digits."""
    return f"off by {error:.1e}" if np.isfinite(error) else "no finite number"


def _ours(planted: PlantedRun, diagnosis: Diagnosis) -> Testimony:
    witness = "The right run"
    if diagnosis.harmless:
        return Testimony(witness, "passed", "Every value and every adjoint is the same.")
    name = planted.trace.nodes[diagnosis.born].name
    sentence = f"The first {diagnosis.spread.kind} to differ is that of `{name}`."
    return Testimony(witness, "caught", sentence)


def _pytorch(diagnosis: Diagnosis, verdict: Verdict | None) -> Testimony:
    if verdict is None:
        return Testimony("PyTorch", "unknown", "PyTorch is being asked.")
    if verdict.status == "unverified":
        return Testimony("PyTorch", "unknown", verdict.reason)
    first = verdict.first_disagreement
    if first is None:
        return Testimony("PyTorch", "passed", "It agrees with every value and every adjoint.")
    where = ", where the error is born" if first.node == diagnosis.born else ""
    return Testimony(
        "PyTorch", "caught", f"It disagrees first at the {first.kind} of `{first.name}`{where}."
    )


def _modules(diagnosis: Diagnosis) -> Testimony:
    total, failing = len(diagnosis.modules), len(diagnosis.failing)
    witness = "Finite differences of each module"
    if failing:
        fail = "fails" if failing == 1 else "fail"
        return Testimony(witness, "caught", f"{failing} of {total} modules {fail}.")
    return Testimony(witness, "passed", f"{_all(total)}.")


def _whole(diagnosis: Diagnosis) -> Testimony:
    witness, whole = "Finite differences of the whole", off(diagnosis.whole.max_error)
    if diagnosis.whole.ok:
        return Testimony(witness, "passed", f"The gradient is right ({whole}).")
    if diagnosis.first_pass.ok:
        first = off(diagnosis.first_pass.max_error)
        return Testimony(
            witness, "caught", f"The first pass is right ({first}), the second is not ({whole})."
        )
    return Testimony(witness, "caught", f"The gradient is wrong ({whole}).")


def _why_harmless(planted: PlantedRun, diagnosis: Diagnosis) -> str:
    missing = obstacle(planted.original, planted.exhibit)
    if missing:
        return (
            f"{missing} There is nothing here that the mistake could break; its example shows it."
        )
    if planted.exhibit.hides_on_chain and diagnosis.reused_nodes == 0:
        return "Every node of this run is used once: the mistake is there and does no harm."
    largest = _largest_logit(planted)
    if largest is not None:
        dtype = planted.original.nodes[planted.original.output].value.dtype
        limit = float(np.log(np.finfo(dtype).max))
        return (
            f"The largest logit of this run is {largest:.1f}, and exp overflows above {limit:.0f}: "
            "no harm is done here."
        )
    return "The mistake is there, and every number of this run is right all the same."


def _largest_logit(planted: PlantedRun) -> float | None:
    """The largest number that goes into a replaced softmax."""
    if planted.exhibit.id != "not-shifted" or not planted.replaced:
        return None
    nodes = planted.original.nodes
    return max(float(nodes[nodes[i].operands[0]].value.max()) for i in planted.replaced)


def _operations(planted: PlantedRun, module: str) -> str:
    """What in a module carries a wrong row."""
    nodes = planted.trace.nodes
    found = {nodes[i].op: None for i in planted.replaced if nodes[i].module == module}
    return " and ".join(_SPOKEN.get(op, op) for op in found)


def _tried(trial: Trial) -> str:
    return f"{trial.text} ({off(trial.error)})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _are_wrong(number: int, of: str) -> str:
    return f"{number} {of} {'is' if number == 1 else 'are'} wrong"


def _all(total: int) -> str:
    return "The one module passes" if total == 1 else f"Each of {total} modules passes"
