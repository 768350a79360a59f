"""The three families of the program, loaded from the packages that carry them.

Inter for text, JetBrains Mono for numbers and code, STIX Two Math for names and formulas. Their
files are found without importing the packages. Where one is missing Qt takes the system's nearest.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase

Family = Literal["text", "mono", "math"]

# Family name, package, file inside it.
_FILES: dict[Family, tuple[str, str, str]] = {
    "text": ("Inter", "fontpkg_inter", "files/Inter[opsz,wght].ttf"),
    "mono": ("JetBrains Mono", "fontpkg_jetbrains_mono", "files/JetBrainsMono[wght].ttf"),
    "math": ("STIX Two Math", "ziamath", "fonts/STIXTwoMath-Regular.ttf"),
}
_HINTS: dict[Family, QFont.StyleHint] = {
    "text": QFont.StyleHint.SansSerif,
    "mono": QFont.StyleHint.Monospace,
    "math": QFont.StyleHint.Serif,
}


def load_fonts() -> tuple[str, ...]:
    """Load the three families into the running application (about 1 ms).

    Returns:
        The names of families that could not be loaded; empty when all is well.
    """
    missing = []
    for name, package, file in _FILES.values():
        path = _package_file(package, file)
        if path is None or QFontDatabase.addApplicationFont(str(path)) < 0:
            missing.append(name)
    return tuple(missing)


def font(family: Family, size: float, weight: int = 400, *, italic: bool = False) -> QFont:
    """Return a font of a size in pixels and a weight from 100 to 800, with tabular figures.

    Inter and JetBrains Mono are variable fonts, so the weight is set as an axis; `QFont.setWeight`
    would embolden the regular cut instead.
    """
    result = QFont(_FILES[family][0])
    result.setStyleHint(_HINTS[family])
    result.setPixelSize(max(1, int(size + 0.5)))
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    result.setItalic(italic)
    if family != "math":
        result.setVariableAxis(QFont.Tag("wght"), weight)
    if family == "text":
        result.setVariableAxis(QFont.Tag("opsz"), min(32.0, max(14.0, size)))
        result.setFeature(QFont.Tag("tnum"), 1)
    if family == "mono":
        result.setFeature(QFont.Tag("calt"), 0)
    return result


def _package_file(package: str, file: str) -> Path | None:
    """Return the path of a file inside an installed package, without importing the package."""
    spec = PathFinder.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return _bundled_file(package, file)
    for folder in spec.submodule_search_locations:
        path = Path(folder) / file
        if path.is_file():
            return path
    return None


def _bundled_file(package: str, file: str) -> Path | None:
    """Return the same file in a frozen program, where packages are folders of the bundle."""
    bundle = getattr(sys, "_MEIPASS", None)
    path = None if bundle is None else Path(bundle) / package / file
    return path if path is not None and path.is_file() else None
