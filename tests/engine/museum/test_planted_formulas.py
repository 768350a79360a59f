"""The formulas of a planted run say what its numbers say."""

from __future__ import annotations

from engine.museum import exhibit, plant
from engine.museum.examples import formula
from engine.trace.formulas import tex_adjoint_sum, tex_with_numbers
from engine.trace.trace import Trace


def adjoint_at_the_end(trace: Trace, node: int) -> str:
    return tex_adjoint_sum(trace, trace.frame(len(trace.events())), node, ())


def test_an_assigned_adjoint_is_its_last_contribution_alone() -> None:
    # y = x sin x at 1: mul pushes sin 1 = 0.8415 to x, then sin pushes 1 cos 1 = 0.5403.
    trace = plant(formula("x*sin(x)", x=1.0).record(), exhibit("assigned")).trace
    said = adjoint_at_the_end(trace, 0)
    assert said.endswith("= 0.5403")
    assert "0.8415" not in said
    assert " + " not in said


def test_what_was_left_over_is_the_first_part_of_the_sum() -> None:
    # dy/dx of y = x x at 3 is 3 + 3; the pass before has left 6.
    trace = plant(formula("x*x", x=3.0).record(), exhibit("not-zeroed")).trace
    said = adjoint_at_the_end(trace, 0)
    assert said.split(" = ")[1].startswith("6 + ")
    assert said.endswith("= 12")


def test_a_contribution_is_told_with_the_adjoint_as_it_was_passed_on() -> None:
    # y = a b, a = sin x, b = exp a: a has its turn with dy/da = b alone, before a b is added.
    item = exhibit("unordered")
    trace = plant(item.reused.record(), item).trace
    b = f"{float(trace.nodes[2].value):.4g}"
    assert adjoint_at_the_end(trace, 0).split(" = ")[1].startswith(b)


def test_a_quotient_that_has_overflowed_is_written_as_one() -> None:
    item = exhibit("not-shifted")
    trace = plant(item.example.record(), item).trace
    node = next(node for node in trace.nodes if node.name == "log p")
    assert r"\log \frac{e^{725}}{\sum e^{y}}" in tex_with_numbers(trace, node, (0,))
