"""Automatic differentiation of our own: a table of primitives, a tape, the backward pass.

A program is run once and recorded. Here y = x z + sin x at x = 2, z = 3:

    >>> from engine.autodiff import Tape, adjoints_by_pulling, adjoints_by_pushing
    >>> tape = Tape()
    >>> x, z = tape.input("x", 2.0), tape.input("z", 3.0)
    >>> y = (x * z + tape.apply("sin", x)).named("y")
    >>> [(node.op, node.operands) for node in tape.nodes]
    [('input', ()), ('input', ()), ('mul', (0, 1)), ('sin', (0,)), ('add', (2, 3))]

Version A pulls, Version B pushes, and both find dy/dx = z + cos x and dy/dz = x:

    >>> pulled = adjoints_by_pulling(tape.nodes, y.index)
    >>> pushed = adjoints_by_pushing(tape.nodes, y.index)
    >>> [f"{float(adjoint):.6f}" for adjoint in pulled[:2]]
    ['2.583853', '2.000000']
    >>> bool(pulled[0] == pushed[0])
    True

Each rule is a row of a table, with the formula that a person is shown:

    >>> from engine.autodiff import PRIMITIVES
    >>> PRIMITIVES["tanh"].derivative(0)
    '1 - #y^2'

A typed formula goes the same way, ``x*z`` being one node however often it is written:

    >>> from engine.autodiff.expression import evaluate_expression
    >>> evaluated = evaluate_expression("exp(x*z) / (x*z)", {"x": 2.0, "z": 0.5})
    >>> [f"{node.name} = {node.op} {node.operands}" for node in evaluated.tape.nodes[2:]]
    ['a = mul (0, 1)', 'b = exp (2,)', 'y = div (3, 2)']
"""

from engine.autodiff.primitives import PRIMITIVES, Primitive
from engine.autodiff.reverse import adjoints_by_pulling, adjoints_by_pushing
from engine.autodiff.tape import Node, Role, Tape, Variable

__all__ = [
    "PRIMITIVES",
    "Node",
    "Primitive",
    "Role",
    "Tape",
    "Variable",
    "adjoints_by_pulling",
    "adjoints_by_pushing",
]
