"""The worker: evaluates a program with PyTorch's functions and its autograd.

Runs as a process of its own and, with the networks of :mod:`engine.styles.pytorch` and the peers of
:mod:`engine.bench.peers`, is the only importer of torch in the program. Its table of functions is
written independently of our primitives, so the two can disagree.
"""

from __future__ import annotations

import ctypes
import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from engine.oracle.protocol import (
    ArrayData,
    Failure,
    Hello,
    NetworkCall,
    NetworkResult,
    Program,
    Quantity,
    Reply,
    Request,
    Result,
    Step,
    receive,
    send,
)

Function = Callable[..., Any]

_EVALUATION_ERRORS = (RuntimeError, ValueError, TypeError, LookupError, MemoryError)


def main() -> int:
    """Answer programs on stdin until it closes; returns the exit status."""
    requests, replies = _protocol_streams()
    add_torch_folder()
    try:
        # An absent or broken PyTorch is reported, not raised.
        import torch
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        send(replies, Failure("import", f"{type(error).__name__}: {error}"))
        return 3
    torch.set_num_threads(1)
    table = functions(torch)
    send(replies, Hello(str(torch.__version__)))
    while (body := receive(requests)) is not None:
        try:
            request: Request = msgspec.msgpack.decode(body, type=Request)
            if isinstance(request, NetworkCall):
                reply: Reply = run_network(torch, request)
            else:
                reply = evaluate(torch, table, request)
        except _EVALUATION_ERRORS as error:
            reply = Failure("evaluation", f"{type(error).__name__}: {error}")
        send(replies, reply)
    return 0


def functions(torch: Any) -> dict[str, Function]:
    """PyTorch's function for each primitive."""
    picked = torch.nn.functional
    return {
        "add": lambda *xs: functools.reduce(torch.add, xs[1:], xs[0].clone()),
        "sub": torch.sub,
        "mul": torch.mul,
        "div": torch.div,
        "complement": lambda x: torch.rsub(x, 1),
        "neg": torch.neg,
        "pow": torch.pow,
        "exp": torch.exp,
        "log": torch.log,
        "sin": torch.sin,
        "cos": torch.cos,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "relu": torch.relu,
        "matmul": torch.matmul,
        "transpose": lambda x, axes=None: torch.permute(
            x, tuple(range(x.dim() - 1, -1, -1) if axes is None else axes)
        ),
        "reshape": lambda x, shape: torch.reshape(
            x, (shape,) if isinstance(shape, int) else tuple(shape)
        ),
        "concat": lambda *xs, axis=0: torch.cat([torch.atleast_1d(x) for x in xs], dim=axis),
        "slice": lambda x, key: _select_ranges(torch, x, key),
        "lookup": lambda x, index, axis=0: _select(torch, x, index, axis % x.dim()),
        "component": _one_number,
        "pick": lambda x, place, index, axis: torch.gather(
            _one_row(x, index, axis), 0, place.reshape(1)
        ).reshape(()),
        "stack": lambda *xs, shape: torch.stack(xs).reshape(tuple(shape)),
        "maximum": lambda *xs: torch.amax(torch.stack(torch.broadcast_tensors(*xs)), dim=0),
        "sum": lambda x, axis=None: x.sum() if axis is None else x.sum(dim=axis),
        "mean": lambda x, axis=None: x.mean() if axis is None else x.mean(dim=axis),
        "max": lambda x, axis=None: torch.amax(x, dim=() if axis is None else axis),
        "softmax": lambda x, axis=-1: torch.softmax(x, dim=axis),
        "log_softmax": lambda x, axis=-1: torch.log_softmax(x, dim=axis),
        "nll": lambda x, target: _per_class(picked.nll_loss, x, target),
        "cross_entropy": lambda x, target: _per_class(picked.cross_entropy, x, target),
    }


def evaluate(torch: Any, table: dict[str, Function], program: Program) -> Result:
    """Every node's value and d(output)/d(node), by PyTorch's autograd.

    A node that nothing differentiable goes into is made a leaf, so that autograd gives its
    adjoint too; a node the output does not depend on has adjoint 0.
    """
    nodes: list[Any] = []
    for step in program.steps:
        node = _evaluate_step(torch, table, nodes, step)
        if step.op != "constant" and node.is_floating_point() and not node.requires_grad:
            node = node.detach().requires_grad_()
        nodes.append(node)
    differentiable = [i for i, node in enumerate(nodes) if node.requires_grad]
    gradients = torch.autograd.grad(
        nodes[program.output], [nodes[i] for i in differentiable], allow_unused=True
    )
    adjoints: list[ArrayData | None] = [None] * len(nodes)
    for i, gradient in zip(differentiable, gradients, strict=True):
        adjoints[i] = _pack(torch, torch.zeros_like(nodes[i]) if gradient is None else gradient)
    return Result(tuple(_pack(torch, node) for node in nodes), tuple(adjoints))


def run_network(torch: Any, call: NetworkCall) -> NetworkResult:
    """Every variable of a network written in PyTorch, and its ``.grad``."""
    from engine.styles import pytorch

    leaves = {name: _unpack(torch, array) for name, array in call.leaves.items()}
    if call.network == "recurrent":
        found = pytorch.RNNForwardBackward(call.tokens, **leaves)
    else:
        found = pytorch.NNForwardBackward(**leaves)
    quantities = []
    for variable, held in found.items():
        steps = held if isinstance(held, dict) else {None: held}
        for step, tensor in steps.items():
            if not torch.is_tensor(tensor):
                continue
            adjoint = None if tensor.grad is None else _pack(torch, tensor.grad)
            quantities.append(Quantity(variable, step, _pack(torch, tensor), adjoint))
    return NetworkResult(tuple(quantities))


def _evaluate_step(torch: Any, table: dict[str, Function], nodes: Sequence[Any], step: Step) -> Any:
    if step.value is not None:
        return _unpack(torch, step.value)
    if step.op not in table:
        raise LookupError(f"PyTorch's side has no function for {step.op!r}")
    node = table[step.op](*[nodes[i] for i in step.operands], **step.attributes)
    return _nudged(torch, node, step.nudge) if step.nudge else node


def _nudged(torch: Any, node: Any, numbers: Sequence[tuple[int, float]]) -> Any:
    """A copy with some components set: h + (number - h).detach(), exact to the last bit."""
    node = node.clone(memory_format=torch.contiguous_format)
    flat = node.detach().view(-1)
    for component, number in numbers:
        flat[component] = number
    return node


def _select(torch: Any, x: Any, index: Any, axis: int) -> Any:
    shape = (*x.shape[:axis], *index.shape, *x.shape[axis + 1 :])
    return torch.index_select(x, axis, index.reshape(-1)).reshape(shape)


def _select_ranges(torch: Any, x: Any, key: Sequence[Sequence[int | None]]) -> Any:
    for axis, part in enumerate(key):
        places = range(*slice(*part).indices(x.shape[axis]))
        x = torch.index_select(x, axis, torch.tensor(places, dtype=torch.int64))
    return x


def _one_number(x: Any, index: Sequence[int]) -> Any:
    for place in index:
        x = x.select(0, place)
    return x


def _one_row(x: Any, index: Sequence[int], axis: int) -> Any:
    """What is left of a tensor along one axis, its places along the others being given."""
    for place in index[:axis]:
        x = x.select(0, place)
    for place in index[axis:]:
        x = x.select(1, place)
    return x


def _per_class(loss: Function, scores: Any, target: Any) -> Any:
    flat = loss(scores.reshape(-1, scores.shape[-1]), target.reshape(-1), reduction="none")
    return flat.reshape(target.shape)


def _unpack(torch: Any, array: ArrayData) -> Any:
    dtype = {"<f8": torch.float64, "<f4": torch.float32, "<i8": torch.int64}[array.dtype]
    if not array.data:
        return torch.empty(array.shape, dtype=dtype)
    return torch.frombuffer(bytearray(array.data), dtype=dtype).reshape(array.shape)


def _pack(torch: Any, tensor: Any) -> ArrayData:
    dtype = {torch.float64: "<f8", torch.float32: "<f4", torch.int64: "<i8"}[tensor.dtype]
    plain = tensor.detach().contiguous()
    size = plain.numel() * plain.element_size()
    # Straight from memory: works whichever numpy that PyTorch was built against.
    return ArrayData(dtype, tuple(plain.shape), ctypes.string_at(plain.data_ptr(), size))


def _protocol_streams() -> tuple[BinaryIO, BinaryIO]:
    """Stdin and stdout for messages; whatever a library prints goes to stderr instead."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return os.fdopen(os.dup(0), "rb"), replies


def add_torch_folder() -> None:
    """Let PyTorch be found in ``TAPESTRY_TORCH`` or in ``torch`` beside the frozen program."""
    named = os.environ.get("TAPESTRY_TORCH")
    if named:
        folder = Path(named)
    elif getattr(sys, "frozen", False):
        folder = Path(sys.executable).resolve().parent / "torch"
    else:
        return
    if (folder / "__init__.py").is_file():
        folder = folder.parent
    if folder.is_dir():
        sys.path.insert(0, str(folder))


if __name__ == "__main__":
    sys.exit(main())
