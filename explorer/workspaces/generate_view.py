"""What Generate shows: its cards, and everything in them that follows from the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, Qt, QVariantAnimation
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.kit.scroll_page import ScrollPage
from explorer.panels.generate_caption import Caption
from explorer.panels.generate_cards import DrawCard, NextCard
from explorer.panels.generate_columns import Columns
from explorer.panels.generate_controls import Controls
from explorer.panels.generate_copy_watch import CopyWatch
from explorer.panels.generate_model_bar import ModelBar
from explorer.panels.generate_parting import Voice, parting_of
from explorer.panels.generate_session import GenerateSession
from explorer.panels.generate_speech import Narrator
from explorer.panels.generate_step_card import StepCard
from explorer.panels.ngram_counting import grouped, kind_noun
from explorer.workspaces.base import Workspace
from explorer.workspaces.generate_layout import arrange, form_of

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.jobs import Jobs
    from explorer.panels.generate_column import Column
    from explorer.panels.ngram_counting import Progress
    from explorer.theme import Style

FLIGHT = 300
"""Milliseconds that a drawn token flies to the next input."""

SLOW = 3.0
"""Tokens a second up to which a stream leaves time to fly."""


class GenerateView(Workspace):
    """The cards of Generate.

    Attributes:
        session: the models, the prompt and the tokens drawn.
        controls: the card at the left.
        columns: the texts, one column a model.
        bars: the distribution of the selected token.
        watch: finds what was copied.
        place: of the selected token among those drawn; their number stands for the next one.
        motion: whether drawn tokens fly; without it they are at their place at once.
    """

    def __init__(self, style: Style, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(style, jobs, parent)
        self.motion = True
        self.place = 0
        self.controls = Controls(style)
        self.session = GenerateSession(jobs, self.controls.settings, self)
        self.session.pacer.speed = self.controls.tokens_a_second
        self.watch = CopyWatch(jobs, self)
        self._presenting = False
        self._form = ""
        self._flight = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=FLIGHT)
        self._flight.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._flight.valueChanged.connect(self._fly)
        self._bar = ModelBar(style)
        self.note = self._bar.note
        self._make_page()
        self.columns.arrange(self.session.columns)
        self._bar.show_columns(self.session.columns, self.session.column)
        self.controls.set_ready(False)
        self.apply_style()

    def _make_page(self) -> None:
        style = self.look
        self.columns = Columns(style)
        self.caption = Caption(style)
        self.next_card = NextCard(style)
        self.bars = self.next_card.bars
        self.draw_card = DrawCard(style)
        self.step_card = StepCard(style)
        self.steps = self.step_card.steps
        self.middle = QWidget()
        self._middle = QVBoxLayout(self.middle)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.addWidget(self.columns, 1)
        self._middle.addWidget(self.caption)
        page = ScrollPage()
        self._grid = page.grid
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)
        self.narrator = Narrator(self.columns)

    def apply_style(self) -> None:
        """Set distances, and lay the cards out for them."""
        look = self.look
        self._grid.setContentsMargins(look.ipx(22), look.ipx(18), look.ipx(22), look.ipx(18))
        self._grid.setSpacing(look.ipx(16))
        self._middle.setSpacing(look.ipx(8))
        self._form = ""
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards out for the new size."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        form = form_of(self.look, self.width(), self.height())
        if form != self._form:
            self._form = form
            cards = (
                self.controls, self.middle, self.next_card, self.step_card, self.draw_card
            )  # fmt: skip
            arrange(self._grid, cards, form, self.look, presenting=self._presenting)

    def _show_progress(self, key: int, progress: Progress) -> None:
        self.note.show_progress(progress)
        if key in self.columns.cards:
            self.columns.cards[key].show_progress(progress)

    def _show_columns(self) -> None:
        session = self.session
        self.columns.arrange(session.columns)
        self.columns.reveal(session.column.key)
        for column in session.columns:
            if column.model is None and not session.loader.is_loading(column.key):
                self.columns.cards[column.key].show_missing()
        self._bar.show_columns(session.columns, session.column)
        self.controls.set_ready(any(column.model is not None for column in session.columns))
        if not any(session.loader.is_loading(column.key) for column in session.columns):
            self._note_models()
        self.watch.look(session.columns)
        self._mark()
        self._show_selected()

    def _note_models(self) -> None:
        model = self.session.model
        if model is None:
            self.note.say("No model was loaded.")
            return
        if len(self.session.columns) > 1:
            self.note.say("the models draw with the same random numbers")
            return
        size = f"H = {model.hidden}" if model.is_recurrent else model.title
        types = f"{grouped(len(model.model.vocabulary))} {kind_noun(model.kind)} types"
        self.note.say(f"{model.origin} · {size} · {types}")

    def _show_texts(self) -> None:
        """Show a new prompt with nothing after it."""
        if self.controls.prompt.problem and not self.session.problem:
            self.controls.prompt.set_problem("")
            self.failed.emit("")
        self.place = 0
        self._flight.stop()
        self.narrator.begin(self.session.column)
        for column in self.session.columns:
            self.columns.cards[column.key].show_text(column, 0)
        self._show_round()

    def _show_text(self, key: int) -> None:
        """Show a text that has changed before its end."""
        column = self.session.column_of(key)
        if column is None:
            return
        length = self.session.length
        self.place = min(self.place, length)
        self._flight.stop()
        self.columns.cards[key].show_text(column, min(self.place, len(column.drawn)))
        if key == self.session.columns[-1].key or key == self.session.selected:
            self._show_round()

    def _show_drawn(self, count: int) -> None:
        """Add the tokens that were drawn; the selection follows unless it was moved away."""
        length = self.session.length
        follows = self.place >= length - count - 1
        if follows:
            self.place = length - 1
        for column in self.session.ready:
            self.columns.cards[column.key].add(column, self.place)
        self.narrator.add(self.session.column, streaming=self.session.is_streaming)
        self._mark()
        self.watch.look(self.session.columns)
        self.controls.undo_button.setEnabled(self.session.can_go_back)
        if follows:
            self._show_selected()
            if self.motion and (not self.session.is_streaming or self.session.pacer.speed <= SLOW):
                self._flight.start()

    def _show_round(self) -> None:
        """Show all that depends on the texts and is not the texts."""
        self.watch.look(self.session.columns)
        self._show_copies()
        self._mark()
        self.controls.undo_button.setEnabled(self.session.can_go_back)
        self._show_selected()

    def _pick(self, key: int, place: int) -> None:
        self._flight.stop()
        self.place = min(max(place, 0), self.session.length)
        self._closely(key)
        for card in self.columns.cards.values():
            card.select(self.place)
        self._mark()
        self._show_selected()

    def _closely(self, key: int) -> None:
        """Look at a column closely."""
        if key != self.session.selected:
            self.session.select(key)
            self._bar.show_columns(self.session.columns, self.session.column)
            self.columns.reveal(key)

    def _mark(self) -> None:
        """Mark in each column the window and where the texts part."""
        columns = [column for column in self.session.columns if column.model is not None]
        parting = parting_of(_voices(columns))
        self.caption.say(parting.sentence)
        for column, place in zip(columns, parting.places, strict=True):
            self.columns.cards[column.key].mark(
                chosen=column.key == self.session.column.key,
                alone=len(self.session.columns) == 1,
                parting=place,
            )

    def _show_copies(self) -> None:
        for column in self.session.columns:
            state = self.watch.state_of(column)
            progress = self.watch.progress
            words = {"unknown": "its text is not known", "reading": "…"}.get(state, "")
            if state == "reading" and progress is not None:
                words = f"{progress.share:.0%} read"
            copies = self.watch.copies.get(column.key)
            self.columns.cards[column.key].show_copies(copies, words)

    def _show_upcoming(self) -> None:
        """Show what comes next, which is also how a change of the settings is seen."""
        if not self.session.is_streaming:
            self.place = self.session.length
            for card in self.columns.cards.values():
                card.select(self.place)
            self._mark()
            self._show_selected()

    def _show_selected(self) -> None:
        """Show the distribution and the draw of the selected token, or of the next one."""
        column = self.session.column
        model, prompt = column.model, column.prompt
        if model is None or prompt is None:
            return
        self._fly(1.0)
        place = min(self.place, len(column.drawn))
        one = column.drawn[place] if place < len(column.drawn) else None
        distribution = self.session.upcoming if one is None else one.distribution
        if distribution is None:
            self.session.look_ahead()
        else:
            self.next_card.show_distribution(model, distribution, one)
            self.draw_card.show_draw(distribution, one, place)
        alone = len(self.session.columns) == 1
        before = column.surfaces[: len(prompt.ids) + place]
        self.next_card.show_context(model, before, whose="" if alone else model.title)
        self.step_card.show_steps(column, place, alone=alone)

    def _fly(self, progress: float) -> None:
        self.draw_card.line.set_progress(min(1.0, progress * 2.5))
        self.steps.set_progress(progress)

    def _focus_text(self) -> None:
        card = self.columns.cards.get(self.session.column.key)
        if card is not None:
            card.text.page.setFocus(Qt.FocusReason.OtherFocusReason)


def _voices(columns: list[Column]) -> list[Voice]:
    """The texts of columns, models of one name told apart by their place."""
    named = [(column.model.title, column.model.kind) for column in columns if column.model]
    voices = []
    for number, (column, (title, kind)) in enumerate(zip(columns, named, strict=True), 1):
        alike = named.count((title, kind)) > 1
        name = f"{title} (column {number})" if alike else title
        voices.append(Voice(name, kind, column.drawn))
    return voices
