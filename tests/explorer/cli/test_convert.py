from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.models.weights import load_model
from explorer.assets import asset
from explorer.cli.main import main

NARWHALS = str(asset("weights", "narwhals.safetensors"))


def test_weights_go_to_pytorch_and_come_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there, back = str(tmp_path / "torch.safetensors"), str(tmp_path / "back.safetensors")
    assert main(["convert", NARWHALS, "--to", "torch", "--out", there, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "cell": "elman", "hidden": 8, "layers": 1, "embedding": 0, "vocabulary": 41, "out": there,
    }  # fmt: skip
    assert main(["convert", there, "--to", "tapestry", "--out", back]) == 0
    assert "elman, hidden 8, 1 layer, 41 tokens" in capsys.readouterr().out
    before, after = load_model(NARWHALS), load_model(back)
    assert after.tokens == before.tokens
    for name, value in before.model.parameters.items():
        np.testing.assert_array_equal(after.model.parameters[name], value)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([NARWHALS, "--to", "tapestry"], "holds no nn.RNN"),
        ([NARWHALS, "--to", "torch", "--tokens", "char"], "say their vocabulary themselves"),
        (["no-such-file", "--to", "torch"], "no-such-file"),
    ],
)
def test_what_cannot_be_converted_leaves_one_line_and_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    out = tmp_path / "out.safetensors"
    assert main(["convert", *words, "--out", str(out)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert sentence in told.err
    assert not out.exists()
