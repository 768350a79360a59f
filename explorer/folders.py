"""Where this person's settings and log go; None or a temporary folder where there is no home."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

NAME = "tapestry"


def config_folder() -> Path | None:
    """Return the folder of settings, made if need be, or None where it cannot be.

    It is needed before the first frame, so Qt is asked, which is loaded anyway.
    """
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return _made(Path(place) / NAME) if place else None


def log_folder() -> Path:
    """Return the folder of the crash log, made if need be; a temporary one without a home."""
    import tempfile

    import platformdirs

    folder = _made(platformdirs.user_log_path(NAME, appauthor=False))
    if folder is None:
        folder = _made(Path(tempfile.gettempdir()) / NAME)
    return folder or Path(tempfile.mkdtemp(prefix=f"{NAME}-"))


def _made(folder: Path) -> Path | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except (OSError, ValueError):
        return None
    return folder
