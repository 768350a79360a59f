"""The models that the graph can run, as the model selector offers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.run_spec import DEFAULT_TEXT, RunSpec
from explorer.assets import asset

if TYPE_CHECKING:
    from engine.models.architecture import CellName
    from engine.models.weights import SavedModel

CELL_TITLES: Mapping[str, str] = {"elman": "Elman RNN", "gru": "GRU", "lstm": "LSTM"}
DEFAULT_EXPRESSION = "exp(x*z) + x*z/log(x) + sin(log(x))/(x*z)"
DEFAULT_VALUES = "x=2, z=3"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """One entry of the model selector.

    Attributes:
        identity: its id.
        label: its name on screen.
        weights: file in the assets' weights folder, empty for fresh weights or a formula.
        text: what it reads at first.
        sizes: a line on what is fixed about it, empty where the person chooses.
        cell: of fresh weights.
    """

    identity: str
    label: str
    weights: str = ""
    text: str = DEFAULT_TEXT
    sizes: str = ""
    cell: CellName = "elman"

    @property
    def path(self) -> str:
        """Of the file with its weights, empty where there is none."""
        return str(asset("weights", self.weights)) if self.weights else ""

    @property
    def is_expression(self) -> bool:
        """Whether it is a formula instead of a model."""
        return self.identity == "expression"

    @property
    def is_fresh(self) -> bool:
        """Whether hidden size, tokens and seed are the person's choice."""
        return not self.weights and not self.is_expression


NARWHALS = ModelChoice(
    "narwhals",
    "Elman RNN, trained on narwhals",
    "narwhals.safetensors",
    sizes="hidden 8 · words",
)
SHAKESPEARE = ModelChoice(
    "shakespeare",
    "Elman RNN, trained on Shakespeare",
    "shakespeare.safetensors",
    text="To be, or not",
    sizes="hidden 512 · characters",
)
SHAKESPEARE_LSTM = ModelChoice(
    "shakespeare-lstm",
    "LSTM, trained on Shakespeare",
    "shakespeare-lstm.safetensors",
    text="To be, or not",
    sizes="hidden 512 · characters",
)
SHAKESPEARE_WORDS = ModelChoice(
    "shakespeare-words",
    "LSTM, trained on words of Shakespeare",
    "shakespeare-words.safetensors",
    text="To be, or not to be",
    sizes="hidden 128 · embedding 128 · words",
)
FRESH = ModelChoice("fresh", "Elman RNN, fresh weights")
FRESH_GRU = ModelChoice("gru", "GRU, fresh weights", cell="gru")
FRESH_LSTM = ModelChoice("lstm", "LSTM, fresh weights", cell="lstm")
EXPRESSION = ModelChoice("expression", "Formula", text=DEFAULT_EXPRESSION)

CHOICES: tuple[ModelChoice, ...] = (
    NARWHALS,
    SHAKESPEARE,
    SHAKESPEARE_LSTM,
    SHAKESPEARE_WORDS,
    FRESH,
    FRESH_GRU,
    FRESH_LSTM,
    EXPRESSION,
)


def opening_spec() -> RunSpec:
    """What the first start shows."""
    return RunSpec(text=NARWHALS.text, weights=str(asset("weights", NARWHALS.weights)))


def spec_for(chosen: ModelChoice, base: RunSpec, text: str, values: str = "") -> RunSpec:
    """What to run for a choice, a text and the sizes in ``base``.

    Raises:
        InputError: the values of a formula cannot be read.
    """
    if chosen.is_expression:
        from engine.autodiff.expression import parse_assignments

        return replace(
            base, text=None, expression=text, values=parse_assignments(values), weights=None
        )
    return replace(
        base, text=text, expression=None, values={}, weights=chosen.path or None, cell=chosen.cell
    )


def sizes_line(saved: SavedModel) -> str:
    """What is fixed about trained weights, for example ``hidden 512 · characters``."""
    architecture = saved.model.architecture
    parts = [f"hidden {architecture.hidden}"]
    if architecture.layers > 1:
        parts.append(f"{architecture.layers} layers")
    if architecture.embedding:
        parts.append(f"embedding {architecture.embedding}")
    return " · ".join([*parts, "characters" if saved.tokens == "char" else "words"])
