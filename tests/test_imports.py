"""The direction of the imports, and a trap of PySide6 that would end the program."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parent.parent
TORCH = {
    Path("engine", "bench", "peers.py"),
    Path("engine", "oracle", "worker.py"),
    Path("engine", "styles", "pytorch.py"),
}
SOURCES = sorted(
    path.relative_to(ROOT)
    for room in ("engine", "explorer")
    for path in (ROOT / room).rglob("*.py")
)
# Importing these loads Qt, torch, or the plots of pyqtgraph (120 ms).
HEAVY = ("PySide6", "shiboken6", "torch", "pyqtgraph", "explorer")


def modules_of(room: str) -> list[str]:
    files = [path for path in SOURCES if path.parts[0] == room and path not in TORCH]
    return [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files]


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_no_module_of_the_engine_loads_qt_or_torch_or_the_explorer() -> None:
    script = (
        "import importlib, sys\n"
        f"for name in {modules_of('engine')!r}: importlib.import_module(name)\n"
        f"print(*sorted(set({HEAVY!r}) & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr, done.stdout.split()) == (0, "", [])


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_only_the_oracles_worker_its_networks_and_the_peers_name_torch(path: Path) -> None:
    names_torch = any(name.split(".")[0] == "torch" for name in imported_names(path))
    assert names_torch == (path in TORCH)


def test_the_contract_on_torch_names_every_module_of_the_engine() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    (contract,) = (
        contract
        for contract in settings["importlinter"]["contracts"]
        if contract["name"].startswith("Nothing in the engine leads to torch")
    )
    held = tuple(f"{module}." for module in contract["source_modules"])
    packages = {"engine", "engine.bench", "engine.oracle", "engine.styles"}
    assert [name for name in modules_of("engine") if not f"{name}.".startswith(held)] == sorted(
        packages
    )


def test_calls_into_qt_keep_their_references_to_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 on Python 3.11 loses one at each call, and aborts after some 5,300 calls."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for step in range(2000):
        widget.move(QPoint(step % 7, 0))
    assert abs(sys.getrefcount(None) - before) < 200
