"""The cursor keeps its place when another run or version comes on screen."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.events import EventKind, Version
from engine.trace.expression import record_expression
from engine.trace.scalars import opened
from engine.trace.trace import Trace
from explorer.place import same_moment

VERSIONS: tuple[Version, ...] = ("A", "B")


@cache
def trace_of(name: str) -> Trace:
    """A few runs of different shapes."""
    texts = {"short": "a", "words": "one fish two fish", "longer": "red fish blue fish one fish"}
    if name in texts:
        return run(RunSpec(text=texts[name], hidden=2))
    formulas = {"twos": "x**2 + z**2 + 2*x", "sine": "sin(x)*z", "one": "exp(x)"}
    return record_expression(formulas[name], {"x": 2.0, "z": 3.0}, "float64")


RUNS = st.sampled_from(("short", "words", "longer", "twos", "sine", "one"))


def phase(trace: Trace, version: Version, cursor: int) -> str:
    """The frame's phase, the turn of the passes told apart."""
    turn = cursor == trace.events(version).seed_index
    return "loss" if turn else trace.frame(cursor, version).phase


@given(RUNS, RUNS, st.sampled_from(VERSIONS), st.sampled_from(VERSIONS), st.data())
def test_a_moment_stays_in_its_phase(
    before: str, after: str, old: Version, new: Version, data: st.DataObject
) -> None:
    first, second = trace_of(before), trace_of(after)
    cursor = data.draw(st.integers(0, len(first.events(old))))
    found = same_moment(first, old, cursor, second, new)
    assert 0 <= found <= len(second.events(new))
    was, now = phase(first, old, cursor), phase(second, new, found)
    # A pass of a single event has nothing between its ends; the turn stands for it.
    assert now == was or (was in {"forward", "backward"} and now == "loss")
    if len(second.nodes) > 2:
        assert now == was


@given(RUNS, st.sampled_from(VERSIONS), st.data())
def test_the_same_forward_moment_in_both_versions(
    name: str, old: Version, data: st.DataObject
) -> None:
    trace = trace_of(name)
    cursor = data.draw(st.integers(0, trace.events(old).seed_index))
    assert same_moment(trace, old, cursor, trace, "A") == cursor
    assert same_moment(trace, old, cursor, trace, "B") == cursor


@given(RUNS, st.sampled_from(VERSIONS), st.sampled_from(VERSIONS), st.data())
def test_moving_to_a_run_of_the_same_shape_twice_changes_nothing_more(
    name: str, old: Version, new: Version, data: st.DataObject
) -> None:
    trace = trace_of(name)
    cursor = data.draw(st.integers(0, len(trace.events(old))))
    once = same_moment(trace, old, cursor, trace, new)
    assert same_moment(trace, new, once, trace, new) == once


def test_the_node_completed_last_is_found_by_name() -> None:
    words, longer = trace_of("words"), trace_of("longer")
    events = words.events("B")
    node = next(node for node in words.nodes if node.name == "h_2")
    done = int(events.completed_at[node.index]) + 1
    found = same_moment(words, "B", done, longer, "A")
    event = longer.events("A")[found - 1]
    assert (event.kind, longer.nodes[event.node].name) == (EventKind.COMPLETED, "h_2")


def test_of_two_nodes_with_one_name_the_one_at_the_same_place_is_meant() -> None:
    trace = record_expression("x**2 + z**2", {"x": 2.0, "z": 3.0}, "float64")
    again = record_expression("x**2 + z**2", {"x": 5.0, "z": 7.0}, "float64")
    for cursor in range(len(trace.nodes) + 1):
        assert same_moment(trace, "B", cursor, again, "B") == cursor


@pytest.mark.parametrize("version", VERSIONS)
def test_start_loss_and_end_stay_what_they_are(version: Version) -> None:
    before, after = trace_of("words"), trace_of("sine")
    old, new = before.events(version), after.events(version)
    pairs = {0: 0, old.seed_index: new.seed_index, len(old): len(new)}
    for cursor, expected in pairs.items():
        assert same_moment(before, version, cursor, after, version) == expected


@given(st.sampled_from(VERSIONS), st.data())
def test_a_moment_is_found_by_the_nodes_that_stand_for_each_other(
    version: Version, data: st.DataObject
) -> None:
    whole = trace_of("words")
    found = opened(whole, [n.index for n in whole.nodes if n.op in {"add", "log_softmax"}])
    cursor = data.draw(st.integers(0, len(whole.events(version))))
    there = same_moment(whole, version, cursor, found.trace, version, found.new_of)
    back = same_moment(found.trace, version, there, whole, version, found.old_of)
    assert phase(found.trace, version, there) == phase(whole, version, cursor)
    before, after = whole.frame(cursor, version), whole.frame(back, version)
    # The same nodes are evaluated and complete; of contributions there may be fewer.
    if before.phase == "forward":
        assert back == cursor
    elif before.completed.any():
        assert (before.completed == after.completed).all()
