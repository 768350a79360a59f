"""Opening what a person chose, by what it is, and saving the run on screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.trace.trace import Trace
    from explorer.jobs import Jobs
    from explorer.panels.models import ModelChoice
    from explorer.panels.run_bar import RunBar
    from explorer.session import Session

WORDS_OF_A_TEXT = 24


def open_path(
    path: str,
    jobs: Jobs,
    session: Session,
    run_bar: RunBar,
    refuse: Callable[[str], object],
) -> None:
    """Open a trace (``.json``), weights (``.safetensors``) or else a text, read in a job.

    Args:
        path: the file.
        jobs: reads it off the GUI thread.
        session: takes a trace.
        run_bar: takes weights, and the beginning of a text.
        refuse: told in one sentence if the file cannot be used.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".json":
        session.open_trace(path)
    elif suffix == ".safetensors":
        jobs.start("open", _weights, path, on_result=run_bar.take_weights, on_error=refuse)
    else:
        jobs.start("open", _beginning, path, on_result=run_bar.take_text, on_error=refuse)


def save_trace_job(trace: Trace, path: str) -> Iterator[Path]:
    """Write a trace whole or not at all; yields where it is."""
    from engine.trace.codec import save_trace

    save_trace(trace, path)
    yield Path(path)


def _weights(path: str) -> Iterator[ModelChoice]:
    """Weights that can be used, as an entry of the model selector."""
    from engine.models.torch_files import load_weights
    from explorer.panels.models import CELL_TITLES, ModelChoice, sizes_line

    saved = load_weights(path)
    place = str(Path(path).absolute())
    title = f"{CELL_TITLES[saved.model.architecture.cell]}, {Path(path).stem}"
    yield ModelChoice(place, title, place, sizes=sizes_line(saved))


def _beginning(path: str) -> Iterator[str]:
    """The first words of a text, on one line."""
    from engine.text.corpus import read_text

    words = read_text(path).split()
    yield " ".join(words[:WORDS_OF_A_TEXT])
