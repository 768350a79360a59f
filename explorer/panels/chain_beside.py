"""Which RNN stands beside the n-gram model, and how much of the past it may read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout

from explorer.kit.combo_field import ComboField
from explorer.kit.math_label import MathLabel
from explorer.kit.segmented import Segmented
from explorer.kit.slider import Slider
from explorer.kit.styled import Styled, painting
from explorer.panels.chain_paint import BARS, CARD, GAP_BELOW, LABEL, LANE, ROLES, paint_bar
from explorer.panels.chain_words import EXACT
from explorer.panels.ngram_counting import kind_noun
from explorer.panels.paragraph import Paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.chain_reading import Recurrent
    from explorer.theme import Style

_FILE = "file"


class HistorySlider(Slider):
    """How many tokens an RNN may read before each; at its end all of them."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "RNN's history", 0, 1, 1, 1, parent=parent)
        self.setPageStep(1)

    @property
    def history(self) -> int | None:
        """The chosen number, None for all."""
        return None if self.value() == self.maximum() else self.value()

    def show_history(self, history: int | None, tokens: int) -> None:
        """Show a number for a sentence of so many tokens."""
        with QSignalBlocker(self):
            self.setRange(0, max(0, tokens - 1))
            self.setValue(self.maximum() if history is None else history)
        self.update()

    def shown(self) -> str:
        """``all tokens`` or how many."""
        if self.history is None:
            return "all tokens"
        return f"{self.value()} token{'' if self.value() == 1 else 's'}"


class BesidePanel(Styled):
    """Chooses an RNN and its history, and says which model predicts better.

    Attributes:
        field: the RNNs whose tokens are those of the page.
        slider: the history.
        same: all tokens, or as many as the n-gram model reads.

    Signals:
        chosen(path): another RNN is wanted, by the path of its weights; empty for none.
        history_chosen(how): ``all``, ``same`` or a number as text.
    """

    chosen = Signal(str)
    history_chosen = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._shown = ""
        self.field = ComboField(style, "Beside", (("", "no RNN"),))
        self._exact = MathLabel(style, EXACT, role="ink_2")
        self.slider = HistorySlider(style)
        self.same = Segmented(
            style, (("all", "all"), ("same", "same as the n-gram")), name="RNN's history"
        )
        self.totals = Paragraph(style, font="text_strong", lines=6)
        self._absent = Paragraph(style, font="secondary", role="ink_2", lines=6)
        top, below = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.field)
        top.addWidget(self._exact)
        top.addStretch()
        below.addWidget(self.slider, 1)
        below.addWidget(self.same, 0, Qt.AlignmentFlag.AlignBottom)
        self._rows = (top, below)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addLayout(below)
        column.addWidget(self.totals)
        column.addWidget(self._absent)
        column.addStretch()
        self.field.chosen.connect(self._choose)
        self.slider.changed.connect(self._slide)
        self.same.chosen.connect(self.history_chosen)
        self.apply_style()
        self.show_chosen(None)

    def show_offers(self, offers: Sequence[Recurrent], kind: str) -> None:
        """Offer the RNNs of the page's tokens, and say why the others are not there."""
        options = [("", "no RNN")]
        options += [(rnn.path, rnn.title) for rnn in offers if rnn.kind == kind]
        options.append((_FILE, "weights from a file …"))
        self.field.set_options(options)
        self.field.set_choice(self._shown)
        other = [rnn.kind for rnn in offers if rnn.kind != kind]
        said = ""
        if other:
            noun, many = kind_noun(other[0]), len(other) > 1
            said = (
                f"{len(other)} more {'read' if many else 'reads'} {noun}s: set Tokens to {noun}s "
                f"to put {'one of them' if many else 'it'} beside."
            )
        self._absent.set_sentence(said)
        self._absent.setVisible(bool(said) and not self._shown)

    def show_chosen(self, rnn: Recurrent | None) -> None:
        """Show an RNN as the one beside, silently."""
        self._shown = rnn.path if rnn is not None else ""
        self.field.set_choice(self._shown)
        for widget in (self._exact, self.slider, self.same, self.totals):
            widget.setVisible(rnn is not None)
        self._absent.setVisible(rnn is None and bool(self._absent.sentence))

    def show_history(self, how: str, history: int | None, tokens: int) -> None:
        """Show how much is read, of a sentence of so many tokens."""
        self.slider.show_history(history, tokens)
        self.same.set_choice(how if how in {"all", "same"} else "")

    def show_totals(self, sentence: str) -> None:
        """Say which model predicts better."""
        # Between two such marks a paragraph has mathematics.
        self.totals.set_sentence(sentence.replace("`", "'"))

    def apply_style(self) -> None:
        """Set distances."""
        look, column = self.look, self.layout()
        if column is not None:
            column.setSpacing(look.ipx(8))
            for row in self._rows:
                row.setSpacing(look.ipx(16))

    def _choose(self, identity: str) -> None:
        if identity != _FILE:
            self.chosen.emit(identity)
            return
        path, _ = QFileDialog.getOpenFileName(
            self.window(), "An RNN beside the n-gram model", "", "Weights (*.safetensors)"
        )
        self.field.set_choice(self._shown)
        if path:
            self.chosen.emit(str(Path(path)))

    def _slide(self, _number: float) -> None:
        history = self.slider.history
        self.history_chosen.emit("all" if history is None else str(history))


class LaneLegend(Styled):
    """Left of the bars of surprisal: which is whose, and what the two lines below them are."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._names = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_names(self, ngram: str, rnn: str) -> None:
        """Name the models; without an RNN there are no bars."""
        self._names = (ngram, rnn)
        self.setAccessibleName(f"Surprisals in bits: {ngram}, {rnn}" if rnn else "")
        self.setVisible(bool(rnn))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return a column of names as high as cards and bars."""
        return QSize(self.look.ipx(84), self.look.ipx(6 + CARD + GAP_BELOW + LANE))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the names beside samples of their bars."""
        look, theme = self.look, self.look.theme
        top = look.px(3 + CARD + GAP_BELOW)
        base = top + look.px(LABEL + BARS)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        with painting(self) as painter:
            painter.setFont(look.font("secondary"))
            painter.setPen(theme.text("ink_2"))
            painter.drawText(QRectF(0, top - look.px(4), self.width(), look.px(18)), flags, "bits")
            for side, name in enumerate(self._names):
                y = top + look.px(17 + 19 * side)
                paint_bar(painter, QRectF(1, y + look.px(3), look.px(11), look.px(11)), side, look)
                painter.setFont(look.font("secondary_strong"))
                painter.setPen(theme.text(ROLES[side]))
                words = QRectF(look.px(18), y, self.width() - look.px(18), look.px(17))
                painter.drawText(words, flags, name)
            painter.setFont(look.font("node_small"))
            painter.setPen(theme.text("ink_2"))
            reads = QRectF(0, base + look.px(1), self.width(), look.px(13))
            painter.drawText(reads, flags, "reads")
