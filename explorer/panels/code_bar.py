"""The top bar of the Code workspace: which network, what to look at, and whether it agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from engine.oracle.verdict import TOLERANCES
from explorer.kit.badge import Badge
from explorer.kit.prose import Prose
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled
from explorer.panels.stage import subject

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.kit.badge import Verdict
    from explorer.panels.code_run import CodeRun, Dialect
    from explorer.theme import Style

TIGHT = 720
EQUATIONS = "`a = α x`, `z = σ(a)`, `b = β z`, `ŷ = softmax(b)`, `J = -y^T log ŷ`"


class CodeBar(Styled):
    """The switches, the network in words, and the badge of the dialect on screen.

    Signals:
        network_chosen(name), page_chosen(name): as said.
        explanation_wanted(): the badge was clicked.
    """

    network_chosen = Signal(str)
    page_chosen = Signal(str)
    explanation_wanted = Signal()

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self.network = Segmented(
            style, (("feed-forward", "Feed-forward"), ("recurrent", "RNN")), name="network"
        )
        self.page = Segmented(
            style,
            (("run", "Run"), ("call", "linear(x)?"), ("inside", "Parameters?")),
            name="what to look at",
        )
        self.badge = Badge(style)
        self._subject = Prose(style, role="ink_2")
        self._subject.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.network)
        self._row.addWidget(self._subject, 1)
        self._row.addWidget(self.page)
        self._row.addWidget(self.badge)
        self.network.chosen.connect(self.network_chosen)
        self.page.chosen.connect(self.page_chosen)
        self.badge.clicked.connect(self.explanation_wanted)
        self.badge.set_verdict("checking", "Running")
        self.apply_style()

    @property
    def subject(self) -> str:
        """The network in words."""
        return self._subject.sentence

    def apply_style(self) -> None:
        """Set spacing."""
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self.look.ipx(12))
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        self.badge.set_compact(self.width() < self.look.px(TIGHT + 220))
        self.badge.set_bare(self.width() < self.look.px(TIGHT))

    def show_run(self, run: CodeRun) -> None:
        """Say what is run: the equations, or the sentence."""
        if run.network == "feed-forward":
            self._subject.set_sentence(EQUATIONS)
        else:
            self._subject.set_sentence(f"“{subject(run.trace)}”")

    def show_verdict(self, dialect: Dialect, *, asking: bool) -> None:
        """Say whether the dialect on screen computes what the run holds."""
        self.badge.set_verdict(*verdict_words(dialect, asking=asking))


def verdict_words(dialect: Dialect, *, asking: bool) -> tuple[Verdict, str, str, str]:
    """Verdict, words, number and explanation of a dialect beside the run."""
    run = dialect.run
    title = run.dialect.title
    if run.value_error is None or run.adjoint_error is None:
        if asking:
            return "checking", f"{title} is running", "", ""
        return "unverified", "Unverified", "", run.reason
    worst = max(run.value_error, run.adjoint_error)
    count = f"{len(run.values)} values and {len(run.adjoints)} adjoints"
    if worst <= TOLERANCES[run.dtype]:
        detail = f"max {worst:.1e}" if worst else "the same bits"
        tip = f"{title}: {count} are equal to those of the run on the engine's tape."
        return "agrees", "Equals the run", detail, tip
    tip = f"{title}: of {count} the worst is off by {worst:.1e}."
    return "disagrees", "Differs from the run", f"max {worst:.1e}", tip
