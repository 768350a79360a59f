"""The smoke test: play one pass in the real window, visit every workspace, close."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer

from explorer.cli.output import note, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.window import MainWindow
    from explorer.workspaces.code import CodeWorkspace
    from explorer.workspaces.inside import InsideWorkspace

TOKENS = 20
LIMIT = 120_000
"""Milliseconds after which the test has failed."""


class SmokeTest(QObject):
    """Drives the window from step to step; each waits for a condition, none for time.

    Args:
        window: the main window.
        ended: told the exit status when all is done or something failed.
    """

    def __init__(self, window: MainWindow, ended: Callable[[int], object]) -> None:
        super().__init__(window)
        self._window, self._ended = window, ended
        self._steps = [
            (self._has_run, self._play),
            (self._at_end, self._tell_loss),
            (self._has_verdict, self._tell_verdict),
            (self._ngram_ready, self._tell_ngram),
            (self._generate_ready, self._generate),
            (self._has_generated, self._tell_generated),
            (self._inside_ready, self._tell_inside),
            (self._code_ready, self._tell_code),
        ]
        self._poll = QTimer(self, interval=10)
        self._poll.timeout.connect(self._go_on)
        self._limit = QTimer(self, singleShot=True, interval=LIMIT)
        self._limit.timeout.connect(self._too_slow)

    def begin(self) -> None:
        """Start; ``ended`` is called later."""
        self._window.show_workspace("graph")
        self._limit.start()
        self._poll.start()

    def fail(self, message: str) -> None:
        """End with a failure."""
        note(f"smoke test: {message}")
        self._end(1)

    def _go_on(self) -> None:
        condition, action = self._steps[0]
        if condition():
            self._steps.pop(0)
            action()
        if not self._steps:
            self._say("passed")
            self._end(0)

    def _end(self, status: int) -> None:
        self._poll.stop()
        self._limit.stop()
        self._ended(status)

    def _too_slow(self) -> None:
        self.fail(f"nothing more happened within {LIMIT // 1000} seconds")

    def _say(self, line: str) -> None:
        say(f"smoke test: {line}")

    def _has_run(self) -> bool:
        return self._window.session.run is not None

    def _play(self) -> None:
        self._window.player.set_speed(16)
        self._window.player.play()

    def _at_end(self) -> bool:
        player = self._window.player
        return not player.playing and player.cursor == player.events

    def _tell_loss(self) -> None:
        run = self._window.session.run
        if run is not None:
            self._say(f"{len(run.trace)} nodes, loss {run.trace.loss:.6f}")

    def _has_verdict(self) -> bool:
        return self._window.session.verdict is not None

    def _tell_verdict(self) -> None:
        verdict = self._window.session.verdict
        if verdict is not None:
            self._say(f"PyTorch {verdict.status} {verdict.reason}".strip())
            if verdict.status == "disagrees":
                self.fail("PyTorch disagrees")
                return
        self._window.show_workspace("ngram")

    def _ngram_ready(self) -> bool:
        return self._window.ngram.lookup is not None and self._window.ngram.heat is not None

    def _tell_ngram(self) -> None:
        ngram = self._window.ngram
        if ngram.counted is not None and ngram.lookup is not None:
            self._say(f"n-gram table of {ngram.counted.counts.events} tokens plotted")
        self._window.show_workspace("generate")

    def _generate_ready(self) -> bool:
        return self._window.generate.session.upcoming is not None

    def _generate(self) -> None:
        self._window.generate.session.stream(TOKENS)

    def _has_generated(self) -> bool:
        return len(self._window.generate.session.drawn) >= TOKENS

    def _tell_generated(self) -> None:
        drawn = self._window.generate.session.drawn
        self._say(f"generated {''.join(one.text for one in drawn)!r}")
        self._window.show_workspace("inside")

    @property
    def _inside(self) -> InsideWorkspace:
        return cast("InsideWorkspace", self._window.workspace)

    def _inside_ready(self) -> bool:
        return self._inside.session.quantity is not None

    def _tell_inside(self) -> None:
        quantity = self._inside.session.quantity
        if quantity is not None:
            tokens, units = quantity.values.shape
            self._say(f"{units} hidden units over {tokens} tokens")
        self._window.show_workspace("code")

    @property
    def _code(self) -> CodeWorkspace:
        return cast("CodeWorkspace", self._window.workspace)

    def _code_ready(self) -> bool:
        return self._code.run is not None

    def _tell_code(self) -> None:
        run = self._code.run
        if run is not None:
            lines = sum(len(dialect.run.listing) for dialect in run.dialects.values())
            self._say(f"{len(run.dialects)} styles of one network, {lines} lines of code")
