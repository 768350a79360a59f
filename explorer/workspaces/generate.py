"""The Generate workspace: models drawing text token by token, and how each token was drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QEvent, QSignalBlocker, Qt, QVariantAnimation
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.kit.scroll_page import ScrollPage
from explorer.panels.generate_caption import Caption
from explorer.panels.generate_cards import DrawCard, NextCard
from explorer.panels.generate_columns import Columns
from explorer.panels.generate_controls import Controls
from explorer.panels.generate_copy_watch import CopyWatch
from explorer.panels.generate_model_bar import ModelBar
from explorer.panels.generate_models import ModelChoice
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


class GenerateWorkspace(Workspace):
    """Models and a prompt; their texts with each token's distribution and draw.

    Attributes:
        session: the models, the prompt and the tokens drawn.
        controls: the card at the left.
        columns: the texts, one column a model.
        bars: the distribution of the selected token.
        watch: finds what was copied.
        place: of the selected token among those drawn; their number stands for the next one.
        motion: whether drawn tokens fly; without it they are at their place at once.
    """

    identity = "generate"

    def __init__(self, style: Style, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(style, jobs, parent)
        self.motion = True
        self.place = 0
        self.controls = Controls(style)
        self.session = GenerateSession(jobs, self.controls.settings, self)
        self.session.pacer.speed = self.controls.tokens_a_second
        self.watch = CopyWatch(jobs, self)
        self._entered = self._presenting = False
        self._form = ""
        self._flight = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=FLIGHT)
        self._flight.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._flight.valueChanged.connect(self._fly)
        self._bar = ModelBar(style)
        self.model, self.order, self.note = self._bar.model, self._bar.order, self._bar.note
        self.tokens, self.smoothing = self._bar.tokens, self._bar.smoothing
        self._make_page()
        self._connect()
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

    def _connect(self) -> None:
        session, controls, bar = self.session, self.controls, self._bar
        bar.wanted.connect(self._want)
        bar.added.connect(session.add)
        bar.removed.connect(session.remove)
        bar.cancelled.connect(session.cancel_loading)
        controls.prompt_edited.connect(session.set_prompt)
        controls.settings_changed.connect(self._change_settings)
        controls.seed_changed.connect(self._change_settings)
        controls.speed.changed.connect(self._change_speed)
        controls.draw_requested.connect(self._draw_one)
        controls.stream_requested.connect(self._stream_or_stop)
        controls.again_requested.connect(session.start_over)
        controls.undo_requested.connect(session.undo)
        controls.save_requested.connect(self.save)
        self.columns.picked.connect(self._pick)
        self.columns.again.connect(self._draw_another)
        self.next_card.picked.connect(self._put_in)
        self.draw_card.again_button.clicked.connect(self._draw_another_here)
        self.step_card.graph_button.clicked.connect(self._open_graph)
        session.loader.progressed.connect(self._show_progress)
        session.columns_changed.connect(self._show_columns)
        session.prompt_suggested.connect(controls.prompt.set_text)
        session.text_begun.connect(self._show_texts)
        session.text_changed.connect(self._show_text)
        session.rows_drawn.connect(self._show_drawn)
        session.upcoming_changed.connect(self._show_upcoming)
        session.streaming_changed.connect(self._show_streaming)
        session.model_refused.connect(self._refuse_model)
        session.prompt_refused.connect(self._refuse_prompt)
        session.draw_refused.connect(self.failed)
        self.watch.found.connect(self._show_copies)

    def bar(self) -> QWidget:
        """The models, and for n-grams their order, tokens and smoothing."""
        return self._bar

    @property
    def selected(self) -> int:
        """Place of the drawn token that is shown; the number drawn stands for the next one."""
        return self.place

    def enter(self) -> None:
        """Load the first model, the first time; the keys go to the text."""
        if not self._entered:
            self._entered = True
            self.session.load(self._bar.first_choice())
        self.watch.look(self.session.columns)
        self._focus_text()

    def leave(self) -> None:
        """Stop drawing."""
        self.session.stop()
        self.watch.stop()

    def open_file(self, path: str) -> bool:
        """Generate from a file of weights."""
        if Path(path).suffix.lower() != ".safetensors":
            return False
        self._entered = True
        self.session.load(ModelChoice(weights=path))
        return True

    def set_motion(self, motion: bool) -> None:
        """Let drawn tokens fly, or not."""
        self.motion = motion

    def set_presenting(self, presenting: bool) -> None:
        """Show texts, bars and steps without the controls; the keys still draw."""
        self._presenting = presenting
        self._form = ""
        self._arrange()
        if presenting:
            self._focus_text()

    def save(self) -> None:
        """Ask where to save the transcript, and save it whole or not at all."""
        from explorer.panels.generate_save import ask_and_save
        from explorer.panels.generate_transcript import Transcript

        session = self.session
        transcript = Transcript(
            session.text, session.ready, session.numbers.seed, self.caption.sentence
        )
        saved = ask_and_save(self.window(), transcript)
        if saved.problem:
            self.failed.emit(saved.problem)
        elif saved.remark:
            self.announced.emit(saved.remark)

    def event(self, event: QEvent) -> bool:
        """Keep Space and Ctrl+Z from the window's shortcuts: here they draw and undo."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if event.matches(QKeySequence.StandardKey.Undo) or (
                plain and event.key() == Qt.Key.Key_Space
            ):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Draw one token, or take the last step back."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.session.undo()
        elif event.key() == Qt.Key.Key_Space and self.session.column.is_ready:
            self._draw_one()
        else:
            super().keyPressEvent(event)

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

    # The models

    def _want(self, key: int, choice: ModelChoice) -> None:
        self.session.select(key)
        self.session.load(choice, key)

    def _show_progress(self, key: int, progress: Progress) -> None:
        self.note.show_progress(progress)
        if key in self.columns.cards:
            self.columns.cards[key].show_progress(progress)

    def _show_columns(self) -> None:
        session = self.session
        self.columns.arrange(session.columns)
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

    def _refuse_model(self, sentence: str) -> None:
        if self.session.model is None:
            self.note.say("The model could not be loaded.")
        self.failed.emit(sentence)

    def _refuse_prompt(self, sentence: str) -> None:
        self.controls.prompt.set_problem(sentence)
        self.failed.emit(sentence)

    # Drawing

    def _change_settings(self) -> None:
        self.session.set_settings(self.controls.settings)

    def _change_speed(self) -> None:
        self.session.pacer.speed = self.controls.tokens_a_second

    def _draw_one(self) -> None:
        self._follow_end()
        self.session.draw_one()

    def _stream_or_stop(self) -> None:
        if self.session.is_streaming:
            self.session.stop()
            return
        self._follow_end()
        self.session.stream(int(self.controls.length.number))

    def _follow_end(self) -> None:
        """Follow what is drawn from now on."""
        self.place = max(self.place, self.session.length - 1)

    def _draw_another(self, key: int, place: int) -> None:
        self._closely(key)
        self.place = place
        self.session.draw_another(place)

    def _draw_another_here(self) -> None:
        self.session.draw_another(self.place)
        self._focus_text()

    def _put_in(self, token: int) -> None:
        self.session.put_in(self.place, token)

    def _open_graph(self) -> None:
        from explorer.panels.generate_wish import wish_of

        wish = wish_of(self.session.column, self.place + 1)
        if wish is not None:
            self.graph_wanted.emit(wish)

    def _show_streaming(self, streaming: bool) -> None:
        self.controls.show_streaming(streaming)
        if not streaming:
            self.narrator.finish(self.session.column)

    # What is shown

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

    def _mark(self) -> None:
        """Mark in each column the window and where the texts part."""
        columns = [column for column in self.session.columns if column.model is not None]
        parting = parting_of([_voice(column, columns) for column in columns])
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
        with QSignalBlocker(self):
            card = self.columns.cards.get(self.session.column.key)
            if card is not None:
                card.text.page.setFocus(Qt.FocusReason.OtherFocusReason)


def _voice(column: Column, columns: list[Column]) -> Voice:
    """A column's text, its model named so that it is told from the others."""
    model = column.model
    if model is None:
        return Voice("", "", ())
    titles = [other.model.title for other in columns if other.model is not None]
    title = model.title if titles.count(model.title) == 1 else f"{model.title}, {model.origin}"
    return Voice(title, model.kind, column.drawn)
