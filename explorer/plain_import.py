"""Python's own import statement in place of the one that PySide6 puts there."""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401  (replaces the import statement)


def restore_import() -> None:
    """Take back the import statement that PySide6 replaces by its own.

    Its own reads the source of every module imported later, in case it asks for
    ``from __feature__ import ...``. Nothing here does, and it costs 50 ms at the start.
    """
    original = getattr(builtins, "__orig_import__", None)
    if original is not None:
        builtins.__import__ = original
