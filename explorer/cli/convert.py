"""Move weights between this program and PyTorch.

Weights that `tapestry train` saved become a state_dict that torch's nn.RNN, nn.GRU or nn.LSTM
loads; a state_dict saved with safetensors.torch.save_file becomes weights for this program.
"""

from __future__ import annotations

import argparse
from typing import cast

from engine.errors import InputError
from engine.models.architecture import Activation
from engine.models.torch_files import load_state_dict, load_vocabulary, save_state_dict
from engine.models.weights import SavedModel, load_model, save_model
from explorer.cli.output import print_json, say

HELP = "move weights to and from a PyTorch state_dict"

DIRECTIONS = ("torch", "tapestry")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("weights", metavar="IN.safetensors", help="what to convert")
    parser.add_argument("--to", choices=DIRECTIONS, required=True, help="whose file to write")
    parser.add_argument("--out", metavar="OUT.safetensors", required=True, help="where to save")
    foreign = parser.add_argument_group("for a state_dict that does not say it itself")
    foreign.add_argument("--vocabulary", metavar="V.json", help="a JSON list of its tokens")
    foreign.add_argument("--tokens", choices=("word", "char"), help="how a text becomes tokens")
    foreign.add_argument("--activation", choices=("tanh", "relu"), help="of an nn.RNN")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: argparse.Namespace) -> int:
    """Read, write, say what it was."""
    if options.to == "torch":
        if options.vocabulary or options.tokens or options.activation:
            raise InputError("weights of this program say their vocabulary themselves")
        saved = load_model(options.weights)
        save_state_dict(saved, options.out)
    else:
        vocabulary = load_vocabulary(options.vocabulary) if options.vocabulary else None
        saved = load_state_dict(
            options.weights,
            vocabulary=vocabulary,
            tokens=options.tokens,
            phi=cast("Activation | None", options.activation),
        )
        save_model(saved, options.out)
    _report(saved, options)
    return 0


def _report(saved: SavedModel, options: argparse.Namespace) -> None:
    architecture = saved.model.architecture
    if options.json:
        print_json(
            {
                "cell": architecture.cell,
                "hidden": architecture.hidden,
                "layers": architecture.layers,
                "embedding": architecture.embedding,
                "vocabulary": len(saved.model.vocabulary),
                "out": options.out,
            }
        )
        return
    say(
        f"saved {options.out}: {architecture.cell}, hidden {architecture.hidden},"
        f" {architecture.layers} layer{'s' if architecture.layers > 1 else ''},"
        f" {len(saved.model.vocabulary)} tokens"
    )
