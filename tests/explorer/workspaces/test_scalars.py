"""Operations opened into numbers in the window, and closed again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.layout import Kind
from explorer.run_jobs import like

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.session import Run
    from explorer.window import MainWindow


def run_of(window: MainWindow) -> Run:
    assert window.session.run is not None
    return window.session.run


def node(window: MainWindow, name: str) -> int:
    return next(n.index for n in run_of(window).trace.nodes if n.name == name)


def toggled(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Press S with a node selected, and wait for the other run."""
    window.session.select(node(window, name))
    before = run_of(window)
    window.graph.canvas.setFocus()
    QTest.keyClick(window.graph.canvas, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: run_of(window) is not before, timeout=10_000)
    QApplication.processEvents()


def last_event_of(window: MainWindow) -> tuple[str, str]:
    """Name of the node of the last event, and the phase."""
    frame = window.graph.frame
    assert frame is not None
    event = frame.event
    assert event is not None
    return run_of(window).trace.nodes[event.node].name, frame.phase


def test_the_selected_operation_opens_into_its_numbers(qtbot: QtBot, plain: MainWindow) -> None:
    whole = run_of(plain)
    toggled(qtbot, plain, "W_hh h_2")
    run = run_of(plain)
    assert run.whole is whole
    # 64 numbers of W_hh and 8 of h_2, 64 products, 8 sums, put together in place of one node.
    assert len(run.trace) == len(whole.trace) + 64 + 8 + 64 + 8
    assert plain.session.selected == node(plain, "W_hh h_2")
    assert run.trace.nodes[plain.session.selected].op == "stack"
    grains = run.layout.kind[: len(run.trace)] == Kind.GRAIN
    assert int(grains.sum()) == 64 + 8 + 64 + 8
    assert plain._notice.sentence.startswith("The operation Wₕₕ h₂ is written in 145 nodes")


def test_the_same_key_closes_it_from_anywhere_inside(qtbot: QtBot, plain: MainWindow) -> None:
    whole = run_of(plain)
    toggled(qtbot, plain, "z_2")
    toggled(qtbot, plain, "b_h[3]")
    run = run_of(plain)
    assert run.trace is whole.trace
    assert run.opened is None
    assert plain.session.selected == node(plain, "z_2")
    assert plain._notice.sentence == "The operation z₂ is whole again."


def test_several_operations_are_open_at_once(qtbot: QtBot, plain: MainWindow) -> None:
    toggled(qtbot, plain, "z_2")
    toggled(qtbot, plain, "h_2")
    opened = run_of(plain).opened
    assert opened is not None
    assert len(opened.operations) == 2
    toggled(qtbot, plain, "z_2")
    opened, whole = run_of(plain).opened, run_of(plain).whole
    assert opened is not None
    assert whole is not None
    assert [whole.trace.nodes[i].name for i in opened.operations] == ["h_2"]


@pytest.mark.parametrize("name", ["h_2", "z_2", "log p(·|h_3)", "L"])
@pytest.mark.parametrize("backward", [False, True])
def test_the_moment_stays_what_it_is(
    qtbot: QtBot, plain: MainWindow, name: str, backward: bool
) -> None:
    events = run_of(plain).trace.events(plain.session.version)
    at = int(events.completed_at[node(plain, "h_2")]) if backward else node(plain, "h_2")
    plain.player.seek(at + 1)
    before = last_event_of(plain)
    toggled(qtbot, plain, name)
    assert last_event_of(plain) == before
    toggled(qtbot, plain, name)
    assert last_event_of(plain) == before
    assert plain.player.cursor == at + 1


def test_a_number_inside_is_looked_at_like_any_node(qtbot: QtBot, plain: MainWindow) -> None:
    toggled(qtbot, plain, "W_hh h_2")
    plain.player.to_end()
    chosen = node(plain, "W_hh[2,3] · h_2[3]")
    plain.session.select(chosen)
    w, h = (float(n.value) for n in run_of(plain).trace.operands(chosen))
    assert float(run_of(plain).trace.nodes[chosen].value) == w * h
    inspector = plain.graph.dock.inspector
    assert inspector._rows["Primitive"].full_text == "mul"
    assert inspector._rows["Module"].full_text == "step[3].cell.W_hh h_2"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Select the operation that is to be opened into numbers."),
        ("x_2", "There is no operation to open: x₂ is given, not computed."),
        (
            "W_hy h_2",
            "The operation W_hy h₂ would open into more than 400 numbers; choose a smaller one.",
        ),
        ("ℓ", "There is nothing to open: ℓ is made of single numbers already."),
    ],
)
def test_what_cannot_be_opened_says_why(
    qtbot: QtBot, plain: MainWindow, name: str, sentence: str
) -> None:
    before = run_of(plain)
    plain.session.select(node(plain, name) if name else -1)
    plain.commands["grain.scalars"].trigger()
    qtbot.waitUntil(lambda: bool(plain._notice.sentence), timeout=10_000)
    assert plain._notice.sentence == sentence
    assert run_of(plain) is before


def test_without_a_selection_the_active_operation_opens(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.seek(node(plain, "h_2") + 1)
    before = run_of(plain)
    plain.commands["grain.scalars"].trigger()
    qtbot.waitUntil(lambda: run_of(plain) is not before, timeout=10_000)
    assert plain.session.selected == node(plain, "h_2")
    assert run_of(plain).trace.nodes[plain.session.selected].op == "stack"


def test_a_planted_mistake_a_changed_value_and_rolled_time_come_first(
    qtbot: QtBot, plain: MainWindow
) -> None:
    whole = run_of(plain)
    plain.session.alter(like(whole, replace(whole.trace)))
    plain.session.select(node(plain, "h_2"))
    plain.commands["grain.scalars"].trigger()
    assert plain._notice.sentence.startswith("A value is changed in this run")
    plain.session.restore()
    with qtbot.waitSignal(plain.session.arranged, timeout=10_000):
        plain.commands["grain.roll"].trigger()
    plain.commands["grain.scalars"].trigger()
    assert plain._notice.sentence.startswith("Unroll the time steps")
    with qtbot.waitSignal(plain.session.arranged, timeout=10_000):
        plain.commands["grain.roll"].trigger()
    plain.session.plant("assigned")
    qtbot.waitUntil(lambda: run_of(plain).planted is not None, timeout=20_000)
    plain.session.select(node(plain, "h_2"))
    plain.commands["grain.scalars"].trigger()
    assert plain._notice.sentence.startswith("A mistake is planted")


def test_an_operation_in_a_closed_box_is_opened_in_sight(qtbot: QtBot, plain: MainWindow) -> None:
    with qtbot.waitSignal(plain.session.arranged, timeout=10_000):
        plain.commands["grain.steps"].trigger()
    toggled(qtbot, plain, "z_2")
    collapsed = plain.session.arrangement.collapsed
    assert "step[2]" not in collapsed
    assert "step[3]" in collapsed
    run = run_of(plain)
    assert run.layout.card_of[node(plain, "z_2[1]")] == node(plain, "z_2[1]")


def test_another_run_forgets_what_is_open(qtbot: QtBot, plain: MainWindow) -> None:
    toggled(qtbot, plain, "z_2")
    before = run_of(plain)
    plain.graph.run_bar.type_text("x*z", "expression")
    qtbot.waitUntil(lambda: run_of(plain) is not before, timeout=20_000)
    assert run_of(plain).opened is None
    assert run_of(plain).whole is None


def test_pytorch_agrees_with_the_numbers(qtbot: QtBot, window: MainWindow) -> None:
    toggled(qtbot, window, "log p(·|h_2)")
    qtbot.waitUntil(lambda: window.session.verdict is not None, timeout=60_000)
    assert window.session.verdict is not None
    assert window.session.verdict.status == "agrees"


def test_the_other_workspaces_take_an_opened_run(qtbot: QtBot, plain: MainWindow) -> None:
    toggled(qtbot, plain, "z_2")
    plain.player.seek(node(plain, "z_2[4]") + 1)
    plain.commands["workspace.code"].trigger()
    QApplication.processEvents()
    plain.player.step_forward()
    assert not plain.grab().isNull()
