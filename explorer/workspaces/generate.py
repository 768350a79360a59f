"""The Generate workspace: text drawn token by token, and how each token was drawn."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, Qt, QVariantAnimation
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from explorer.kit.bar_list import Bar, BarList
from explorer.kit.card import Card
from explorer.kit.field import ComboField
from explorer.kit.label import Label
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled
from explorer.kit.tokens import shown_token
from explorer.panels.context_words import ContextWords
from explorer.panels.generate_controls import Controls
from explorer.panels.generate_draw import DrawLine
from explorer.panels.generate_flow import words_of
from explorer.panels.generate_models import ModelChoice, shipped_weights
from explorer.panels.generate_sampling import Distribution, Drawn, perplexity_of
from explorer.panels.generate_session import GenerateSession
from explorer.panels.generate_stats import Figures
from explorer.panels.generate_steps import Steps, StepStrip
from explorer.panels.generate_text import GeneratedText, TextToken
from explorer.panels.ngram_bar import JobNote, OrderField
from explorer.panels.ngram_counting import TextChoice, grouped, kind_noun
from explorer.workspaces.base import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.jobs import Jobs
    from explorer.theme import Style

FLIGHT = 300
"""Milliseconds that a drawn token flies to the next input."""

SLOW = 3.0
"""Tokens a second up to which a stream leaves time to fly."""

_TRAINED = {
    "shakespeare": "RNN, Shakespeare characters",
    "narwhals": "RNN, narwhal words",
}
_NGRAMS = (
    ("ngram shakespeare", "n-gram, Shakespeare"),
    ("ngram narwhals", "n-gram, narwhals"),
    ("ngram file", "n-gram, a text file …"),
)
_OTHER = ("weights file", "RNN, a weights file …")


class GenerateWorkspace(Workspace):
    """Model and prompt; the text with each token's distribution and draw.

    Attributes:
        session: the model, the prompt and the tokens drawn.
        motion: whether drawn tokens fly; without it they are at their place at once.
    """

    identity = "generate"

    def __init__(self, style: Style, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(style, jobs, parent)
        self.motion = True
        self.controls = Controls(style)
        self.session = GenerateSession(jobs, self.controls.settings, self)
        self.session.speed = self.controls.tokens_a_second
        self._weights = dict(shipped_weights())
        self._entered = False
        self._choice = ModelChoice()
        self._form = ""
        self._flight = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=FLIGHT)
        self._flight.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._flight.valueChanged.connect(self._fly)
        self._make_fields()
        self._make_page()
        self._connect()
        self.controls.set_ready(False)
        self.apply_style()

    def _make_fields(self) -> None:
        style = self.look
        trained = [(f"rnn {name}", _TRAINED[name]) for name in self._weights]
        self.model = ComboField(style, "Model", (*trained, *_NGRAMS, _OTHER))
        self.order = OrderField(style, 3)
        self.tokens = Segmented(style, (("word", "words"), ("char", "characters")), name="Tokens")
        self.note = JobNote(style)
        self._bar = Styled(style)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.model, self.order, self.tokens):
            row.addWidget(widget)
        row.addWidget(self.note, 1)

    def _make_page(self) -> None:
        style = self.look
        self.text_card = Card(style, "Text", "shading: how surprising a token is to the model")
        self.text = GeneratedText(style)
        self.figures = Figures(style)
        self.text_card.body.addWidget(self.text, 1)
        self.text_card.body.addWidget(self.figures)
        self.next_card = Card(style, "Next token after")
        self._after = ContextWords(style)
        self.next_card.header.insertWidget(1, self._after)
        self.bars = BarList(style, name="Distribution of the next token")
        self._kept = Label(style, font="secondary", role="ink_2", elide=True)
        self.next_card.body.addWidget(self.bars, 1)
        self.next_card.body.addWidget(self._kept)
        self.draw_card = Card(style, "How it was drawn")
        self.line = DrawLine(style)
        self._said = Label(style, role="ink_2")
        self._said.setWordWrap(True)
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.draw_card.body.addWidget(self.line)
        self.draw_card.body.addWidget(self._said, 1)
        self.step_card = Card(style, "The sample becomes the next input")
        self.steps = StepStrip(style)
        self.step_card.body.addWidget(self.steps, 1)
        self._page = QWidget()
        self._grid = QGridLayout(self._page)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._page)
        self._scroll.viewport().setAutoFillBackground(False)
        self._page.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    def _connect(self) -> None:
        session, controls = self.session, self.controls
        self.model.chosen.connect(self._choose_model)
        self.order.chosen.connect(self._load_ngram)
        self.tokens.chosen.connect(self._load_ngram)
        self.note.cancelled.connect(self._cancel)
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
            self._choose_model(self.model.choice)

    def leave(self) -> None:
        """Stop drawing."""
        self.session.stop()

    def open_file(self, path: str) -> bool:
        """Generate from a file of weights."""
        if Path(path).suffix.lower() != ".safetensors":
            return False
        self._entered = True
        self._load(ModelChoice(weights=path))
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
        layout = self._bar.layout()
        if layout is not None:
            layout.setSpacing(look.ipx(14))
        self._grid.setContentsMargins(look.ipx(22), look.ipx(18), look.ipx(22), look.ipx(18))
        self._grid.setSpacing(look.ipx(16))
        self._form = ""
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards out for the new size."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Three columns; in a low window the controls take both rows; one column if narrow."""
        look = self.look
        form = "high" if self.height() >= look.px(840) else "low"
        if self.width() < look.px(900):
            form = "narrow"
        if form == self._form:
            return
        self._form = form
        # Row, column, row span, column span of controls, text, bars, steps, draw.
        places = {
            "high": ((0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 0, 1, 2), (1, 2, 1, 1)),
            "low": ((0, 0, 2, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1)),
            "narrow": ((0, 0, 1, 1), (1, 0, 1, 1), (2, 0, 1, 1), (4, 0, 1, 1), (3, 0, 1, 1)),
        }[form]
        cards = (self.controls, self.text_card, self.next_card, self.step_card, self.draw_card)
        for card, place in zip(cards, places, strict=True):
            self._grid.removeWidget(card)
            self._grid.addWidget(card, *place)
        narrow = form == "narrow"
        for column, stretch in enumerate((0, 0, 0) if narrow else (0, 30, 17)):
            self._grid.setColumnStretch(column, stretch)
        for row in range(5):
            self._grid.setRowStretch(row, 1 if row == 0 and not narrow else 0)
        self.controls.setMinimumWidth(0 if narrow else look.ipx(216))
        self.controls.setMaximumWidth(16_777_215 if narrow else look.ipx(284))
        self.text_card.setMinimumSize(look.ipx(240), look.ipx(200))
        self.next_card.setMinimumSize(look.ipx(300), look.ipx(200))
        for card in (self.step_card, self.draw_card):
            card.setFixedHeight(look.ipx(250 if form == "high" else 204))

    def _choose_model(self, identity: str) -> None:
        if identity == _OTHER[0]:
            path = self._ask("Generate with trained weights", "Weights (*.safetensors)")
            if path:
                self._load(ModelChoice(weights=path))
            else:
                self._show_choice()
        elif identity == "ngram file":
            path = self._ask("Count a text file", "Text (*.txt *.text *.md);;All files (*)")
            if path:
                self._load(self._ngram(TextChoice("file", path)))
            else:
                self._show_choice()
        elif identity.startswith("ngram "):
            self._load(self._ngram(TextChoice(identity.removeprefix("ngram "))))
        else:
            self._load(ModelChoice(weights=self._weights[identity.removeprefix("rnn ")]))

    def _ask(self, title: str, kinds: str) -> str:
        path, _ = QFileDialog.getOpenFileName(self.window(), title, "", kinds)
        return path

    def _ngram(self, text: TextChoice) -> ModelChoice:
        kind = "char" if self.tokens.choice == "char" else "word"
        return ModelChoice(text=text, kind=kind, order=self.order.order)  # type: ignore[arg-type]  # a literal

    def _load_ngram(self) -> None:
        if self._choice.text is not None:
            self._load(self._ngram(self._choice.text))

    def _load(self, choice: ModelChoice) -> None:
        self._choice = choice
        self._show_choice()
        self.session.load(choice)

    def _show_choice(self) -> None:
        """Show the wanted model in the bar; order and tokens are for n-grams."""
        choice = self._choice
        trained = {path: f"rnn {name}" for name, path in self._weights.items()}
        self.model.set_options((
            *((f"rnn {name}", _TRAINED[name]) for name in self._weights),
            *_NGRAMS[:2],
            (_NGRAMS[2][0], f"n-gram, {Path(choice.text.path).name}")
            if choice.text is not None and choice.text.path else _NGRAMS[2],
            (_OTHER[0], f"RNN, {Path(choice.weights).name}")
            if choice.weights and choice.weights not in trained else _OTHER,
        ))  # fmt: skip
        if choice.text is not None:
            self.model.set_choice(f"ngram {choice.text.name}")
            self.order.set_order(choice.order)
            self.tokens.set_choice(choice.kind)
        else:
            self.model.set_choice(trained.get(choice.weights, _OTHER[0]))
        self.order.setVisible(choice.text is not None)
        self.tokens.setVisible(choice.text is not None)

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
        self._choice = self.session.model.choice
        self._show_choice()
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
        self._choice = model.choice
        self._show_choice()
        self._note_model()
        self.text_card.set_title(model.title)
        noun = kind_noun(model.kind)
        self.next_card.set_title(f"Next {noun} after")
        self.controls.set_ready(True)
        typed = self.controls.prompt.text
        kept = self.session.prompt is not None and typed and model.knows(typed)
        prompt = typed if kept else model.usual_prompt
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
        self.text.page.show_tokens([TextToken(word) for word in words], len(words))
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
        session = self.session
        index = self.selected
        self._fly(1.0)
        if 0 <= index < len(session.drawn):
            one = session.drawn[index]
            self._show_distribution(one.distribution, one)
        elif session.upcoming is not None:
            self._show_distribution(session.upcoming, None)
        else:
            session.look_ahead()
        self._show_context(max(0, index))
        self._show_steps(max(0, index))

    def _show_distribution(self, distribution: Distribution, one: Drawn | None) -> None:
        top = max((item.probability for item in distribution.candidates), default=1.0) or 1.0
        vocabulary = (
            [] if self.session.model is None else self.session.model.model.vocabulary.tokens
        )
        self.bars.set_bars(
            [
                Bar(
                    vocabulary[item.token],
                    item.probability / top,
                    ("cut" if item.cut else f"{item.probability:.4f}",),
                    highlighted=one is not None and item.token == one.token,
                    cut=item.cut,
                )
                for item in distribution.candidates
            ]
        )
        roomy = self._form == "high"
        self.next_card.set_note(f"temperature {distribution.temperature:.2f}" if roomy else "")
        self._kept.set_text(self._kept_sentence(distribution))
        if one is None:
            self.draw_card.set_title("How it is drawn")
            self.line.show_draw(distribution, None, None)
            self._said.set_text(
                "Each piece is as long as its token is probable. A random number between 0 and 1 "
                "will fall into one of them."
            )
            return
        self.draw_card.set_title("How it was drawn")
        self.line.show_draw(distribution, one.uniform, one.token)
        self._said.set_text(
            f"The random number {one.uniform:.4f} falls into the piece that belongs to "
            f"“{shown_token(one.text)}”. The pieces are the probabilities laid end to end."
        )

    def _kept_sentence(self, distribution: Distribution) -> str:
        model = self.session.model
        noun = "token" if model is None else kind_noun(model.kind)
        kept = f"{grouped(distribution.kept)} {noun}{'' if distribution.kept == 1 else 's'}"
        if not distribution.cut:
            return f"{kept} can be drawn, none is cut."
        return (
            f"{kept} kept; {grouped(distribution.cut)} with {distribution.cut_share:.2f} "
            "of the probability cut."
        )

    def _show_context(self, index: int) -> None:
        session = self.session
        if session.prompt is None or session.model is None:
            return
        tokens = [*session.prompt.surfaces, *(one.text for one in session.drawn[:index])]
        last = tokens[-30:] if session.model.kind == "char" else tokens[-8:]
        words = session.model.cutter.detokenize(last).replace("\n", "↵")
        more = "… " if len(tokens) > len(last) else ""
        self._after.set_text(f"{more}{words}" if words else "nothing", faint=not words)

    def _show_steps(self, index: int) -> None:
        session = self.session
        if session.prompt is None or session.model is None:
            return
        drawn = index < len(session.drawn)
        shown = session.drawn[: index + 1]
        order = 0 if session.model.is_recurrent else session.model.choice.order
        self.steps.show_steps(
            Steps((*session.prompt.surfaces, *(one.text for one in shown)), drawn, order)
        )

    def _fly(self, progress: float) -> None:
        self.line.set_progress(min(1.0, progress * 2.5))
        self.steps.set_progress(progress)
