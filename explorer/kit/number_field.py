"""A field for a positive number that is typed, such as a learning rate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy

from engine.errors import InputError
from explorer.kit.field import TextField
from explorer.kit.tokens import beginning

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.theme import FontRole, Role, Style


class NumberField(TextField):
    """Holds a number above 0, marked with one sentence where what is typed is none.

    Args:
        label: the grey words before it.
        number: where it begins.
        what: what it is, in words that can begin a sentence; by default the label.
    """

    _fill: Role = "raised"
    _value_font: FontRole = "text_strong"

    def __init__(
        self, style: Style, label: str, number: float, what: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self._what = what or label
        super().__init__(style, label, f"{number:g}", parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.submitted.connect(self._check)
        self.edited.connect(self._forgive)

    @property
    def number(self) -> float:
        """The number.

        Raises:
            InputError: what is typed is no number above 0; the field is marked with the sentence.
        """
        typed = self.text.strip()
        try:
            number = float(typed.replace(",", "."))
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and number > 0):
            told = f"must be a number above 0, such as 0.01, not {beginning(typed)!r}."
            sentence = f"{self._what} {told}"
            self.set_problem(sentence)
            raise InputError(sentence)
        self.set_problem("")
        return number

    def set_number(self, number: float) -> None:
        """Show another number, silently."""
        self.set_text(f"{number:g}")
        self.set_problem("")

    def sizeHint(self) -> QSize:
        """Return room for the label and eight digits."""
        digits = self._editor.fontMetrics().horizontalAdvance("0") * 8
        label = self._label.sizeHint().width() + self.look.ipx(8)
        return QSize(int(digits) + label + self.look.ipx(23), self.look.ipx(34))

    def minimumSizeHint(self) -> QSize:
        """Return room for the digits alone."""
        digits = self._editor.fontMetrics().horizontalAdvance("0") * 6
        return QSize(int(digits) + self.look.ipx(23), self.look.ipx(34))

    def _least(self) -> int:
        """Width of five digits."""
        return self._editor.fontMetrics().horizontalAdvance("0") * 5

    def _check(self, _text: str) -> None:
        try:
            _ = self.number
        except InputError:
            return

    def _forgive(self, _text: str) -> None:
        if self.problem:
            self.set_problem("")
