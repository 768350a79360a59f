"""A field of names set as mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.kit.name_field import NameField
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_names_are_drawn_and_chosen(qtbot: QtBot, program_fonts: object) -> None:
    field = NameField(Style(THEMES["light"]), "adjoint of", (("1", "W_hh"), ("2", "h_0")))
    qtbot.addWidget(field)
    field.show()
    first = field.grab().toImage()
    field.set_choice("2")
    assert field.choice == "2"
    assert field.grab().toImage() != first
    delegate, model = field._combo.itemDelegate(), field._combo.model()
    widths = [delegate.sizeHint(None, model.index(row, 0)).width() for row in range(2)]  # type: ignore[arg-type]  # it asks nothing of the option
    assert widths[0] > widths[1]
    field._combo.view().grab()
