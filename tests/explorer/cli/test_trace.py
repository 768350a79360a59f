"""`tapestry trace`: the file it writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.trace.codec import load_trace
from explorer.cli.main import main

Answer = Callable[..., dict[str, Any]]


def test_the_file_has_every_key_and_loads_again(answer: Answer, tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    summary = answer("trace", "--text", "a b", "--hidden", "4", "--seed", "5", "--out", str(out))
    assert summary["out"] == str(out)
    content = json.loads(out.read_text(encoding="utf-8"))
    assert set(content) >= {"version", "nodes", "events", "provenance"}
    for node in content["nodes"]:
        assert set(node) >= {
            "id", "op", "operands", "shape", "value", "adjoint", "module", "step", "role", "name",
        }  # fmt: skip
    provenance = content["provenance"]
    assert provenance["tokens"] == ["a", "b"]
    assert provenance["cell"] == "elman"
    assert (provenance["hidden"], provenance["seed"], provenance["dtype"]) == (4, 5, "float64")
    assert set(provenance["vocabulary"]) == {"a", "b"}
    trace = load_trace(out)
    assert len(trace) == summary["nodes"] == len(content["nodes"])
    assert len(trace.events()) == summary["events"] == len(content["events"])


def test_a_formula_s_values_and_adjoints_are_those_of_the_hand(
    answer: Answer, tmp_path: Path
) -> None:
    out = tmp_path / "run.json"
    answer("trace", "--expression", "x*z + x", "--set", "x=2,z=3", "--out", str(out))
    trace = load_trace(out)
    # f = xz + x = 8, df/dx = z + 1 = 4, df/dz = x = 2.
    assert float(trace.nodes[trace.output].value) == 8
    adjoints = {node.name: trace.adjoints[node.index] for node in trace.nodes}
    assert adjoints["x"] == 4
    assert adjoints["z"] == 2


def test_the_same_options_write_the_same_bytes(answer: Answer, tmp_path: Path) -> None:
    first, second, other = (tmp_path / name for name in ("a.json", "b.json", "c.json"))
    for out, seed in ((first, "1"), (second, "1"), (other, "2")):
        answer("trace", "--text", "a b", "--seed", seed, "--out", str(out))
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes() != other.read_bytes()


def test_people_are_told_where_it_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    assert main(["trace", "--text", "a b", "--out", str(out)]) == 0
    assert capsys.readouterr().out.startswith(f"saved {out}: 22 nodes, ")
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
