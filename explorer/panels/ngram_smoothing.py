"""The fields that choose a smoothing and its number, for the top bar of the n-gram page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from engine.errors import InputError
from engine.models.smoothing.choice import SMOOTHINGS, TITLES, Smoothing
from explorer.kit.combo_field import ComboField
from explorer.kit.field import TextField
from explorer.kit.number_field import NumberField
from explorer.kit.styled import Styled
from explorer.kit.tokens import beginning

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from engine.models.smoothing.choice import SmoothingName
    from explorer.theme import FontRole, Role, Style

_NAMES: dict[str, SmoothingName] = {name: name for name in SMOOTHINGS}


class SmoothingFields(Styled):
    """What unseen n-grams get: the method and, for two of them, a number.

    Attributes:
        method: add-k, Kneser-Ney and so on.
        k: what add-k adds.
        discount: what Kneser-Ney takes.

    Signals:
        chosen(smoothing): a person chose another one; `set_smoothing` is silent.
    """

    chosen = Signal(object)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._smoothing = Smoothing()
        self.method = ComboField(style, "Smoothing", tuple(TITLES.items()))
        self.k = NumberField(style, "k", self._smoothing.k)
        self.discount = DiscountField(style)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.method, self.k, self.discount):
            row.addWidget(widget)
        self.method.chosen.connect(self._take)
        self.k.submitted.connect(self._take)
        self.discount.submitted.connect(self._take)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._show_number()
        self.apply_style()

    @property
    def smoothing(self) -> Smoothing:
        """The one that was chosen last."""
        return self._smoothing

    def set_smoothing(self, smoothing: Smoothing) -> None:
        """Show another one."""
        self._smoothing = smoothing
        self.method.set_choice(smoothing.name)
        self.k.set_number(smoothing.k)
        self.discount.set_discount(smoothing.discount)
        self._show_number()

    def apply_style(self) -> None:
        """Set the distance."""
        layout = self.layout()
        if layout is not None:
            layout.setSpacing(self.look.ipx(6))

    def _show_number(self) -> None:
        self.k.setVisible(self.method.choice == "add-k")
        self.discount.setVisible(self.method.choice == "kneser-ney")

    def _take(self, _value: str) -> None:
        self._show_number()
        name = _NAMES[self.method.choice]
        try:
            k = self.k.number if name == "add-k" else self._smoothing.k
            discount = self.discount.discount if name == "kneser-ney" else self._smoothing.discount
        except InputError:
            return
        wanted = Smoothing(name, k, discount)
        if wanted != self._smoothing:
            self._smoothing = wanted
            self.chosen.emit(wanted)


class DiscountField(TextField):
    """Holds what Kneser-Ney takes from every count, from 0 to 1; empty, it is estimated."""

    _fill: Role = "raised"
    _value_font: FontRole = "text_strong"

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "discount", placeholder="estimated", parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.edited.connect(self._forgive)

    @property
    def discount(self) -> float | None:
        """The number, or None for an estimate.

        Raises:
            InputError: what is typed is no number from 0 to 1; the field is marked.
        """
        typed = self.text.strip()
        if not typed:
            self.set_problem("")
            return None
        try:
            number = float(typed.replace(",", "."))
        except ValueError:
            number = math.nan
        if not 0 <= number <= 1:
            told = "The discount must be a number from 0 to 1, or nothing"
            sentence = f"{told}, not {beginning(typed)!r}."
            self.set_problem(sentence)
            raise InputError(sentence)
        self.set_problem("")
        return number

    def set_discount(self, discount: float | None) -> None:
        """Show another number, silently."""
        self.set_text("" if discount is None else f"{discount:g}")
        self.set_problem("")

    def sizeHint(self) -> QSize:
        """Return room for the label and the word that stands for an estimate."""
        metrics = self._editor.fontMetrics()
        label = self._label.sizeHint().width() + self.look.ipx(8)
        width = metrics.horizontalAdvance("estimated") + label + self.look.ipx(31)
        return QSize(width, self.look.ipx(34))

    def minimumSizeHint(self) -> QSize:
        """Return room for the value alone."""
        width = self._editor.fontMetrics().horizontalAdvance("0.750") + self.look.ipx(23)
        return QSize(width, self.look.ipx(34))

    def _forgive(self, _text: str) -> None:
        if self.problem:
            self.set_problem("")
