"""The page of the bug museum: the exhibits, and what the planted one does to the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.museum import EXHIBITS, birth, evidence, modular, on_graphs, procedural
from explorer.kit.button import Button
from explorer.kit.label import Label
from explorer.kit.styled import Styled
from explorer.panels.flow import Flow
from explorer.panels.museum_parts import LINES, CodeLine, ExhibitRow, Said
from explorer.panels.paragraph import Paragraph

if TYPE_CHECKING:
    from engine.museum import Diagnosis, PlantedRun
    from engine.oracle.verdict import Verdict
    from explorer.theme import Style

_INTRODUCTION = (
    "Each of these replaces one rule of the program. Choose one to plant it in the run on screen:"
    " the graph, the badge and the checks then show what it does."
)
_WITNESSES = 4


class MuseumPage(Styled):
    """Chooses a mistake, and tells what the planted one does.

    Signals:
        chosen(identity, example): plant this mistake in the run on screen, or in its own example.
        removed(): take the mistake out again.
        node_chosen(node): look at a node.
    """

    chosen = Signal(str, bool)
    removed = Signal()
    node_chosen = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._planted: PlantedRun | None = None
        self._born = -1
        self._intro = Paragraph(style, role="ink_2", lines=LINES)
        self._title = Label(style, font="title", role="disagrees")
        self._title.setWordWrap(True)
        self._story = Paragraph(style, lines=LINES)
        self._wrong, self._right = CodeLine(style, wrong=True), CodeLine(style, wrong=False)
        self._birth = Paragraph(style, font="text_strong", lines=LINES)
        self._go = Button(style, "Go there")
        self._remove = Button(style, "Remove", kind="primary")
        self._example = Button(style, "Its example")
        self._witnesses = tuple(Said(style) for _ in range(_WITNESSES))
        self._procedural, self._modular, self._graphs = Said(style), Said(style), Said(style)
        self._others = Label(style, "All mistakes", font="title")
        self.rows = tuple(ExhibitRow(style, item) for item in EXHIBITS)
        self._detail = QWidget()
        self._intro.set_sentence(_INTRODUCTION)
        self._build()
        self._connect()
        self.show_planted(None, None, None)

    def _build(self) -> None:
        self._told = QVBoxLayout(self._detail)
        self._told.setContentsMargins(0, 0, 0, 0)
        parts = (self._title, self._story, self._wrong, self._right, self._birth)
        for part in parts:
            self._told.addWidget(part)
        self._told.addWidget(Flow((self._go, self._example, self._remove)))
        for said in (*self._witnesses, self._procedural, self._modular, self._graphs):
            self._told.addWidget(said)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._intro)
        self._column.addWidget(self._detail)
        self._column.addWidget(self._others)
        self._list = QVBoxLayout()
        for row in self.rows:
            self._list.addWidget(row)
        self._column.addLayout(self._list)
        self._column.addStretch(1)
        self.apply_style()

    def _connect(self) -> None:
        for row in self.rows:
            row.chosen.connect(self._choose)
        self._go.clicked.connect(self._go_there)
        self._remove.clicked.connect(self.removed)
        self._example.clicked.connect(self._choose_example)

    @property
    def told(self) -> str:
        """All that is said of the planted mistake, in plain Unicode; empty without one."""
        if self._planted is None:
            return ""
        parts = (*self._witnesses, self._procedural, self._modular, self._graphs)
        return "\n".join([self._birth.sentence, *(part.sentence for part in parts)])

    def show_planted(
        self, planted: PlantedRun | None, diagnosis: Diagnosis | None, verdict: Verdict | None
    ) -> None:
        """Tell of a planted mistake as far as it is known, or offer the list."""
        self._planted = planted
        self._born = -1 if diagnosis is None else diagnosis.born
        for row in self.rows:
            row.set_planted(planted is not None and row.identity == planted.exhibit.id)
        self._intro.setVisible(planted is None)
        self._detail.setVisible(planted is not None)
        self._others.setVisible(planted is not None)
        if planted is None:
            return
        item = planted.exhibit
        self._title.set_text(item.title)
        self._story.set_sentence(item.story)
        self._wrong.set_code(item.wrong)
        self._right.set_code(item.right)
        if diagnosis is None:
            self._birth.set_sentence("The checks are running…")
        else:
            self._tell(planted, diagnosis, verdict)
        known = diagnosis is not None
        self._go.setVisible(known and self._born >= 0)
        for said in (*self._witnesses, self._procedural, self._modular, self._graphs):
            said.setVisible(known)

    def _tell(self, planted: PlantedRun, diagnosis: Diagnosis, verdict: Verdict | None) -> None:
        self._birth.set_sentence(birth(planted, diagnosis))
        for said, words in zip(self._witnesses, evidence(planted, diagnosis, verdict), strict=True):
            said.set_testimony(words)
        self._procedural.set_text("The procedural style", procedural(diagnosis))
        self._modular.set_text("The modular style", modular(planted, diagnosis))
        self._graphs.set_text("On a chain, on a re-used node", on_graphs(planted, diagnosis))

    def apply_style(self) -> None:
        """Set spacing."""
        look = self.look
        self._told.setSpacing(look.ipx(8))
        self._column.setSpacing(look.ipx(12))
        self._list.setSpacing(look.ipx(1))

    def _choose(self, identity: str) -> None:
        self.chosen.emit(identity, False)

    def _choose_example(self) -> None:
        if self._planted is not None:
            self.chosen.emit(self._planted.exhibit.id, True)

    def _go_there(self) -> None:
        if self._born >= 0:
            self.node_chosen.emit(self._born)
