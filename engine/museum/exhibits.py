"""The exhibits: classic mistakes of backpropagation, one row each.

Sources: Karpathy, *Yes you should understand backprop* (2016); the lecture's slides on the three
ways of automatic differentiation; the questions that students ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.errors import InputError
from engine.museum import examples, wrong_rules
from engine.museum.examples import Example, formula
from engine.museum.mistake import RIGHT, Mistake, as_met, once_a_consumer, within_a_step
from engine.museum.wrong_rules import WrongRow
from engine.trace.events import Version


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One mistake.

    Attributes:
        id: its name in files and code.
        title: a few words.
        wrong, right: the line of code, as somebody would write it, and as it should be.
        story: what goes wrong, in two sentences; mathematics between backticks.
        replaces: the part of the program that is replaced.
        hides_on_chain: no harm is done where every node is used once.
        missing: what a run lacks in which there is nothing to replace, one sentence.
        example: a run that shows it.
        chain, reused: two tiny runs, with every node used once, and with one used twice.
        row: the wrong row of a node, where a local rule is replaced.
        mistake: how the backward pass differs, where that is replaced.
        lines: the lines of the lecture's algorithm (version and number) as the mistake has them.
    """

    id: str
    title: str
    wrong: str
    right: str
    story: str
    replaces: str
    hides_on_chain: bool
    missing: str
    example: Example
    chain: Example
    reused: Example
    row: WrongRow | None = None
    mistake: Mistake = RIGHT
    lines: Mapping[tuple[Version, int], str] = field(default_factory=dict)


_CHAIN = formula("exp(sin(x))", x=0.5)
_REUSED = formula("x*sin(x)", x=0.5)
_LECTURE = formula("exp(x*z) + x*z/log(x) + sin(log(x))/(x*z)", x=2.0, z=3.0)

EXHIBITS: tuple[Exhibit, ...] = (
    Exhibit(
        "assigned",
        "= where += was needed",
        "v.adjoint = u.adjoint * du_dv",
        "v.adjoint += u.adjoint * du_dv",
        "A node that is used twice gets two contributions, and the second wipes out the first. "
        "Only the consumer that comes last in the backward pass is heard.",
        "how a contribution joins the sum",
        hides_on_chain=True,
        missing="",
        example=_LECTURE,
        chain=_CHAIN,
        reused=_REUSED,
        mistake=Mistake(replaces=True),
        lines={("A", 3): "sum = dy/du · du/dv", ("B", 4): "dy/dv = dy/du · du/dv"},
    ),
    Exhibit(
        "unordered",
        "Backward without topological order",
        "for u in nodes_as_met_from(loss):",
        "for u in reversed(tape):",
        "A node has its turn when it is first met on the way from the loss, before all its "
        "consumers have pushed to it. It passes on an incomplete adjoint, and what arrives later "
        "goes no further.",
        "the order of the backward pass",
        hides_on_chain=True,
        missing="",
        example=examples.SENTENCE,
        chain=_CHAIN,
        reused=formula("sin(x)*exp(sin(x))", x=0.5),
        mistake=Mistake(order=as_met),
        lines={
            ("B", 1): "for u as first met from y:",
            ("B", 2): "# dy/du may lack contributions",
        },
    ),
    Exhibit(
        "not-zeroed",
        "Adjoints not zeroed between two passes",
        "loss.backward(); step(parameters)",
        "zero_adjoints(); loss.backward(); step(parameters)",
        "The second backward pass adds to what the first one left at the parameters and inputs. "
        "The direction of a step is that of all batches so far, and its length grows.",
        "what an adjoint is before the pass",
        hides_on_chain=False,
        missing="",
        example=examples.SENTENCE,
        chain=_CHAIN,
        reused=_REUSED,
        mistake=Mistake(keeps=True),
        lines={("A", 4): "dy/dv += sum", ("B", 0): "initialise dy/dy = 1, leaves as left"},
    ),
    Exhibit(
        "once-in-a-set",
        "Operands kept in a set",
        "for v in set(u.operands):",
        "for v in u.operands:",
        "A set holds a node once, so `x · x` has one edge to `x` instead of two. Half of the "
        "derivative is never added.",
        "which operands a node pushes to",
        hides_on_chain=True,
        missing="No operation of this run uses one node in two slots, as x*x does.",
        example=formula("sin(x)*sin(x)", x=0.5),
        chain=_CHAIN,
        reused=formula("x*x", x=0.5),
        mistake=Mistake(carries=once_a_consumer),
        lines={
            ("A", 2): "for each u in set(users of v):",
            ("B", 3): "for each v in set(inputs of u):",
        },
    ),
    Exhibit(
        "exp-input",
        "exp differentiated by its input",
        "dx = dy * x              # y = exp(x)",
        "dx = dy * y              # y = exp(x)",
        "The derivative of `exp` is its own output, and the input was used instead. The values "
        "stay right, only the adjoints below it are off.",
        "the rule of exp",
        hides_on_chain=False,
        missing="This run computes no exp.",
        example=_LECTURE,
        chain=_CHAIN,
        reused=formula("exp(x)*sin(x)", x=0.5),
        row=wrong_rules.exp_by_the_input,
    ),
    Exhibit(
        "tanh-input",
        "tanh differentiated at its input",
        "dz = dh * (1 - z**2)     # h = tanh(z)",
        "dz = dh * (1 - h**2)     # h = tanh(z)",
        "The slope of `tanh` is `1 - h^2` in its output, and the pre-activation was squared "
        "instead. Near 0 the two are almost the same, and a small network still seems to learn.",
        "the rule of tanh",
        hides_on_chain=False,
        missing="This run computes no tanh.",
        example=examples.SENTENCE,
        chain=formula("sin(tanh(x))", x=0.5),
        reused=formula("x*tanh(x)", x=0.5),
        row=wrong_rules.tanh_by_the_input,
    ),
    Exhibit(
        "not-transposed",
        "A weight that is not transposed",
        "dh = W @ dz              # z = W @ h",
        "dh = W.T @ dz            # z = W @ h",
        "Back through `W h` goes `W^T`, and `W` itself was used. A square `W` fits either way, so "
        "nothing stops it.",
        "the rule of the matrix product",
        hides_on_chain=False,
        missing="This run has no square matrix; with any other shape the product would not fit.",
        example=examples.SENTENCE,
        chain=examples.LAYERS,
        reused=examples.SHARED_LAYERS,
        row=wrong_rules.weight_not_transposed,
    ),
    Exhibit(
        "detached",
        "h detached between time steps",
        "h = cell(x, h.detach())",
        "h = cell(x, h)",
        "Nothing flows back from a time step to the one before it. The model learns from one step "
        "at a time and cannot learn to remember.",
        "what flows back between time steps",
        hides_on_chain=False,
        missing="Nothing goes from one time step to the next in this run.",
        example=examples.SENTENCE,
        chain=examples.STEPS,
        reused=examples.SHARED_STEPS,
        mistake=Mistake(carries=within_a_step, between_modules=True),
        lines={
            ("A", 2): "for each u = g(…, v, …) of v's step:",
            ("B", 3): "for each input v of u's step:",
        },
    ),
    Exhibit(
        "not-summed",
        "A broadcast bias without its sum",
        "db = dz[0]               # z = x @ W + b",
        "db = dz.sum(axis=0)      # z = x @ W + b",
        "`b` is added to every row of the batch, so its adjoint is the sum over all rows, and one "
        "row was taken to make the shape fit. With a batch of one it would be right.",
        "how broadcasting is undone",
        hides_on_chain=False,
        missing="Nothing is broadcast in this run: it has no batch.",
        example=examples.BATCH,
        chain=examples.BATCH,
        reused=examples.SHARED_BATCH,
        row=wrong_rules.first_row_for_the_sum,
    ),
    Exhibit(
        "not-shifted",
        "softmax without its max shift",
        "p = exp(y) / exp(y).sum()",
        "e = exp(y - y.max()); p = e / e.sum()",
        "`exp` of a logit above 709 is infinite in float64, and infinity over infinity is no "
        "number. The loss becomes NaN, and so does every adjoint it touches.",
        "the value of softmax",
        hides_on_chain=False,
        missing="This run computes no softmax.",
        example=examples.CLASSIFIER,
        chain=examples.CLASSIFIER,
        reused=examples.SHARED_CLASSIFIER,
        row=wrong_rules.softmax_without_the_shift,
    ),
)


def exhibit(identity: str) -> Exhibit:
    """The exhibit of this name.

    Raises:
        InputError: there is none.
    """
    for candidate in EXHIBITS:
        if candidate.id == identity:
            return candidate
    names = ", ".join(candidate.id for candidate in EXHIBITS)
    raise InputError(f"there is no exhibit {identity[:40]!a}; there are {names}")
