from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.trace.expression import record_expression
from engine.witnesses import error_curve
from explorer.panels.witness_plot import WitnessPlot
from explorer.theme import Style


@pytest.mark.parametrize("known", [True, False])
def test_a_curve_of_no_numbers_is_drawn_as_an_empty_plot(
    qtbot: QtBot, style: Style, known: bool
) -> None:
    plot = WitnessPlot(style)
    qtbot.addWidget(plot)
    plot.resize(400, 320)
    curve = error_curve(record_expression("sin(x)", {"x": 2.0}), 0)
    if not known:
        # As where a value that the loss depends on has overflowed.
        nothing = np.full_like(curve.error, np.nan)
        curve = replace(curve, error=nothing, truncation=nothing, rounding=nothing)
    plot.show_curve(curve)
    plot.grab()
    x, _ = plot._error.getData()
    assert bool(x is not None and len(x)) == known
