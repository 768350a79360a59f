"""The one exception class for bad input."""

from __future__ import annotations

from os import PathLike


class InputError(Exception):
    """Something a person gave (text, number, file) cannot be used; says where and what to do.

    Args:
        message: one clear sentence that names what was expected or what to do.
        file: the file it was read from, if any.
        place: where in the file or field, for example ``line 3`` or ``nodes[7].operands``.
    """

    def __init__(
        self, message: str, *, file: str | PathLike[str] | None = None, place: str | None = None
    ) -> None:
        self.message = message
        self.file = None if file is None else str(file)
        self.place = place
        where = ", ".join(part for part in (self.file, place) if part)
        super().__init__(f"{where}: {message}" if where else message)
