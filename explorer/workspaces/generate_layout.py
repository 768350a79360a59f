"""Where the cards of Generate stand at a size of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QGridLayout, QWidget

    from explorer.theme import Style

Form = Literal["high", "low", "narrow"]

# Row, column, row span, column span of controls, texts, bars, steps, draw.
_PLACES: dict[Form, tuple[tuple[int, int, int, int], ...]] = {
    "high": ((0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 0, 1, 2), (1, 2, 1, 1)),
    "low": ((0, 0, 2, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1)),
    "narrow": ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 2), (3, 0, 1, 2), (2, 0, 1, 2)),
}
_STRETCH: dict[Form, tuple[int, int, int]] = {
    "high": (0, 30, 13),
    "low": (0, 30, 13),
    "narrow": (0, 1, 0),
}
_NARROW, _HIGH = 900, 840


def form_of(look: Style, width: int, height: int) -> Form:
    """Three columns; in a low window the controls take both rows; two columns if narrow."""
    if width < look.px(_NARROW):
        return "narrow"
    return "high" if height >= look.px(_HIGH) else "low"


def arrange(
    grid: QGridLayout, cards: Sequence[QWidget], form: Form, look: Style, *, presenting: bool
) -> None:
    """Put the cards in their places.

    Args:
        grid: where.
        cards: controls, texts, bars, steps, draw.
        form: of the page.
        look: the style.
        presenting: the controls are left out.
    """
    controls, texts, bars, steps, draw = cards
    for card, place in zip(cards, _PLACES[form], strict=True):
        grid.removeWidget(card)
        grid.addWidget(card, *place)
    controls.setVisible(not presenting)
    for column, stretch in enumerate(_STRETCH[form]):
        grid.setColumnStretch(column, stretch)
    for row in range(5):
        grid.setRowStretch(row, 1 if row == 0 else 0)
    controls.setFixedWidth(look.ipx(284 if form == "high" else 216))
    texts.setMinimumSize(look.ipx(250), look.ipx(230))
    bars.setMinimumSize(look.ipx(280), look.ipx(330 if form == "narrow" else 200))
    for card in (steps, draw):
        card.setFixedHeight(look.ipx(250 if form == "high" else 210))
