"""Asking where the transcript is saved, and saving it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from engine.errors import InputError
from explorer.panels.generate_transcript import Transcript, save_transcript

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

KINDS = {
    "Text to read (*.txt)": ".txt",
    "Every token, with model and settings (*.json)": ".json",
    "Table of tokens (*.csv)": ".csv",
}


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of it: a remark, or a problem; neither where a person changed their mind."""

    remark: str = ""
    problem: str = ""


def ask_and_save(window: QWidget, transcript: Transcript) -> Saved:
    """Ask for a path and save a transcript there."""
    path, kind = QFileDialog.getSaveFileName(
        window, "Save the transcript", "transcript.txt", ";;".join(KINDS)
    )
    if not path:
        return Saved()
    if Path(path).suffix.lower() not in KINDS.values():
        path += KINDS.get(kind, ".txt")
    try:
        save_transcript(transcript, path)
    except InputError as error:
        return Saved(problem=str(error))
    return Saved(remark=f"The transcript was saved as {Path(path).name}.")
