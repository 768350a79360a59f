from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.player import EVENTS_PER_SECOND, SPEEDS, STEP_SECONDS, Player, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

BOUNDARIES: dict[Unit, Any] = {
    "node": np.array([2, 5, 6, 10]),
    "module": np.array([5, 10]),
    "time": np.array([], dtype=np.int64),
}


class Clock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A player whose time is ours, and what it has said."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.player = Player(clock=self.clock)
        self.moves: list[tuple[int, float]] = []
        self.states = 0
        self.player.moved.connect(self._note)
        self.player.state_changed.connect(self._count)
        self.player.set_run(10, 6, BOUNDARIES)
        self.moves.clear()
        self.states = 0

    def wait(self, events: float) -> None:
        self.clock.now += events / EVENTS_PER_SECOND
        self.player._tick()

    def seconds(self, seconds: float) -> None:
        self.clock.now += seconds
        self.player._tick()

    @property
    def at(self) -> tuple[Any, Any]:
        return (self.player.cursor, self.player.alpha)

    def _note(self, cursor: int, alpha: float) -> None:
        self.moves.append((cursor, alpha))

    def _count(self) -> None:
        self.states += 1


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench()
    yield made
    made.player.pause()


def test_playing_follows_the_clock(bench: Bench) -> None:
    bench.player.play()
    bench.wait(2.25)
    assert bench.at == (2, pytest.approx(0.25))
    bench.wait(5)
    assert bench.at == (7, pytest.approx(0.25))


def test_the_position_does_not_depend_on_the_frames_between(bench: Bench) -> None:
    bench.player.play()
    bench.wait(3.5)
    direct = bench.at
    bench.player.to_start()
    bench.player.play()
    for _ in range(35):
        bench.wait(0.1)
    assert bench.at == pytest.approx(direct)


def test_playing_ends_at_the_end_and_begins_again_from_the_start(bench: Bench) -> None:
    bench.player.play()
    bench.wait(99)
    assert (bench.at, bench.player.playing) == ((10, 0.0), False)
    assert not bench.player._timer.isActive()
    bench.player.play()
    assert (bench.at, bench.player.playing) == ((0, 0.0), True)


def test_a_loop_starts_again(bench: Bench) -> None:
    bench.player.set_loop(True)
    bench.player.play()
    bench.wait(99)
    assert (bench.at, bench.player.playing) == ((0, 0.0), True)


@pytest.mark.parametrize("speed", SPEEDS)
def test_speed_is_a_factor(bench: Bench, speed: float) -> None:
    bench.player.set_speed(speed)
    bench.player.play()
    bench.wait(1 / speed)
    assert sum(bench.at) == pytest.approx(1.0)


def test_a_change_of_speed_keeps_the_position(bench: Bench) -> None:
    bench.player.play()
    bench.clock.now += 2.5 / EVENTS_PER_SECOND
    bench.player.set_speed(4)
    assert sum(bench.at) == pytest.approx(2.5)
    bench.wait(0.5)
    assert sum(bench.at) == pytest.approx(4.5)


def test_speeds_go_up_and_down_their_ladder(bench: Bench) -> None:
    for _ in range(9):
        bench.player.faster()
    assert bench.player.speed == 16
    for _ in range(9):
        bench.player.slower()
    assert bench.player.speed == 0.25


@pytest.mark.parametrize(
    ("unit", "start", "forward", "back"),
    [
        ("event", 4, 5, 3),
        ("event", 0, 1, 0),
        ("event", 10, 10, 9),
        ("node", 0, 2, 0),
        ("node", 2, 5, 0),
        ("node", 3, 5, 2),
        ("node", 6, 10, 5),
        ("node", 10, 10, 6),
        ("module", 7, 10, 5),
        ("module", 5, 10, 0),
        ("time", 4, 5, 3),
    ],
)
def test_a_step_ends_at_the_units_boundary(
    bench: Bench, unit: Unit, start: int, forward: int, back: int
) -> None:
    bench.player.set_unit(unit)
    bench.player.seek(start)
    bench.player.step_forward()
    bench.seconds(STEP_SECONDS)
    assert bench.at == (forward, 0.0)
    bench.player.seek(start)
    bench.player.step_back()
    assert bench.at == (back, 0.0)


def test_a_step_forward_glides_through_its_last_event(bench: Bench) -> None:
    bench.player.step(+1, "module")
    assert bench.at == (4, 0.0)
    bench.seconds(STEP_SECONDS / 2)
    assert bench.at == pytest.approx((4, 0.5))
    bench.seconds(STEP_SECONDS / 2)
    assert bench.at == (5, 0.0)
    assert not bench.player._timer.isActive()


def test_a_step_pressed_twice_quickly_lands_two_steps_on(bench: Bench) -> None:
    bench.player.step_forward()
    bench.player.step_forward()
    bench.seconds(STEP_SECONDS)
    assert bench.at == (2, 0.0)


def test_a_step_back_during_a_glide_returns_to_where_it_began(bench: Bench) -> None:
    bench.player.seek(3)
    bench.player.step_forward()
    bench.player.step_back()
    assert bench.at == (3, 0.0)


def test_without_motion_alpha_is_always_zero(bench: Bench) -> None:
    bench.player.set_motion(False)
    bench.player.play()
    bench.wait(2.7)
    assert bench.at == (2, 0.0)
    bench.player.step_forward()
    assert bench.at == (3, 0.0)
    assert all(alpha == 0 for _, alpha in bench.moves)


@pytest.mark.parametrize(("asked", "given"), [(-5, 0), (3, 3), (99, 10), (np.int64(4), 4)])
def test_seeking_is_cut_to_the_run(bench: Bench, asked: int, given: int) -> None:
    bench.player.seek(asked)
    assert bench.player.cursor == given
    assert type(bench.player.cursor) is int


def test_seeking_while_playing_plays_on_from_there(bench: Bench) -> None:
    bench.player.play()
    bench.wait(1)
    bench.player.seek(7)
    bench.wait(1.5)
    assert bench.player.playing
    assert sum(bench.at) == pytest.approx(8.5)


def test_start_loss_and_end(bench: Bench) -> None:
    bench.player.to_loss()
    assert bench.at == (6, 0.0)
    bench.player.to_end()
    assert bench.at == (10, 0.0)
    bench.player.to_start()
    assert bench.moves == [(6, 0.0), (10, 0.0), (0, 0.0)]


def test_nothing_is_said_when_nothing_has_changed(bench: Bench) -> None:
    bench.player.pause()
    bench.player.seek(0)
    bench.player.set_unit("event")
    bench.player.set_loop(False)
    assert (bench.moves, bench.states) == ([], 0)


def test_an_empty_run_cannot_be_played(bench: Bench) -> None:
    bench.player.set_run(0, 0)
    bench.player.play()
    bench.player.step_forward()
    assert (bench.at, bench.player.playing) == ((0, 0.0), False)


def test_another_run_pauses_and_may_keep_the_place(bench: Bench) -> None:
    bench.player.play()
    bench.player.set_run(5, 3, cursor=9)
    assert (bench.at, bench.player.playing) == ((5, 0.0), False)


def test_the_real_timer_moves_the_cursor(qtbot: QtBot) -> None:
    player = Player()
    player.set_run(100, 50)
    player.set_speed(16)
    player.play()
    qtbot.waitUntil(lambda: player.cursor >= 2)
    player.pause()


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0, 4)),
        st.tuples(st.just("seek"), st.integers(-2, 12)),
        st.tuples(st.just("step"), st.sampled_from([-1, 1])),
        st.tuples(
            st.sampled_from(["play", "pause", "to_loss", "to_end", "faster", "slower"]),
            st.none(),
        ),
    ),
    max_size=20,
)


@given(OPERATIONS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_done_the_position_is_in_the_run(
    qapp: object, operations: list[tuple[str, float | None]]
) -> None:
    bench = Bench()
    for name, value in operations:
        if name == "wait" and value is not None:
            bench.wait(value)
        elif value is None:
            getattr(bench.player, name)()
        else:
            getattr(bench.player, name)(int(value))
    bench.player.pause()
    for cursor, alpha in [*bench.moves, bench.at]:
        assert 0 <= cursor <= 10
        assert 0 <= alpha < 1
        assert not (cursor == 10 and alpha)
