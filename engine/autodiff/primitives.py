r"""The table of primitives: one row each, with forward, vector-Jacobian products and formulas.

A row is plain data. ``forward(*operands, **attributes)`` gives the value; ``vjps[slot](adjoint,
value, *operands, **attributes)`` gives what the node contributes to the adjoint of that operand
slot, before broadcasting is undone (:meth:`Primitive.contribution` does that once for all rows).
Formulas are TeX in which ``#1``, ``#2`` stand for the operands and ``#y`` for the value; in the
derivative of a variadic row ``#1`` is the operand it belongs to. A lone ``\cdot`` in the rows
that pick one number stands for its place.

Source of the rules: Griewank and Walther, *Evaluating Derivatives*, 2nd ed., chapter 3; Giles,
*Collected matrix derivative results for forward and reverse mode AD* (2008) for the products.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.autodiff import rules
from engine.autodiff.rules import Array, log_softmax, sigmoid, softmax

__all__ = [
    "PRIMITIVES",
    "Array",
    "Attributes",
    "Primitive",
    "Rule",
    "log_softmax",
    "sigmoid",
    "softmax",
    "unbroadcast",
]

Attributes = Mapping[str, Any]
Rule = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Primitive:
    """One row of the table.

    Attributes:
        name: the key, as it appears in traces.
        forward: operands and attributes to value.
        vjps: one rule per operand slot; a variadic primitive has a single rule that gives all
            its contributions at once; ``None`` where a slot takes integers.
        formula: the value as TeX.
        derivatives: the local derivative with respect to each slot as TeX.
        variadic: takes one or more operands, all treated alike.
    """

    name: str
    forward: Rule
    vjps: tuple[Rule | None, ...]
    formula: str
    derivatives: tuple[str, ...]
    variadic: bool = False

    @property
    def arity(self) -> int | None:
        """Number of operands, or None when any number from one is allowed."""
        return None if self.variadic else len(self.vjps)

    def differentiates(self, slot: int) -> bool:
        """Whether the operand in this slot receives an adjoint."""
        return self.variadic or self.vjps[slot] is not None

    def contribution(
        self,
        slot: int,
        adjoint: Array,
        value: Array,
        operands: tuple[Array, ...],
        attributes: Attributes,
    ) -> Array:
        """What this node adds to the adjoint of one operand: adjoint times local derivative.

        Shapes: ``adjoint`` as ``value``; the result as ``operands[slot]``.
        """
        return self.contributions((slot,), adjoint, value, operands, attributes)[0]

    def contributions(
        self,
        slots: Sequence[int],
        adjoint: Array,
        value: Array,
        operands: tuple[Array, ...],
        attributes: Attributes,
    ) -> list[Array]:
        """What this node adds to the adjoints of the operands in these slots."""
        if self.variadic:
            rule = self.vjps[0]
            assert rule is not None
            parts = rule(adjoint, value, *operands, **attributes)
            return [unbroadcast(parts[slot], operands[slot].shape) for slot in slots]
        results = []
        for slot in slots:
            rule = self.vjps[slot]
            assert rule is not None
            part = rule(adjoint, value, *operands, **attributes)
            results.append(unbroadcast(part, operands[slot].shape))
        return results

    def derivative(self, slot: int) -> str:
        """TeX of the local derivative with respect to the operand in this slot."""
        return self.derivatives[0 if self.variadic else slot]


def unbroadcast(array: Array, shape: tuple[int, ...]) -> Array:
    """Sum ``array`` over the axes along which an operand of ``shape`` was broadcast."""
    if array.shape == shape:
        return array
    extra = array.ndim - len(shape)
    stretched = tuple(
        axis + extra for axis, size in enumerate(shape) if size == 1 != array.shape[axis + extra]
    )
    return np.asarray(array.sum(axis=tuple(range(extra)) + stretched)).reshape(shape)


_ROWS = (
    Primitive(
        "add",
        rules.add,
        (rules.add_vjp,),
        "#1 + #2",
        ("1",),
        variadic=True,
    ),
    Primitive(
        "sub",
        lambda x, z: x - z,
        (lambda g, y, x, z: g, lambda g, y, x, z: -g),
        "#1 - #2",
        ("1", "-1"),
    ),
    Primitive(
        "mul",
        lambda x, z: x * z,
        (lambda g, y, x, z: g * z, lambda g, y, x, z: g * x),
        r"#1 \cdot #2",
        ("#2", "#1"),
    ),
    Primitive(
        "div",
        lambda x, z: x / z,
        (lambda g, y, x, z: g / z, lambda g, y, x, z: -g * y / z),
        r"\frac{#1}{#2}",
        (r"\frac{1}{#2}", r"-\frac{#1}{#2^2}"),
    ),
    Primitive("complement", lambda x: 1 - x, (lambda g, y, x: -g,), "1 - #1", ("-1",)),
    Primitive("neg", lambda x: -x, (lambda g, y, x: -g,), "-#1", ("-1",)),
    Primitive(
        "pow",
        lambda x, z: x**z,
        (rules.pow_base_vjp, rules.pow_exponent_vjp),
        "#1^{#2}",
        (r"#2 \, #1^{#2 - 1}", r"#y \log #1"),
    ),
    Primitive("exp", np.exp, (lambda g, y, x: g * y,), r"e^{#1}", ("#y",)),
    Primitive("log", np.log, (lambda g, y, x: g / x,), r"\log #1", (r"\frac{1}{#1}",)),
    Primitive("sin", np.sin, (lambda g, y, x: g * np.cos(x),), r"\sin #1", (r"\cos #1",)),
    Primitive("cos", np.cos, (lambda g, y, x: -g * np.sin(x),), r"\cos #1", (r"-\sin #1",)),
    Primitive("tanh", np.tanh, (rules.tanh_vjp,), r"\tanh #1", ("1 - #y^2",)),
    Primitive(
        "sigmoid",
        sigmoid,
        (lambda g, y, x: g * y * (1 - y),),
        r"\sigma(#1)",
        ("#y (1 - #y)",),
    ),
    Primitive(
        "relu",
        lambda x: np.maximum(x, 0),
        (lambda g, y, x: g * (x > 0),),
        r"\max(0, #1)",
        (r"[#1 > 0]",),
    ),
    Primitive(
        "matmul",
        rules.matmul,
        (rules.matmul_left, rules.matmul_right),
        r"#1 \, #2",
        (r"#2^{T}", r"#1^{T}"),
    ),
    Primitive("transpose", rules.transpose, (rules.transpose_vjp,), r"#1^{T}", ("{}^{T}",)),
    Primitive(
        "reshape",
        lambda x, *, shape: x.reshape(shape),
        (lambda g, y, x, *, shape: g.reshape(x.shape),),
        r"\mathrm{reshape}(#1)",
        ("1",),
    ),
    Primitive("concat", rules.concat, (rules.concat_vjp,), r"[#1; #2]", ("1",), variadic=True),
    Primitive("slice", rules.cut, (rules.cut_vjp,), r"#1[\cdot]", ("1",)),
    Primitive(
        "lookup",
        rules.lookup,
        (rules.lookup_vjp, None),
        r"#1 \, #2",
        (r"#2^{T}", ""),
    ),
    Primitive(
        "component",
        rules.component,
        (rules.component_vjp,),
        r"#1[\cdot]",
        (r"e_{\cdot}",),
    ),
    Primitive(
        "pick",
        rules.pick,
        (rules.pick_vjp, None),
        r"#1[\cdot]",
        (r"e_{\cdot}", ""),
    ),
    Primitive("stack", rules.stack, (rules.stack_vjp,), "[#1; #2]", ("1",), variadic=True),
    Primitive(
        "maximum",
        rules.maximum,
        (rules.maximum_vjp,),
        r"\max(#1, #2)",
        ("[#1 = #y]",),
        variadic=True,
    ),
    Primitive(
        "sum",
        lambda x, *, axis=None: x.sum(axis=axis),
        (rules.sum_vjp,),
        r"\sum #1",
        ("1",),
    ),
    Primitive(
        "mean",
        lambda x, *, axis=None: x.mean(axis=axis),
        (rules.mean_vjp,),
        r"\frac{1}{n} \sum #1",
        (r"\frac{1}{n}",),
    ),
    Primitive(
        "max",
        lambda x, *, axis=None: x.max(axis=axis),
        (rules.max_vjp,),
        r"\max #1",
        (r"[#1 = #y]",),
    ),
    Primitive(
        "softmax",
        softmax,
        (rules.softmax_vjp,),
        r"\mathrm{softmax}(#1)",
        (r"\mathrm{diag}(#y) - #y #y^{T}",),
    ),
    Primitive(
        "log_softmax",
        log_softmax,
        (rules.log_softmax_vjp,),
        r"\log \mathrm{softmax}(#1)",
        (r"I - 1 \, \mathrm{softmax}(#1)^{T}",),
    ),
    Primitive(
        "nll",
        rules.nll,
        (rules.nll_vjp, None),
        "-#1[#2]",
        ("-e_{#2}", ""),
    ),
    Primitive(
        "cross_entropy",
        lambda logits, target: rules.nll(log_softmax(logits), target),
        (rules.cross_entropy_vjp, None),
        r"-\log \mathrm{softmax}(#1)[#2]",
        (r"\mathrm{softmax}(#1) - e_{#2}", ""),
    ),
)

PRIMITIVES: Mapping[str, Primitive] = {row.name: row for row in _ROWS}
"""Every primitive by name."""
