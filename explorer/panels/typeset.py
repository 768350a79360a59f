"""Formulas that change often: set in a job, so that the window never waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.formula import FormulaLabel, formula_svg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

    from explorer.jobs import Jobs
    from explorer.theme import FontRole, Role, Style


class Typeset(FormulaLabel):
    """A formula label whose formula is set off the GUI thread; the newest one asked for wins.

    Args:
        key: names its job; one label a key.
    """

    def __init__(
        self,
        style: Style,
        jobs: Jobs,
        key: str,
        *,
        font: FontRole = "formula",
        role: Role = "ink",
        parent: QWidget | None = None,
    ) -> None:
        self._jobs, self._key = jobs, f"formula {key}"
        self._wanted: tuple[str, str] | None = None
        self._asked = ("", "")
        super().__init__(style, font=font, role=role, parent=parent)

    def set_formula(self, tex: str, plain: str = "") -> None:
        """Show another formula as soon as it is set."""
        if (tex, plain) == self._asked:
            return
        self._asked = (tex, plain)
        if not tex:
            self._wanted = None
            super().set_formula("", plain)
            return
        self._wanted = (tex, plain)
        if not self._jobs.is_running(self._key):
            self._start()

    def _start(self) -> None:
        if self._wanted is None:
            return
        tex, plain = self._wanted
        self._wanted = None
        color = self.look.theme.text(self._role).name()
        self._jobs.start(
            self._key,
            _set,
            (tex, plain),
            self.look.size(self._font),
            color,
            on_result=self._take,
            on_done=self._start,
        )

    def _take(self, formula: tuple[str, str]) -> None:
        """The picture is in the cache now: showing it takes no time."""
        if formula == self._asked:
            super().set_formula(*formula)


def _set(formula: tuple[str, str], size: float, color: str) -> Iterator[tuple[str, str]]:
    formula_svg(formula[0], size, color)
    yield formula
