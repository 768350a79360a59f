"""The fields of the n-gram page in the top bar: corpus, order, smoothing and tokens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from explorer.kit.combo_field import ComboField
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled
from explorer.panels.ngram_bar import JobNote, OrderField
from explorer.panels.ngram_counting import SHAKESPEARE, CountedText, TextChoice, grouped
from explorer.panels.ngram_more import MoreMenu
from explorer.panels.ngram_smoothing import SmoothingFields

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.panels.ngram_counting import TokenKind
    from explorer.theme import Style

_TEXTS = {
    "shakespeare": "Shakespeare, 38 plays",
    "narwhals": "Eight narwhal sentences",
    "file": "A text file …",
}


class CorpusBar(Styled):
    """Chooses what is counted and how.

    Attributes:
        corpus, order, smoothing, tokens: the fields.
        more: saves and opens.
        note: what was counted, or how far counting is.
        choice, kind: the text and the tokens wanted last.

    Signals:
        wanted(): a person wants another text or other tokens.
        order_chosen(order): a person moved the order.
        smoothing_chosen(smoothing): a person chose another smoothing.
        cancelled(): a person stopped the counting.
    """

    wanted = Signal()
    order_chosen = Signal(int)
    smoothing_chosen = Signal(object)
    cancelled = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.choice: TextChoice = SHAKESPEARE
        self.kind: TokenKind = "word"
        self.corpus = ComboField(style, "Corpus", tuple(_TEXTS.items()))
        self.order = OrderField(style, 3)
        self.smoothing = SmoothingFields(style)
        self.more = MoreMenu(style)
        self.tokens = Segmented(style, (("word", "words"), ("char", "characters")), name="Tokens")
        self.note = JobNote(style)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.corpus, self.order, self.smoothing, self.tokens):
            row.addWidget(widget)
        row.addWidget(self.note, 1)
        row.addWidget(self.more)
        self.corpus.chosen.connect(self._choose_corpus)
        self.order.chosen.connect(self.order_chosen)
        self.smoothing.chosen.connect(self.smoothing_chosen)
        self.tokens.chosen.connect(self._choose_tokens)
        self.note.cancelled.connect(self.cancelled)
        self.apply_style()

    def show_choice(self, choice: TextChoice, kind: TokenKind) -> None:
        """Show a text and tokens as the chosen ones, silently."""
        self.choice, self.kind = choice, kind
        offered = {choice.name: Path(choice.path).name} if choice.path else {}
        self.corpus.set_options(tuple({**_TEXTS, **offered}.items()))
        self.corpus.set_choice(choice.name)
        self.tokens.set_choice(kind)

    def show_counts(self, counted: CountedText) -> None:
        """Say how much was counted, and how long it took."""
        types = f"{grouped(len(counted.vocabulary))} types"
        tokens = f"{grouped(counted.counts.events)} tokens"
        self.note.say(f"{tokens} · {types} · counted in {counted.seconds:.1f} s")

    def apply_style(self) -> None:
        """Set the distances."""
        layout = self.layout()
        if layout is not None:
            layout.setSpacing(self.look.ipx(14))

    def _choose_corpus(self, name: str) -> None:
        choice = TextChoice(name)
        if name == "file":
            path, _ = QFileDialog.getOpenFileName(
                self.window(), "Count a text file", "", "Text (*.txt *.text *.md);;All files (*)"
            )
            choice = TextChoice("file", path) if path else self.choice
        changed = choice != self.choice
        self.show_choice(choice, self.kind)
        if changed or name == "file":
            self.wanted.emit()

    def _choose_tokens(self, kind: str) -> None:
        self.show_choice(self.choice, "char" if kind == "char" else "word")
        self.wanted.emit()
