"""The PyTorch twin makes the same updates as `tapestry train`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.models.weights import load_model
from explorer.cli.main import main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "model",
    [
        "--cell lstm --optimizer adamw --weight-decay 0.03",
        "--cell gru --layers 2 --embedding 3 --optimizer momentum --zero-start",
    ],
)
def test_the_twin_ends_in_the_same_weights_but_for_rounding(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("the narwhal swims. " * 200, encoding="utf-8")
    words = f"--file {text} --hidden 5 --steps 8 --batch 3 --iterations 25 --warm-up 5".split()
    words += model.split()
    own, twin = tmp_path / "own.safetensors", tmp_path / "twin.safetensors"
    assert main(["train", *words, "--out", str(own), "--json"]) == 0
    ours = json.loads(capsys.readouterr().out)
    done = subprocess.run(
        [sys.executable, "assets/train_with_pytorch.py", *words, "--out", str(twin)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)
    assert theirs["loss"] == pytest.approx(ours["loss"], abs=1e-5)
    assert theirs["validation_loss"] == pytest.approx(ours["validation_loss"], abs=1e-5)
    ours_at_end, theirs_at_end = load_model(own).model, load_model(twin).model
    for name, value in ours_at_end.parameters.items():
        np.testing.assert_allclose(theirs_at_end.parameters[name], value, atol=1e-4, err_msg=name)
