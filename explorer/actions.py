"""Every command of the program, declared once.

Menus, buttons, tips and the shortcut sheet are made from `COMMANDS`. A command that nothing is
connected to appears in none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QMenu, QWidget

    from explorer.icons import IconName

Group = Literal[
    "File", "Playback", "Step by", "Backward pass", "View", "Theme", "Text", "Workspace", "Help"
]

GROUPS: tuple[Group, ...] = (
    "File", "Playback", "Step by", "Backward pass", "View", "Theme", "Text", "Workspace", "Help",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides whether a command can be used; the session makes one after each change.

    Attributes:
        events: number of events of the run on screen, 0 without a run.
        cursor: events done, from 0 to events.
        loss_cursor: the cursor where the forward pass has ended.
        has_backward: the run has adjoints, so that Versions A and B differ.
        presenting: the audience's view fills the screen.
        scale: the text scale.
        speed: the playback speed.
    """

    events: int = 0
    cursor: int = 0
    loss_cursor: int = 0
    has_backward: bool = False
    presenting: bool = False
    scale: float = 1.0
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    Attributes:
        id: its name in code, ``group.verb``.
        text: its name in menus.
        tip: one sentence on what it does.
        group: the menu it belongs to.
        shortcuts: key sequences in Qt's portable notation, the first one shown.
        icon: the icon of its button, if it has one.
        checkable: it is on or off.
        exclusive: of the checkable commands with this name exactly one is on.
        enabled_when: whether it can be used in a situation; always when None.
    """

    id: str
    text: str
    tip: str
    group: Group
    shortcuts: tuple[str, ...] = ()
    icon: IconName | None = None
    checkable: bool = False
    exclusive: str = ""
    enabled_when: Callable[[Situation], bool] | None = field(default=None, compare=False)

    @property
    def hint(self) -> str:
        """The tip with the first shortcut, as a button shows it."""
        keys = shown_keys(self)
        return f"{self.tip} ({keys[0]})" if keys else self.tip


def _has_run(now: Situation) -> bool:
    return now.events > 0


def _before_end(now: Situation) -> bool:
    return now.cursor < now.events


def _after_start(now: Situation) -> bool:
    return now.cursor > 0


def _away_from_loss(now: Situation) -> bool:
    return now.events > 0 and now.cursor != now.loss_cursor


def _has_backward(now: Situation) -> bool:
    return now.has_backward


def _presenting(now: Situation) -> bool:
    return now.presenting


def _slower(now: Situation) -> bool:
    return now.speed > 0.25


def _faster(now: Situation) -> bool:
    return now.speed < 16


def _larger(now: Situation) -> bool:
    return now.scale < 2


def _smaller(now: Situation) -> bool:
    return now.scale > 1


COMMANDS: tuple[Command, ...] = (
    Command("file.open", "Open…", "Open a trace or a text", "File", ("Ctrl+O",)),
    Command("file.save", "Save trace…", "Save the run on screen as a trace", "File", ("Ctrl+S",),
            enabled_when=_has_run),
    Command("file.edit_text", "Edit the text", "Go to the text field", "File", ("Ctrl+L",)),
    Command("file.quit", "Quit", "Close Tapestry", "File", ("Ctrl+Q",)),
    Command("play.toggle", "Play or pause", "Play or pause", "Playback", ("Space",), "play",
            enabled_when=_has_run),
    Command("play.forward", "Step forward", "One step forward", "Playback", ("Right",),
            "step-forward", enabled_when=_before_end),
    Command("play.back", "Step back", "Back to the end of the step before", "Playback", ("Left",),
            "step-back", enabled_when=_after_start),
    Command("play.start", "To the start", "Back to before the first event", "Playback", ("Home",),
            "to-start", enabled_when=_after_start),
    Command("play.loss", "To the loss", "To the end of the forward pass", "Playback", ("L",),
            "to-loss", enabled_when=_away_from_loss),
    Command("play.end", "To the end", "To the end of the backward pass", "Playback", ("End",),
            "to-end", enabled_when=_before_end),
    Command("play.loop", "Repeat", "Start again when the end is reached", "Playback", ("R",),
            "loop", checkable=True, enabled_when=_has_run),
    Command("play.slower", "Slower", "Play at half the speed", "Playback", ("[",),
            enabled_when=_slower),
    Command("play.faster", "Faster", "Play at twice the speed", "Playback", ("]",),
            enabled_when=_faster),
    Command("unit.event", "Event", "Step by event", "Step by", ("1",), checkable=True,
            exclusive="unit"),
    Command("unit.node", "Node", "Step by node", "Step by", ("2",), checkable=True,
            exclusive="unit"),
    Command("unit.module", "Module", "Step by module", "Step by", ("3",), checkable=True,
            exclusive="unit"),
    Command("unit.time", "Time step", "Step by time step", "Step by", ("4",), checkable=True,
            exclusive="unit"),
    Command("version.a", "Version A: pull", "Each node sums over its consumers", "Backward pass",
            ("A",), checkable=True, exclusive="version", enabled_when=_has_backward),
    Command("version.b", "Version B: push", "Each node adds to its operands", "Backward pass",
            ("B",), checkable=True, exclusive="version", enabled_when=_has_backward),
    Command("view.present", "Present", "Show the audience's view on the full screen", "View",
            ("F11",), "present", checkable=True),
    Command("view.leave", "Leave the audience's view", "Back to the window", "View", ("Esc",),
            enabled_when=_presenting),
    Command("view.zoom_in", "Zoom in", "Enlarge the graph", "View", ("Ctrl+=", "Ctrl++"),
            "zoom-in"),
    Command("view.zoom_out", "Zoom out", "Shrink the graph", "View", ("Ctrl+-",), "zoom-out"),
    Command("view.zoom_fit", "Fit", "Show the graph as large as can be read; again: all of it",
            "View", ("Ctrl+0",), "zoom-fit"),
    Command("view.inspector", "Inspector", "Open or close the inspector where it is a drawer",
            "View", ("I",)),
    Command("view.museum", "Bug museum", "Plant a classic mistake in the run, or close the museum",
            "View", ("M",)),
    Command("view.check", "Check the run", "Open or close the check of every module", "View",
            ("K",), enabled_when=_has_run),
    Command("view.curve", "Error against h", "Plot the error of finite differences of a node",
            "View", ("H",), enabled_when=_has_run),
    Command("view.motion", "Motion", "Move things smoothly from place to place", "View",
            checkable=True),
    Command("theme.system", "As the system", "Follow the desktop's colours", "Theme",
            checkable=True, exclusive="theme"),
    Command("theme.light", "Light", "Dark ink on white", "Theme", checkable=True,
            exclusive="theme"),
    Command("theme.dark", "Dark", "Light ink on dark", "Theme", checkable=True, exclusive="theme"),
    Command("theme.projector", "Projector", "Strong contrast for a large room", "Theme",
            checkable=True, exclusive="theme"),
    Command("text.larger", "Larger text", "Enlarge all text", "Text", ("Ctrl+Alt+=",),
            enabled_when=_larger),
    Command("text.smaller", "Smaller text", "Shrink all text", "Text", ("Ctrl+Alt+-",),
            enabled_when=_smaller),
    Command("text.normal", "Normal text", "Text at 100 %", "Text", ("Ctrl+Alt+0",),
            enabled_when=_smaller),
    Command("workspace.graph", "Graph", "The computation graph of a run", "Workspace",
            ("Ctrl+1",), "graph", checkable=True, exclusive="workspace"),
    Command("workspace.ngram", "n-gram", "Counts of words and what follows them", "Workspace",
            ("Ctrl+2",), "ngram", checkable=True, exclusive="workspace"),
    Command("workspace.generate", "Generate", "Text drawn token by token", "Workspace",
            ("Ctrl+3",), "generate", checkable=True, exclusive="workspace"),
    Command("workspace.code", "Code", "A small network in four styles of code", "Workspace",
            ("Ctrl+7",), "code", checkable=True, exclusive="workspace"),
    Command("help.shortcuts", "Keyboard shortcuts", "Show every key", "Help", ("F1",),
            "question"),
)  # fmt: skip


def command(identity: str) -> Command:
    """Return the command with an id.

    Raises:
        KeyError: there is none.
    """
    for candidate in COMMANDS:
        if candidate.id == identity:
            return candidate
    raise KeyError(identity)


def shown_keys(item: Command) -> tuple[str, ...]:
    """Return a command's shortcuts as this system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return tuple(QKeySequence(keys).toString(native) for keys in item.shortcuts)


def build(item: Command, parent: QWidget, slot: Callable[..., object]) -> QAction:
    """Return an action of a command on a window, connected to a bound method.

    A person's choice calls the slot: without arguments, or with the checked state where the
    command is checkable and the slot takes one. `QAction.setChecked` calls nothing.
    """
    action = QAction(item.text, parent)
    action.setObjectName(item.id)
    action.setToolTip(item.hint)
    action.setStatusTip(item.tip)
    action.setShortcuts([QKeySequence(keys) for keys in item.shortcuts])
    action.setCheckable(item.checkable)
    action.setAutoRepeat(item.id in {"play.forward", "play.back"})
    action.triggered.connect(slot)
    parent.addAction(action)
    return action


class Actions(QObject):
    """The commands of one window that something is connected to.

    Args:
        window: it owns the actions and is where their shortcuts work.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._sets: dict[str, QActionGroup] = {}
        self._choosers: dict[str, Callable[[str], object]] = {}

    def add(self, identity: str, slot: Callable[..., object]) -> QAction:
        """Connect a command to a bound method, as `build` does.

        Raises:
            KeyError: no command has this id.
            ValueError: it is connected already.
        """
        item = command(identity)
        if identity in self._actions:
            raise ValueError(f"{identity} is connected already")
        action = build(item, self._window, slot)
        if item.exclusive:
            if item.exclusive not in self._sets:
                self._sets[item.exclusive] = QActionGroup(self)
            self._sets[item.exclusive].addAction(action)
        self._actions[identity] = action
        return action

    def add_set(self, exclusive: str, slot: Callable[[str], object]) -> None:
        """Connect every command of an exclusive set to one slot, which is told the chosen id.

        Args:
            exclusive: the name of the set.
            slot: called with what stands after the dot of the id, when a person chooses.
        """
        self._choosers[exclusive] = slot
        for item in COMMANDS:
            if item.exclusive == exclusive:
                self.add(item.id, self._choose)

    def _choose(self) -> None:
        """Tell the slot of a set which of its commands was triggered."""
        identity = self.sender().objectName()
        self._choosers[command(identity).exclusive](identity.partition(".")[2])

    def __getitem__(self, identity: str) -> QAction:
        return self._actions[identity]

    def __contains__(self, identity: str) -> bool:
        return identity in self._actions

    def check(self, identity: str, on: bool = True) -> None:
        """Show a checkable command as on or off; one that is not connected is left out."""
        if identity in self._actions:
            self._actions[identity].setChecked(on)

    def refresh(self, now: Situation) -> None:
        """Enable exactly the commands that can be used in a situation."""
        for identity, action in self._actions.items():
            enabled_when = command(identity).enabled_when
            action.setEnabled(enabled_when is None or enabled_when(now))

    def groups(self) -> Iterator[tuple[Group, tuple[Command, ...]]]:
        """Yield each group that has connected commands, with those, in the order of `COMMANDS`."""
        for group in GROUPS:
            members = tuple(
                item for item in COMMANDS if item.group == group and item.id in self._actions
            )
            if members:
                yield group, members

    def fill_menu(self, menu: QMenu) -> None:
        """Add a submenu for each group to a menu."""
        for group, members in self.groups():
            submenu = menu.addMenu(group)
            submenu.setToolTipsVisible(True)
            for item in members:
                submenu.addAction(self._actions[item.id])
