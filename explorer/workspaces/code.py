"""The Code workspace: mathematics, code in four styles, and the node, under one cursor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from explorer.kit.keys import KeysElsewhere
from explorer.kit.notice import EmptyState
from explorer.panels.code_bar import CodeBar, verdict_words
from explorer.panels.code_call import CallPage
from explorer.panels.code_columns import Columns
from explorer.panels.code_inside import InsidePage
from explorer.panels.code_run import ask_pytorch, prepare
from explorer.panels.transport import Transport
from explorer.panels.typeset import Typesetter
from explorer.place import same_moment
from explorer.player import Player
from explorer.workspaces.base import Workspace

if TYPE_CHECKING:
    from engine.styles.dialects import Network, StyleName
    from engine.trace.events import Version
    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.actions import Actions
    from explorer.jobs import Jobs
    from explorer.panels.code_run import CodeRun, Dialect
    from explorer.session import Session
    from explorer.theme import Style

RUN_JOB, ASK_JOB = "code run", "code pytorch"

FAST = 4.0
"""Speed from which formulas are not set while the run plays."""


class CodeWorkspace(Workspace):
    """A small network in four styles of code.

    While it shows the graph's own run it begins where the graph's cursor stands, and leaves that
    cursor where its own has come to.

    Attributes:
        player, transport: of this workspace.
        columns, call_page, inside_page: what can be looked at.
        run: the network on screen, None before the first.
        style_name: the style of the code on screen.
        frame: the moment on screen.
    """

    identity = "code"

    def __init__(
        self,
        style: Style,
        jobs: Jobs,
        session: Session,
        graph_player: Player,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, jobs, parent)
        self._session, self._graph_player = session, graph_player
        self.run: CodeRun | None = None
        self.frame: Frame | None = None
        self.network: Network = "feed-forward"
        self.style_name: StyleName = "procedural"
        self._page = "run"
        self._asked: tuple[Network, Trace | None] | None = None
        self._shown_version: Version = session.version
        self._on_screen = self._presenting = False
        self.player = Player(self)
        self.transport = Transport(style, self.player, actions)
        self._typesetter = Typesetter(jobs, self, job="code formulas")
        self.columns = Columns(style, self._typesetter)
        self.call_page, self.inside_page = CallPage(style), InsidePage(style)
        self._empty = EmptyState(style, "The network is run in four styles.")
        self._bar = CodeBar(style)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._stack = QStackedWidget()
        for page in (self._empty, self.columns, self.call_page, self.inside_page):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_scrolling(self._stack), 1)
        column.addWidget(self.transport)
        self._keys = KeysElsewhere(self.columns, (self.transport, self.columns, self._bar))

    def _connect(self) -> None:
        self.player.moved.connect(self._move)
        self.player.state_changed.connect(self._pace)
        self.columns.style_chosen.connect(self._choose_style)
        self._bar.network_chosen.connect(self._choose_network)
        self._bar.page_chosen.connect(self.show_page)
        self._bar.explanation_wanted.connect(self._explain)
        self._empty.action_requested.connect(self._start)
        self._session.run_changed.connect(self._follow_session)
        self._session.version_changed.connect(self._take_version)

    def bar(self) -> QWidget:
        """Network, page, and whether the style on screen agrees with the run."""
        return self._bar

    # On and off screen

    def enter(self) -> None:
        """Show the network of the present choice, at the graph's cursor if the run is the same."""
        self._on_screen = True
        if self._asked != self._wanted():
            self._start()
        elif self._is_the_graphs:
            self.player.seek(self._graph_player.cursor)
        self._focus()

    def leave(self) -> None:
        """Time stands still; the graph goes on where the code has come to."""
        self.player.pause()
        self._typesetter.stop()
        if self._on_screen and self._is_the_graphs:
            self._graph_player.seek(self.player.cursor)
        self._on_screen = False

    def set_presenting(self, presenting: bool) -> None:
        """Hide the transport; columns and answers fill the screen."""
        self._presenting = presenting
        self._show_page()
        self._focus()

    def set_motion(self, motion: bool) -> None:
        """Let the cursor glide, or jump."""
        self.player.set_motion(motion)

    def _focus(self) -> None:
        self.columns.setFocus()

    @property
    def _is_the_graphs(self) -> bool:
        run = self._session.run
        return self.run is not None and run is not None and self.run.trace is run.trace

    # Choices

    def choose_network(self, network: Network) -> None:
        """Run another of the two networks."""
        self._bar.network.set_choice(network)
        self.network = network
        if self._asked != self._wanted():
            self._start()

    def choose_style(self, name: StyleName) -> None:
        """Show the code of the same event in another style."""
        self.columns.choice.set_choice(name)
        self.style_name = name
        self._show_dialect()

    def show_page(self, page: str) -> None:
        """Look at the run (``run``), or at an answer: ``call`` or ``inside``."""
        self._bar.page.set_choice(page)
        self._page = page
        if page != "run":
            self.player.pause()
        self._show_page()
        self._focus()

    def _choose_network(self, name: str) -> None:
        self.choose_network(cast("Network", name))

    def _choose_style(self, name: str) -> None:
        self.choose_style(cast("StyleName", name))

    def _explain(self) -> None:
        if self.run is not None:
            words = verdict_words(self.dialect, asking=self.jobs.is_running(ASK_JOB))
            self.announced.emit(words[3] or f"{words[1]}.")

    # Runs

    def _wanted(self) -> tuple[Network, Trace | None]:
        """What is to be run: a network, and for the recurrent one the run that the graph shows."""
        run = self._session.right_run or self._session.run
        on_screen = None if run is None or self.network == "feed-forward" else run.trace
        return self.network, on_screen

    def _start(self) -> None:
        self._asked = self._wanted()
        if self.run is None:
            self._empty.say("The network is run in four styles…")
            self._stack.setCurrentWidget(self._empty)
        self.jobs.cancel(ASK_JOB)
        self.jobs.start(
            RUN_JOB, prepare, *self._asked, on_result=self._take_run, on_error=self._refuse
        )

    def _follow_session(self) -> None:
        if self._on_screen and self._asked != self._wanted():
            self._start()

    def _refuse(self, message: str) -> None:
        self._asked = None
        self.failed.emit(message)
        if self.run is None:
            said = message[:1].upper() + message[1:]
            self._empty.say(f"The network could not be run. {said}.", "Try again")

    def _take_run(self, run: CodeRun) -> None:
        before, version = self.run, self._session.version
        cursor = 0
        self.run = run
        if self._is_the_graphs:
            cursor = self._graph_player.cursor
        elif before is not None:
            cursor = same_moment(before.trace, version, self.player.cursor, run.trace, version)
        self.frame, self._shown_version = None, version
        loss = run.trace.nodes[run.trace.output].name
        self._bar.show_run(run)
        self.call_page.show_answer(run.call, loss)
        self.inside_page.show_answer(run.inside, loss)
        self.jobs.start(ASK_JOB, ask_pytorch, self._session.oracle, run, on_result=self._take_torch)
        self._show_page()
        self.transport.show_run(run.trace, version, cursor)
        self._show_dialect()

    def _take_torch(self, dialect: Dialect) -> None:
        if self.run is not None:
            self.run = replace(self.run, dialects={**self.run.dialects, "pytorch": dialect})
            if self.style_name == "pytorch":
                self._show_dialect()

    def _take_version(self) -> None:
        run, version = self.run, self._session.version
        if run is not None:
            cursor = same_moment(
                run.trace, self._shown_version, self.player.cursor, run.trace, version
            )
            self.frame, self._shown_version = None, version
            self.transport.show_run(run.trace, version, cursor)

    # What is on screen

    @property
    def dialect(self) -> Dialect:
        """The style on screen; there is one as soon as there is a run."""
        assert self.run is not None
        return self.run.dialects[self.style_name]

    def _show_page(self) -> None:
        self.transport.setVisible(self._page == "run" and not self._presenting)
        if self.run is not None:
            pages = {"run": self.columns, "call": self.call_page, "inside": self.inside_page}
            self._stack.setCurrentWidget(pages[self._page])

    def _show_dialect(self) -> None:
        if self.run is None:
            return
        dialect = self.dialect
        self.columns.show_dialect(dialect)
        self._bar.show_verdict(dialect, asking=self.jobs.is_running(ASK_JOB))
        if self.frame is not None:
            self.columns.show_line(self.frame, dialect)

    def _move(self, cursor: int, alpha: float) -> None:
        """Tell of the event that is under way, or of the last one."""
        if self.run is None:
            return
        told = cursor + (1 if alpha > 0 else 0)
        version = self._session.version
        if self.frame is None or (self.frame.cursor, self.frame.version) != (told, version):
            self.frame = self.run.trace.frame(told, version)
            self.columns.show_frame(self.run.trace, self.frame, self.dialect)
            self.transport.show_frame(self.frame)
        self.transport.show_position(cursor, alpha)

    def _pace(self) -> None:
        """In fast play formulas wait: nobody could read them."""
        self._typesetter.set_rushed(self.player.playing and self.player.speed >= FAST)


def _scrolling(pages: QWidget) -> QScrollArea:
    """The pages in an area that scrolls where large text leaves them too little room."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setMinimumHeight(40)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(pages)
    return area
