"""A question on screen: the passage, the two answers, and then what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from engine.quiz import Votes
from explorer.kit.button import Button
from explorer.kit.card import Card
from explorer.kit.label import Label
from explorer.kit.styled import Styled
from explorer.panels.quiz_marks import RoomLabel, ScoreMarks
from explorer.panels.quiz_passage import PassageView
from explorer.panels.quiz_tiles import AnswerTile
from explorer.panels.quiz_words import copy_of, evidence_of, source_of, verdict_of
from explorer.speech import announce

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from engine.quiz import Question, Score, Truth
    from explorer.theme import Style

MODEL_ANSWER = "A model"
WIDEST = 1080
"""Width of the column in pixels at 100 %."""

ROOMY = 480
"""Height in pixels at 100 % from which on the passage never moves."""

_ONWARD = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Right})
_REAL = frozenset({Qt.Key.Key_R, Qt.Key.Key_Left})
_MODEL = frozenset({Qt.Key.Key_M, Qt.Key.Key_Right})


class QuestionPage(Styled):
    """One question after another.

    Attributes:
        question: the one on screen.
        counting: a class's hands are counted, not one person asked.
        revealed: the answer is out.
        real, model: the two answers.

    Signals:
        answered(votes): a guess, or the hands of the class.
        next_requested(): the answer has been seen.
        stop_requested(): a person wants no more questions.
    """

    answered = Signal(object)
    next_requested = Signal()
    stop_requested = Signal()
    own_keys: ClassVar = _ONWARD | _REAL | _MODEL

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.question: Question | None = None
        self.counting = self.revealed = False
        self._presenting = False
        self._heading = Label(style, font="heading")
        self.marks = ScoreMarks(style)
        self.stop = Button(style, "End the round", kind="flat")
        self.stop.clicked.connect(self.stop_requested)
        self.card = Card(style)
        self.passage = PassageView(style)
        self._verdict = RoomLabel(style, "heading", "display")
        self._source = RoomLabel(style, "text_strong", "heading")
        self._evidence = RoomLabel(style, "text", "brand", "ink_2")
        self._copy = RoomLabel(style, "text", "brand", "ink_2")
        self.real = AnswerTile(style, "", "R")
        self.model = AnswerTile(style, MODEL_ANSWER, "M")
        self.onward = Button(style, "Reveal", kind="primary")
        self._hint = Label(style, font="secondary", role="ink_2")
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._connect()
        self._build()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Question")
        self.apply_style()

    def _connect(self) -> None:
        self.real.clicked.connect(self._guess_real)
        self.model.clicked.connect(self._guess_model)
        self.onward.clicked.connect(self._go_on)
        self._settle.timeout.connect(self._show_verdict)

    def _build(self) -> None:
        for widget in (self._verdict, self._source, self._evidence, self._copy):
            self.card.body.addWidget(widget)
        self.card.body.insertWidget(0, self.passage, 1)
        top = QHBoxLayout()
        top.addWidget(self._heading)
        top.addWidget(self.marks, 1)
        top.addWidget(self.stop)
        self._tiles = QHBoxLayout()
        self._tiles.addWidget(self.real)
        self._tiles.addWidget(self.model)
        below = QHBoxLayout()
        below.addWidget(self._hint, 1)
        below.addWidget(self.onward)
        page = QWidget()
        page.setAutoFillBackground(False)
        self._column = QVBoxLayout(page)
        self._column.addLayout(top)
        self._column.addWidget(self.card, 1)
        self._column.addLayout(self._tiles)
        self._column.addLayout(below)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(page)
        self._scroll.viewport().setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    def ask(self, question: Question, total: int, answer: str, score: Score) -> None:
        """Show a question bare.

        Args:
            question: the question.
            total: how many there are.
            answer: what a person says of a real passage.
            score: so far.
        """
        self.question, self.revealed = question, False
        self._heading.set_text(f"Question {question.number} of {total}")
        self.marks.show_score(score, total)
        self.real.set_label(answer)
        self.passage.show_text(question.passage.shown)
        for label in (self._verdict, self._source, self._evidence, self._copy):
            label.hide()
        for tile in (self.real, self.model):
            tile.ask(counting=self.counting)
        self._show_onward()
        self.setFocus()
        announce(self, f"Question {question.number}. {question.passage.shown}")

    def set_counting(self, counting: bool) -> None:
        """Count a class's hands, or ask one person."""
        self.counting = counting
        for tile in (self.real, self.model):
            tile.count(counting=counting)
        self._show_onward()

    def reveal(self, votes: Votes, score: Score, *, last: bool) -> None:
        """Say what the passage was, and on what evidence."""
        question = self.question
        if question is None:
            return
        self.revealed = True
        hands = votes.total if self.counting else 0
        chosen = votes.majority
        sides: tuple[tuple[AnswerTile, Truth], ...] = ((self.real, "real"), (self.model, "model"))
        for tile, side in sides:
            said = votes.said(side)
            tile.reveal(
                true=question.truth == side, chosen=chosen == side, hands=said,
                share=said / hands if hands else None,
            )  # fmt: skip
        verdict, role = verdict_of(question.truth, votes, counting=self.counting)
        self._verdict.set_text(verdict)
        self._verdict.set_role(role)
        self._source.set_text(source_of(question))
        self._evidence.set_text(evidence_of(question))
        self._copy.set_text(copy_of(question))
        for label in (self._verdict, self._source, self._evidence, self._copy):
            label.setVisible(bool(label.full_text))
        self.marks.show_score(score, self.marks.total)
        self.passage.show_evidence(question.judged, question.copy, question.writer.tokens)
        self.onward.setText("To the score" if last else "Next")
        self._show_onward()
        self.setFocus()
        self._settle.start()
        announce(self, f"{verdict} {self._source.full_text}")

    def set_presenting(self, presenting: bool) -> None:
        """Leave out what the audience does not need."""
        self._presenting = presenting
        self.stop.setVisible(not presenting)
        self.passage.set_presenting(presenting)
        for label in (self._verdict, self._source, self._evidence, self._copy):
            label.set_large(presenting)
        for tile in (self.real, self.model):
            tile.set_bare(presenting)
        self._show_onward()

    def apply_style(self) -> None:
        """Set distances; the column is no wider than can be read."""
        look = self.look
        side = max(look.ipx(26), (self.width() - look.ipx(WIDEST)) // 2)
        self._column.setContentsMargins(side, look.ipx(16), side, look.ipx(16))
        self._column.setSpacing(look.ipx(12))
        self._tiles.setSpacing(look.ipx(16))
        # Where there is room, the passage stays where it is when the answer comes out below it.
        roomy = self.height() >= look.px(ROOMY)
        for label in (self._verdict, self._source, self._evidence, self._copy):
            policy = label.sizePolicy()
            policy.setRetainSizeWhenHidden(roomy)
            label.setSizePolicy(policy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column in the middle."""
        super().resizeEvent(event)
        self.apply_style()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer, count, reveal and go on by keys."""
        key = Qt.Key(event.key())
        if key not in self.own_keys or self.question is None:
            super().keyPressEvent(event)
        elif self.revealed or (self.counting and key not in _REAL | _MODEL):
            if key in _ONWARD:
                self._go_on()
        elif key in _REAL | _MODEL:
            tile = self.real if key in _REAL else self.model
            self._take(tile, event)

    def _show_verdict(self) -> None:
        """Where the window is low, bring what the passage was into view."""
        self._scroll.ensureWidgetVisible(self._copy, 0, self.look.ipx(8))

    def _take(self, tile: AnswerTile, event: QKeyEvent) -> None:
        """A letter guesses or adds a hand, with Shift it takes one away; an arrow goes there."""
        if not self.counting:
            self.answered.emit(Votes.of("real" if tile is self.real else "model"))
        elif event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            tile.setFocus()
        else:
            tile.add(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)

    def _guess_real(self) -> None:
        self._guess("real")

    def _guess_model(self) -> None:
        self._guess("model")

    def _guess(self, truth: Truth) -> None:
        if not self.counting and not self.revealed:
            self.answered.emit(Votes.of(truth))

    def _go_on(self) -> None:
        if self.revealed:
            self.next_requested.emit()
        elif self.counting:
            self.answered.emit(Votes(self.real.hands, self.model.hands))

    def _show_onward(self) -> None:
        if not self.revealed:
            self.onward.setText("Reveal")
        self.onward.setVisible(self.revealed or self.counting)
        hint = ""
        if not self._presenting:
            hint = "Guess with the letters, or the arrows left and right."
            if self.counting:
                hint = "R and M add a hand, with Shift take one; or type a number. Return reveals."
            if self.revealed:
                hint = "Shading: how surprising a token is to the model. Return goes on."
        self._hint.set_text(hint)
