from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer import settings as module
from explorer.settings import FILE, VERSION, Settings, SettingsFile

if TYPE_CHECKING:
    from pathlib import Path

CHOSEN = Settings(
    theme="dark", text_scale=1.5, motion=False, workspace="ngram", geometry="AdnQ", speed=4.0,
    unit="time", notches=False,
)  # fmt: skip


def test_the_first_start_has_the_defaults_and_writes_nothing(tmp_path: Path) -> None:
    assert SettingsFile(tmp_path).value == Settings()
    assert list(tmp_path.iterdir()) == []


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    SettingsFile(tmp_path).save(CHOSEN)
    assert SettingsFile(tmp_path).value == CHOSEN
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"version": 99}',
        b"\xff\xfe{}",
        b"[" * 30000,
        b'{"version": ' + b"9" * 5000 + b"}",
        b'"' + b"x" * 70000 + b'"',
    ],
)
def test_a_bad_file_is_put_aside(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    assert SettingsFile(tmp_path).value == Settings()
    assert (tmp_path / f"{FILE}.bad").read_bytes() == data
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", ["dark"]),
        ("text_scale", 0.5),
        ("text_scale", True),
        ("text_scale", "2"),
        ("text_scale", float("nan")),
        ("motion", 1),
        ("workspace", "../x"),
        ("geometry", "é"),
        ("speed", 1e9),
        ("unit", None),
        ("unknown", 3),
    ],
)
def test_a_value_out_of_range_falls_back_alone(tmp_path: Path, name: str, value: object) -> None:
    table = {"version": VERSION, "motion": False, "text_scale": 2.0, name: value}
    (tmp_path / FILE).write_text(json.dumps(table))
    expected = replace(Settings(), motion=False, text_scale=2.0)
    if name in {item.name for item in fields(Settings)}:
        expected = replace(expected, **{name: getattr(Settings(), name)})
    assert SettingsFile(tmp_path).value == expected


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([item.name for item in fields(Settings)]), JSON))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_table_gives_settings_that_can_be_saved(tmp_path: Path, table: dict[str, Any]) -> None:
    (tmp_path / FILE).write_text(json.dumps({"version": VERSION, **table}))
    file = SettingsFile(tmp_path)
    file.save(file.value)
    assert SettingsFile(tmp_path).value == file.value


def test_without_a_home_settings_last_for_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "config_folder", lambda: None)
    file = SettingsFile()
    file.save(CHOSEN)
    assert file.value == CHOSEN


def test_a_folder_that_is_gone_is_no_fault(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "gone")
    file.save(CHOSEN)
    assert file.value == CHOSEN
