from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from explorer import assets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    assets.assets_folder.cache_clear()
    yield
    assets.assets_folder.cache_clear()


def test_assets_are_found_from_source() -> None:
    assert assets.asset("colormaps", "value-light.hex").is_file()


def test_assets_are_found_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "explorer" / "_assets" / "colormaps").mkdir(parents=True)
    monkeypatch.setattr(assets, "__file__", str(tmp_path / "explorer" / "assets.py"))
    assert assets.assets_folder() == tmp_path / "explorer" / "_assets"


def test_assets_are_found_frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "explorer" / "_assets" / "colormaps").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert assets.assets_folder() == tmp_path / "explorer" / "_assets"


def test_missing_assets_say_where_they_were_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "__file__", str(tmp_path / "explorer" / "assets.py"))
    with pytest.raises(FileNotFoundError, match="_assets"):
        assets.assets_folder()
