# ruff: noqa: INP001, T201  (a script beside data, not a package)
"""Train the PyTorch twin of a shipped model: the same model, data, updates and number of windows.

Run from the repository root with the words of ``tapestry train``; the command of every shipped
model stands in ``assets/weights/provenance.json``::

    python assets/train_with_pytorch.py --corpus shakespeare --cell lstm ... --out twin.safetensors

The twin begins with the weights that ``tapestry train`` would begin with, reads the same windows in
the same order, and makes the same updates with ``torch.nn`` and ``torch.optim``. Its weights are
saved in the program's own format, so that one judge measures both, and it prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.models.architecture import GATES, Architecture, of_layer
from engine.models.recurrent import RecurrentLM
from engine.models.weights import SavedModel, save_model
from engine.training.evaluation import evaluate
from engine.training.settings import Settings
from engine.training.texts import TrainingText
from engine.training.train import Trainer
from explorer.cli.train import add_options, settings_from, text_from

_RECURRENT = {"elman": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
_OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "momentum": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


class Twin(nn.Module):
    """A recurrent language model made of ``torch.nn``, with the program's parameters."""

    def __init__(self, architecture: Architecture, parameters: dict[str, np.ndarray]) -> None:
        super().__init__()
        a, v = architecture, len(parameters["b_y"])
        self.architecture, self.size = a, v
        if a.embedding:
            self.embedding = nn.Embedding(v, a.embedding)
        kind = {"nonlinearity": a.phi} if a.cell == "elman" else {}
        self.recurrent = _RECURRENT[a.cell](a.embedding or v, a.hidden, a.layers, **kind)
        self.output = nn.Linear(a.hidden, v)
        self.starts = nn.ParameterDict()
        for name in a.states:
            start = nn.Parameter(torch.zeros(a.layers, a.hidden), requires_grad=a.learned_start)
            self.starts[name] = start
        for place, name, transposed in self._places():
            value = torch.tensor(parameters[name])
            place.data.copy_(value.T if transposed else value)
        for layer in range(a.layers):
            # One bias is enough: the other one stays zero but for the GRU's b_hn.
            bias = getattr(self.recurrent, f"bias_hh_l{layer}")
            if a.cell == "gru":
                bias.data[: 2 * a.hidden] = 0
                bias.register_hook(_last_third)
            else:
                bias.data.zero_()
                bias.requires_grad_(False)

    def _places(self) -> list[tuple[Tensor, str, bool]]:
        """Where each of the program's parameters stands, and whether it is transposed there."""
        a, r, h = self.architecture, self.recurrent, self.architecture.hidden
        places: list[tuple[Tensor, str, bool]] = [
            (self.output.weight.data, "W_hy", False),
            (self.output.bias.data, "b_y", False),
        ]
        if a.embedding:
            places.append((self.embedding.weight.data, "E", True))
        for n in range(1, a.layers + 1):
            tensors = {
                key: getattr(r, f"{name}_l{n - 1}").data
                for key, name in (("W_x", "weight_ih"), ("W_h", "weight_hh"), ("b_", "bias_ih"))
            }
            for k, gate in enumerate(GATES[a.cell]):
                rows = slice(k * h, (k + 1) * h)
                for key, tensor in tensors.items():
                    places.append((tensor[rows], of_layer(f"{key}{gate}", n), False))
            if a.cell == "gru":
                bias = getattr(r, f"bias_hh_l{n - 1}").data
                places.append((bias[2 * h :], of_layer("b_hn", n), False))
            places += [
                (self.starts[state].data[n - 1], of_layer(f"{state}_0", n), False)
                for state in a.states
            ]
        return places

    def parameters_by_name(self) -> dict[str, np.ndarray]:
        """The parameters under the program's names, copies in its shapes."""
        arrays = {
            name: np.ascontiguousarray((place.T if transposed else place).numpy())
            for place, name, transposed in self._places()
        }
        return {name: arrays[name].copy() for name in self.architecture.shapes(self.size)}

    def forward(self, tokens: Tensor, states: tuple[Tensor, ...]) -> tuple[Tensor, Any]:
        """The mean loss of the tokens (T, B), each predicted from the state before it."""
        if self.architecture.embedding:
            x = self.embedding(tokens)
        else:
            x = nn.functional.one_hot(tokens, self.size).float()
        start = states if len(states) > 1 else states[0]
        h, last = self.recurrent(x, start)
        before = torch.cat([states[0][-1:], h[:-1]])
        logits = self.output(before).reshape(-1, self.size)
        return nn.functional.cross_entropy(logits, tokens.reshape(-1)), last


def _last_third(adjoint: Tensor) -> Tensor:
    """Let only the bias inside a GRU's reset learn."""
    kept = adjoint.clone()
    kept[: 2 * len(adjoint) // 3] = 0
    return kept


def _optimizer(settings: Settings, twin: Twin) -> torch.optim.Optimizer:
    learned = [p for p in twin.parameters() if p.requires_grad]
    more: dict[str, Any] = {"lr": settings.learning_rate, "weight_decay": settings.weight_decay}
    if settings.optimizer in {"adam", "adamw"}:
        more |= {"betas": (0.9, 0.99), "eps": 1e-8}
    if settings.optimizer == "momentum":
        more["momentum"] = 0.9
    return _OPTIMIZERS[settings.optimizer](learned, **more)


def train(settings: Settings, text: TrainingText) -> tuple[Twin, float, float]:
    """Train the twin; returns it, its smoothed loss and its tokens per second."""
    # The trainer gives the first weights and the windows; it makes no update itself.
    source = Trainer(settings, text.vocabulary, text.train, text.starts)
    twin = Twin(settings.architecture, {k: v.copy() for k, v in source.parameters.views.items()})
    optimizer = _optimizer(settings, twin)
    names = settings.architecture.states
    carried = [twin.starts[n].detach()[:, None].expand(-1, settings.batch, -1) for n in names]
    smoothed, spent = math.nan, 0.0
    for iteration in range(settings.iterations):
        began = perf_counter()
        window = source.lanes.window(settings.steps, settings.restart, source.rng)
        fresh = torch.tensor(source.lanes.fresh)[None, :, None]
        source.lanes.fresh = np.zeros_like(source.lanes.fresh)
        states = tuple(
            torch.where(fresh, twin.starts[name][:, None], state).contiguous()
            for name, state in zip(names, carried, strict=True)
        )
        for group in optimizer.param_groups:
            group["lr"] = settings.rate(iteration)
        optimizer.zero_grad()
        loss, last = twin(torch.tensor(window, dtype=torch.long), states)
        loss.backward()
        nn.utils.clip_grad_norm_(twin.parameters(), settings.clip_norm)
        optimizer.step()
        carried = [state.detach() for state in (last if len(names) > 1 else (last,))]
        spent += perf_counter() - began
        value = loss.item()
        smoothed = value if math.isnan(smoothed) else smoothed + 0.01 * (value - smoothed)
        if (iteration + 1) % 500 == 0:
            speed = (iteration + 1) * window.size / spent
            print(
                f"iteration {iteration + 1:,}  loss {smoothed:.4f}  {speed:,.0f} tokens/s",
                file=sys.stderr,
                flush=True,
            )
    return twin, smoothed, settings.iterations * settings.steps * settings.batch / spent


def main() -> None:
    """Train, save, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    options = parser.parse_args()
    torch.set_num_threads(1)
    _, text = text_from(options)
    settings = settings_from(options)
    twin, smoothed, speed = train(settings, text)
    model = RecurrentLM(twin.parameters_by_name(), text.vocabulary, settings.architecture)
    made = {"made_with": f"PyTorch {torch.__version__}", "settings": settings.as_dict()}
    save_model(SavedModel(model, options.tokens, made), options.out)
    judged = evaluate(model, text.held_out, unknown=text.unknown)
    answer = {
        "made_with": made["made_with"],
        "iterations": settings.iterations,
        "loss": smoothed,
        "validation_loss": judged.loss,
        "perplexity": judged.perplexity,
        "perplexity_known": judged.known_perplexity,
        "bits_per_character": judged.loss / math.log(2) if options.tokens == "char" else None,
        "tokens_per_second": speed,
    }
    print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
