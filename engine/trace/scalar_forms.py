"""How each primitive is written in numbers: tensors taken apart, scalar arithmetic, put together.

A form gets a :class:`Desk`, on which every number of every operand can be asked for, and gives the
numbers of the result, the last axis running fastest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.autodiff.tape import Node, Tape, Variable
from engine.errors import InputError
from engine.trace.graph import IntArray
from engine.trace.places import component_name, pick_name

MOST_NODES = 400
"""Scalar nodes that one operation may open into."""

Numbers = list[Variable]


@dataclass(slots=True)
class Desk:
    """Where one operation is written in numbers.

    Attributes:
        tape: what records.
        node: the operation.
        operands: its operands on that tape, in slot order.
        tickets: for each operand an array of its shape; each entry stands for one number, the same
            one wherever an operand is used twice.
    """

    tape: Tape
    node: Node
    operands: tuple[Variable, ...]
    tickets: tuple[IntArray, ...] = ()
    _first: dict[int, int] = field(default_factory=dict)
    _owners: list[tuple[int, Variable]] = field(default_factory=list)
    _taken: dict[int, Variable] = field(default_factory=dict)
    _start: int = 0

    def __post_init__(self) -> None:
        self._start, after = len(self.tape), 0
        for variable in self.operands:
            if variable.index not in self._first:
                self._first[variable.index] = after
                self._owners.append((after, variable))
                after += variable.value.size
        self.tickets = tuple(
            self._first[v.index] + np.arange(v.value.size).reshape(v.value.shape)
            for v in self.operands
        )

    def made(self, variable: Variable) -> bool:
        """Whether a number was recorded here: not where an operand is itself one number."""
        return variable.index >= self._start

    def apply(self, op: str, *operands: Variable, name: str = "", **attributes: object) -> Variable:
        """Record one node.

        Raises:
            InputError: there are too many already.
        """
        if len(self.tape) - self._start >= MOST_NODES:
            raise InputError(
                f"the operation `{self.node.name}` would open into more than {MOST_NODES} numbers; "
                "choose a smaller one"
            )
        return self.tape.apply(op, *operands, **attributes).named(name)

    def number(self, ticket: int) -> Variable:
        """The number of an operand that a ticket stands for, taken out when first asked for."""
        if ticket not in self._taken:
            first, variable = next(owner for owner in reversed(self._owners) if owner[0] <= ticket)
            self._taken[ticket] = self.component(variable, ticket - first)
        return self._taken[ticket]

    def numbers(self, tickets: IntArray) -> Numbers:
        """The numbers for many tickets, the last axis running fastest."""
        # One by one: of a large tensor not even a list is made before it is refused.
        return [self.number(int(ticket)) for ticket in tickets.flat]

    def component(self, variable: Variable, place: int) -> Variable:
        """One number of a tensor; a number by itself is used as it is."""
        shape = variable.value.shape
        if not shape:
            return variable
        index = tuple(int(along) for along in np.unravel_index(place, shape))
        name = component_name(variable.name, index)
        return self.apply("component", variable, name=name, index=index)

    def picked(
        self, tensor: Variable, place: Variable, index: tuple[int, ...], axis: int
    ) -> Variable:
        """The number of a tensor whose place along an axis is itself a number."""
        name = pick_name(tensor.name, place.name, index, axis)
        return self.apply("pick", tensor, place, name=name, index=index, axis=axis)

    def total(self, terms: Sequence[Variable], name: str = "") -> Variable:
        """The sum of numbers; a single one is its own sum."""
        return terms[0] if len(terms) == 1 else self.apply("add", *terms, name=name)


Form = Callable[[Desk], Numbers]


def numbers_of(desk: Desk) -> Numbers:
    """The numbers of an operation's result.

    Raises:
        InputError: they would take too many nodes.
    """
    return _FORMS.get(desk.node.op, _elementwise)(desk)


def _elementwise(desk: Desk) -> Numbers:
    """The same primitive of each number, operands being broadcast."""
    spread = np.broadcast_arrays(*desk.tickets)
    operands = [desk.numbers(tickets) for tickets in spread]
    return [desk.apply(desk.node.op, *numbers) for numbers in zip(*operands, strict=True)]


def _moved(desk: Desk) -> Numbers:
    """The operands' own numbers in other places."""
    assert desk.node.primitive is not None
    moved = desk.node.primitive.forward(*desk.tickets, **desk.node.attributes)
    return desk.numbers(np.asarray(moved))


def _matmul(desk: Desk) -> Numbers:
    """Rows times columns."""
    left, right = desk.tickets
    rows = np.atleast_2d(left)[..., :, np.newaxis, :]
    columns = right[:, np.newaxis] if right.ndim == 1 else right
    columns = np.swapaxes(columns, -1, -2)[..., np.newaxis, :, :]
    rows, columns = np.broadcast_arrays(rows, columns)
    length = rows.shape[-1]
    # All numbers come first, row by row, so that they stand in the order of their tensors.
    desk.numbers(left)
    desk.numbers(right)
    result = []
    for row, column in zip(rows.reshape(-1, length), columns.reshape(-1, length), strict=True):
        pairs = zip(desk.numbers(row), desk.numbers(column), strict=True)
        terms = [desk.apply("mul", x, z, name=f"{x.name} · {z.name}") for x, z in pairs]
        result.append(desk.total(terms))
    return result


def _reduced(desk: Desk) -> Numbers:
    """Sums, means and maxima of all numbers, or of those along one axis."""
    (tickets,), op = desk.tickets, desk.node.op
    axis, name = desk.node.attributes.get("axis"), desk.operands[0].name
    groups = tickets.reshape(1, -1) if axis is None else np.moveaxis(tickets, axis, -1)
    groups = groups.reshape(-1, groups.shape[-1])
    taken = [desk.numbers(group) for group in groups]
    if op == "max":
        return [n[0] if len(n) == 1 else desk.apply("maximum", *n) for n in taken]
    if op == "sum" or groups.shape[1] == 1:
        return [desk.total(numbers) for numbers in taken]
    count = desk.tape.constant(str(groups.shape[1]), groups.shape[1])
    name = f"Σ {name}"
    totals = [
        desk.total(numbers, name if axis is None else component_name(name, (place,)))
        for place, numbers in enumerate(taken)
    ]
    return [desk.apply("div", total, count) for total in totals]


def _normalised(desk: Desk) -> Numbers:
    """Softmax and its logarithm along an axis: m = max y, d = y - m, e = exp d, s their sum."""
    (tickets,), axis = desk.tickets, desk.node.attributes.get("axis", -1)
    moved = np.moveaxis(tickets, axis, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    result = np.empty(rows.shape, object)
    for place, row in enumerate(rows):
        result[place] = _of_row(desk, desk.numbers(row), (place,) if len(rows) > 1 else ())
    return list(np.moveaxis(result.reshape(moved.shape), -1, axis).ravel())


def _of_row(desk: Desk, numbers: Numbers, at: tuple[int, ...]) -> Numbers:
    parts = _powers(desk, numbers, at)
    if desk.node.op == "softmax":
        return [desk.apply("div", power, parts.total) for power in parts.powers]
    log_total = desk.apply("log", parts.total, name=f"log {parts.total.name}")
    return [desk.apply("sub", shifted, log_total) for shifted in parts.shifted]


@dataclass(frozen=True, slots=True)
class _Powers:
    """The numbers y of a row, shifted so that no exponential overflows.

    Attributes:
        top: m = max y.
        shifted: d = y - m.
        powers: e = exp d.
        total: s = the sum of e.
    """

    top: Variable
    shifted: Numbers
    powers: Numbers
    total: Variable


def _powers(desk: Desk, numbers: Numbers, at: tuple[int, ...]) -> _Powers:
    top = desk.apply("maximum", *numbers, name=component_name("m", at))
    shifted, powers = [], []
    for place, number in enumerate(numbers):
        index = (*at, place)
        shifted.append(desk.apply("sub", number, top, name=component_name("d", index)))
    for place, difference in enumerate(shifted):
        index = (*at, place)
        powers.append(desk.apply("exp", difference, name=component_name("e", index)))
    return _Powers(top, shifted, powers, desk.apply("add", *powers, name=component_name("s", at)))


def _lookup(desk: Desk) -> Numbers:
    """Numbers of a table whose row, or column, is a token."""
    (table, index), axis = desk.operands, desk.node.attributes.get("axis", 0)
    axis %= table.value.ndim
    depth, result = index.value.ndim, []
    for place in np.ndindex(desk.node.value.shape):
        token = desk.number(int(desk.tickets[1][place[axis : axis + depth]]))
        others = place[:axis] + place[axis + depth :]
        result.append(desk.picked(table, token, others, axis))
    return result


def _nll(desk: Desk) -> Numbers:
    """-log p of each target."""
    (log_p, _), targets = desk.operands, desk.tickets[1]
    return [
        desk.apply("neg", desk.picked(log_p, desk.number(int(targets[at])), at, len(at)))
        for at in np.ndindex(targets.shape)
    ]


def _cross_entropy(desk: Desk) -> Numbers:
    """log s - (y - m) of each target, as in :func:`_normalised`."""
    (logits, _), (tickets, targets) = desk.operands, desk.tickets
    result = []
    for at in np.ndindex(targets.shape):
        parts = _powers(desk, desk.numbers(tickets[at]), at)
        log_total = desk.apply("log", parts.total, name=f"log {parts.total.name}")
        target = desk.number(int(targets[at]))
        picked = desk.picked(logits, target, at, len(at))
        name = pick_name("d", target.name, at, len(at))
        shifted = desk.apply("sub", picked, parts.top, name=name)
        result.append(desk.apply("sub", log_total, shifted))
    return result


_FORMS: Mapping[str, Form] = {
    "matmul": _matmul,
    "transpose": _moved,
    "reshape": _moved,
    "concat": _moved,
    "slice": _moved,
    "lookup": _lookup,
    "sum": _reduced,
    "mean": _reduced,
    "max": _reduced,
    "softmax": _normalised,
    "log_softmax": _normalised,
    "nll": _nll,
    "cross_entropy": _cross_entropy,
}
"""By primitive; all others work number by number."""
