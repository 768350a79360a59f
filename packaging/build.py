"""Freeze Tapestry into one folder that needs no Python, then try the frozen program.

``python packaging/build.py`` makes ``dist/tapestry/`` and exits with 1 when the program in it does
not do what it should; ``--no-check`` leaves the trial out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import frozen_check

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "dist" / "tapestry"


def main(arguments: list[str] | None = None) -> int:
    """Build, say how large the folder is and how long it took, then check it."""
    parser = argparse.ArgumentParser(prog="packaging/build.py", description=__doc__)
    parser.add_argument("--no-check", action="store_true", help="only build")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    freeze()
    strip()
    seconds = time.monotonic() - started
    print(f"{FOLDER}: {folder_size(FOLDER) / 1e6:.0f} MB, built in {seconds:.0f} s", flush=True)
    return 0 if options.no_check else frozen_check.run(FOLDER)


def freeze() -> None:
    """Run PyInstaller on the spec beside this file, so that two builds are alike.

    Raises:
        subprocess.CalledProcessError: PyInstaller failed; it has said why.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    fixed = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1735689600"}
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"]
    command += ["--distpath", str(FOLDER.parent), "--workpath", str(ROOT / "build")]
    spec = ROOT / "packaging" / "tapestry.spec"
    subprocess.run([*command, str(spec)], check=True, cwd=ROOT, env={**os.environ, **fixed})


def strip() -> None:
    """Take the debugging symbols from Python's own libraries, and from no others.

    Stripping every library, as PyInstaller offers, breaks the OpenBLAS that numpy brings.
    """
    tool = shutil.which("strip")
    if tool is None or sys.platform != "linux":
        return
    inside = FOLDER / "_internal"
    libraries = [*inside.glob("libpython*.so*"), *inside.glob("**/lib-dynload/*.so")]
    subprocess.run([tool, "--strip-unneeded", *map(str, libraries)], check=True)


def folder_size(folder: Path) -> int:
    """The bytes of all files in a folder; a link counts nothing."""
    return sum(
        file.stat().st_size
        for file in folder.rglob("*")
        if file.is_file() and not file.is_symlink()
    )


if __name__ == "__main__":
    sys.exit(main())
