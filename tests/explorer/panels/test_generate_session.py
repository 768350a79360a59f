"""What holds of all columns whatever a person does, in any order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from explorer.assets import asset
from explorer.jobs import Jobs
from explorer.panels.generate_distribution import Settings
from explorer.panels.generate_models import ModelChoice
from explorer.panels.generate_session import DRAWING, LOOKING, GenerateSession
from explorer.panels.ngram_counting import NARWHALS

LONG = 20_000
RECURRENT = ModelChoice(weights=str(asset("weights", "narwhals.safetensors")))


class Hands:
    """A session, and what is done to it at random."""

    def __init__(self, qtbot: QtBot, jobs: Jobs, seed: int) -> None:
        self.qtbot, self.jobs = qtbot, jobs
        self.session = GenerateSession(jobs, Settings())
        self.session.pacer.speed = float("inf")
        self.dice = random.Random(seed)
        self.failures: list[str] = []
        for signal in (
            self.session.model_refused, self.session.prompt_refused, self.session.draw_refused,
        ):  # fmt: skip
            signal.connect(self.failures.append)
        self.session.load(RECURRENT)
        self.settle()

    def settle(self) -> None:
        session = self.session
        self.qtbot.waitUntil(
            lambda: (
                not session.is_streaming
                and not session.is_preparing
                and not any(session.loader.is_loading(column.key) for column in session.columns)
                and not any(map(self.jobs.is_running, (DRAWING, LOOKING)))
            ),
            timeout=LONG,
        )

    def texts(self) -> dict[int, list[int]]:
        return {c.key: [one.token for one in c.drawn] for c in self.session.columns}

    def act(self) -> str:
        """Do something."""
        session, dice = self.session, self.dice
        place = dice.randrange(session.length + 1)
        column = dice.choice(session.columns)
        ngram = ModelChoice(text=NARWHALS, order=dice.randint(1, 5))
        actions: dict[str, Callable[[], None]] = {
            "draw": session.draw_one,
            "stream": lambda: session.stream(dice.randint(1, 8)),
            "another": lambda: session.draw_another(place),
            "put in": lambda: session.put_in(place, dice.randrange(30)),
            "undo": session.undo,
            "look": lambda: session.select(column.key),
            "add": lambda: session.add(ngram),
            "remove": lambda: session.remove(column.key),
            "load": lambda: session.load(ngram, column.key),
            "settings": lambda: session.set_settings(Settings(dice.choice([0.5, 1.0]), 3)),
        }
        name = dice.choice(list(actions))
        actions[name]()
        return name


@pytest.fixture
def jobs(qapp: object) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.shutdown(LONG / 1000)


@pytest.mark.parametrize("seed", range(4))
def test_all_columns_stay_in_step_with_the_same_numbers(
    qtbot: QtBot, jobs: Jobs, seed: int
) -> None:
    hands = Hands(qtbot, jobs, seed)
    session = hands.session
    for _ in range(40):
        hands.act()
        if hands.dice.random() < 0.8:
            # Else the next thing is done while this one is still going on.
            hands.settle()
    hands.settle()
    assert not hands.failures
    assert all(column.is_ready for column in session.columns)
    numbers = list(session.numbers.block(0, session.length))
    for column in session.columns:
        assert len(column.drawn) == session.length
        assert [one.uniform for one in column.drawn] == numbers


@pytest.mark.parametrize("seed", range(3))
def test_every_step_back_can_be_taken_back(qtbot: QtBot, jobs: Jobs, seed: int) -> None:
    hands = Hands(qtbot, jobs, seed)
    session = hands.session
    session.add(ModelChoice(text=NARWHALS))
    hands.settle()
    session.stream(10)
    hands.settle()
    before = []
    for _ in range(6):
        before.append(hands.texts())
        place = hands.dice.randrange(session.length)
        if hands.dice.random() < 0.5:
            session.draw_another(place)
        else:
            session.put_in(place, hands.dice.randrange(30))
        hands.settle()
        # Nothing before the place has changed.
        for key, text in hands.texts().items():
            assert text[:place] == before[-1][key][:place]
            assert len(text) == place + 1
        session.stream(hands.dice.randint(1, 6))
        hands.settle()
    while before:
        session.undo()
        hands.settle()
        assert hands.texts() == before.pop()
    assert not session.can_go_back
