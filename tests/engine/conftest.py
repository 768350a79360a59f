"""One worker for all tests that ask the real PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.oracle import Oracle

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """The oracle as the program starts it."""
    with Oracle() as shared:
        yield shared
