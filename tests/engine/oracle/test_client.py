"""The worker answers, and whatever happens to it the window only hears 'unverified'."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from engine.models.architecture import CELLS, Activation, Architecture, CellName
from engine.models.recurrent import RecurrentLM
from engine.oracle import Oracle, OracleAnswer, OracleUnavailable, compare
from engine.text.vocabulary import Vocabulary
from engine.trace.expression import record_expression
from engine.trace.trace import Trace, record

FORMULA = record_expression("exp(x*z) + sin(x)/z", {"x": 2.0, "z": 3.0})
PHIS: tuple[Activation, ...] = ("tanh", "sigmoid", "relu")


def model_trace(
    steps: int, vocabulary: int, hidden: int, dtype: str, cell: CellName = "elman"
) -> Trace:
    rng = np.random.default_rng([steps, vocabulary, hidden])
    tokens = Vocabulary(tuple(f"t{i:02}" for i in range(vocabulary)))
    architecture = Architecture(cell, hidden, phi=PHIS[(steps + hidden) % 3])
    fresh = RecurrentLM.fresh(architecture, tokens, rng)
    # Biases are no longer 0, so that each has a part in the numbers.
    parameters = {
        name: (value + rng.normal(size=value.shape) * name.startswith("b_")).astype(dtype)
        for name, value in fresh.parameters.items()
    }
    model = RecurrentLM(parameters, tokens, architecture)
    tape, loss = model.record([int(i) for i in rng.integers(0, vocabulary, steps)])
    return record(tape, loss)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("hidden", [1, 3, 16])
@pytest.mark.parametrize("vocabulary", [1, 2, 27])
@pytest.mark.parametrize("steps", [1, 2, 7, 50])
@pytest.mark.parametrize("cell", CELLS)
def test_pytorch_agrees_with_every_cell(
    oracle: Oracle, cell: CellName, steps: int, vocabulary: int, hidden: int, dtype: str
) -> None:
    trace = model_trace(steps, vocabulary, hidden, dtype, cell)
    tolerance = 1e-12 if dtype == "float64" else 1e-5
    verdict = compare(trace, oracle.request(trace), tolerance)
    assert verdict.status == "agrees", verdict


def test_a_run_of_ten_thousand_nodes_is_no_trouble(oracle: Oracle) -> None:
    trace = model_trace(1200, 5, 4, "float64")
    assert len(trace) > 10_000
    assert compare(trace, oracle.request(trace)).status == "agrees"


def test_the_answer_holds_pytorch_s_numbers_for_every_node(oracle: Oracle) -> None:
    answer = oracle.request(FORMULA)
    assert isinstance(answer, OracleAnswer)
    assert len(answer.values) == len(answer.adjoints) == len(FORMULA)
    assert float(answer.values[FORMULA.output]) == pytest.approx(FORMULA.loss, rel=1e-15)
    assert answer.torch.split(".")[0].isdigit()


def test_one_worker_answers_many_requests(oracle: Oracle) -> None:
    assert isinstance(oracle.request(FORMULA), OracleAnswer)
    first = oracle._process
    assert isinstance(oracle.request(FORMULA), OracleAnswer)
    assert oracle._process is first


def test_the_worker_is_found_wherever_the_program_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.chdir(tmp_path)
    with Oracle() as here:
        assert isinstance(here.request(FORMULA), OracleAnswer)


def torch_folder(tmp_path: Path, content: str) -> str:
    package = tmp_path / "torch"
    package.mkdir()
    (package / "__init__.py").write_text(content)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("raise ModuleNotFoundError(\"No module named 'torch'\")", "PyTorch is not installed."),
        ("raise ImportError('libc10.so: cannot open')", "PyTorch cannot be loaded"),
        ("raise OSError('[WinError 126]')", "PyTorch cannot be loaded"),
        ("import os; os.abort()", "ended without an answer"),
        ("import os; os._exit(0)", "ended without an answer"),
        ("__version__ = '1'", "ended without an answer"),
    ],
)
def test_without_a_working_pytorch_a_run_is_unverified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, reason: str
) -> None:
    monkeypatch.setenv("TAPESTRY_TORCH", torch_folder(tmp_path, content))
    with Oracle() as broken:
        answer = broken.request(FORMULA)
    assert isinstance(answer, OracleUnavailable)
    assert reason in answer.reason
    assert answer.advice
    verdict = compare(FORMULA, answer)
    assert verdict.status == "unverified"
    assert verdict.max_adjoint_error is None
    assert verdict.reason.startswith(answer.reason)


def test_the_folder_may_be_the_package_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = torch_folder(tmp_path, "raise ImportError('found')")
    monkeypatch.setenv("TAPESTRY_TORCH", str(Path(folder) / "torch"))
    with Oracle() as broken:
        answer = broken.request(FORMULA)
    assert isinstance(answer, OracleUnavailable)
    assert "found" in answer.reason


def test_what_a_library_prints_does_not_spoil_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = "import os, sys; os.write(1, b'noise'); print('noise', flush=True)"
    (tmp_path / "noisy.py").write_text(
        f"import builtins\nload = builtins.__import__\n"
        f"def noisy(name, *rest):\n    if name == 'torch':\n        {hook}\n"
        "    return load(name, *rest)\nbuiltins.__import__ = noisy\n"
        "from engine.oracle.worker import main\nraise SystemExit(main())\n"
    )
    with Oracle([sys.executable, str(tmp_path / "noisy.py")]) as noisy:
        assert isinstance(noisy.request(FORMULA), OracleAnswer)


WORKERS = {
    "garbage": "import sys; sys.stdout.write('hello, this is no protocol'); sys.stdout.flush()",
    "a huge announcement": "import os; os.write(1, b'\\xff' * 8)",
    "a truncated message": "import os; os.write(1, (100).to_bytes(8, 'little') + b'x')",
    "silence": "pass",
    "an exception": "raise RuntimeError('out of luck')",
    "an early result": (
        "import sys; from engine.oracle.protocol import *;send(sys.stdout.buffer, Result((), ()))"
    ),
    "too few numbers": (
        "import sys; from engine.oracle.protocol import *;"
        "send(sys.stdout.buffer, Hello('2')); receive(sys.stdin.buffer);"
        "send(sys.stdout.buffer, Result((), ()))"
    ),
    "a wrong array": (
        "import sys; from engine.oracle.protocol import *;"
        "send(sys.stdout.buffer, Hello('2')); receive(sys.stdin.buffer);"
        "a = ArrayData('<f8', (3,), b'x');"
        f"send(sys.stdout.buffer, Result((a,) * {len(FORMULA)}, (a,) * {len(FORMULA)}))"
    ),
    "an object array": (
        "import sys; from engine.oracle.protocol import *;"
        "send(sys.stdout.buffer, Hello('2')); receive(sys.stdin.buffer);"
        "a = ArrayData('O', (), b'12345678');"
        f"send(sys.stdout.buffer, Result((a,) * {len(FORMULA)}, (a,) * {len(FORMULA)}))"
    ),
    "a failure": (
        "import sys; from engine.oracle.protocol import *;"
        "send(sys.stdout.buffer, Hello('2')); receive(sys.stdin.buffer);"
        "send(sys.stdout.buffer, Failure('evaluation', 'no such function'))"
    ),
}


@pytest.mark.parametrize("code", WORKERS.values(), ids=WORKERS)
def test_a_worker_that_misbehaves_leaves_the_run_unverified(code: str) -> None:
    with Oracle([sys.executable, "-c", code]) as strange:
        answer = strange.request(FORMULA)
        again = strange.request(FORMULA)
    for reply in (answer, again):
        assert isinstance(reply, OracleUnavailable)
        assert "\n" not in reply.reason
    assert compare(FORMULA, answer).status == "unverified"


def test_the_last_thing_a_crashing_worker_said_is_passed_on() -> None:
    with Oracle([sys.executable, "-c", WORKERS["an exception"]]) as broken:
        answer = broken.request(FORMULA)
    assert isinstance(answer, OracleUnavailable)
    assert "out of luck" in answer.reason


def test_a_command_that_does_not_exist_leaves_the_run_unverified() -> None:
    with Oracle(["/no/such/program"]) as absent:
        assert isinstance(absent.request(FORMULA), OracleUnavailable)


def test_a_worker_that_hangs_is_ended_when_the_time_is_up() -> None:
    with Oracle([sys.executable, "-c", "import sys; sys.stdin.read()"]) as slow:
        answer = slow.request(FORMULA, timeout=0.2)
        assert slow._process is None
    assert isinstance(answer, OracleUnavailable)
    assert "did not answer within 0.2 seconds" in answer.reason


def test_a_worker_killed_in_mid_request_is_replaced_at_the_next(tmp_path: Path) -> None:
    mark = tmp_path / "was-here"
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from engine.oracle import protocol, worker\n"
        f"mark = Path({str(mark)!r})\n"
        "if mark.exists():\n    sys.exit(worker.main())\n"
        "protocol.send(sys.stdout.buffer, protocol.Hello('2'))\n"
        "protocol.receive(sys.stdin.buffer)\n"
        "mark.touch(); os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n"
    )
    with Oracle([sys.executable, "-c", code]) as mortal:
        first = mortal.request(FORMULA)
        assert isinstance(first, OracleUnavailable)
        assert compare(FORMULA, first).status == "unverified"
        assert compare(FORMULA, mortal.request(FORMULA)).status == "agrees"


def test_an_idle_worker_that_died_is_replaced() -> None:
    with Oracle() as mortal:
        assert mortal.start() is None
        assert mortal._process is not None
        mortal._process.kill()
        mortal._process.wait()
        assert isinstance(mortal.request(FORMULA), OracleAnswer)


def test_closing_from_another_thread_ends_a_running_request() -> None:
    code = "import sys; sys.stderr.write('.'); sys.stdin.read()"
    waiting = Oracle([sys.executable, "-c", code])
    replies: list[object] = []
    thread = threading.Thread(target=lambda: replies.append(waiting.request(FORMULA)))
    thread.start()
    while waiting._process is None and thread.is_alive():
        thread.join(0.001)
    waiting.close()
    thread.join(20)
    assert not thread.is_alive()
    assert isinstance(replies[0], OracleUnavailable)
    waiting.close()


def test_the_worker_ends_with_the_program() -> None:
    orphan = Oracle()
    orphan.start()
    process = orphan._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(30) == 0
    orphan.close()


def test_closing_leaves_no_process_and_no_open_file() -> None:
    files = Path("/proc/self/fd")
    if not files.exists():
        pytest.skip("open files can be counted on Linux only")
    before = len(list(files.iterdir()))
    for _ in range(3):
        with Oracle([sys.executable, "-c", "pass"]) as brief:
            brief.request(FORMULA)
    assert len(list(files.iterdir())) == before
