from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtGui import QFontInfo

from explorer import fonts


def test_all_three_families_load(program_fonts: tuple[str, ...]) -> None:
    assert program_fonts == ()


@pytest.mark.parametrize(
    ("family", "name"),
    [("text", "Inter"), ("mono", "JetBrains Mono"), ("math", "STIX Two Math")],
)
def test_a_family_is_the_one_asked_for(
    program_fonts: tuple[str, ...], family: fonts.Family, name: str
) -> None:
    font = fonts.font(family, 13)
    assert QFontInfo(font).family() == name
    assert font.pixelSize() == 13


def test_a_missing_package_is_named_and_does_no_harm(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = dict(fonts._FILES) | {"math": ("STIX Two Math", "no_such_package", "fonts/x.ttf")}
    monkeypatch.setattr(fonts, "_FILES", files)
    assert fonts.load_fonts() == ("STIX Two Math",)
    assert fonts.font("math", 17).pixelSize() == 17


FOUNDATIONS = (
    "actions", "assets", "colors", "crash", "folders", "fonts", "formula", "icons", "jobs",
    "mathtext", "player", "settings", "shortcut_sheet", "stylesheet", "theme", "kit.badge",
    "kit.bar_list", "kit.button", "kit.card", "kit.field", "kit.math_label", "kit.notice",
    "kit.play_button", "kit.rail_button", "kit.scrubber", "kit.segmented", "kit.slider",
)  # fmt: skip
LATER = {
    "PySide6.QtSvg", "fontpkg", "fontpkg_inter", "latex2mathml", "msgspec", "networkx",
    "platformdirs", "pyqtgraph", "torch", "ziamath",
}  # fmt: skip


def test_the_foundations_load_only_qt_and_numpy() -> None:
    program = (
        "import importlib, sys\n"
        "from PySide6.QtWidgets import QApplication; app = QApplication([])\n"
        f"for name in {FOUNDATIONS}: importlib.import_module('explorer.' + name)\n"
        "from explorer.fonts import load_fonts; load_fonts()\n"
        f"print(sorted({LATER} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
