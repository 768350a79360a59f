"""Formulas that change often: set in one job, so that the window never waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from explorer.formula import FormulaLabel, formula_svg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

    from explorer.jobs import Jobs
    from explorer.theme import FontRole, Role, Style

Formula = tuple[str, str]
"""A formula as TeX, and in plain text."""

JOB = "formulas"
PAUSE = 80


class Typesetter(QObject):
    """Sets formulas one after another; for each label only the newest one asked for.

    Args:
        job: the name of its job; each setter of a window has its own.

    Attributes:
        rushed: the run plays too fast for formulas to be read: labels show plain text, and the
            setting waits, because it would take time from the motion.
    """

    def __init__(self, jobs: Jobs, parent: QObject | None = None, *, job: str = JOB) -> None:
        super().__init__(parent)
        self._jobs, self._job = jobs, job
        self._wanted: dict[Typeset, tuple[Formula, float, str]] = {}
        self.rushed = False
        # Gather what one moment asks for; in fast play most of it is never set at all.
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._start)

    def warm_up(self) -> None:
        """Load the library before the first formula is asked for."""
        if not self._jobs.is_running(self._job):
            self._jobs.start(self._job, _load, on_result=self._ignore, on_done=self._start)

    def ask(self, label: Typeset, formula: Formula, size: float, color: str) -> None:
        """Set a formula for a label, in place of one that it still waits for."""
        self._wanted.pop(label, None)
        self._wanted[label] = (formula, size, color)
        if not self._pause.isActive():
            self._pause.start()

    def set_rushed(self, rushed: bool) -> None:
        """Let the setting wait, or go on with what was asked for last."""
        if rushed != self.rushed:
            self.rushed = rushed
            if self._wanted:
                self._pause.start()

    def stop(self) -> None:
        """Set nothing of what is still waiting."""
        self._pause.stop()
        self._wanted = {}

    def forget(self, label: Typeset) -> None:
        """Set nothing for a label any more."""
        self._wanted.pop(label, None)

    def _start(self) -> None:
        if self._wanted and not self.rushed and not self._jobs.is_running(self._job):
            batch = tuple(self._wanted.items())
            self._wanted = {}
            self._jobs.start(
                self._job, _set_all, batch, on_result=self._deliver, on_done=self._start
            )

    def _deliver(self, done: tuple[Typeset, Formula]) -> None:
        label, formula = done
        label.take(formula)

    def _ignore(self, _loaded: object) -> None:
        """The library is there."""


class Typeset(FormulaLabel):
    """A formula label whose formula is set off the GUI thread."""

    def __init__(
        self,
        style: Style,
        typesetter: Typesetter,
        *,
        font: FontRole = "formula",
        role: Role = "ink",
        parent: QWidget | None = None,
    ) -> None:
        self._typesetter = typesetter
        self._asked: Formula = ("", "")
        super().__init__(style, font=font, role=role, parent=parent)

    def set_formula(self, tex: str, plain: str = "") -> None:
        """Show another formula as soon as it is set."""
        if (tex, plain) == self._asked:
            return
        self._asked = (tex, plain)
        if not tex:
            self._typesetter.forget(self)
            super().set_formula("", plain)
            return
        if self._typesetter.rushed:
            self.show_plain(plain)
        self._ask()

    def apply_style(self) -> None:
        """Set the formula again in the new size and colour."""
        if self._asked[0]:
            self._ask()

    def take(self, formula: Formula) -> None:
        """The picture is in the cache now: showing it takes no time."""
        if formula == self._asked:
            super().set_formula(*formula)

    def _ask(self) -> None:
        color = self.look.theme.text(self._role).name()
        self._typesetter.ask(self, self._asked, self.look.size(self._font), color)


def _set_all(
    batch: tuple[tuple[Typeset, tuple[Formula, float, str]], ...],
) -> Iterator[tuple[Typeset, Formula]]:
    """Set formulas into the cache; the labels are only handed through."""
    for label, (formula, size, color) in batch:
        formula_svg(formula[0], size, color)
        yield label, formula


def _load() -> Iterator[bool]:
    formula_svg("x", 10.0, "#000000")
    yield True
