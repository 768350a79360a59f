"""The Generate workspace: text drawn token by token, and how each token was drawn."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QVariantAnimation
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.kit.card import Card
from explorer.kit.scroll_page import ScrollPage
from explorer.panels.generate_cards import DrawCard, NextCard
from explorer.panels.generate_controls import Controls
from explorer.panels.generate_flow import words_of
from explorer.panels.generate_model_bar import ModelBar
from explorer.panels.generate_models import ModelChoice
from explorer.panels.generate_sampling import perplexity_of
from explorer.panels.generate_session import GenerateSession
from explorer.panels.generate_stats import Figures
from explorer.panels.generate_steps import Steps, StepStrip
from explorer.panels.generate_text import GeneratedText, TextToken
from explorer.panels.ngram_counting import grouped, kind_noun
from explorer.workspaces.base import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.jobs import Jobs
    from explorer.theme import Style

FLIGHT = 300
"""Milliseconds that a drawn token flies to the next input."""

SLOW = 3.0
"""Tokens a second up to which a stream leaves time to fly."""

# Row, column, row span, column span of controls, text, bars, steps, draw.
_PLACES = {
    "high": ((0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 0, 1, 2), (1, 2, 1, 1)),
    "low": ((0, 0, 2, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1)),
    "narrow": ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 2), (3, 0, 1, 2), (2, 0, 1, 2)),
}
_STRETCH = {"high": (0, 30, 17), "low": (0, 30, 17), "narrow": (0, 1, 0)}


class GenerateWorkspace(Workspace):
    """Model and prompt; the text with each token's distribution and draw.

    Attributes:
        session: the model, the prompt and the tokens drawn.
        controls: the card at the left.
        text, bars: the text, and the distribution of the selected token.
        motion: whether drawn tokens fly; without it they are at their place at once.
    """

    identity = "generate"

    def __init__(self, style: Style, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(style, jobs, parent)
        self.motion = True
        self.controls = Controls(style)
        self.session = GenerateSession(jobs, self.controls.settings, self)
        self.session.speed = self.controls.tokens_a_second
        self._entered = False
        self._usual_prompt = ""
        self._form = ""
        self._flight = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=FLIGHT)
        self._flight.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._flight.valueChanged.connect(self._fly)
        self._bar = ModelBar(style)
        self.model, self.order, self.note = self._bar.model, self._bar.order, self._bar.note
        self.tokens = self._bar.tokens
        self._make_page()
        self._connect()
        self.controls.set_ready(False)
        self.apply_style()

    def _make_page(self) -> None:
        style = self.look
        self.text_card = Card(style, "Text", "shading: how surprising a token is to the model")
        self.text = GeneratedText(style)
        self.figures = Figures(style)
        self.text_card.body.addWidget(self.text, 1)
        self.text_card.body.addWidget(self.figures)
        self.next_card = NextCard(style)
        self.bars = self.next_card.bars
        self.draw_card = DrawCard(style)
        self.step_card = Card(style, "The sample becomes the next input")
        self.steps = StepStrip(style)
        self.step_card.body.addWidget(self.steps, 1)
        page = ScrollPage()
        self._grid = page.grid
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)

    def _connect(self) -> None:
        session, controls = self.session, self.controls
        self._bar.wanted.connect(session.load)
        self._bar.cancelled.connect(self._cancel)
        controls.prompt_edited.connect(session.set_prompt)
        controls.settings_changed.connect(self._change_settings)
        controls.seed_changed.connect(self._change_settings)
        controls.speed.changed.connect(self._change_speed)
        controls.draw_requested.connect(self._draw_one)
        controls.stream_requested.connect(self._stream_or_stop)
        controls.again_requested.connect(session.start_over)
        self.text.picked.connect(self._pick)
        session.progressed.connect(self.note.show_progress)
        session.model_changed.connect(self._show_model)
        session.text_begun.connect(self._show_text)
        session.tokens_drawn.connect(self._show_drawn)
        session.upcoming_changed.connect(self._show_upcoming)
        session.streaming_changed.connect(controls.show_streaming)
        session.model_refused.connect(self._refuse_model)
        session.prompt_refused.connect(self._refuse_prompt)
        session.draw_refused.connect(self.failed)

    def bar(self) -> QWidget:
        """Model, and for n-grams their order and tokens."""
        return self._bar

    def enter(self) -> None:
        """Load the first model, the first time."""
        if not self._entered:
            self._entered = True
            self._bar.choose(self.model.choice)

    def leave(self) -> None:
        """Stop drawing."""
        self.session.stop()

    def open_file(self, path: str) -> bool:
        """Generate from a file of weights."""
        if Path(path).suffix.lower() != ".safetensors":
            return False
        self._entered = True
        choice = ModelChoice(weights=path)
        self._bar.show_choice(choice)
        self.session.load(choice)
        return True

    def set_motion(self, motion: bool) -> None:
        """Let drawn tokens fly, or not."""
        self.motion = motion

    @property
    def selected(self) -> int:
        """Index of the drawn token that is shown; the number drawn stands for the next one."""
        prompt = self.session.prompt
        return self.text.page.selected - (0 if prompt is None else len(prompt.ids))

    def apply_style(self) -> None:
        """Set distances, and lay the cards out for them."""
        look = self.look
        self._grid.setContentsMargins(look.ipx(22), look.ipx(18), look.ipx(22), look.ipx(18))
        self._grid.setSpacing(look.ipx(16))
        self._form = ""
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards out for the new size."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Three columns; in a low window the controls take both rows; two columns if narrow."""
        look = self.look
        form = "high" if self.height() >= look.px(840) else "low"
        if self.width() < look.px(900):
            form = "narrow"
        if form == self._form:
            return
        self._form = form
        cards = (self.controls, self.text_card, self.next_card, self.step_card, self.draw_card)
        for card, place in zip(cards, _PLACES[form], strict=True):
            self._grid.removeWidget(card)
            self._grid.addWidget(card, *place)
        for column, stretch in enumerate(_STRETCH[form]):
            self._grid.setColumnStretch(column, stretch)
        for row in range(5):
            self._grid.setRowStretch(row, 1 if row == 0 else 0)
        self.controls.setFixedWidth(look.ipx(284 if form == "high" else 216))
        self.text_card.setMinimumSize(look.ipx(240), look.ipx(200))
        self.next_card.setMinimumSize(look.ipx(300), look.ipx(330 if form == "narrow" else 200))
        for card in (self.step_card, self.draw_card):
            card.setFixedHeight(look.ipx(250 if form == "high" else 204))

    def _cancel(self) -> None:
        self.session.cancel_loading()
        self._keep_model("No model was loaded.")

    def _refuse_model(self, sentence: str) -> None:
        self._keep_model("The model could not be loaded.")
        self.failed.emit(sentence)

    def _keep_model(self, note: str) -> None:
        """Go back to the model in use after another one was not to be had."""
        if self.session.model is None:
            self.note.say(note)
            return
        self._bar.show_choice(self.session.model.choice)
        self._note_model()

    def _note_model(self) -> None:
        model = self.session.model
        if model is not None:
            size = f"H = {model.hidden}" if model.is_recurrent else model.title
            noun = kind_noun(model.kind)
            types = f"{grouped(len(model.model.vocabulary))} {noun} types"
            self.note.say(f"{model.origin} · {size} · {types}")

    def _show_model(self) -> None:
        """Take another model up, with its own prompt unless a person's fits."""
        model = self.session.model
        if model is None:
            return
        self._bar.show_choice(model.choice)
        self._note_model()
        self.text_card.set_title(model.title)
        self.controls.set_ready(True)
        typed = self.controls.prompt.text
        own = bool(typed) and typed != self._usual_prompt and model.knows(typed)
        prompt = typed if own else model.usual_prompt
        self._usual_prompt = model.usual_prompt
        self.controls.prompt.set_text(prompt)
        self.session.set_prompt(prompt)

    def _refuse_prompt(self, sentence: str) -> None:
        self.controls.prompt.set_problem(sentence)
        self.failed.emit(sentence)

    def _change_settings(self) -> None:
        self.session.set_settings(self.controls.settings)

    def _change_speed(self) -> None:
        self.session.speed = self.controls.tokens_a_second

    def _draw_one(self) -> None:
        self._go_to_end()
        self.session.draw_one()

    def _stream_or_stop(self) -> None:
        if self.session.is_streaming:
            self.session.stop()
            return
        self._go_to_end()
        self.session.stream(int(self.controls.length.number))

    def _go_to_end(self) -> None:
        """Follow what is drawn from now on."""
        page = self.text.page
        if self.session.drawn and self.selected < len(self.session.drawn) - 1:
            page.select(len(page.tokens) - 1)

    def _show_text(self) -> None:
        """Show a new prompt with nothing after it."""
        session = self.session
        prompt, model = session.prompt, session.model
        if prompt is None or model is None:
            return
        if self.controls.prompt.problem and not session.problem:
            self.controls.prompt.set_problem("")
            self.failed.emit("")
        joined = model.cutter.detokenize(prompt.surfaces)
        words = words_of(joined, prompt.surfaces, model.kind)
        tokens = [TextToken(word) for word in words]
        self.text.page.show_tokens(tokens, len(words), apart=model.kind != "char")
        self._flight.stop()
        self._show_figures()
        self._show_selected()

    def _show_drawn(self, count: int) -> None:
        """Add the tokens that were drawn; the selection follows unless it was moved away."""
        session, page = self.session, self.text.page
        prompt, model = session.prompt, session.model
        if prompt is None or model is None:
            return
        tokens = [*prompt.surfaces, *(one.text for one in session.drawn)]
        known = len(page.tokens)
        words = words_of(model.cutter.detokenize(tokens), tokens, model.kind)[known:]
        drawn = session.drawn[len(session.drawn) - count :]
        follows = page.selected >= known - 1
        more = [
            TextToken(word, max(0.0, one.surprise)) for word, one in zip(words, drawn, strict=True)
        ]
        page.add_tokens(more, len(tokens) - 1 if follows else page.selected)
        self._show_figures()
        if follows:
            self._show_selected()
            if self.motion and (not session.is_streaming or session.speed <= SLOW):
                self._flight.start()

    def _show_figures(self) -> None:
        drawn = self.session.drawn
        figures = [("tokens", grouped(len(drawn)))]
        perplexity = perplexity_of(drawn)
        if perplexity is not None:
            figures.append(("perplexity", f"{perplexity:.1f}"))
            figures.append(("bits a token", f"{math.log2(perplexity):.2f}"))
        figures.append(("seed", str(self.session.settings.seed)))
        self.figures.show_figures(figures)

    def _pick(self, _index: int) -> None:
        self._flight.stop()
        self._show_selected()

    def _show_upcoming(self) -> None:
        """Show what comes next, which is also how a change of the settings is seen."""
        if not self.session.is_streaming:
            page = self.text.page
            page.select(len(page.tokens))
            self._show_selected()

    def _show_selected(self) -> None:
        """Show the distribution and the draw of the selected token, or of the next one."""
        session, index = self.session, max(0, self.selected)
        prompt, model = session.prompt, session.model
        if prompt is None or model is None:
            return
        self._fly(1.0)
        one = session.drawn[index] if index < len(session.drawn) else None
        distribution = session.upcoming if one is None else one.distribution
        if distribution is None:
            session.look_ahead()
        else:
            token = None if one is None else one.token
            self.next_card.show_distribution(model, distribution, token)
            self.draw_card.show_draw(distribution, one)
        before = (*prompt.surfaces, *(past.text for past in session.drawn[:index]))
        self.next_card.show_context(model, before)
        shown = before if one is None else (*before, one.text)
        order = 0 if model.is_recurrent else model.choice.order
        self.steps.show_steps(Steps(shown, one is not None, order))

    def _fly(self, progress: float) -> None:
        self.draw_card.line.set_progress(min(1.0, progress * 2.5))
        self.steps.set_progress(progress)
