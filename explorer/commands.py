"""Every command of the program, declared once: menus, buttons, tips and keys are made from this."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from PySide6.QtGui import QKeySequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from explorer.icons import IconName

Group = Literal[
    "File",
    "Edit",
    "Playback",
    "Step by",
    "Backward pass",
    "View",
    "Graph",
    "Reading",
    "Overlay",
    "Theme",
    "Text",
    "Workspace",
    "Help",
]

GROUPS: tuple[Group, ...] = (
    "File", "Edit", "Playback", "Step by", "Backward pass", "View", "Graph", "Reading", "Overlay",
    "Theme", "Text", "Workspace", "Help",
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
        series: what the commands of a row such as 1 to 9 are called together; they take one line
            of the shortcut sheet and one submenu.
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
    series: str = ""
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
    return now.scale < 3


def _smaller(now: Situation) -> bool:
    return now.scale > 1


COMMANDS: tuple[Command, ...] = (
    Command("file.open", "Open…", "Open a trace or a text", "File", ("Ctrl+O",)),
    Command("file.save", "Save trace…", "Save the run on screen as a trace", "File", ("Ctrl+S",),
            enabled_when=_has_run),
    Command("file.edit_text", "Edit the text", "Go to the text field", "File", ("Ctrl+L",)),
    Command("file.quit", "Quit", "Close Tapestry", "File", ("Ctrl+Q",)),
    Command("whatif.open", "What if…", "Change a number and see what follows", "Edit", ("Q",),
            enabled_when=_has_run),
    Command("whatif.undo", "Undo", "Take back the last change of a number", "Edit", ("Ctrl+Z",)),
    Command("whatif.redo", "Redo", "Make the change again", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("whatif.reset", "Reset", "Take back every change", "Edit", ("Ctrl+Backspace",)),
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
    Command("unit.event", "Event", "Step by event", "Step by", ("Alt+1",), checkable=True,
            exclusive="unit"),
    Command("unit.node", "Node", "Step by node", "Step by", ("Alt+2",), checkable=True,
            exclusive="unit"),
    Command("unit.module", "Module", "Step by module", "Step by", ("Alt+3",), checkable=True,
            exclusive="unit"),
    Command("unit.time", "Time step", "Step by time step", "Step by", ("Alt+4",), checkable=True,
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
    Command("view.minimap", "Overview", "Show the whole graph small in the corner", "View", ("N",),
            checkable=True, enabled_when=_has_run),
    Command("view.compare", "Compare A and B",
            "Show both versions of the backward pass side by side on one clock", "View", ("D",),
            checkable=True, enabled_when=_has_backward),
    Command("view.motion", "Motion", "Move things smoothly from place to place", "View",
            checkable=True),
    Command("view.notches", "Notches for negative numbers",
            "Mark the sign of a cell by a notch as well as by its colour", "View", checkable=True),
    Command("grain.model", "Whole model", "Draw the whole run as one box", "Graph", (),
            checkable=True, exclusive="grain", enabled_when=_has_run),
    Command("grain.steps", "Time steps", "Draw a box for each time step", "Graph", (),
            checkable=True, exclusive="grain", enabled_when=_has_run),
    Command("grain.modules", "Modules", "Draw a box for each module", "Graph", (),
            checkable=True, exclusive="grain", enabled_when=_has_run),
    Command("grain.operations", "Operations", "Draw every operation", "Graph", (),
            checkable=True, exclusive="grain", enabled_when=_has_run),
    Command("grain.deeper", "Expand everywhere", "Open every box by one level", "Graph", ("E",),
            enabled_when=_has_run),
    Command("grain.shallower", "Collapse everywhere", "Close every box by one level", "Graph",
            ("C",), enabled_when=_has_run),
    Command("grain.toggle", "Expand or collapse",
            "Open the box that is selected, or close the one the node is in", "Graph", ("X",),
            enabled_when=_has_run),
    Command("grain.scalars", "Open into scalars",
            "Draw the selected operation number by number, or as one again", "Graph", ("S",),
            enabled_when=_has_run),
    Command("grain.roll", "Roll in time", "Draw all time steps as one, with a loop", "Graph",
            ("T",), checkable=True, enabled_when=_has_run),
    Command("grain.rows", "Fold into rows", "Break a long run into rows like lines of text",
            "Graph", ("W",), checkable=True, enabled_when=_has_run),
    Command("read.find", "Find…", "Search names, primitives, tokens and numbers", "Reading",
            ("Ctrl+F",), enabled_when=_has_run),
    Command("read.next", "Next hit", "Go to the next node that was found", "Reading", ("F3",),
            enabled_when=_has_run),
    Command("read.previous", "Previous hit", "Go to the node found before", "Reading",
            ("Shift+F3",), enabled_when=_has_run),
    Command("read.why", "Why this number", "Show all that the selected node was computed from",
            "Reading", ("Y",), checkable=True, enabled_when=_has_run),
    Command("read.affects", "What it affects", "Show all that the selected node goes into",
            "Reading", ("F",), checkable=True, enabled_when=_has_run),
    Command("read.paths", "Paths between two nodes",
            "Show every path between the selected node and the one selected next", "Reading",
            ("P",), checkable=True, enabled_when=_has_run),
    Command("read.back", "Back", "Return to the view before", "Reading", ("Alt+Left",)),
    Command("read.forward", "Forward", "Return to the view after", "Reading", ("Alt+Right",)),
    *(
        Command(f"place.save_{digit}", f"Keep this view as {digit}",
                f"Remember this view under the digit {digit}", "Reading", (f"V, {digit}",),
                series="Keep this view as…", enabled_when=_has_run)
        for digit in range(1, 10)
    ),
    *(
        Command(f"place.go_{digit}", f"Go to view {digit}",
                f"Return to the view kept under the digit {digit}", "Reading", (f"{digit}",),
                series="Go to view…", enabled_when=_has_run)
        for digit in range(1, 10)
    ),
    Command("read.origin", "Where a gradient comes from",
            "Split a shared parameter's adjoint by time step", "Reading", ("G",),
            enabled_when=_has_run),
    Command("overlay.none", "None", "Show the graph alone", "Overlay", (), checkable=True,
            exclusive="overlay", enabled_when=_has_run),
    Command("overlay.adjoints", "Adjoint magnitude", "Tint nodes by the size of their adjoints",
            "Overlay", (), checkable=True, exclusive="overlay", enabled_when=_has_run),
    Command("overlay.saturation", "Saturation", "Tint activations that are nearly flat",
            "Overlay", (), checkable=True, exclusive="overlay", enabled_when=_has_run),
    Command("overlay.bytes", "Bytes kept", "Tint nodes by what is kept for the backward pass",
            "Overlay", (), checkable=True, exclusive="overlay", enabled_when=_has_run),
    Command("overlay.flops", "FLOPs", "Tint nodes by their floating-point operations", "Overlay",
            (), checkable=True, exclusive="overlay", enabled_when=_has_run),
    Command("overlay.reuse", "Reuse", "Tint nodes by how often their value is used", "Overlay",
            (), checkable=True, exclusive="overlay", enabled_when=_has_run),
    Command("overlay.next", "Next overlay", "Show the next overlay, or none", "Overlay", ("O",),
            enabled_when=_has_run),
    Command("overlay.tables", "Tables", "Open or close the costs by module, and adjoints over time",
            "Overlay", ("Shift+O",), enabled_when=_has_run),
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
    Command("workspace.train", "Train", "Train a model, go back to any iteration, branch there",
            "Workspace", ("Ctrl+4",), "train", checkable=True, exclusive="workspace"),
    Command("workspace.inside", "Inside", "What each hidden unit does over a text", "Workspace",
            ("Ctrl+8",), "inside", checkable=True, exclusive="workspace"),
    Command("workspace.quiz", "Quiz", "Real passage or a model's: guess, and see", "Workspace",
            ("Ctrl+6",), "quiz", checkable=True, exclusive="workspace"),
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


def series_of(members: Iterable[Command]) -> tuple[tuple[Command, ...], ...]:
    """Commands in their order, those of one series together, every other one by itself."""
    together: dict[str, list[Command]] = {}
    for item in members:
        together.setdefault(item.series or item.id, []).append(item)
    return tuple(tuple(items) for items in together.values())


def range_of_keys(series: Sequence[Command]) -> str:
    """The keys of a command, or of a series that differ in the last key, such as ``V, 1…9``."""
    first, last = (shown_keys(item)[0] for item in (series[0], series[-1]))
    return first if len(series) == 1 else f"{first}…{last[-1]}"
