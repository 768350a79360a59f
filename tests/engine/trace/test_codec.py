"""Traces on disk: bit for bit there and back, and nothing false is ever let in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.autodiff.primitives import Array
from engine.autodiff.tape import Tape
from engine.errors import InputError
from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.text.vocabulary import Vocabulary
from engine.trace.codec import load_trace, save_trace, trace_from_json
from engine.trace.expression import record_expression
from engine.trace.json_text import trace_to_json
from engine.trace.trace import Trace, record
from tests.engine.autodiff.random_programs import random_program
from tests.engine.trace.saved_runs import FORMULA, SENTENCE, TEXT, everything


def not_finite() -> Trace:
    tape = Tape()
    x = tape.input("x", [0.0, -1.0, 1.0, np.inf, -0.0])
    with np.errstate(all="ignore"):
        y = tape.apply("sum", tape.apply("log", x))
    return record(tape, y)


TRACES: dict[str, Callable[[], Trace]] = {
    "a sentence": lambda: run(RunSpec(text=DEFAULT_TEXT)),
    "a sentence in single precision": lambda: run(RunSpec(text=DEFAULT_TEXT, dtype="float32")),
    "a formula": lambda: FORMULA,
    "a formula in single precision": lambda: record_expression("x/3", {"x": 0.1}, "float32"),
    "every primitive": everything,
    "numbers that are not finite": not_finite,
} | {
    f"program {seed}": lambda seed=seed: record(*random_program(np.random.default_rng(seed)))
    for seed in range(30)
}


def bits(array: Array) -> bytes:
    """The bytes of an array, one NaN being like another."""
    nan = np.isnan(array)
    return np.where(nan, 0, array).tobytes() + nan.tobytes()


def assert_same(ours: Trace, theirs: Trace) -> None:
    assert ours.output == theirs.output
    assert json.loads(json.dumps(dict(ours.provenance))) == dict(theirs.provenance)
    for a, b in zip(ours.nodes, theirs.nodes, strict=True):
        for field in a.__slots__:
            x, y = getattr(a, field), getattr(b, field)
            if field == "value":
                assert (x.dtype, x.shape, bits(x)) == (y.dtype, y.shape, bits(y))
            else:
                assert x == y, field
    for p, q in zip(ours.adjoints, theirs.adjoints, strict=True):
        assert (p is None) == (q is None)
        assert p is None or q is None or bits(p) == bits(q)


@pytest.mark.parametrize("make", TRACES.values(), ids=TRACES)
def test_a_trace_comes_back_bit_for_bit(make: Callable[[], Trace], tmp_path: Path) -> None:
    trace = make()
    save_trace(trace, tmp_path / "run.json")
    again = load_trace(tmp_path / "run.json")
    assert_same(trace, again)
    assert trace_to_json(again) == trace_to_json(trace)
    assert not again.nodes[0].value.flags.writeable


def test_the_file_holds_what_the_contract_says() -> None:
    found = json.loads(trace_to_json(SENTENCE))
    assert {"version", "nodes", "events", "provenance"} <= found.keys()
    keys = {"id", "op", "operands", "shape", "value", "adjoint", "module", "step", "role", "name"}
    assert all(keys <= node.keys() for node in found["nodes"])
    for node, record_ in zip(SENTENCE.nodes, found["nodes"], strict=True):
        assert np.array(record_["value"]).shape == tuple(record_["shape"]) == node.value.shape
        np.testing.assert_array_equal(record_["value"], node.value)
    assert len(found["events"]) == len(SENTENCE.events())
    contribution = next(e for e in found["events"] if e["kind"] == "contribution")
    consumer = found["nodes"][contribution["consumer"]]
    assert consumer["operands"][contribution["slot"]] == contribution["node"]
    assert {"tokens", "vocabulary", "cell", "hidden", "dtype", "seed"} <= found["provenance"].keys()


def test_ten_thousand_nodes_are_quick() -> None:
    rng = np.random.default_rng(0)
    model = RecurrentLM.fresh(Architecture(hidden=4), Vocabulary(("a", "b", "c")), rng)
    tape, loss = model.record([int(i) for i in rng.integers(0, 3, 1200)])
    trace = record(tape, loss)
    assert len(trace) > 10_000
    begin = time.process_time()
    again = trace_from_json(trace_to_json(trace))
    assert time.process_time() - begin < 3
    assert_same(trace, again)


def edited(change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The formula's file after an edit of its JSON."""
    found = json.loads(TEXT)
    change(found)
    return json.dumps(found).encode()


def setting(value: Any, *path: Any) -> bytes:
    def change(found: Any) -> None:
        for key in path[:-1]:
            found = found[key]
        found[path[-1]] = value

    return edited(change)


LIES: dict[str, tuple[bytes, str]] = {
    "empty object": (b"{}", "is not a trace file"),
    "a list": (b"[]", "is not a trace file"),
    "not JSON": (b"hello", "is not a trace file"),
    "NUL": (TEXT.encode() + b"\0", "is not a trace file"),
    "BOM": (b"\xef\xbb\xbf" + TEXT.encode(), "is not a trace file"),
    "UTF-16": (TEXT.encode("utf-16"), "is not a trace file"),
    "Latin-1": (TEXT.replace('"x"', '"\xe9"').encode("latin-1"), "is not a trace file"),
    "lone surrogate": (
        TEXT.replace('"name":"x"', '"name":"\\ud800"').encode(),
        "is not a trace file",
    ),
    "lone surrogate in provenance": (
        TEXT.replace('"kind":"expression"', '"kind":"\\ud800"').encode(),
        "is not a trace file",
    ),
    "depth": (b"[" * 100_000 + b"]" * 100_000, "is not a trace file"),
    "depth in a value": (
        TEXT.replace('"value":0.5', '"value":' + "[" * 100_000 + "]" * 100_000).encode(),
        "is not a trace file",
    ),
    "depth in provenance": (
        TEXT.replace(
            '"provenance":{', '"provenance":{"deep":' + "[" * 9999 + "]" * 9999 + ","
        ).encode(),
        "is not a trace file",
    ),
    "bare NaN": (TEXT.replace('"value":0.5', '"value":NaN').encode(), "is not a trace file"),
    "1e999": (TEXT.replace('"value":0.5', '"value":1e999').encode(), r"nodes\[0\].value"),
    "a huge integer": (
        TEXT.replace('"value":0.5', '"value":1' + "0" * 5000).encode(),
        r"nodes\[0\].value",
    ),
    "a later version": (setting(3, "version"), "version 3 of a trace file"),
    "no nodes": (setting([], "nodes"), "is not a trace file"),
    "no events": (setting([], "events"), "events: are not the events"),
    "output outside": (setting(99, "output"), "output: there is no node 99"),
    "output a constant": (setting(5, "output"), "output: is not one real number"),
    "another output": (setting(2, "output"), r"nodes\[2\].role: the output"),
    "duplicate ids": (setting(1, "nodes", 2, "id"), r"nodes\[2\].id: ids count up from 0"),
    "negative id": (setting(-1, "nodes", 2, "id"), r"nodes\[2\]: is not a node"),
    "a cycle": (setting([2, 1], "nodes", 2, "operands"), r"nodes\[2\].operands: an operand must"),
    "a forward reference": (setting([9, 1], "nodes", 2, "operands"), "an operand must be"),
    "a negative operand": (setting([-1, 1], "nodes", 2, "operands"), "is not a node"),
    "too many operands": (setting([0, 1, 1], "nodes", 2, "operands"), "takes 2 operands, not 3"),
    "too few operands": (setting([], "nodes", 2, "operands"), r"nodes\[2\]"),
    "an unknown op": (setting("os.system", "nodes", 2, "op"), "there is no primitive 'os.system'"),
    "a leaf with operands": (setting([0], "nodes", 1, "operands"), "no operands"),
    "a leaf of another role": (setting("parameter", "nodes", 1, "role"), "no operands"),
    "a computed input": (setting("input", "nodes", 2, "role"), "has the role intermediate"),
    "two losses": (setting("loss", "nodes", 2, "role"), "and no other node, has the role loss"),
    "a lying shape": (setting([3], "nodes", 0, "shape"), r"nodes\[0\].value: is not float64"),
    "a shape of a billion": (setting([10**9], "nodes", 0, "shape"), "is not float64"),
    "nine dimensions": (setting([1] * 9, "nodes", 0, "shape"), "is not a node"),
    "a ragged value": (
        edited(lambda f: f["nodes"][0].update(shape=[2, 2], value=[[1.0], [1.0, 2.0]])),
        "is not float64 of shape",
    ),
    "text for a number": (setting("12", "nodes", 0, "value"), r"nodes\[0\].value"),
    "true for a number": (setting(True, "nodes", 0, "value"), r"nodes\[0\].value"),
    "a wrong value": (setting(9.0, "nodes", 2, "value"), r"nodes\[2\].value: a is not what mul"),
    "a value that is no number": (setting("NaN", "nodes", 2, "value"), "a is not what mul gives"),
    "a wrong adjoint": (setting(9.0, "nodes", 2, "adjoint"), r"nodes\[2\].adjoint: the adjoint"),
    "no adjoint": (setting(None, "nodes", 2, "adjoint"), r"nodes\[2\].adjoint"),
    "an adjoint of a constant": (setting(1.0, "nodes", 5, "adjoint"), "have no adjoint"),
    "another dtype": (setting("float32", "nodes", 0, "dtype"), r"nodes\[4\].shape: sin gives"),
    "a strange dtype": (setting("object", "nodes", 0, "dtype"), "is not a node"),
    "a real token": (setting("int64", "nodes", 0, "dtype"), r"nodes\[0\].value"),
    "an unknown attribute": (setting({"axis": 0}, "nodes", 2, "attributes"), "no attribute 'axis'"),
    "a name with a line break": (setting("x\ny", "nodes", 0, "name"), "cannot be shown"),
    "a name of a megabyte": (setting("x" * 10**6, "nodes", 0, "name"), "is not a node"),
    "tokens that are no list": (setting(5, "provenance", "tokens"), "is not a trace file"),
    "values that are no numbers": (setting({"x": "2"}, "provenance", "values"), "not a trace"),
    "an event of another kind": (setting("erased", "events", 0, "kind"), "is not a trace file"),
    "a step beyond the run": (setting(10, "nodes", 0, "step"), "has a time step beyond its length"),
    "an expression without its text": (
        edited(lambda f: f["provenance"].pop("expression")),
        "provenance: an expression comes with its text",
    ),
    "more tokens than were read": (setting(["a"], "provenance", "tokens"), "provenance.tokens"),
    "events in another order": (
        edited(lambda f: f["events"].reverse()),
        "events: are not the events",
    ),
}


@pytest.mark.parametrize(("data", "message"), LIES.values(), ids=LIES)
def test_a_false_file_is_refused_in_one_sentence_that_names_the_place(
    data: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "false.json"
    path.write_bytes(data)
    begin = time.process_time()
    with pytest.raises(InputError, match=message) as raised:
        load_trace(path)
    assert time.process_time() - begin < 1
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)
    str(raised.value).encode()


def test_a_vocabulary_that_lacks_a_token_is_refused() -> None:
    found = json.loads(trace_to_json(SENTENCE))
    found["provenance"]["vocabulary"] = ["a"]
    with pytest.raises(InputError, match=r"provenance.vocabulary: lacks a token"):
        trace_from_json(json.dumps(found).encode())


@pytest.mark.parametrize(
    ("op", "attributes"),
    [
        ("sum", {"axis": 10**6}),
        ("sum", {"axis": "0"}),
        ("sum", {"axis": 10**30}),
        ("transpose", {"axes": [0, 0]}),
        ("transpose", {"axes": [[0]]}),
        ("reshape", {"shape": [2**31, 2**31, 2**31]}),
        ("reshape", {"shape": [-1, -1]}),
        ("reshape", {}),
        ("slice", {"key": [[0, 1, 0]]}),
        ("slice", {"key": [[0, 1]]}),
        ("slice", {"key": [[None, None, None]] * 40}),
        ("lookup", {"axis": 7}),
        ("concat", {"axis": -9}),
        ("softmax", {"axis": None}),
        ("component", {"index": [2, 0]}),
        ("component", {"index": [-1, 0]}),
        ("component", {"index": [0]}),
        ("component", {"index": 1}),
        ("component", {}),
        ("pick", {"index": [0], "axis": 2}),
        ("pick", {"index": [0], "axis": -1}),
        ("pick", {"index": [2**31, 0], "axis": 0}),
        ("stack", {"shape": [3]}),
        ("stack", {"shape": [-1, 1]}),
        ("stack", {"shape": [2**31, 2**31]}),
    ],
)
def test_attributes_that_do_not_fit_are_refused(op: str, attributes: dict[str, Any]) -> None:
    found = json.loads(trace_to_json(everything()))
    node = next(n for n in found["nodes"] if n["op"] == op)
    node["attributes"] = attributes
    with pytest.raises(InputError, match=rf"nodes\[{node['id']}\]"):
        trace_from_json(json.dumps(found).encode())


def leaf(index: int, shape: list[int]) -> dict[str, Any]:
    value: Any = np.ones(shape).tolist()
    zero: Any = np.zeros(shape).tolist()
    common: dict[str, Any] = {
        "operands": [],
        "module": "",
        "step": None,
        "attributes": {},
        "dtype": "float64",
    }
    role = {"op": "input", "role": "input", "name": "x"}
    return {"id": index, "shape": shape, "value": value, "adjoint": zero} | common | role


@pytest.mark.parametrize(
    ("shapes", "op", "operands"),
    [
        (([100_000, 1], [1, 100_000]), "mul", [0, 1]),
        (([100_000, 1], [1, 100_000]), "matmul", [0, 1]),
        (([100_000], [1]), "concat", [0] * 100_000),
        (([100_000], [1]), "stack", [0] * 100_000),
        (([100_000, 1], [1, 100_000]), "maximum", [0, 1]),
        (([100_000], [1]), "add", [0] * 400_000),
    ],
)
def test_a_small_file_cannot_ask_for_a_large_computation(
    shapes: tuple[list[int], list[int]], op: str, operands: list[int]
) -> None:
    nodes = [leaf(0, shapes[0]), leaf(1, shapes[1]), leaf(2, [])]
    nodes[2] |= {"op": op, "role": "loss", "operands": operands}
    found = {"version": 1, "output": 2, "nodes": nodes, "events": [], "provenance": {}}
    data = json.dumps(found).encode()
    begin = time.process_time()
    with pytest.raises(InputError, match=r"nodes\[2\]"):
        trace_from_json(data)
    assert time.process_time() - begin < 1


STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 1, 7, 2**31, 2**63, 2**64, 10**400, -0.0, 0.5, 1e308, 5e-324,
    "", "x", "NaN", "Infinity", "loss", "input", "tanh", "\u202e", "<img src=x>", "../../etc",
    [], [0], [[0]], [[], []], [None], {}, {"axis": 0}, {"x": {"y": []}},
)  # fmt: skip


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_what_is_no_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        load_trace(tmp_path / name)
    (tmp_path / "empty.json").touch()
    with pytest.raises(InputError, match="is empty"):
        load_trace(tmp_path / "empty.json")


def test_saving_where_nothing_can_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be saved"):
        save_trace(FORMULA, tmp_path / "no" / "such" / "folder.json")


def test_provenance_that_json_cannot_hold_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    strange = Trace(FORMULA.nodes, FORMULA.adjoints, FORMULA.output, {"when": object()})
    with pytest.raises(InputError, match="cannot be saved"):
        save_trace(strange, tmp_path / "run.json")
    assert list(tmp_path.iterdir()) == []
