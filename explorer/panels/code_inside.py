"""Why parameters live inside the module: one step with all of them found, and with one missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from engine.styles.names import math_name
from explorer.kit.card import Card
from explorer.kit.label import Label
from explorer.kit.math_label import MathLabel
from explorer.kit.prose import Prose
from explorer.panels.code_loss import LossBars
from explorer.panels.code_question import CodeLine, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.styles.faq import ParameterAnswer, ParameterRow
    from explorer.theme import Role, Style

MOST_PARAMETERS = 6


class _ParameterTable(QWidget):
    """The parameters of a network and how far one step moved each."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._rows = [
            (
                MathLabel(style),
                Label(style, font="code", role="ink_2", elide=True),
                Label(style, font="code", role="ink_2"),
                Label(style, font="code"),
            )
            for _ in range(MOST_PARAMETERS)
        ]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(style.ipx(14))
        grid.setVerticalSpacing(style.ipx(6))
        grid.setColumnStretch(len(self._rows[0]), 1)
        for column, title in enumerate(("", "lives in", "notes", "moved by")):
            label = Label(style, title, font="secondary", role="ink_2")
            grid.addWidget(label, 0, column, _right(column))
        for number, row in enumerate(self._rows, start=1):
            for column, widget in enumerate(row):
                grid.addWidget(widget, number, column, _right(column))

    def show_rows(self, rows: Sequence[ParameterRow], missed: str = "") -> None:
        """Show the parameters; one that was kept outside was not found."""
        for number, (name, path, uses, moved) in enumerate(self._rows):
            for widget in (name, path, uses, moved):
                widget.setVisible(number < len(rows))
            if number < len(rows):
                row = rows[number]
                outside = row.name == missed
                name.set_name(math_name(row.name))
                path.set_text("a plain value" if outside else row.path)
                uses.set_text(str(row.uses))
                step = row.moved_without if missed else row.moved
                moved.set_text("not found: 0" if outside else f"{step:.4f}")
                moved.set_role("disagrees" if outside else "ink")


class _InsideCard(Card):
    """One step of gradient descent: which parameters were found, and the loss after it."""

    def __init__(self, style: Style, title: str, role: Role) -> None:
        super().__init__(style, title)
        self._line = CodeLine(style, role)
        self._found = Prose(style, lines=3, grows=True)
        self.table = _ParameterTable(style)
        self._loss = Prose(style, font="text_strong", role=role, lines=2, grows=True)
        self._remark = Prose(style, role="ink_2", lines=4, grows=True)
        self._bars = LossBars(style, role)
        for widget in (
            self._line, self._found, self.table, self._loss, self._bars, self._remark,
        ):  # fmt: skip
            self.body.addWidget(widget)
        self.body.addStretch(1)

    def show_step(
        self, line: str, found: str, loss: str, losses: tuple[float, float], remark: str
    ) -> None:
        """Say how the parameter is held, what was found, the losses, and a remark."""
        self._bars.show_losses(*losses)
        self._line.set_text(line)
        self._found.set_sentence(found)
        self._loss.set_sentence(loss)
        self._remark.set_sentence(remark)


class InsidePage(Question):
    """Why parameters live inside the module."""

    def __init__(self, style: Style) -> None:
        left = _InsideCard(style, "Every parameter inside its module", "agrees")
        right = _InsideCard(style, "One kept outside", "disagrees")
        super().__init__(style, "Why do parameters live inside the module?", left, right)
        self._cards = (left, right)

    def show_answer(self, answer: ParameterAnswer, loss: str) -> None:
        """Show one step of gradient descent, with all found and with one missed."""
        missed, count = f"`{math_name(answer.missed)}`", len(answer.rows)
        place = next(row.path for row in answer.rows if row.name == answer.missed)
        holder, _, attribute = place.rpartition(".")
        shared = max(answer.rows, key=lambda row: row.uses)
        left, right = self._cards
        left.table.show_rows(answer.rows)
        right.table.show_rows(answer.rows, answer.missed)
        times = (
            f"`{math_name(shared.name)}` is used in {shared.uses} notes and is still one parameter:"
            " its adjoint is the sum over them."
            if shared.uses > 1
            else "Every one is zeroed before the next pass, and updated after it."
        )
        left.show_step(
            f"self.{attribute} = Parameter({attribute})",
            f"network.parameters() finds {count} of {count} by looking into its modules.",
            _fall(loss, answer.loss, answer.loss_after, "."),
            (answer.loss, answer.loss_after),
            times,
        )
        right.show_step(
            f"self.{attribute} = {attribute}   # in {holder}",
            f"network.parameters() finds {count - 1} of {count}: {missed} is no Parameter.",
            _fall(loss, answer.loss, answer.loss_without, " only."),
            (answer.loss, answer.loss_without),
            f"Zeroing misses {missed} too: after the next pass its adjoint is"
            f" {answer.stale:.3g} times what it should be."
            if answer.stale > 1
            else f"On this run the adjoint of {missed} is 0, so nothing is lost.",
        )
        self.set_answer(
            "What updates and what zeroes the parameters finds them by looking into the modules."
            f" With {missed} kept outside, the same step lowers `{loss}` by"
            f" {answer.loss - answer.loss_without:.4f} instead of"
            f" {answer.loss - answer.loss_after:.4f}."
        )


def _fall(name: str, before: float, after: float, end: str) -> str:
    """What one step did to the loss."""
    if after == before:
        return f"One step: `{name}` stays at {before:.4f}."
    verb = "falls" if after < before else "rises"
    return f"One step: `{name}` {verb} from {before:.4f} to {after:.4f}{end}"


def _right(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column >= 2 else Qt.AlignmentFlag.AlignLeft
    return Qt.AlignmentFlag.AlignVCenter | side if column != 1 else Qt.AlignmentFlag.AlignVCenter
