"""PyTorch's eager mode doing what ours does, as people write it: modules, cells, and by hand.

With the oracle's worker this is where PyTorch is imported; the command line imports this module
when a measurement is asked for, in a process that does nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from engine.autodiff.primitives import Array
from engine.bench.measure import Route
from engine.models.recurrent import RecurrentLM
from engine.models.torch_state import to_state_dict

VERSION = str(torch.__version__)

_RNN = {"elman": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
_CELL = {"elman": torch.nn.RNNCell, "gru": torch.nn.GRUCell, "lstm": torch.nn.LSTMCell}


def use_threads(count: int) -> None:
    """How many threads PyTorch may use."""
    torch.set_num_threads(count)


class TorchPeers:
    """The routes of all benches; adjoints stand in ``.grad`` and are made anew each time."""

    def training(self, model: RecurrentLM, tokens: Array) -> Mapping[str, Route]:
        """A module of ``torch.nn``, and a loop over a cell's equations."""
        module = Network(model)
        loop = Loop(model)
        x = torch.from_numpy(np.ascontiguousarray(tokens))
        return {
            f"torch nn.{type(module.rnn).__name__}": lambda: _back(module.loss(x), module),
            "torch cell loop": lambda: _back(loop.loss(x), loop),
        }

    def recording(self, model: RecurrentLM, tokens: Sequence[int]) -> Mapping[str, Route]:
        """The equations by hand, and ``nn.RNNCell`` with ``nn.Linear``."""
        by_hand = Equations(model)
        cells = Cells(model)
        return {
            "torch by hand": lambda: _back(by_hand.loss(tokens), by_hand),
            "torch nn.RNNCell": lambda: _back(cells.loss(tokens), cells),
        }

    def generating(self, model: RecurrentLM, length: int) -> Mapping[str, Route]:
        """A cell, and a module of ``torch.nn`` fed one token at a time."""
        cells = Cells(model)
        module = Network(model)
        name = model.architecture.cell
        return {
            f"torch nn.{_CELL[name].__name__}": lambda: cells.generate(length),
            f"torch nn.{_RNN[name].__name__}": lambda: module.generate(length),
        }


class Network(torch.nn.Module):  # type: ignore[misc]  # PyTorch may be absent: no types
    """Embedding or one-hot tokens, a recurrent module, a linear output."""

    def __init__(self, model: RecurrentLM) -> None:
        super().__init__()
        architecture, v = model.architecture, len(model.vocabulary)
        width = architecture.embedding or v
        if architecture.embedding:
            self.embedding = torch.nn.Embedding(v, width)
        else:
            self.register_buffer("one_hot", torch.eye(v), persistent=False)
        self.rnn = _RNN[architecture.cell](width, architecture.hidden)
        self.output = torch.nn.Linear(architecture.hidden, v)
        self.load_state_dict(_tensors(model))

    def loss(self, x: Any) -> Any:
        """Mean negative log-likelihood of (T, B) tokens, each given those before it."""
        states, _ = self.rnn(self._inputs(x))
        before = torch.cat([torch.zeros_like(states[:1]), states[:-1]])
        return torch.nn.functional.cross_entropy(self.output(before).flatten(0, 1), x.flatten())

    def generate(self, length: int) -> list[int]:
        """Draw tokens, each read before the next is drawn."""
        tokens = []
        with torch.inference_mode():
            h = torch.zeros(1, self.rnn.hidden_size)
            state = None
            for _ in range(length):
                token = _drawn(self.output(h[-1]))
                tokens.append(token)
                h, state = self.rnn(self._inputs(torch.tensor([token])), state)
        return tokens

    def _inputs(self, x: Any) -> Any:
        return self.embedding(x) if hasattr(self, "embedding") else self.one_hot[x]


class Loop(torch.nn.Module):  # type: ignore[misc]  # PyTorch may be absent: no types
    """The same network with the recurrence written out as its equations, as students write it."""

    def __init__(self, model: RecurrentLM) -> None:
        super().__init__()
        self.cell = model.architecture.cell
        self.hidden = model.architecture.hidden
        for name, value in model.parameters.items():
            # Embeddings stand in rows, as in torch.nn.Embedding.
            array = np.array(value.T if name == "E" else value, order="C")
            setattr(self, name, torch.nn.Parameter(torch.from_numpy(array)))

    def loss(self, tokens: Any) -> Any:
        """As :meth:`Network.loss`."""
        h = torch.zeros(tokens.shape[1], self.hidden)
        state = (h, torch.zeros_like(h)) if self.cell == "lstm" else (h,)
        step: Any = {"elman": self._elman, "gru": self._gru, "lstm": self._lstm}[self.cell]
        logits = []
        for token in tokens:
            logits.append(state[0] @ self.W_hy.T + self.b_y)
            state = step(self.E[token], *state)
        return torch.nn.functional.cross_entropy(torch.cat(logits), tokens.flatten())

    def _elman(self, x: Any, h: Any) -> tuple[Any, ...]:
        return (torch.tanh(x @ self.W_xh.T + h @ self.W_hh.T + self.b_h),)

    def _gru(self, x: Any, h: Any) -> tuple[Any, ...]:
        r = torch.sigmoid(x @ self.W_xr.T + h @ self.W_hr.T + self.b_r)
        z = torch.sigmoid(x @ self.W_xz.T + h @ self.W_hz.T + self.b_z)
        n = torch.tanh(x @ self.W_xn.T + self.b_n + r * (h @ self.W_hn.T + self.b_hn))
        return ((1 - z) * n + z * h,)

    def _lstm(self, x: Any, h: Any, c: Any) -> tuple[Any, ...]:
        i = torch.sigmoid(x @ self.W_xi.T + h @ self.W_hi.T + self.b_i)
        f = torch.sigmoid(x @ self.W_xf.T + h @ self.W_hf.T + self.b_f)
        g = torch.tanh(x @ self.W_xg.T + h @ self.W_hg.T + self.b_g)
        o = torch.sigmoid(x @ self.W_xo.T + h @ self.W_ho.T + self.b_o)
        c = f * c + i * g
        return o * torch.tanh(c), c


class Equations(torch.nn.Module):  # type: ignore[misc]  # PyTorch may be absent: no types
    """An Elman model's equations for one text, written as in the lecture."""

    def __init__(self, model: RecurrentLM) -> None:
        super().__init__()
        for name, value in model.parameters.items():
            setattr(self, name, torch.nn.Parameter(torch.from_numpy(value.copy())))

    def loss(self, tokens: Sequence[int]) -> Any:
        """Mean negative log-likelihood of the tokens."""
        h = self.h_0
        w_xh, w_hh, b_h, w_hy, b_y = self.W_xh, self.W_hh, self.b_h, self.W_hy, self.b_y
        losses = []
        for token in tokens:
            log_p = torch.log_softmax(w_hy @ h + b_y, -1)
            losses.append(-log_p[token])
            h = torch.tanh(w_xh[:, token] + w_hh @ h + b_h)
        return torch.stack(losses).mean()


class Cells(torch.nn.Module):  # type: ignore[misc]  # PyTorch may be absent: no types
    """A cell of ``torch.nn`` called once a token, with one-hot tokens and a linear output."""

    def __init__(self, model: RecurrentLM) -> None:
        super().__init__()
        architecture, v = model.architecture, len(model.vocabulary)
        tensors = _tensors(model)
        dtype = tensors["output.weight"].dtype
        self.lstm = architecture.cell == "lstm"
        self.cell = _CELL[architecture.cell](v, architecture.hidden, dtype=dtype)
        self.output = torch.nn.Linear(architecture.hidden, v, dtype=dtype)
        self.one_hot = torch.eye(v, dtype=dtype)
        self.start = tensors.get("h_0", torch.zeros(1, architecture.hidden, dtype=dtype))
        self.cell.load_state_dict(
            {
                name.removeprefix("rnn.").removesuffix("_l0"): tensor
                for name, tensor in tensors.items()
                if name.startswith("rnn.")
            }
        )
        self.output.load_state_dict(
            {
                name.removeprefix("output."): tensor
                for name, tensor in tensors.items()
                if name.startswith("output.")
            }
        )

    def loss(self, tokens: Sequence[int]) -> Any:
        """Mean negative log-likelihood of the tokens."""
        h, losses = self.start, []
        for token in tokens:
            losses.append(-torch.log_softmax(self.output(h)[0], -1)[token])
            h = self.cell(self.one_hot[token : token + 1], h)
        return torch.stack(losses).mean()

    def generate(self, length: int) -> list[int]:
        """Draw tokens, each read before the next is drawn."""
        tokens = []
        with torch.inference_mode():
            h = self.start
            state = (h, torch.zeros_like(h)) if self.lstm else h
            for _ in range(length):
                token = _drawn(self.output(h)[0])
                tokens.append(token)
                state = self.cell(self.one_hot[token : token + 1], state)
                h = state[0] if self.lstm else state
        return tokens


def _drawn(logits: Any) -> int:
    return int(torch.multinomial(torch.softmax(logits, -1), 1).item())


def _tensors(model: RecurrentLM) -> dict[str, Any]:
    return {name: torch.from_numpy(np.array(a)) for name, a in to_state_dict(model).items()}


def _back(loss: Any, module: Any) -> float:
    """Every adjoint, made anew; the loss."""
    module.zero_grad(set_to_none=True)
    loss.backward()
    return float(loss.item())
