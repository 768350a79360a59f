"""The first frame is timed from the start of a process; without a window that is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.errors import InputError
from explorer.bench import startup


def test_each_program_is_started_in_turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    rows, platform = startup.cases(rounds=1)
    assert [row.peer for row in rows] == list(startup.PEERS)
    assert all(row.ours.count == row.theirs.count == 1 for row in rows)
    assert all(row.ours.median > 0 for row in rows)
    assert platform


def test_where_no_window_opens_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys; sys.exit('no display')"
    monkeypatch.setattr(startup, "OURS", [sys.executable, "-c", script])
    with pytest.raises(InputError, match=r"no display.*QT_QPA_PLATFORM=offscreen"):
        startup.cases(rounds=1)
