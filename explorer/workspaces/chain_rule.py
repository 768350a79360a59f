"""The chain rule on the n-gram page: a sentence under the model chosen there, and under an RNN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import InputError
from engine.models.smoothing.choice import MLE, Smoothing
from engine.text.tokenizer import tokenizer
from explorer.panels.chain_reading import (
    NGramReading,
    Recurrent,
    RecurrentReading,
    Sentence,
    load_recurrent,
    offers,
    read,
    read_beside,
    sentence_of,
    text_between,
)
from explorer.panels.chain_words import comparison, problem, shown_number, spoken_factor
from explorer.panels.ngram_counting import kind_noun

if TYPE_CHECKING:
    from engine.models.ngram_lm import NGramLM
    from explorer.jobs import Jobs
    from explorer.panels.chain_card import ChainCard
    from explorer.panels.ngram_counting import CountedText

LECTURE = "Narwhals are way cooler than parrots"
USUAL = (
    LECTURE,
    "To be, or not to be: that is the question",
    "Narwhals are big fans of machine learning",
)
"""What is shown of a text unless a person says otherwise: the first that the text can read."""

_FIRST_TOKENS = 12


class ChainRule(QObject):
    """Reads the sentence of a `ChainCard` in jobs and keeps all of the card at one state.

    Attributes:
        card: what is shown.
        sentence: the last one that could be cut, None where the text in the field cannot be.
        looked: the place of the token looked at.
        reading: its factors; None while they are computed.
        rnn: what stands beside, or None.
        beside: the factors of that; None while they are computed.
        model: the n-gram model of the page; None while that is fitted.

    Signals:
        failed(sentence): one clear sentence for the window's notice.
        graph_wanted(wish): a run to be looked at on the graph.
        looked_at(before, token): a person chose a token: the text before it, and itself.
        changed(): something else is on screen.
    """

    failed = Signal(str)
    graph_wanted = Signal(object)
    looked_at = Signal(str, str)
    changed = Signal()

    def __init__(self, card: ChainCard, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self.card, self.jobs = card, jobs
        self.sentence: Sentence | None = None
        self.looked = 0
        self.reading: NGramReading | None = None
        self.rnn: Recurrent | None = None
        self.beside: RecurrentReading | None = None
        self.model: NGramLM | None = None
        self._counted: CountedText | None = None
        self._order, self._smoothing = 3, MLE
        self._offers: tuple[Recurrent, ...] | None = None
        self._how, self._given = "all", ""
        card.edited.connect(self.set_text)
        card.looked_at.connect(self.look_at)
        card.hovered.connect(self._hover)
        card.why_asked.connect(self.ask_why)
        card.helped.connect(self._help)
        card.beside.chosen.connect(self.put_beside)
        card.beside.history_chosen.connect(self.set_history)
        self._await(USUAL[1])

    @property
    def history(self) -> int | None:
        """How many tokens the RNN may read before each; None for all."""
        count = len(self.sentence) if self.sentence is not None else 0
        history = {"all": count, "same": self._order - 1}.get(self._how)
        history = int(self._how) if history is None else history
        return history if history < count - 1 else None

    def show_counted(self, counted: CountedText, order: int, smoothing: Smoothing = MLE) -> None:
        """Read the sentence under a model of another text; `take_model` brings a smoothed one."""
        first = self._counted is None
        self._counted, self._order, self._smoothing = counted, order, smoothing
        if self._offers is None:
            self.jobs.start("chain offers", offers, on_result=self._take_offers)
        else:
            self.card.beside.show_offers(self._offers, counted.kind)
        if self.rnn is not None and self.rnn.kind != counted.kind:
            self._take_rnn(None)
        text, fresh = self.card.field.text, False
        if text == self._given:
            text = self._given = self._usual(counted)
            fresh = first or text != self.card.field.text
            self.card.set_text(text)
        self.sentence = None
        self._await_model()
        self._cut(text, fresh=fresh)

    def set_model(self, order: int, smoothing: Smoothing = MLE) -> None:
        """Read the sentence under another model of the same text; `take_model` brings it."""
        if (order, smoothing) == (self._order, self._smoothing):
            return
        self._order, self._smoothing = order, smoothing
        self._await_model()
        self.card.show_order(order)
        if self.sentence is not None:
            self._read()
            if self._how == "same":
                self._read_beside()

    def take_model(self, model: NGramLM) -> None:
        """Use the page's model, if it is the one that is awaited."""
        wanted = self._counted is not None and self._counted.vocabulary is model.vocabulary
        alike = (model.order, model.smoothing) == (self._order, self._smoothing)
        if self.model is None and wanted and alike:
            self.model = model
            if self.sentence is not None:
                self._read()

    def set_text(self, text: str) -> None:
        """Read another sentence; one that cannot be cut leaves all as it is."""
        if self.sentence is not None and text == self.sentence.text:
            self.card.show_problem("")
        else:
            self._cut(text)

    def look_at(self, place: int) -> None:
        """Look at a token; the page shows what its factor is drawn from."""
        if self.sentence is None or self._counted is None:
            return
        self.looked = place
        self._show()
        before = text_between(self.sentence, self._counted.cutter, 0, place)
        self.looked_at.emit(before, self.sentence.tokens[place])

    def put_beside(self, path: str) -> None:
        """Put an RNN beside the n-gram model, by the path of its weights; none if empty."""
        self.jobs.cancel("chain load")
        known = {rnn.path: rnn for rnn in self._offers or ()}
        if not path:
            self._take_rnn(None)
            return
        if path in known:
            self._take_loaded(known[path])
            return
        self.jobs.start(
            "chain load", load_recurrent, path,
            on_result=self._take_loaded, on_error=self.failed.emit,
        )  # fmt: skip

    def set_history(self, how: str) -> None:
        """Let the RNN read ``all`` tokens, the ``same`` as the n-gram model, or a number."""
        self._how = how
        self._read_beside()

    def ask_why(self, place: int) -> None:
        """Open a token's loss under the RNN as a graph, or say what was counted for it."""
        reading, sentence = self.reading, self.sentence
        if reading is None or sentence is None or self._counted is None:
            return
        if self.rnn is None:
            offered = self._best_offer()
            said = f"{spoken_factor(reading, place)} "
            said += "A count has no graph; the loss of an RNN has one."
            button = f"Put the {offered.title} beside" if offered is not None else ""
            self.card.say(said, "info", button)
            return
        if self.beside is not None and self.beside.chain is None:
            self.card.say(self.beside.problem, "problem")
            return
        from engine.run_spec import RunSpec
        from explorer.run_jobs import Wish

        history = self.history
        first = 0 if history is None else max(0, place - history)
        text = text_between(sentence, self._counted.cutter, first, place + 1)
        spec = RunSpec(text=text, weights=self.rnn.path, tokens=self.rnn.kind)
        token = sentence.tokens[place]
        nats = ""
        if self.beside is not None and self.beside.chain is not None:
            nats = f": {shown_number(-self.beside.chain.logs[place])} nats"
        title = f"The loss of “{token}” under the {self.rnn.title}{nats}."
        self.graph_wanted.emit(Wish(spec=spec, node=f"ℓ_{place - first + 1}", title=title))

    def _await(self, text: str) -> None:
        """Show a sentence with all numbers open while the first text is counted."""
        self._given = text
        self.card.set_text(text)
        tokens = tuple(tokenizer("word").tokenize(text))
        self.sentence = Sentence(text, tokens, tokens, (True,) * len(tokens), "word", "")
        self.looked = len(tokens) // 2 - 1
        self._show()

    def _usual(self, counted: CountedText) -> str:
        """The first usual sentence that the text can read, or how the text begins."""
        for text in USUAL:
            if all(token in counted.vocabulary for token in counted.cutter.tokenize(text)):
                return text
        first = counted.counts.suffixes.stream[:_FIRST_TOKENS]
        tokens = counted.vocabulary.decode(first[first >= 0])
        return counted.cutter.detokenize(tokens)

    def _cut(self, text: str, *, fresh: bool = False) -> None:
        """Cut a sentence into tokens and read it; of a fresh one a telling token is looked at."""
        if self._counted is None:
            return
        try:
            sentence = sentence_of(self._counted, text)
        except InputError as error:
            self.card.show_problem(str(error))
            if self.sentence is None:
                self.card.show_nothing()
            return
        self.card.show_problem("")
        self.sentence = sentence
        if fresh:
            # The first token from which on something is dropped, or the middle one.
            self.looked = max(self._order, len(sentence) // 2 - 1)
        self.looked = min(self.looked, len(sentence) - 1)
        self.reading = self.beside = None
        self._read()
        self._read_beside()

    def _await_model(self) -> None:
        """Let the numbers wait for the model; without a smoothing there is nothing to fit."""
        self.jobs.cancel("chain read")
        self.model = None
        if self._counted is not None and self._smoothing == MLE:
            self.model = self._counted.model(self._order)

    def _read(self) -> None:
        """Read the sentence under the model, once there is one."""
        self.reading = None
        self._show()
        if self.model is not None:
            self.jobs.start(
                "chain read", read, self.model, self.sentence,
                on_result=self._take_reading, on_error=self.failed.emit,
            )  # fmt: skip

    def _take_reading(self, reading: NGramReading) -> None:
        self.reading = reading
        said = problem(reading)
        strange = bool(reading.chain.impossible)
        self.card.say(said, "problem" if strange else "info")
        self._show()

    def _read_beside(self) -> None:
        """Read the sentence under the RNN beside, if any."""
        self.beside = None
        self.jobs.cancel("chain beside")
        self._show()
        if self.rnn is not None and self.sentence is not None:
            self.jobs.start(
                "chain beside", read_beside, self.rnn, self.sentence, self.history,
                on_result=self._take_beside, on_error=self.failed.emit,
            )  # fmt: skip

    def _take_beside(self, step: RecurrentReading | float) -> None:
        if isinstance(step, RecurrentReading):
            self.beside = step
            self._show()
        elif self.rnn is not None:
            said = f"The {self.rnn.name} reads the sentence … {100 * step:.0f} %"
            self.card.beside.show_totals(said)

    def _take_offers(self, found: tuple[Recurrent, ...]) -> None:
        self._offers = found
        if self._counted is not None:
            self.card.beside.show_offers(found, self._counted.kind)

    def _take_loaded(self, rnn: Recurrent) -> None:
        """Put an RNN beside, if its tokens are those of the page."""
        kind = self._counted.kind if self._counted is not None else rnn.kind
        if rnn.kind != kind:
            noun = kind_noun(rnn.kind)
            self.failed.emit(
                f"{rnn.title} reads {noun}s, and the page counts {kind_noun(kind)}s: set Tokens to "
                f"{noun}s to put them side by side."
            )
            return
        if rnn not in (self._offers or ()):
            self._offers = (*(self._offers or ()), rnn)
            self.card.beside.show_offers(self._offers, kind)
        self._take_rnn(rnn)

    def _take_rnn(self, rnn: Recurrent | None) -> None:
        self.rnn = rnn
        self.card.beside.show_chosen(rnn)
        self._read_beside()

    def _best_offer(self) -> Recurrent | None:
        """An RNN of the page's tokens that knows most of the sentence."""
        sentence = self.sentence
        if sentence is None:
            return None
        alike = [rnn for rnn in self._offers or () if rnn.kind == sentence.kind]

        def known(rnn: Recurrent) -> int:
            return sum(token in rnn.model.vocabulary for token in sentence.tokens)

        return max(alike, key=known, default=None)

    def _help(self) -> None:
        """Put the RNN beside that was offered in answer to a question why."""
        offered = self._best_offer()
        if offered is not None:
            self.card.say("")
            self.put_beside(offered.path)

    def _hover(self, place: int) -> None:
        self.card.show_evidence(self.reading, self.looked if place < 0 else place)

    def _show(self) -> None:
        """Bring the whole card to the present state."""
        if self.sentence is None:
            return
        card, history = self.card, self.history
        card.show_order(self._order)
        card.show_reading(
            self.sentence, self._order, self.reading, self.looked, self.rnn, self.beside
        )
        card.beside.show_history(
            "all" if history is None and self._how != "same" else self._how,
            history, len(self.sentence),
        )  # fmt: skip
        if self.rnn is not None:
            ready = self.reading is not None and self.beside is not None
            said = f"The {self.rnn.name} reads the sentence …"
            if ready and self.reading is not None and self.beside is not None:
                said = comparison(self.reading, self.beside)
            card.beside.show_totals(said)
        self.changed.emit()
