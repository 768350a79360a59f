"""What the fields ask for."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from engine.run_spec import RunSpec
from explorer.panels.run_bar import RunBar
from explorer.theme import Style


@pytest.fixture
def bar(qtbot: QtBot, style: Style) -> RunBar:
    made = RunBar(style)
    qtbot.addWidget(made)
    made.show()
    return made


def asked(qtbot: QtBot, bar: RunBar, identity: str) -> RunSpec:
    with qtbot.waitSignal(bar.requested) as signal:
        bar.type_text("a b", identity)
    spec = signal.args[0]
    assert isinstance(spec, RunSpec)
    return spec


@pytest.mark.parametrize(
    ("identity", "cell"), [("fresh", "elman"), ("gru", "gru"), ("lstm", "lstm")]
)
def test_a_model_of_fresh_weights_asks_for_its_cell(
    qtbot: QtBot, bar: RunBar, identity: str, cell: str
) -> None:
    spec = asked(qtbot, bar, identity)
    assert (spec.text, spec.cell, spec.weights) == ("a b", cell, None)
    assert bar._activation.isVisible() == (cell == "elman")


def test_layers_embedding_and_start_are_behind_the_button_more(qtbot: QtBot, bar: RunBar) -> None:
    asked(qtbot, bar, "lstm")
    assert (bar._fold.text(), bar._fold.isVisible()) == ("More", True)
    assert {f.window() for f in (bar._layers, bar._embedding, bar._start)} == {bar._sheet}
    assert bar._hidden.window() is bar.window()
    with qtbot.waitSignal(bar.requested):
        bar._layers._spin.setValue(2)
    with qtbot.waitSignal(bar.requested):
        bar._embedding._spin.setValue(5)
    bar._start.set_choice("zero")
    with qtbot.waitSignal(bar.requested) as signal:
        bar._start.chosen.emit("zero")
    spec = signal.args[0]
    assert (spec.layers, spec.embedding, spec.learned_start) == (2, 5, False)


def test_a_narrow_bar_folds_every_size_into_the_sheet(qtbot: QtBot, bar: RunBar) -> None:
    asked(qtbot, bar, "gru")
    bar.set_folded(True)
    assert bar._fold.text() == "Sizes"
    assert {f.window() for f in (bar._hidden, bar._tokens, bar._layers)} == {bar._sheet}
    bar.set_folded(False)
    assert bar._hidden.window() is bar.window()


def test_trained_weights_have_nothing_to_choose(qtbot: QtBot, bar: RunBar) -> None:
    asked(qtbot, bar, "shakespeare")
    assert not bar._fold.isVisible()
    assert not bar._hidden.isVisible()
