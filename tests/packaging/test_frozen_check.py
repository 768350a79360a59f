"""What the trial of a frozen program lets pass and what it does not."""

from __future__ import annotations

import sys
from pathlib import Path

import frozen_check
import pytest
from frozen_check import Check, Outcome

TRACEBACK = "Traceback (most recent call last):\n  ..."
AGREES = '{"status": "agrees"}'
UNVERIFIED = '{"status": "unverified"}'


@pytest.mark.parametrize(
    ("judge", "outcome", "passes"),
    [
        (frozen_check.succeeds, Outcome(0, "", ""), True),
        (frozen_check.succeeds, Outcome(1, "", ""), False),
        (frozen_check.succeeds, Outcome(0, "", TRACEBACK), False),
        (frozen_check.succeeds, Outcome(0, TRACEBACK, ""), False),
        (frozen_check.says_something, Outcome(0, "1.0\n", ""), True),
        (frozen_check.says_something, Outcome(0, " \n", ""), False),
        (frozen_check.has("next"), Outcome(0, '{"next": [1]}', ""), True),
        (frozen_check.has("next"), Outcome(0, '{"next": []}', ""), False),
        (frozen_check.has("next"), Outcome(0, "no JSON", ""), False),
        (frozen_check.agrees, Outcome(0, AGREES, ""), True),
        (frozen_check.agrees, Outcome(0, UNVERIFIED, ""), False),
        (frozen_check.agrees, Outcome(1, AGREES, ""), False),
        (frozen_check.is_unverified, Outcome(3, UNVERIFIED, ""), True),
        (frozen_check.is_unverified, Outcome(0, UNVERIFIED, ""), False),
        (frozen_check.is_unverified, Outcome(3, "[]", ""), False),
    ],
)
def test_an_outcome_is_judged(judge: frozen_check.Judge, outcome: Outcome, passes: bool) -> None:
    complaint = frozen_check.complaint_about(outcome, Check((), judge))
    assert (complaint is None) == passes


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_program_that_does_nothing_right_fails_every_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "tapestry"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    assert frozen_check.run(tmp_path) == 1
    report = capsys.readouterr().out
    assert report.count("FAILED tapestry") == len(frozen_check.checks(with_torch=True))


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_the_program_sees_no_python_of_the_build_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "tapestry"
    program.write_text('#!/bin/sh\necho "${PYTHONPATH-none} $TAPESTRY_TORCH"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    outcome = frozen_check.start(tmp_path, Check((), frozen_check.succeeds), Path("/torch"))
    assert outcome == Outcome(0, "none /torch\n", "")
