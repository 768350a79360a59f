"""A small run, a style, and a typesetter whose jobs end with the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.run_spec import RunSpec
from engine.runs import run
from explorer.jobs import Jobs
from explorer.panels.typeset import Typesetter
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.trace.trace import Trace


@pytest.fixture(scope="session")
def trace() -> Trace:
    """Three tokens, hidden size 2, four types in the vocabulary: 31 nodes."""
    return run(RunSpec(text="one fish two", hidden=2))


@pytest.fixture
def style(program_fonts: object) -> Style:
    """The light theme at 100 %."""
    return Style(THEMES["light"])


@pytest.fixture
def typesetter(qapp: object) -> Iterator[Typesetter]:
    """Sets formulas in a job, while the test runs."""
    jobs = Jobs()
    made = Typesetter(jobs)
    yield made
    made.stop()
    jobs.shutdown(10.0)
