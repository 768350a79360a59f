"""`tapestry bench` of layouts, frames and the start, each once at its smallest size."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from explorer.cli.bench import OF_THE_WINDOW
from explorer.cli.main import main

KEYS = {"name", "ours_ms", "p95_ms", "worst_ms", "peer", "peer_ms", "ratio", "goal_ms", "met"}


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The window that is started keeps nothing of this in the person's settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.mark.parametrize("bench", OF_THE_WINDOW)
def test_json_has_the_cases_and_the_machine(
    bench: str,
    qapp: object,
    program_fonts: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(["bench", bench, "--quick", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["bench"] == bench
    assert {"blas_kernel", "threads", "processor"} <= set(answer["machine"])
    assert answer["cases"]
    for case in answer["cases"]:
        assert set(case) >= KEYS
        assert 0 < case["ours_ms"] <= case["worst_ms"]
        assert case["ratio"] == pytest.approx(case["ours_ms"] / case["peer_ms"])


def test_frames_are_told_with_the_platform_and_both_peers(
    qapp: object, program_fonts: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "playback", "--quick"]) == 0
    printed = capsys.readouterr()
    for word in ("platform", "1920 by 1080", "95 %", "QGraphicsView", "pyqtgraph", "goal"):
        assert word in printed.out
    assert "scrub" in printed.err


def test_layouts_are_told_with_their_crossings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "layout", "--quick"]) == 0
    printed = capsys.readouterr().out
    assert "networkx multipartite" in printed
    assert "crossings" in printed
