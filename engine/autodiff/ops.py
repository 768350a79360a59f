"""Primitives as functions of variables, for bodies that read as mathematics."""

from __future__ import annotations

from engine.autodiff.tape import Variable


def add(first: Variable, *others: Variable) -> Variable:
    """Sum of any number of variables, as one node."""
    return first.tape.apply("add", first, *others)


def concat(first: Variable, *others: Variable, axis: int = 0) -> Variable:
    """The operands laid end to end along ``axis``; numbers count as vectors of one."""
    return first.tape.apply("concat", first, *others, axis=axis)


def lookup(table: Variable, index: Variable, *, axis: int = 0) -> Variable:
    """Row (axis 0) or column (axis 1) ``index`` of a table: its product with a one-hot vector."""
    return table.tape.apply("lookup", table, index, axis=axis)


def complement(x: Variable) -> Variable:
    """1 - x of each element."""
    return x.tape.unary("complement", x)


def activation(name: str, x: Variable) -> Variable:
    """tanh, sigmoid or relu of each element."""
    return x.tape.unary(name, x)


def mean(x: Variable) -> Variable:
    """Mean of all elements."""
    return x.tape.unary("mean", x)


def log_softmax(x: Variable) -> Variable:
    """Logarithm of softmax along the last axis."""
    return x.tape.unary("log_softmax", x)


def nll(log_p: Variable, target: Variable) -> Variable:
    """Negative log-likelihood of class ``target`` under log-probabilities (..., V)."""
    return log_p.tape.binary("nll", log_p, target)
