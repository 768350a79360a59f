"""Ctrl-C between steps."""

from __future__ import annotations

import signal
import threading

import pytest

from explorer.cli.interrupt import between_steps


def test_the_first_ctrl_c_is_remembered_and_the_second_stops() -> None:
    with between_steps() as interrupt:
        pressed = [interrupt.asked]
        signal.raise_signal(signal.SIGINT)
        assert [*pressed, interrupt.asked] == [False, True]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_ctrl_c_is_what_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    with between_steps():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_nothing_changes() -> None:
    found = []

    def work() -> None:
        with between_steps():
            found.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [before]
