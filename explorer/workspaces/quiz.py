"""The Quiz workspace: a passage, real or a model's; guess, reveal, score."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.quiz import Plan, Question, Score, Votes
from explorer.kit.notice import EmptyState
from explorer.kit.scroll_page import ScrollPage
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled
from explorer.panels.ngram_counting import Progress
from explorer.panels.quiz_question import QuestionPage
from explorer.panels.quiz_rounds import Prepared, RoundWish, prepare_round
from explorer.panels.quiz_setup import LARGEST_SEED, SetupCard
from explorer.panels.quiz_summary import SummaryPage
from explorer.workspaces.base import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.jobs import Jobs
    from explorer.theme import Style

JOB = "quiz"
AHEAD = 2
"""Questions that are ready before one is shown: how long a wait is says nothing of the next one."""

_TEXTS = frozenset({".txt", ".text", ".md"})


class QuizWorkspace(Workspace):
    """Sets a round up, asks its questions, and sums it up.

    Attributes:
        setup, page, summary: what is on screen, one at a time.
        mode: one person or a class.
        questions: those made so far, in order.
        score: the answers so far.
        place: index of the question on screen.
    """

    identity = "quiz"

    def __init__(self, style: Style, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(style, jobs, parent)
        self.questions: list[Question] = []
        self.score = Score()
        self.place = -1
        self.wish = RoundWish()
        self._prepared: Prepared | None = None
        self._bar = QuizBar(style)
        self.mode = self._bar.mode
        self.setup = SetupCard(style)
        self.page = QuestionPage(style)
        self.summary = SummaryPage(style)
        self.waiting = EmptyState(style, "The next question is being prepared.", "End the round")
        self._stack = QStackedWidget()
        self._setup_page = ScrollPage()
        self._setup_page.grid.addWidget(self.setup, 0, 0)
        self._setup_page.grid.setRowStretch(1, 1)
        for page in (self._setup_page, self.page, self.waiting, self.summary):
            self._stack.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        self._connect()
        self.apply_style()

    def _connect(self) -> None:
        self.mode.chosen.connect(self._choose_mode)
        self.setup.start_requested.connect(self.begin)
        self.setup.cancelled.connect(self.cancel)
        self.page.answered.connect(self.answer)
        self.page.next_requested.connect(self.go_on)
        self.page.stop_requested.connect(self.stop)
        self.waiting.action_requested.connect(self.stop)
        self.summary.again_requested.connect(self.play_again)
        self.summary.change_requested.connect(self._show_setup)

    def bar(self) -> QWidget:
        """Who is asked."""
        return self._bar

    def enter(self) -> None:
        """Go where the keys work."""
        if self._stack.currentWidget() is self.page:
            self.page.setFocus()
        elif self._stack.currentWidget() is self._setup_page:
            self.setup.start.setFocus()

    def open_file(self, path: str) -> bool:
        """Take real passages from a text, or passages from the model of a file of weights."""
        suffix = Path(path).suffix.lower()
        if suffix in _TEXTS:
            self.setup.use_text(path)
        elif suffix == ".safetensors":
            self.setup.use_weights(path)
        else:
            return False
        if self.place < 0:
            self._show_setup()
        return True

    def set_presenting(self, presenting: bool) -> None:
        """Show large type, and no control that is not needed."""
        self.page.set_presenting(presenting)
        self.summary.set_presenting(presenting)

    def begin(self, wish: RoundWish) -> None:
        """Prepare a round and start it."""
        self.wish = wish
        self.questions, self.score, self.place = [], Score(), -1
        self.failed.emit("")
        self.setup.set_ready(False)
        self.setup.note.show_progress(Progress("Reading the text", 0.0))
        self.jobs.start(
            JOB, prepare_round, wish, self._prepared,
            on_result=self._take, on_done=self._finish, on_error=self._fail,
        )  # fmt: skip

    def play_again(self) -> None:
        """The same round with the next seed."""
        seed = (self.wish.plan.seed + 1) % (LARGEST_SEED + 1)
        self.setup.seed.set_value(seed)
        self._show_setup()
        self.begin(replace(self.wish, plan=Plan(self.wish.plan.questions, seed)))

    def cancel(self) -> None:
        """Stop preparing."""
        self.jobs.cancel(JOB)
        self.setup.set_ready(True)
        self.setup.note.say("The preparation was stopped.")

    def answer(self, votes: Votes) -> None:
        """Take a guess or a show of hands, and reveal."""
        question = self.page.question
        if question is None or self.page.revealed:
            return
        if not votes.total:
            self.failed.emit("Enter how many raised their hands before the answer is revealed.")
            return
        self.failed.emit("")
        self.score = self.score.with_answer(question, votes)
        last = question.number == self.wish.plan.questions
        self.page.reveal(votes, self.score, last=last)

    def go_on(self) -> None:
        """Show the next question, the wait for it, or the sum."""
        if self.score.answered >= self.wish.plan.questions:
            self._sum_up()
            return
        self.place += 1
        self._show_question()

    def stop(self) -> None:
        """End the round early: what was answered is summed up."""
        self.jobs.cancel(JOB)
        if self.score.answered:
            self._sum_up()
        else:
            self._show_setup()

    def apply_style(self) -> None:
        """Set the distances."""
        look, grid = self.look, self._setup_page.grid
        side = max(look.ipx(22), (self.width() - look.ipx(980)) // 2)
        grid.setContentsMargins(side, look.ipx(28), side, look.ipx(18))
        self.summary.dress(look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the setup in the middle."""
        super().resizeEvent(event)
        self.apply_style()

    @property
    def is_asking(self) -> bool:
        """Whether a question is on screen."""
        return self._stack.currentWidget() is self.page

    def _take(self, step: Progress | Prepared | Question) -> None:
        if isinstance(step, Progress):
            if self.place < 0:
                self.setup.note.show_progress(step)
        elif isinstance(step, Prepared):
            self._prepared = step
        else:
            self.questions.append(step)
            self._show_if_due()

    def _finish(self) -> None:
        self.setup.set_ready(True)
        self.setup.note.say("")
        self._show_if_due()

    def _fail(self, sentence: str) -> None:
        """Say why; a round that is under way goes on with the questions that are there."""
        self.setup.set_ready(True)
        self.setup.note.say("")
        self.failed.emit(sentence)
        if self.place >= 0 and self._stack.currentWidget() is self.waiting:
            self.stop()

    def _show_if_due(self) -> None:
        if self.place < 0:
            self.place = 0
            if not self._is_ready:
                self.place = -1
                return
            self._show_question()
        elif self._stack.currentWidget() is self.waiting and self._is_ready:
            self._show_question()

    @property
    def _is_ready(self) -> bool:
        """Whether the question at the place, and one more where there is one, are made."""
        wanted = min(self.place + AHEAD, self.wish.plan.questions)
        return len(self.questions) >= wanted

    def _show_question(self) -> None:
        if not self._is_ready:
            if not self.jobs.is_running(JOB):
                self._sum_up()
                return
            self._stack.setCurrentWidget(self.waiting)
            return
        self._stack.setCurrentWidget(self.page)
        total = self.wish.plan.questions
        self.page.ask(self.questions[self.place], total, self.wish.text.answer, self.score)

    def _sum_up(self) -> None:
        self.place = -1
        self.setup.set_ready(True)
        self.setup.note.say("")
        self.summary.show_score(
            self.score, counting=any(v.total > 1 for _, v in self.score.answers)
        )
        self._stack.setCurrentWidget(self.summary)
        self.summary.again.setFocus()

    def _show_setup(self) -> None:
        self.place = -1
        self.setup.set_ready(True)
        self.setup.note.say("")
        self._stack.setCurrentWidget(self._setup_page)
        self.setup.start.setFocus()

    def _choose_mode(self, mode: str) -> None:
        self.page.set_counting(mode == "class")
        if self.is_asking:
            self.page.setFocus()


class QuizBar(Styled):
    """The field of the quiz in the top bar.

    Attributes:
        mode: one person, or a class that raises hands.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.mode = Segmented(
            style, (("one", "one person"), ("class", "a class")), name="Who is asked"
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.mode)
        row.addStretch(1)
