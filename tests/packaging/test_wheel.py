"""What a wheel of the project carries."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_wheel_has_the_program_and_its_assets_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(
        [*command, "--directory", str(tmp_path)], cwd=ROOT, capture_output=True, check=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "engine",
        "explorer",
        "tapestry_explorer",
    }
    assets = {path.relative_to(ROOT / "assets") for path in (ROOT / "assets").rglob("*.*")}
    shipped = {Path(name).relative_to("explorer/_assets") for name in names if "_assets" in name}
    assert shipped == {path for path in assets if (ROOT / "assets" / path).is_file()}
