"""The commands of one window as Qt actions: made when something is connected to them.

Menus, buttons, tips and the shortcut sheet are made from :data:`explorer.commands.COMMANDS`. A
command that nothing is connected to appears in none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from explorer.commands import COMMANDS, GROUPS, Situation, command, series_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QMenu, QWidget

    from explorer.commands import Command, Group


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
        self._numbered: dict[str, Callable[[int], object]] = {}
        self._situation = Situation()
        self._withheld: set[str] = set()

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

    def add_numbered(self, prefix: str, slot: Callable[[int], object]) -> None:
        """Connect every command whose id is a prefix and a digit to one slot.

        Args:
            prefix: what stands before the underscore, such as ``place.go``.
            slot: called with the digit.
        """
        self._numbered[prefix] = slot
        for item in COMMANDS:
            if item.id.rpartition("_")[0] == prefix:
                self.add(item.id, self._choose_number)

    def _choose_number(self) -> None:
        """Tell the slot of numbered commands which of them was triggered."""
        prefix, _, digit = self.sender().objectName().rpartition("_")
        self._numbered[prefix](int(digit))

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
        """Enable exactly the commands that can be used in a situation, and are not withheld."""
        self._situation = now
        for identity in self._actions:
            self._enable(identity)

    def allow(self, identity: str, on: bool = True) -> None:
        """Let a command be used, or not, whatever the situation; one not connected is left out."""
        if on:
            self._withheld.discard(identity)
        else:
            self._withheld.add(identity)
        if identity in self._actions:
            self._enable(identity)

    def _enable(self, identity: str) -> None:
        enabled_when = command(identity).enabled_when
        usable = enabled_when is None or enabled_when(self._situation)
        self._actions[identity].setEnabled(usable and identity not in self._withheld)

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
            for series in series_of(members):
                place = submenu if len(series) == 1 else submenu.addMenu(series[0].series)
                place.setToolTipsVisible(True)
                for item in series:
                    place.addAction(self._actions[item.id])
