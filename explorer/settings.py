"""What is remembered from one start to the next: one small JSON file, never trusted."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, get_args

from engine.errors import InputError
from explorer.folders import config_folder
from explorer.theme import ThemeChoice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE = "settings.json"
LARGEST = 65_536
VERSION = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """A person's choices; make another with `dataclasses.replace`.

    Attributes:
        theme: the colours, or ``system``.
        text_scale: 1.0 to 3.0.
        motion: whether things move smoothly from place to place.
        notches: whether cells of negative numbers have a notch.
        workspace: the workspace that was open, by the command's last word (``graph``).
        geometry: what `QWidget.saveGeometry` returned, in base 64.
        speed: the playback speed, 0.25 to 16.
        unit: what a step covers.
    """

    theme: ThemeChoice = "system"
    text_scale: float = 1.0
    motion: bool = True
    notches: bool = True
    workspace: str = "graph"
    geometry: str = ""
    speed: float = 1.0
    unit: str = "node"


_VALID: dict[str, Callable[[Any], bool]] = {
    "theme": lambda value: value in get_args(ThemeChoice),
    "text_scale": lambda value: _number(value) and 1.0 <= value <= 3.0,
    "motion": lambda value: isinstance(value, bool),
    "notches": lambda value: isinstance(value, bool),
    "workspace": lambda value: isinstance(value, str) and value.isidentifier() and len(value) < 40,
    "geometry": lambda value: isinstance(value, str) and value.isascii() and len(value) < 4096,
    "speed": lambda value: _number(value) and 0.25 <= value <= 16,
    "unit": lambda value: value in {"event", "node", "module", "time"},
}


class SettingsFile:
    """The settings of this person, on disk where there is a place for them.

    A file that is not ours, of another version or damaged is put aside as ``settings.json.bad``
    and the defaults are used; a single value out of range falls back alone.

    Args:
        folder: where the file is; the system's place when None; nothing is kept without one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        place = config_folder() if folder is None else folder
        self._path = None if place is None else place / FILE
        self.value = self._on_disk = self._read()

    def remember(self, **changes: object) -> None:
        """Change single settings; `save` puts them on disk."""
        self.value = replace(self.value, **changes)  # type: ignore[arg-type]  # the fields' types

    def save(self, value: Settings) -> None:
        """Keep settings, on disk if possible; the old file stays whole until the new one is."""
        if value == self._on_disk and self._path is not None and self._path.exists():
            return
        self.value = self._on_disk = value
        if self._path is None:
            return
        from engine.files import write_whole

        data = json.dumps({"version": VERSION, **asdict(value)}, indent=2, sort_keys=True)
        with contextlib.suppress(InputError, OSError):
            write_whole(self._path, data.encode())

    def _read(self) -> Settings:
        if self._path is None or not self._path.exists():
            return Settings()
        try:
            with self._path.open("rb") as file:
                data = file.read(LARGEST + 1)
            if len(data) > LARGEST:
                raise ValueError("too large")
            table = json.loads(data.decode("utf-8"))
            if not isinstance(table, dict) or table.get("version") != VERSION:
                raise ValueError("not settings of this version")
        except (OSError, ValueError, RecursionError):
            with contextlib.suppress(OSError):
                self._path.replace(self._path.with_name(f"{FILE}.bad"))
            return Settings()
        known = {item.name for item in fields(Settings)} & set(table)
        return Settings(**{name: table[name] for name in known if _is_valid(name, table[name])})


def _is_valid(name: str, value: object) -> bool:
    try:
        return bool(_VALID[name](value))
    except TypeError:
        return False


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
