"""The way from the bigram table to "Why are we counting?", and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from engine.errors import InputError
from engine.training.softmax_table import BigramCounts
from explorer.kit.button import Button
from explorer.kit.label import Label
from explorer.kit.styled import Styled

if TYPE_CHECKING:
    from explorer.jobs import Jobs
    from explorer.panels.ngram_bigrams import BigramCard
    from explorer.panels.ngram_counting import CountedText
    from explorer.panels.why_counting import WhyCounting
    from explorer.theme import Style

HEADING = "Why are we counting?"
SENTENCE = (
    "Each row is a probability distribution. The counts are what gradient descent on a softmax"
    " table converges to."
)
MOST_TOKENS = 12
"""Tokens of the tables: as many as can be told apart from the last row of a room."""

WIDE = 720
"""Width of the bigram card at 100 % from which the invitation stands beside the heat map."""


class Invitation(Styled):
    """A heading, a sentence and a button.

    Attributes:
        button: shows it.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._sentence = Label(style, SENTENCE, role="ink_2")
        self._sentence.setWordWrap(True)
        self.button = Button(style, "Show it by gradient descent")
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(Label(style, HEADING, font="title"))
        self._column.addWidget(self._sentence)
        self._column.addWidget(self.button)
        self._column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.apply_style()

    def apply_style(self) -> None:
        """Set width and distances."""
        self.setFixedWidth(self.look.ipx(226))
        self._column.setSpacing(self.look.ipx(10))


class WhyPages(QStackedWidget):
    """The n-gram page, and over it the softmax table that learns its counts.

    Attributes:
        panel: the latter, None before it is first shown.

    Signals:
        failed(message), graph_wanted(wish): as of a workspace.
    """

    failed = Signal(str)
    graph_wanted = Signal(object)

    def __init__(self, page: QWidget, card: BigramCard, jobs: Jobs) -> None:
        super().__init__()
        self.panel: WhyCounting | None = None
        self._card, self._jobs = card, jobs
        self._counted: CountedText | None = None
        self._shown: CountedText | None = None
        self._presenting = False
        self.invitation = Invitation(card.look)
        self.short = Button(card.look, HEADING, kind="flat")
        card.row.addWidget(self.invitation)
        card.header.addWidget(self.short)
        for button in (self.invitation.button, self.short):
            button.setEnabled(False)
            button.clicked.connect(self.open)
        card.installEventFilter(self)
        self.addWidget(page)
        self._fit()

    @property
    def is_open(self) -> bool:
        """Whether the softmax table is on screen."""
        return self.panel is not None and self.currentWidget() is self.panel

    def show_counted(self, counted: CountedText | None) -> None:
        """Learn the counts of another text."""
        self._counted = counted
        for button in (self.invitation.button, self.short):
            button.setEnabled(counted is not None)
        if self.is_open and not self._learn():
            self.close_panel()

    def open(self) -> None:
        """Show the softmax table."""
        if self._counted is None:
            return
        if self.panel is None:
            from explorer.panels.why_counting import WhyCounting  # pyqtgraph, not at start

            self.panel = WhyCounting(self._card.look, self._jobs)
            self.panel.closed.connect(self.close_panel)
            self.panel.failed.connect(self.failed)
            self.panel.graph_wanted.connect(self.graph_wanted)
            self.addWidget(self.panel)
        self.panel.set_presenting(self._presenting)
        if not self._learn():
            return
        self.setCurrentWidget(self.panel)
        self.panel.run.setFocus()

    def close_panel(self) -> None:
        """Go back to the counts."""
        self.stop()
        self.setCurrentIndex(0)
        self._card.setFocus()

    def stop(self) -> None:
        """Pause what runs."""
        if self.panel is not None:
            self.panel.stop()

    def set_presenting(self, presenting: bool) -> None:
        """Leave out what the audience does not need."""
        self._presenting = presenting
        if self.panel is not None:
            self.panel.set_presenting(presenting)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Invite beside the heat map where there is room, else with a button in the card's head."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        wide = self._card.width() >= self._card.look.px(WIDE)
        self.invitation.setVisible(wide)
        self.short.setVisible(not wide)

    def _learn(self) -> bool:
        """Show the counts to be learned, if they are others; false where there are none."""
        counted = self._counted
        if counted is None or self.panel is None or counted is self._shown:
            return True
        table = counted.table
        try:
            bigrams = BigramCounts.of_top(table.labels, table.counts, table.totals, MOST_TOKENS)
        except InputError as error:
            self.failed.emit(str(error))
            return False
        self._shown = counted
        self.panel.show_counts(bigrams)
        return True
