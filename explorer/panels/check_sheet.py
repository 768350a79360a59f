"""The sheet "Check": every module held to finite differences, and PyTorch's word on the run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from explorer.kit.button import Button
from explorer.kit.label import Label
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled, painting, rounded
from explorer.mathtext import to_unicode
from explorer.panels.check_list import Checked, CheckList
from explorer.panels.paragraph import Paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.autodiff.gradcheck import Module, ModuleCheck
    from explorer.theme import Style


class CheckSheet(Styled):
    """Runs the check and lists the error of each module.

    Signals:
        check_wanted(): every module is to be checked.
        cancel_wanted(): the check is to stop.
        module_chosen(place): a module was picked, by its place in the order recorded.
        fault_chosen(): the wrong node is to be shown again.
    """

    check_wanted = Signal()
    cancel_wanted = Signal()
    module_chosen = Signal(int)
    fault_chosen = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._rows: list[Checked] = []
        self._done = 0
        self.running = False
        self._torch = Paragraph(style, role="ink_2", lines=12)
        self._fault = Paragraph(style, role="disagrees", lines=12)
        self._show = Button(style, "Show the node")
        self.button = Button(style, "Check every module", kind="primary")
        self._summary = Paragraph(style, lines=12)
        self._progress = _Progress(style)
        self.order = Segmented(
            style, (("backward", "Backward order"), ("error", "Largest error first")), name="order"
        )
        self.list = CheckList(style)
        self._build()
        self.button.clicked.connect(self._press)
        self._show.clicked.connect(self.fault_chosen)
        self.order.chosen.connect(self._sort)
        self.list.picked.connect(self.module_chosen)
        self.show_fault("")
        self.forget(())

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Label(self.look, "PyTorch", font="text_strong"))
        column.addWidget(self._torch)
        column.addWidget(self._fault)
        self._beside_fault = QHBoxLayout()
        self._beside_fault.addWidget(self._show)
        self._beside_fault.addStretch(1)
        column.addLayout(self._beside_fault)
        column.addWidget(Label(self.look, "Finite differences", font="text_strong"))
        column.addWidget(self._summary)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._progress)
        column.addWidget(self.order)
        column.addWidget(self.list, 1)
        self._column = column
        self.apply_style()

    @property
    def rows(self) -> tuple[Checked, ...]:
        """What is known of each module, in the order recorded."""
        return tuple(self._rows)

    @property
    def summary(self) -> str:
        """What is said of the check."""
        return self._summary.sentence

    @property
    def fault(self) -> str:
        """What is said of the first wrong node, empty for none."""
        return "" if self._fault.isHidden() else self._fault.sentence

    def apply_style(self) -> None:
        """Set the spacing."""
        self._column.setSpacing(self.look.ipx(9))

    def show_torch(self, sentence: str) -> None:
        """Say PyTorch's verdict."""
        self._torch.set_sentence(sentence)

    def show_fault(self, sentence: str) -> None:
        """Say where the run first goes wrong; nothing for an empty sentence."""
        self._fault.set_sentence(sentence)
        self._fault.setVisible(bool(sentence))
        self._show.setVisible(bool(sentence))

    def forget(self, modules: Sequence[Module]) -> None:
        """Turn to another run, which is not checked yet."""
        self._rows = [
            Checked(place, _shown(module.name), module.nodes[-1])
            for place, module in enumerate(modules)
        ]
        self._done = 0
        self._set_running(False)
        self._sort()
        self._say()

    def begin(self, modules: Sequence[Module]) -> None:
        """The check begins."""
        self.forget(modules)
        self._set_running(True)
        self._say()

    def take(self, found: Sequence[tuple[int, ModuleCheck]]) -> None:
        """More modules have been checked: (place, result) each."""
        for place, check in found:
            self._rows[place] = replace(self._rows[place], error=check.max_error, ok=check.ok)
        self._done += len(found)
        self._progress.set_share(self._done / max(len(self._rows), 1))
        self._sort()
        self._say()

    def finish(self) -> None:
        """The check is over, done or cancelled."""
        self._set_running(False)
        self._say()

    def _press(self) -> None:
        if self.running:
            self.cancel_wanted.emit()
        else:
            self.check_wanted.emit()

    def _set_running(self, running: bool) -> None:
        self.running = running
        self.button.setText("Cancel" if running else "Check every module")
        self._progress.set_share(0.0)
        self._progress.setVisible(running)

    def _sort(self, _order: str = "") -> None:
        if self.order.choice == "error":
            known = np.inf
            key = sorted(self._rows, key=lambda r: -(r.error if r.error is not None else -known))
        else:
            key = sorted(self._rows, key=lambda row: -row.last)
        self.list.set_rows(key)

    def _say(self) -> None:
        total, known = len(self._rows), [row for row in self._rows if row.ok is not None]
        modules = "module" if total == 1 else "modules"
        if not known:
            words = (
                f"Checking {total} {modules}…"
                if self.running
                else f"{total} {modules}, none checked yet: each one's backward pass is held to"
                " central differences of its own forward pass, with h = 10⁻⁶."
            )
            self._summary.set_sentence(words)
            return
        bad = [row for row in known if not row.ok]
        largest = max(row.error for row in known if row.error is not None)
        said = "0" if largest == 0 else f"{largest:.1e}"
        so_far = "" if len(known) == total else f" of {total}, so far"
        if bad:
            verb = "disagrees" if len(bad) == 1 else "disagree"
            words = (
                f"{len(bad)} of {len(known)} {modules} checked{so_far} {verb}; the largest error"
                f" is {said}."
            )
        else:
            verb = "agrees" if len(known) == 1 else "agree"
            words = f"{len(known)}{so_far} {modules} {verb}; the largest error is {said}."
        self._summary.set_sentence(words)


def _shown(name: str) -> str:
    """A module's path as it is; an operation's primitive, and its node as mathematics."""
    op, _, node = name.partition(" ")
    return f"{op.replace('_', ' ')} {to_unicode(node)}" if node else name


class _Progress(Styled):
    """How much of the check is done."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._share = 0.0
        self.apply_style()

    def set_share(self, share: float) -> None:
        """Show a share in [0, 1]."""
        self._share = share
        self.setAccessibleName(f"{share:.0%} checked")
        self.update()

    def apply_style(self) -> None:
        """Keep the height of a line."""
        self.setFixedHeight(self.look.ipx(5))

    def sizeHint(self) -> QSize:
        """Return a thin line."""
        return QSize(self.look.ipx(120), self.look.ipx(5))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the track and what is done of it."""
        theme, rect = self.look.theme, QRectF(self.rect())
        with painting(self) as painter:
            rounded(painter, rect, rect.height() / 2, theme.color("raised"))
            rect.setWidth(rect.width() * self._share)
            rounded(painter, rect, rect.height() / 2, theme.color("ink_2"))
