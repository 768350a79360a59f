from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InputError
from engine.models.weights import load_model
from engine.run_spec import RunSpec
from engine.runs import run
from explorer.panels.models import (
    CELL_TITLES,
    CHOICES,
    EXPRESSION,
    opening_spec,
    sizes_line,
    spec_for,
)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.identity)
def test_every_model_can_run_what_it_offers(choice) -> None:  # type: ignore[no-untyped-def]
    spec = spec_for(choice, RunSpec(), choice.text, "x=2, z=3")
    trace = run(spec)
    assert len(trace) > 5
    if choice.weights:
        saved = load_model(str(spec.weights))
        assert choice.sizes == sizes_line(saved)
        assert choice.label.startswith(CELL_TITLES[trace.provenance["cell"]])


def test_the_first_start_reads_the_narwhals_with_trained_weights() -> None:
    spec = opening_spec()
    assert spec.text == "Narwhals are way cooler than parrots"
    assert spec.weights is not None
    assert Path(spec.weights).is_file()


@pytest.mark.parametrize("values", ["x", "x=", "x=two", "=2", "x=2 z=3", "x=1e999", "x=2, x=3"])
def test_values_that_cannot_be_read_are_one_sentence(values: str) -> None:
    with pytest.raises(InputError) as refused:
        spec_for(EXPRESSION, RunSpec(), "x*z", values)
    assert "\n" not in str(refused.value)
