"""Where the files that come with Tapestry are: in a clone, an installed wheel, or frozen."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def assets_folder() -> Path:
    """Return the folder of icons, colour tables, lessons and weights.

    A frozen program carries it as ``explorer/_assets`` in PyInstaller's bundle folder, a wheel
    installs it as ``explorer/_assets``, and a clone has it as ``assets`` beside ``explorer``.

    Raises:
        FileNotFoundError: in none of these places; the installation is broken.
    """
    package = Path(__file__).resolve().parent
    bundle = getattr(sys, "_MEIPASS", None)
    candidates = [package / "_assets", package.parent / "assets"]
    if bundle is not None:
        candidates = [Path(bundle) / "explorer" / "_assets", Path(bundle) / "assets", *candidates]
    for folder in candidates:
        if (folder / "colormaps").is_dir():
            return folder
    raise FileNotFoundError(
        f"Tapestry's own files are in none of {', '.join(map(str, candidates))}"
    )


def asset(*parts: str) -> Path:
    """Return the path of one packaged file, for example ``asset("icons", "play.svg")``."""
    return assets_folder().joinpath(*parts)
