"""The Generate workspace: models drawing text token by token, and how each token was drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from explorer.panels.generate_models import ARPA, ModelChoice
from explorer.workspaces.generate_view import GenerateView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.jobs import Jobs
    from explorer.theme import Style


class GenerateWorkspace(GenerateView):
    """Models and a prompt; their texts with each token's distribution and draw.

    Attributes:
        model, order, tokens, smoothing: fields of the top bar.
    """

    identity = "generate"

    def __init__(self, style: Style, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(style, jobs, parent)
        self._entered = False
        bar = self._bar
        self.model, self.order = bar.model, bar.order
        self.tokens, self.smoothing = bar.tokens, bar.smoothing
        self._connect()

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
        self.columns.wanted.connect(self._try_again)
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
        """Generate from a file of weights, or from n-grams in an ARPA file."""
        if Path(path).suffix.lower() not in {".safetensors", ARPA}:
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

    # The models

    def _want(self, key: int, choice: ModelChoice) -> None:
        self.session.select(key)
        self.session.load(choice, key)

    def _try_again(self, key: int) -> None:
        column = self.session.column_of(key)
        if column is not None:
            self.session.load(column.choice, key)

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
