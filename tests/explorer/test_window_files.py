"""Files opened and saved in the main window, settings, and closing it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.oracle.client import Oracle
from engine.trace.codec import load_trace
from explorer.settings import SettingsFile
from explorer.window import MainWindow


def loss_of(window: MainWindow) -> float:
    assert window.session.run is not None
    return window.session.run.trace.loss


def test_a_trace_is_saved_and_opened_again(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path, before = tmp_path / "run.json", window.session.run
    window.files.save_trace(str(path))
    qtbot.waitUntil(lambda: "Saved" in window._notice.sentence, timeout=20_000)
    assert before is not None
    assert load_trace(path).loss == before.trace.loss
    window.open_file(str(path))
    qtbot.waitUntil(lambda: window.session.run is not before, timeout=20_000)
    assert loss_of(window) == before.trace.loss
    assert "Narwhals are way cooler than parrots" in window._notice.sentence


def test_a_text_and_weights_are_opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    text, before = tmp_path / "text.txt", window.session.run
    text.write_text("one fish two fish", encoding="utf-8")
    window.open_file(str(text))
    qtbot.waitUntil(lambda: window.session.run is not before, timeout=20_000)
    assert window.graph.run_bar.text == "one fish two fish"
    weights = Path(__file__).parents[2] / "assets" / "weights" / "narwhals.safetensors"
    window.open_file(str(weights))
    qtbot.waitUntil(lambda: window.graph.run_bar.chosen.label.endswith("narwhals"), timeout=20_000)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((name, b"") for name in ("x.json", "x.safetensors", "x.txt", "<img src=x>.txt")),
        *((name, b"\0\1\2\xff") for name in ("x.json", "x.safetensors", "<img src=x>.txt")),
        *((name, b'{"version": 1') for name in ("x.json", "x.safetensors")),
    ],
)
def test_a_hostile_file_is_one_message_and_the_run_stays(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str, content: bytes
) -> None:
    path, before = tmp_path / name, window.session.run
    path.write_bytes(content)
    window.open_file(str(path))
    qtbot.waitUntil(lambda: bool(window._notice.sentence), timeout=20_000)
    assert window.session.run is before
    assert name in window._notice.sentence


def test_settings_are_remembered(
    qtbot: QtBot, tmp_path: Path, program_fonts: object, oracle: Oracle
) -> None:
    first = MainWindow(SettingsFile(tmp_path), oracle)
    first.commands["theme.dark"].trigger()
    first.appearance.set_scale(1.5)
    first.commands["unit.time"].trigger()
    first.close()
    second = MainWindow(SettingsFile(tmp_path), oracle)
    assert second.look.theme.name == "dark"
    assert second.look.scale == 1.5
    assert second.player.unit == "time"
    second.commands["theme.light"].trigger()
    second.close()
    third = MainWindow(SettingsFile(tmp_path), oracle)
    assert third.look.theme.name == "light"
    third.close()


def test_closing_while_jobs_run_leaves_no_thread(
    qtbot: QtBot, tmp_path: Path, program_fonts: object, oracle: Oracle
) -> None:
    for _ in range(5):
        shown = MainWindow(SettingsFile(tmp_path), oracle)
        shown.show()
        shown.begin()
        shown.close()
        assert shown.jobs.shutdown(5.0)
