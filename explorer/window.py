"""The main window: the rail, the top bar, and the workspaces behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from explorer.actions import Actions
from explorer.appearance import Appearance
from explorer.commands import Situation
from explorer.jobs import Jobs
from explorer.kit.notice import Notice
from explorer.kit.styled import restyle
from explorer.pages import IDENTITIES, Pages
from explorer.panels.chrome import Rail, TopBar
from explorer.playback import Playback
from explorer.player import Player
from explorer.session import Session
from explorer.settings import Settings, SettingsFile
from explorer.theme import Style, apply_style
from explorer.window_files import WindowFiles, dropped
from explorer.workspaces.graph import GraphWorkspace

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent

    from engine.oracle.client import Oracle
    from explorer.player import Unit
    from explorer.run_jobs import Wish
    from explorer.workspaces.base import Workspace
    from explorer.workspaces.generate import GenerateWorkspace
    from explorer.workspaces.ngram import NGramWorkspace

SMALLEST = QSize(960, 600)
TRAIN_JOB = "train run"
"""The job of the Train page, which is imported when it is first shown."""
FIRST_SIZE = QSize(1440, 860)


class MainWindow(QMainWindow):
    """Everything a person sees.

    Attributes:
        jobs, session, player: the owners of work, of the graph's run, and of the cursor in it.
        graph: the workspace of the first start.
        actions: every command.
        files: opens and saves.
    """

    def __init__(self, settings: SettingsFile, oracle: Oracle | None = None) -> None:
        super().__init__()
        self._settings = settings
        self._presenting = False
        self._state_before = Qt.WindowState.WindowNoState
        self.appearance = Appearance(settings, self)
        self.jobs = Jobs(self)
        self.player = Player(self)
        self.session = Session(self.jobs, oracle, self)
        self.commands = Actions(self)
        self._playback = Playback(self.player, self.session, settings, self)
        self._playback.connect_actions(self.commands)
        self.graph = GraphWorkspace(self.look, self.jobs, self.session, self.player, self.commands)
        self._pages = Pages(self.appearance, self.jobs, self.graph, self.commands, self)
        self.files = WindowFiles(self._pages, self.graph, self)
        self._notice = Notice(self.look)
        self._notice.action_requested.connect(self.graph.requests.use_fresh_weights)
        self._menu = QMenu(self)
        self._connect_commands()
        self._rail = Rail(self.look, self.commands)
        self._top = TopBar(self.look, self._pages.bars, self.commands, self._menu)
        self._build()
        self._restore(settings.value)
        self._refresh()

    def _build(self) -> None:
        self._pages.made.connect(self._listen_to)
        self._pages.changed.connect(self._notice.clear)
        self._pages.changed.connect(self._follow_page)
        self.jobs.started.connect(self._mark_busy)
        self.jobs.ended.connect(self._mark_busy)
        self._pages.stack.setCurrentWidget(self._pages["graph"])
        page = QVBoxLayout()
        page.setSpacing(0)
        page.addWidget(self._notice)
        page.addWidget(self._pages.stack, 1)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self._rail)
        below.addLayout(page, 1)
        root = QWidget()
        column = QVBoxLayout(root)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addLayout(below, 1)
        self.setCentralWidget(root)
        self.setWindowTitle("Tapestry")
        self.setMinimumSize(SMALLEST)
        self.setAcceptDrops(True)
        self.commands.fill_menu(self._menu)

    def _connect_commands(self) -> None:
        add = self.commands.add
        self.files.connect_actions(self.commands)
        add("file.quit", self.close)
        add("view.present", self.set_presenting)
        add("view.leave", self._leave_presenting)
        add("view.motion", self.set_motion)
        add("help.shortcuts", self.show_shortcuts)
        self.commands.add_set("workspace", self.show_workspace)
        self.graph.connect_actions(self.commands)
        self.session.run_changed.connect(self._refresh)
        self.session.open_failed.connect(self._say_file_problem)
        self.files.page_wanted.connect(self.show_workspace)
        self.files.saved.connect(self._say_saved)
        self.files.refused.connect(self._say_file_problem)
        self.session.version_changed.connect(self._refresh)
        self._playback.changed.connect(self._refresh)
        self.appearance.connect_actions(self.commands)
        self.appearance.changed.connect(self._dress)

    def begin(self, file: str | None = None) -> None:
        """Start what the window shows first; called once the first frame is on screen."""
        identity = self._settings.value.workspace
        remembered = identity in IDENTITIES and file is None
        self.show_workspace(identity if remembered else "graph")
        if file is not None:
            self.open_file(file)

    # Workspaces

    @property
    def workspace(self) -> Workspace:
        """The workspace on screen."""
        return self._pages.current

    @property
    def ngram(self) -> NGramWorkspace:
        """The n-gram workspace, made when first asked for."""
        return cast("NGramWorkspace", self._pages["ngram"])

    @property
    def generate(self) -> GenerateWorkspace:
        """The Generate workspace, made when first asked for."""
        return cast("GenerateWorkspace", self._pages["generate"])

    def show_workspace(self, identity: str) -> None:
        """Bring a workspace on screen."""
        self._pages.show(identity)
        self.commands.check(f"workspace.{identity}")
        self._settings.remember(workspace=identity)

    def show_wish(self, wish: Wish) -> None:
        """Look at a run that another workspace asks for, on the graph."""
        self.show_workspace("graph")
        self.graph.requests.grant(wish)

    def _mark_busy(self, job: str) -> None:
        """Show in the rail that a run is trained, whatever is on screen."""
        if job == TRAIN_JOB:
            self._rail.set_busy("train", self.jobs.is_running(job))

    def _listen_to(self, workspace: Workspace) -> None:
        workspace.failed.connect(self._say_problem)
        workspace.announced.connect(self._say)
        workspace.graph_wanted.connect(self.show_wish)
        workspace.file_wanted.connect(self.files.open_on)
        self._playback.attach(workspace.playing)

    def _follow_page(self) -> None:
        self._playback.follow(self.workspace.playing)

    # Files

    def open_file(self, path: str) -> None:
        """Open a file on the page that can use it; what is on screen stays if none can."""
        self.files.open(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file that was dropped."""
        paths = dropped(event.mimeData())
        if paths and not self._presenting:
            event.acceptProposedAction()
            self.open_file(paths[0])

    # Notices

    def _say_saved(self, sentence: str) -> None:
        self._notice.say(sentence, "good")

    def _say(self, sentence: str) -> None:
        self._notice.say(sentence, "info")

    def _say_problem(self, sentence: str) -> None:
        if sentence:
            offer = self.workspace is self.graph and self.graph.requests.offers_fresh_weights
            text = sentence[:1].upper() + sentence[1:]
            self._notice.say(text, "problem", "Use fresh weights" if offer else "")
        else:
            self._notice.clear()

    def _say_file_problem(self, sentence: str) -> None:
        self._notice.say(sentence, "problem")

    def report_fault(self, message: str) -> None:
        """A fault of the program: stop time, keep the session, say so once."""
        self._playback.player.pause()
        self._notice.say(
            f"Something went wrong in the program ({message}). Your run is still here;"
            " the details are in the log.",
            "problem",
        )

    def tell_of_crash(self, log: str) -> None:
        """The last session ended badly: say so, with what the log says last."""
        lines = log.strip().splitlines()
        told = next((line for line in lines if line.startswith("Fatal")), lines[-1]).strip()
        self._notice.say(f"Tapestry did not close properly the last time ({told}).", "info")

    # Presenting

    def set_presenting(self, on: bool) -> None:
        """Show the audience's view on the full screen, or the window again."""
        if on == self._presenting:
            return
        self._presenting = on
        self._rail.setVisible(not on)
        self._top.setVisible(not on)
        self._notice.clear()
        self.commands.check("view.present", on)
        self._pages.set_presenting(on)
        self.appearance.set_presenting(on)
        if on:
            self._state_before = self.windowState()
            self.showFullScreen()
        else:
            self.setWindowState(self._state_before)
        self._refresh()

    def _leave_presenting(self) -> None:
        self.set_presenting(False)

    def set_motion(self, motion: bool) -> None:
        """Let things glide, or jump."""
        self._pages.set_motion(motion)
        self._settings.remember(motion=motion)
        self._refresh()

    # Look

    @property
    def look(self) -> Style:
        """The style in use."""
        return self.appearance.style

    def _dress(self, style: Style) -> None:
        apply_style(cast("QApplication", QApplication.instance()), style)
        root = self.centralWidget()
        if root is not None:
            restyle(root, style)
        self._refresh()

    def show_shortcuts(self) -> None:
        """Show every key."""
        from explorer.shortcut_sheet import ShortcutSheet

        ShortcutSheet(self.commands, self.look, self).exec()

    # State

    def _refresh(self, *_: object) -> None:
        """Enable and check the commands as the situation has it."""
        player, settings = self._playback.player, self._settings.value
        self.commands.refresh(
            Situation(
                events=player.events,
                cursor=player.cursor,
                loss_cursor=player.loss_cursor,
                has_backward=player.events > player.loss_cursor,
                presenting=self._presenting,
                scale=settings.text_scale,
                speed=player.speed,
            )
        )
        self.commands.check("play.loop", player.loop)
        self.commands.check(f"unit.{player.unit}")
        self.commands.check(f"version.{self.session.version.lower()}")
        self.commands.check("view.motion", player.motion)
        self.commands.check("view.notches", settings.notches)
        self.commands.check(f"theme.{settings.theme}")

    def _restore(self, settings: Settings) -> None:
        # Last of all: under a stylesheet every new widget costs twice as much.
        apply_style(cast("QApplication", QApplication.instance()), self.look)
        self.player.set_unit(cast("Unit", settings.unit))
        self.player.set_speed(settings.speed)
        system_moves = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
        self._pages.set_motion(settings.motion and system_moves)
        self.resize(FIRST_SIZE)
        if settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.geometry.encode()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the settings and end every job."""
        self.set_presenting(False)
        # A field that is left asks for what was typed: now, while jobs can still be ended.
        self.setFocus()
        self._settings.remember(
            geometry=bytes(self.saveGeometry().toBase64().data()).decode(),
            speed=self._playback.player.speed,
        )
        self._settings.save(self._settings.value)
        self._pages.leave()
        self.jobs.shutdown()
        super().closeEvent(event)
