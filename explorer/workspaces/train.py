"""The Train workspace: live training with a rewind that remembers, and branches."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTemporaryDir
from PySide6.QtWidgets import QFileDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from explorer.kit.keys import KeysElsewhere
from explorer.kit.scroll_page import ScrollPage
from explorer.kit.styled import laid_out_once
from explorer.panels.ngram_counting import Progress, TextChoice, grouped, kind_noun
from explorer.panels.train_adjoints import NormCard
from explorer.panels.train_bar import TrainBar
from explorer.panels.train_jobs import is_training
from explorer.panels.train_look_card import LookCard
from explorer.panels.train_loss_card import LossCard
from explorer.panels.train_player import TrainPlayer
from explorer.panels.train_runs import RunsCard
from explorer.panels.train_samples import SamplesCard
from explorer.panels.train_session import TrainSession
from explorer.panels.train_settings import TrainChoice, chosen_of
from explorer.panels.train_transport import TrainTransport
from explorer.run_jobs import Wish
from explorer.workspaces.base import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.jobs import Jobs
    from explorer.panels.train_jobs import OpenedStep
    from explorer.theme import Style

_TEXTS = frozenset({".txt", ".text", ".md", ".log", ".csv"})
_REST = 8.0
"""Times as long as the last drawing took that the next one waits at least."""

_NO_LIMIT = 16_777_215
_RUNS = "Runs (*.safetensors)"

# Row, column, row span, column span of side, loss, norms, samples.
_PLACES = {
    "wide": ((0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1), (0, 2, 2, 1)),
    "narrow": ((2, 0, 1, 1), (0, 0, 1, 1), (1, 0, 1, 1), (3, 0, 1, 1)),
}


class TrainWorkspace(Workspace):
    """Runs, their loss curves, their adjoints through time, and what they write.

    Attributes:
        session: the runs, and what is looked at.
        player: what the playback commands go to.
        runs, look_card, loss, norms, history, samples: the parts of the page.
        transport: the bar below.
    """

    identity = "train"

    def __init__(self, style: Style, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(style, jobs, parent)
        self.session = TrainSession(jobs, self)
        self._bar = TrainBar(style)
        self.player = TrainPlayer(self.session, self._bar.begin, self)
        self.runs, self.look_card = RunsCard(style), LookCard(style)
        self.loss, self.norms = LossCard(style), NormCard(style)
        self.history = self.norms.history
        self.samples = SamplesCard(style)
        self.transport = TrainTransport(style, self.session, self.player)
        self._presenting = False
        self._form = ""
        self._next = 0.0
        self._curves_next = False
        self._models: QTemporaryDir | None = None
        self._make_page()
        self._connect()
        self.apply_style()

    def _make_page(self) -> None:
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self._side.setFrameShape(QFrame.Shape.NoFrame)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setAutoFillBackground(False)
        self._cards = QVBoxLayout(inside)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.addWidget(self.runs)
        self._cards.addWidget(self.look_card, 1)
        self._side.setWidget(inside)
        self._side.viewport().setAutoFillBackground(False)
        self.page = ScrollPage()
        self._grid = self.page.grid
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.page, 1)
        column.addWidget(self.transport)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._keys = KeysElsewhere(
            self, (self.transport, self.loss, self.runs, self.look_card, self._bar)
        )

    def _connect(self) -> None:
        session, bar, look = self.session, self._bar, self.look_card
        bar.begin_wanted.connect(session.begin)
        bar.text_chosen.connect(self._choose_text)
        bar.cancelled.connect(session.cancel)
        bar.refused.connect(self.failed)
        session.reading.connect(self._show_reading)
        session.runs_changed.connect(self._show_runs)
        session.advanced.connect(self._follow)
        session.looked_elsewhere.connect(self._show)
        session.state_changed.connect(self._show)
        session.refused.connect(self.failed)
        session.announced.connect(self.announced)
        session.opened.connect(self._open_graph)
        self.runs.chosen.connect(session.select)
        self.runs.save_button.clicked.connect(self.save_as)
        self.runs.open_button.clicked.connect(self._choose_runs)
        self.loss.sought.connect(session.look_at)
        self.loss.begin_wanted.connect(self._bar.begin)
        self.history.sought.connect(session.look_at)
        self.samples.sought.connect(session.look_at)
        look.sought.connect(self._seek)
        look.graph_wanted.connect(session.open_step)
        look.branch_wanted.connect(session.branch)
        look.weights_wanted.connect(self._choose_weights)
        look.generate_wanted.connect(self._use_in_generate)
        look.refused.connect(self.failed)
        for card in (self.loss, self.norms):
            card.saved.connect(self.announced)
            card.failed.connect(self.failed)

    def bar(self) -> QWidget:
        """Text, tokens, model, what is rarely changed, and the button that begins a run."""
        return self._bar

    def leave(self) -> None:
        """Go on: the rail shows that a run is trained."""

    def set_presenting(self, presenting: bool) -> None:
        """Leave curves, adjoints and samples to the audience."""
        self._presenting = presenting
        self._form = ""
        self._arrange()

    def open_file(self, path: str) -> bool:
        """Open runs that were saved, or choose a text to train on."""
        suffix = Path(path).suffix.lower()
        if suffix == ".safetensors" and is_training(path):
            self.session.load(path)
            return True
        if suffix in _TEXTS:
            self._bar.choose_text(TextChoice("file", path), "char")
            return True
        return False

    # What is shown

    def _show_reading(self, progress: Progress | None) -> None:
        if progress is not None:
            self._bar.note.show_progress(progress)
        else:
            self._note_text()

    def _note_text(self) -> None:
        tree = self.session.tree
        if tree is None:
            self._bar.note.say("")
            return
        text = tree.text.text
        noun = kind_noun(tree.text.tokens)
        size = f"{grouped(len(text.train))} {noun}s · {grouped(len(text.vocabulary))} types"
        self._bar.note.say(size)

    def _show_runs(self) -> None:
        """Take up other runs, or another selected one."""
        session = self.session
        tree, run = session.tree, session.run
        if tree is None or run is None:
            return
        self.look_card.show_run(run)
        text, kind = tree.key
        self._bar.show_choice(chosen_of(run.settings, text, "word" if kind == "word" else "char"))
        self._note_text()
        self.failed.emit("")
        self._show()
        # A run of several texts a window has one field more.
        self._cards.activate()
        self._arrange()

    def _follow(self) -> None:
        """Show how the run has gone on, as often as drawing it leaves time for all else.

        The curves and all else take turns: both together would take longer than a frame.
        """
        if time.perf_counter() >= self._next:
            self._curves_next = not self._curves_next
            self._show_parts(curves=self._curves_next, rest=not self._curves_next)

    def _show(self) -> None:
        """Show the run as it is now, and the iteration looked at."""
        self._show_parts(curves=True, rest=True)

    def _show_parts(self, *, curves: bool, rest: bool) -> None:
        if not self.isVisible():
            return
        begun = time.perf_counter()
        session = self.session
        tree, run, whole = session.tree, session.run, session.record
        follows = session.looked is None
        at = session.at if whole is None else min(session.at, len(whole))
        self.runs.show_tree(tree)
        self.look_card.show_look(run, whole, at, follows=follows)
        if curves:
            self.loss.show_tree(tree, whole, at)
        if rest:
            self.norms.show_tree(tree, whole, at)
            self.samples.show_tree(tree, whole, at, follow=follows)
        self._next = time.perf_counter() + _REST * (time.perf_counter() - begun)

    def enter(self) -> None:
        """Show what has gone on meanwhile; the keys train and look back."""
        self._show()
        self.setFocus()

    def _open_graph(self, step: OpenedStep) -> None:
        self.session.pause()
        self.graph_wanted.emit(Wish(make=lambda: step.trace, node="L", title=step.title))

    # What is asked for

    def _choose_text(self, choice: TrainChoice) -> None:
        self.failed.emit("")
        self.session.show_text(choice.key)

    def _seek(self, iteration: int) -> None:
        self.session.look_at(None if iteration < 0 else iteration)

    def save_as(self) -> bool:
        """Ask for a name and save all runs on this text; returns whether there are any."""
        if self.session.tree is None:
            return False
        path = self._ask_where("Save the runs", "training", _RUNS)
        if path:
            self.session.save(path)
        return True

    def _choose_runs(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self.window(), "Open runs", "", _RUNS)
        if path:
            self.session.load(path)

    def _choose_weights(self) -> None:
        path = self._ask_where("Save the weights", self._weights_name, "Weights (*.safetensors)")
        if path:
            self.session.save_weights(path)

    def _ask_where(self, title: str, name: str, kinds: str) -> str:
        path, _ = QFileDialog.getSaveFileName(self.window(), title, f"{name}.safetensors", kinds)
        if path and not path.lower().endswith(".safetensors"):
            path += ".safetensors"
        return path

    @property
    def _weights_name(self) -> str:
        """A file name for the weights of the iteration looked at."""
        run = self.session.run
        if run is None:
            return "weights"
        words = f"{run.text.corpus} {run.name} at {self.session.at}"
        return re.sub(r"[^\w.]+", "-", words).strip("-")

    def _use_in_generate(self) -> None:
        """Hand the weights of the iteration looked at over to the Generate page."""
        if self._models is None:
            self._models = QTemporaryDir()
        path = self._models.filePath(f"{self._weights_name}.safetensors")
        self.session.save_weights(path, on_saved=self._hand_over)

    def _hand_over(self, path: Path) -> None:
        self.file_wanted.emit("generate", str(path))

    # Layout

    def apply_style(self) -> None:
        """Set distances, and lay the cards out for them."""
        look = self.look
        self._grid.setContentsMargins(look.ipx(22), look.ipx(16), look.ipx(22), look.ipx(16))
        for layout in (self._grid, self._cards):
            layout.setSpacing(look.ipx(14))
        self._form = ""
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards out for the new size."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Three columns, or one; for an audience without what only the lecturer needs."""
        look = self.look
        form = "narrow" if self.width() < look.px(900) else "wide"
        if self._presenting:
            form += " presented"
        if form != self._form:
            self._form = form
            self._place(form.split()[0])
        roomy = self.width() >= look.px(1500)
        side = max(look.ipx(296 if roomy else 262), self._least_side())
        self._side.setMinimumWidth(side)
        self.samples.setMinimumWidth(look.ipx(340 if roomy else 236))
        if not form.startswith("narrow"):
            self._side.setMaximumWidth(side)
            self.samples.setMaximumWidth(look.ipx(460 if roomy else 260))

    def _least_side(self) -> int:
        """What the cards at the side need, a scroll bar beside them included."""
        inside = self._side.widget()
        least = 0 if inside is None else inside.minimumSizeHint().width()
        return least + self.look.ipx(12)

    def _place(self, form: str) -> None:
        look, narrow = self.look, form == "narrow"
        with laid_out_once(self):
            cards = (self._side, self.loss, self.norms, self.samples)
            for card, place in zip(cards, _PLACES[form], strict=True):
                self._grid.removeWidget(card)
                self._grid.addWidget(card, *place)
                card.setMaximumWidth(_NO_LIMIT)
            for column in range(3):
                self._grid.setColumnStretch(column, int(column == (0 if narrow else 1)))
            for row in range(4):
                self._grid.setRowStretch(row, 0 if narrow else (11, 8, 0, 0)[row])
            self.loss.setMinimumHeight(look.ipx(320 if narrow else 200))
            self.norms.setMinimumHeight(look.ipx(280 if narrow else 170))
            self.samples.setMinimumHeight(look.ipx(360 if narrow else 200))
            inside = self._side.widget()
            self._side.setMinimumHeight(
                inside.sizeHint().height() if narrow and inside is not None else look.ipx(200)
            )
            self._side.setVisible(not self._presenting)
            self.transport.set_presenting(self._presenting)
