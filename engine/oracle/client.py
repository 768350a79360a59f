"""The client: asks PyTorch, in a process of its own, for every value and every adjoint.

A thread of this process would stall the window while PyTorch is imported; a plain subprocess
does not. Nothing here raises for a PyTorch that is absent, broken, slow or gone: the answer is
then :class:`OracleUnavailable`, which says why and what to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self, cast

import msgspec

from engine.oracle.answers import (
    NetworkAnswer,
    OracleAnswer,
    OracleUnavailable,
    array_of,
    data_of,
    named_answer,
    program_of,
)
from engine.oracle.protocol import (
    Failure,
    Hello,
    NetworkCall,
    NetworkResult,
    Reply,
    Request,
    Result,
    receive,
    send,
)

if TYPE_CHECKING:
    from engine.trace.trace import Trace

_INSTALL = (
    "Install it with: python -m pip install torch --index-url https://download.pytorch.org/whl/cpu"
)
_INSTALL_BESIDE = (
    "Install it with: python -m pip install torch --target FOLDER, and name that folder in the "
    "environment variable TAPESTRY_TORCH, or call it torch and put it beside the program."
)
_AGAIN = "Check again; if it keeps failing, install PyTorch anew."


class Oracle:
    """One worker process, started when first needed and used for many requests.

    Args:
        command: the worker's command line; by default ours, also in the frozen program.

    A request blocks: the window makes it in a job. ``close`` may be called from another thread
    and ends a running request, which then reports that it was unavailable.
    """

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self._command = tuple(command or _worker_command())
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: IO[bytes] | None = None
        self._torch = ""
        self._asking = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> OracleUnavailable | None:
        """Start the worker without waiting for it, so that PyTorch is loaded when asked."""
        if self._process is not None:
            if self._process.poll() is None:
                return None
            self.close()
        self._torch = ""
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the worker)
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._messages,
                env=_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            self.close()
            return OracleUnavailable(f"The PyTorch worker cannot be started ({error}).", _AGAIN)
        return None

    def request(self, trace: Trace, timeout: float = 120.0) -> OracleAnswer | OracleUnavailable:
        """PyTorch's values and adjoints for the program of a trace.

        Args:
            trace: the run; only its program and its leaves' values are sent.
            timeout: seconds to wait, the import of PyTorch included.
        """
        with self._asking:
            reply = self._ask(program_of(trace), timeout)
            if isinstance(reply, Result):
                return self._checked(trace, reply)
            return reply if isinstance(reply, OracleUnavailable) else self._misled()

    def run_network(
        self, network: str, leaves: Mapping[str, Any], timeout: float = 120.0
    ) -> NetworkAnswer | OracleUnavailable:
        """Values and adjoints of one of the networks that are written in PyTorch.

        Args:
            network: its name.
            leaves: what it is called with: arrays, or tokens as a mapping by step.
            timeout: as for :meth:`request`.
        """
        tokens = {name: dict(x) for name, x in leaves.items() if not hasattr(x, "dtype")}
        call = NetworkCall(
            network,
            {name: data_of(array) for name, array in leaves.items() if name not in tokens},
            tokens.get("x", {}),
        )
        with self._asking:
            reply = self._ask(call, timeout)
            if isinstance(reply, NetworkResult):
                return named_answer(reply, self._torch)
            return reply if isinstance(reply, OracleUnavailable) else self._misled()

    def _ask(self, request: Request, timeout: float) -> Reply | OracleUnavailable:
        """Send a request, the worker started if need be, and wait for its reply."""
        unavailable = self.start()
        if unavailable is not None:
            return unavailable
        process = self._process
        if process is None:
            return OracleUnavailable("The check was stopped.", "Check again.")
        expired = threading.Event()
        # Reading a pipe with a time limit needs a second thread on Windows; it ends here.
        watch = threading.Timer(timeout, _expire, (process, expired))
        watch.daemon = True
        watch.start()
        try:
            reply = self._converse(process, request)
        finally:
            watch.cancel()
            watch.join()
        if expired.is_set():
            self.close()
            return OracleUnavailable(
                f"PyTorch did not answer within {timeout:g} seconds.",
                "Check a shorter text, or check again when the machine is less busy.",
            )
        return reply

    def close(self) -> None:
        """End the worker and wait until it is gone."""
        process, self._process = self._process, None
        messages, self._messages = self._messages, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    _close_quietly(stream)
        if messages is not None:
            messages.close()

    def _converse(
        self, process: subprocess.Popen[bytes], request: Request
    ) -> Reply | OracleUnavailable:
        """Send a request and read the reply, the worker's greeting first if it is new."""
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if not self._torch:
                greeting = _decode(receive(cast("Any", process.stdout)))
                if isinstance(greeting, Failure):
                    return self._failed(greeting)
                if not isinstance(greeting, Hello):
                    return self._crashed(process)
                self._torch = greeting.torch
            send(cast("Any", process.stdin), request)
            reply = _decode(receive(cast("Any", process.stdout)))
        except (OSError, ValueError, MemoryError) as error:
            return self._crashed(process, str(error))
        if isinstance(reply, Failure):
            return self._failed(reply)
        return self._crashed(process) if reply is None or isinstance(reply, Hello) else reply

    def _misled(self) -> OracleUnavailable:
        """The worker answered something else than it was asked."""
        self.close()
        return OracleUnavailable("The PyTorch worker's answer cannot be used.", _AGAIN)

    def _failed(self, failure: Failure) -> OracleUnavailable:
        reason = _one_line(failure.reason)
        if failure.kind != "import":
            return OracleUnavailable(f"PyTorch could not evaluate this run ({reason}).", _AGAIN)
        self.close()
        advice = _INSTALL_BESIDE if getattr(sys, "frozen", False) else _INSTALL
        if reason.startswith("ModuleNotFoundError") and "'torch'" in reason:
            return OracleUnavailable("PyTorch is not installed.", advice)
        return OracleUnavailable(f"PyTorch cannot be loaded ({reason}).", advice)

    def _crashed(self, process: subprocess.Popen[bytes], detail: str = "") -> OracleUnavailable:
        process.kill()
        status = process.wait()
        detail = _one_line(self._last_message() or detail or f"exit status {status}")
        self.close()
        return OracleUnavailable(f"The PyTorch worker ended without an answer ({detail}).", _AGAIN)

    def _last_message(self) -> str:
        """The last line the worker wrote to stderr."""
        messages = self._messages
        if messages is None:
            return ""
        try:
            size = messages.seek(0, os.SEEK_END)
            messages.seek(max(0, size - 2000))
            lines = messages.read().decode("utf-8", "replace").strip().splitlines()
        except (OSError, ValueError):
            # Closed by another thread while we asked.
            return ""
        return lines[-1] if lines else ""

    def _checked(self, trace: Trace, result: Result) -> OracleAnswer | OracleUnavailable:
        """The answer as arrays, if it has one of each for every node."""
        count = len(trace.nodes)
        try:
            values = tuple(array_of(data) for data in result.values)
            adjoints = tuple(None if d is None else array_of(d) for d in result.adjoints)
        except (ValueError, TypeError) as error:
            values, adjoints, detail = (), (), str(error)
        else:
            detail = f"{len(values)} values and {len(adjoints)} adjoints for {count} nodes"
        if len(values) != count or len(adjoints) != count:
            self.close()
            return OracleUnavailable(
                f"The PyTorch worker's answer cannot be used ({_one_line(detail)}).", _AGAIN
            )
        return OracleAnswer(values, adjoints, self._torch)


def _decode(body: bytes | None) -> Reply | None:
    return None if body is None else msgspec.msgpack.decode(body, type=Reply)


def _worker_command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "--oracle-worker"]
    return [sys.executable, "-P", "-m", "engine.oracle.worker"]


def _environment() -> dict[str, str]:
    """Ours, with this package to be found wherever the program was started from."""
    environment = dict(os.environ)
    if not getattr(sys, "frozen", False):
        root = str(Path(__file__).resolve().parents[2])
        inherited = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([root, inherited] if inherited else [root])
    environment["OMP_NUM_THREADS"] = "1"
    return environment


def _expire(process: subprocess.Popen[bytes], expired: threading.Event) -> None:
    expired.set()
    process.kill()


def _close_quietly(stream: IO[bytes]) -> None:
    """Close a pipe whose other end may be gone with unsent bytes in our buffer."""
    try:
        stream.close()
    except OSError:
        return


def _one_line(text: str, limit: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
