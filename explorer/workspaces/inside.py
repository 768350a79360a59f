"""The workspace Inside: what each hidden unit of a recurrent model does over a text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.kit.scroll_page import ScrollPage
from explorer.panels.generate_models import ModelChoice
from explorer.panels.inside_bar import InsideBar
from explorer.panels.inside_cards import HeatCard, TextCard
from explorer.panels.inside_controls import InsideControls
from explorer.panels.inside_neighbours import find_neighbours
from explorer.panels.inside_reading import TextSource, default_source
from explorer.panels.inside_session import BY_NUMBER, InsideSession
from explorer.panels.inside_side import InsideSide
from explorer.panels.inside_words import cell_words, graph_wish
from explorer.workspaces.base import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.jobs import Jobs
    from explorer.theme import Style

NEIGHBOURS = "inside neighbours"
QWIDGETSIZE_MAX = (1 << 24) - 1
"""Qt's word for no limit to a width; PySide has no name for it."""

_TEXTS = frozenset({".txt", ".text", ".md"})


class InsideWorkspace(Workspace):
    """A text coloured by a unit, all units as a heat map, and what is known of a position.

    Attributes:
        session: what is looked at.
        controls: the row above the text.
        text, heat: the two views of the activations.
        side: the cards at the right.
    """

    identity = "inside"

    def __init__(self, style: Style, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(style, jobs, parent)
        self.session = InsideSession(jobs, self)
        self._wanted: tuple[ModelChoice, TextSource | None] | None = None
        self._form = ""
        self._bar = InsideBar(style)
        self.note = self._bar.note
        self._make_page()
        self._connect()
        self.apply_style()

    def _make_page(self) -> None:
        style = self.look
        self.controls = InsideControls(style)
        self.text_card, self.heat_card = TextCard(style), HeatCard(style)
        self.text, self.heat = self.text_card.text, self.heat_card.heat
        self.empty = self.text_card.empty
        self.side = InsideSide(style)
        page = ScrollPage()
        self._grid = page.grid
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)

    def _connect(self) -> None:
        session, controls, side = self.session, self.controls, self.side
        self._bar.model_wanted.connect(self._open_model)
        self._bar.text_wanted.connect(self._open_text)
        self._bar.cancelled.connect(self._cancel)
        self.empty.action_requested.connect(self._open_again)
        controls.quantity_wanted.connect(session.show_quantity)
        controls.unit_wanted.connect(session.choose_unit)
        controls.pattern_wanted.connect(session.choose_pattern)
        controls.sorting_wanted.connect(session.sort_rows)
        controls.graph_wanted.connect(self._ask_for_graph)
        self.text.looked_at.connect(session.look_at)
        self.text.selected.connect(session.select)
        self.text.clicked.connect(session.clear_passage)
        self.text.cleared.connect(session.clear_part)
        self.text.stepped.connect(session.step_unit)
        self.text.hovered.connect(self._tell_token)
        self.heat.picked.connect(self._pick_cell)
        self.heat.stepped.connect(session.step_unit)
        self.heat.hovered.connect(self._tell_cell)
        side.shown.connect(self._show_position)
        for picks in (side.units.picked, side.state.cells.picked, side.gates.plot.picked):
            picks.connect(session.choose_unit)
        side.near.wanted.connect(self._find_neighbours)
        side.near.unknown.connect(self.failed)
        session.progressed.connect(self.note.show_progress)
        session.read.connect(self._show_reading)
        session.refused.connect(self._refuse)
        session.quantity_changed.connect(self._show_quantity)
        session.unit_changed.connect(self._show_unit)
        session.position_changed.connect(self._show_position)
        session.part_changed.connect(self._show_part)
        session.ranked.connect(self._show_ranking)
        session.rows_changed.connect(self._show_rows)

    def bar(self) -> QWidget:
        """Model and text."""
        return self._bar

    def enter(self) -> None:
        """Read the first text, the first time."""
        if self._wanted is None:
            self._open_again()

    def open(self, choice: ModelChoice, source: TextSource | None = None) -> None:
        """Let a model read a text: one that is named, or its usual one."""
        self._wanted = (choice, source)
        if self.session.reading is None:
            self.empty.say("Reading …")
        self.session.open(choice, source)

    def open_file(self, path: str) -> bool:
        """Look into weights, or read a text file."""
        kind = Path(path).suffix.lower()
        if kind == ".safetensors":
            self.open(ModelChoice(weights=path))
        elif kind in _TEXTS:
            self._open_text(TextSource("file", path=path))
        else:
            return False
        return True

    def set_presenting(self, presenting: bool) -> None:
        """Set the text larger for an audience, and leave out what opens another page."""
        self.text_card.set_presenting(presenting)
        self.controls.graph.setVisible(not presenting)

    def apply_style(self) -> None:
        """Set distances, and lay the cards out for them."""
        look = self.look
        self._grid.setContentsMargins(look.ipx(22), look.ipx(14), look.ipx(22), look.ipx(16))
        self._grid.setHorizontalSpacing(look.ipx(16))
        self._grid.setVerticalSpacing(look.ipx(12))
        self._form = ""
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards out for the new size."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The cards beside the text; in a low window one at a time; below it if narrow."""
        look, grid = self.look, self._grid
        form = "high" if self.height() >= look.px(860) else "low"
        if self.width() < look.px(880):
            form = "narrow"
        if form == self._form:
            return
        self._form = form
        narrow = form == "narrow"
        places = ((0, 0, 1, 2), (1, 0, 1, 1), (2, 0, 1, 1), (1, 1, 2, 1))
        if narrow:
            places = ((0, 0, 1, 2), (1, 0, 1, 2), (2, 0, 1, 2), (3, 0, 1, 2))
        cards = (self.controls, self.text_card, self.heat_card, self.side)
        for card, place in zip(cards, places, strict=True):
            grid.removeWidget(card)
            grid.addWidget(card, *place)
        for column, stretch in enumerate((1, 0)):
            grid.setColumnStretch(column, stretch)
        for row, stretch in enumerate((0, 5, 4, 0)):
            grid.setRowStretch(row, stretch)
        self.side.set_high(high=form == "high")
        self.side.setMinimumSize(look.ipx(200 if narrow else 350), look.ipx(340 if narrow else 0))
        self.side.setMaximumWidth(QWIDGETSIZE_MAX if narrow else look.ipx(350))
        self.text_card.setMinimumHeight(look.ipx(220))
        self.heat_card.setMinimumHeight(look.ipx(190))

    # What is read

    def _open_again(self) -> None:
        self.open(*(self._wanted or (self._bar.first_choice,)))

    def _open_model(self, choice: ModelChoice) -> None:
        """Let another model read the same text, unless the usual one is another."""
        reading, source = self.session.reading, None
        if reading is not None and default_source(choice) == default_source(reading.loaded.choice):
            source = reading.source
        self.open(choice, source)

    def _open_text(self, source: TextSource) -> None:
        reading = self.session.reading
        choice = self._bar.first_choice if reading is None else reading.loaded.choice
        self.open(choice, source)

    def _cancel(self) -> None:
        self.session.cancel()
        self._keep("Nothing was read.")

    def _refuse(self, sentence: str) -> None:
        self._keep("The text could not be read.")
        source = self._wanted[1] if self._wanted is not None else None
        if source is not None and source.name == "typed":
            self._bar.show_typed(source.typed, sentence)
        self.failed.emit(sentence)

    def _keep(self, note: str) -> None:
        """Go back to what is on screen after a reading that brought nothing."""
        if self.session.reading is None:
            self.note.say(note)
            self.empty.say(note, "Try again")
        else:
            self._bar.show_reading(self.session.reading)

    def _show_reading(self) -> None:
        reading = self.session.reading
        if reading is None:
            return
        self.failed.emit("")
        self._bar.show_reading(reading)
        self.controls.set_ready(ready=True)
        self.controls.show_reading(reading)
        self.text_card.show_reading(reading)
        self.side.near.show_reading(reading)

    def _show_quantity(self) -> None:
        session = self.session
        quantity = session.quantity
        if quantity is None:
            return
        self.controls.show_quantity(quantity)
        self.heat.show_quantity(quantity, session.rows)
        self.heat_card.show_quantity(quantity)
        self.heat.show_part(session.part)
        self._show_unit()
        self._show_position()

    # What is looked at

    def _show_unit(self) -> None:
        session = self.session
        quantity, unit = session.quantity, session.unit
        if quantity is None:
            return
        self.controls.show_unit(unit)
        self.text_card.show_unit(quantity, unit)
        self.heat.show_cell(unit, session.position)
        self.side.units.show_unit(unit)
        if self.side.is_shown("gates"):
            self.side.gates.show_unit(quantity, unit)
        self._describe()
        self._show_state()

    def _show_position(self) -> None:
        session = self.session
        reading, position = session.reading, session.position
        if reading is None or session.quantity is None:
            return
        self.text.show_position(position)
        self.heat.show_cell(session.unit, position)
        if self.side.is_shown("next"):
            self.side.next_card.show_position(reading, position)
        if self.side.is_shown("near"):
            self.side.near.look_at(int(reading.activations.tokens[position]))
        if self.side.is_shown("gates"):
            self.side.gates.show_unit(session.quantity, session.unit)
        self._describe()
        self._show_state()

    def _show_state(self) -> None:
        session = self.session
        quantity = session.quantity
        if quantity is not None and self.side.is_shown("state"):
            self.side.state.show_state(
                quantity.reading, quantity.layer, session.position, session.unit
            )

    def _describe(self) -> None:
        session = self.session
        if session.quantity is not None:
            said = cell_words(session.quantity, session.unit, session.position)
            self.text.describe(said)
            self.heat.setAccessibleDescription(said)

    def _show_part(self) -> None:
        session = self.session
        if session.reading is None:
            return
        chosen = session.part is not None
        self.controls.show_part(session.reading, session.pattern, chosen=chosen)
        self.text.show_part(session.part)
        self.heat.show_part(session.part)
        if chosen:
            self.side.show_card("units")

    def _show_ranking(self) -> None:
        session, units = self.session, self.side.units
        if session.separation is None or session.part is None or session.reading is None:
            units.show_none(session.part)
        else:
            units.show_units(
                session.reading, session.part, session.pattern, session.separation, session.unit
            )

    def _show_rows(self) -> None:
        # What is sorted by something begins with what was looked for.
        self.heat.show_rows(self.session.rows, from_top=self.session.sorting != BY_NUMBER)

    def _pick_cell(self, unit: int, position: int) -> None:
        self.session.look_at(position)
        self.session.choose_unit(unit)

    def _tell_token(self, position: int) -> None:
        if self.session.quantity is not None and position >= 0:
            self.text.show_tip(cell_words(self.session.quantity, self.session.unit, position))

    def _tell_cell(self, unit: int, position: int) -> None:
        if self.session.quantity is not None and unit >= 0:
            self.heat.show_tip(cell_words(self.session.quantity, unit, position))

    def _find_neighbours(self, token: int, side: str) -> None:
        if self.session.reading is not None:
            self.jobs.start(
                NEIGHBOURS, find_neighbours, self.session.reading.model, token, side,
                on_result=self.side.near.show_neighbours,
            )  # fmt: skip

    def _ask_for_graph(self) -> None:
        session = self.session
        if session.quantity is not None:
            quantity = session.quantity
            self.graph_wanted.emit(graph_wish(quantity.reading, quantity.layer, session.position))
