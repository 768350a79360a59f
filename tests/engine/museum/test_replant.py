"""A planted run in a file: it says so, comes back with the mistake, and is held to its numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.errors import InputError
from engine.museum import EXHIBITS, Exhibit, exhibit, plant, replanted
from engine.trace.codec import load_trace, save_trace, trace_from_json
from engine.trace.json_text import trace_to_json

if TYPE_CHECKING:
    from pathlib import Path

every = pytest.mark.parametrize("item", EXHIBITS, ids=lambda item: item.id)


@every
def test_a_planted_run_comes_back_from_its_file_bit_for_bit(item: Exhibit, tmp_path: Path) -> None:
    planted = plant(item.example.record(), item)
    save_trace(planted.trace, tmp_path / "run.json")
    read = load_trace(tmp_path / "run.json")
    assert read.provenance["planted"] == item.id
    again = replanted(read)
    assert again.exhibit is item
    assert again.original.provenance == planted.original.provenance
    for ours, theirs in zip(again.trace.adjoints, planted.trace.adjoints, strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None and theirs is not None:
            np.testing.assert_array_equal(ours, theirs)


def _file(name: str = "assigned") -> dict[str, object]:
    planted = plant(exhibit(name).reused.record(), exhibit(name))
    result: dict[str, object] = json.loads(trace_to_json(planted.trace))
    return result


def test_without_its_provenance_the_same_file_is_refused() -> None:
    data = _file()
    del data["provenance"]["planted"]  # type: ignore[attr-defined]
    with pytest.raises(InputError, match="not the sum of its contributions"):
        trace_from_json(json.dumps(data).encode())


def test_numbers_that_are_not_those_of_the_mistake_are_refused() -> None:
    data = _file()
    data["nodes"][0]["adjoint"] = 5.0  # type: ignore[index]
    with pytest.raises(InputError, match="numbers of x are not those of the planted mistake"):
        replanted(trace_from_json(json.dumps(data).encode()))


def test_a_mistake_that_is_not_in_the_museum_is_refused() -> None:
    data = _file()
    data["provenance"]["planted"] = "bad luck"  # type: ignore[index]
    with pytest.raises(InputError, match="there is no exhibit 'bad luck'"):
        replanted(trace_from_json(json.dumps(data).encode()))
    data["provenance"]["planted"] = 3  # type: ignore[index]
    with pytest.raises(InputError, match="is not a trace file"):
        trace_from_json(json.dumps(data).encode())
