from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.trace.expression import record_expression
from engine.witnesses import error_curve
from explorer.panels.witness_plot import WitnessPlot
from explorer.theme import Style


@pytest.mark.parametrize(("formula", "known"), [("sin(x)", True), ("log(0-x)", False)])
def test_a_curve_of_no_numbers_is_drawn_as_an_empty_plot(
    qtbot: QtBot, style: Style, formula: str, known: bool
) -> None:
    plot = WitnessPlot(style)
    qtbot.addWidget(plot)
    plot.resize(400, 320)
    plot.show()
    curve = error_curve(record_expression(formula, {"x": 2.0}), 0)
    assert bool(np.isfinite(curve.error).any()) == known
    plot.show_curve(curve)
    plot.grab()
    x, _ = plot._error.getData()
    assert bool(x is not None and len(x)) == known
