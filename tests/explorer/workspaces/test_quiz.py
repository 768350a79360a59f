from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.quiz import Plan, Question, Votes
from explorer.jobs import Jobs
from explorer.kit.styled import restyle
from explorer.panels.generate_models import ModelChoice, shipped_weights
from explorer.panels.ngram_counting import TextChoice
from explorer.panels.quiz_rounds import Prepared, RoundWish, TextWish
from explorer.panels.quiz_words import copy_of, evidence_of, source_of
from explorer.theme import THEMES, Style, ThemeName
from explorer.workspaces.quiz import QuizWorkspace
from tests.explorer.room import has_room

LONG = 60_000
STYLE = Style(THEMES["light"])


class Quiz:
    """The workspace in a window, with what it complained of."""

    def __init__(self, qtbot: QtBot, jobs: Jobs) -> None:
        self.qtbot, self.jobs = qtbot, jobs
        self.space = QuizWorkspace(STYLE, jobs)
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.space.bar())
        layout.addWidget(self.space, 1)
        qtbot.addWidget(self.window)
        self.failures: list[str] = []
        self.space.failed.connect(self._note)
        self.window.resize(1200, 700)
        self.window.show()
        self.window.activateWindow()

    def _note(self, sentence: str) -> None:
        if sentence:
            self.failures.append(sentence)

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG)

    def begin(self, questions: int = 4, seed: int = 1, **changes: object) -> None:
        wish = replace(self.space.setup.wish, plan=Plan(questions, seed), **changes)  # type: ignore[arg-type]
        self.space.begin(wish)
        self.until(lambda: self.space.is_asking or bool(self.failures))

    def press(self, *keys: Qt.Key, shift: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(self.space.page, key, modifier)

    def answer_rest(self, key: Qt.Key = Qt.Key.Key_R) -> None:
        for _ in range(self.space.wish.plan.questions - self.space.place):
            self.until(lambda: self.space.is_asking)
            if not self.space.page.revealed:
                self.press(key)
            self.press(Qt.Key.Key_Return)
        assert self.space.place < 0

    @property
    def question(self) -> Question:
        assert self.space.page.question is not None
        return self.space.page.question

    def words(self) -> str:
        """All that can be read, hovered or heard in the window now."""
        told = [self.window.windowTitle()]
        for widget in self.window.findChildren(QWidget):
            if widget.isVisible():
                told += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
                told += [widget.text()] if isinstance(widget, QLabel) else []
        return "\n".join(told)


@pytest.fixture(scope="module")
def kept() -> list[Prepared]:
    """The text and the models of the last round, so that each is read once for all tests."""
    return []


@pytest.fixture
def quiz(qtbot: QtBot, program_fonts: tuple[str, ...], kept: list[Prepared]) -> Iterator[Quiz]:
    jobs = Jobs()
    made = Quiz(qtbot, jobs)
    made.space._prepared = kept[0] if kept else None
    yield made
    assert jobs.shutdown(LONG / 1000)
    prepared = made.space._prepared
    if prepared is not None and prepared.wish.models == made.space.setup.wish.models:
        kept[:] = [prepared]


@pytest.fixture
def asked(quiz: Quiz) -> Quiz:
    """A round of four questions with the first one on screen."""
    quiz.begin()
    return quiz


def test_a_round_is_played_with_the_keys_to_its_score(asked: Quiz) -> None:
    page = asked.space.page
    for number in range(1, 5):
        asked.until(lambda: asked.space.is_asking and not page.revealed)
        assert asked.question.number == number
        asked.press(Qt.Key.Key_R if asked.question.truth == "real" else Qt.Key.Key_M)
        assert page.revealed
        asked.press(Qt.Key.Key_Return)
    assert asked.space.score.right == 4
    assert asked.space.summary.isVisible()
    assert asked.space.summary.asked.rows[0].right is True
    assert "4 of 4 right" in asked.words()


def test_the_answers_can_be_clicked(asked: Quiz) -> None:
    QTest.mouseClick(asked.space.page.model, Qt.MouseButton.LeftButton)
    assert asked.space.score.answers[0][1].model == 1
    QTest.mouseClick(asked.space.page.onward, Qt.MouseButton.LeftButton)
    asked.until(lambda: asked.space.is_asking and not asked.space.page.revealed)
    assert asked.question.number == 2


def test_nothing_in_the_window_gives_the_answer_away(quiz: Quiz) -> None:
    quiz.begin(questions=8)
    bare: dict[str, set[str]] = {"real": set(), "model": set()}
    for _ in range(8):
        quiz.until(lambda: quiz.space.is_asking and not quiz.space.page.revealed)
        told = quiz.words()
        shown = quiz.question.passage.shown
        origin = quiz.question.passage.origin
        for clue in ("LSTM", "temperature", "seed", "bits", "Act "):
            assert clue not in told.replace(shown, "")
        if origin is not None:
            assert origin.sentence not in told
        number = str(quiz.question.number)
        score = quiz.space.page.marks.accessibleName()
        rest = told.replace(shown, "").replace(f"Question {number} of", "")
        rest = rest.replace(score, "").replace(f"{score} so far", "").replace(" so far", "")
        bare[quiz.question.truth].add(rest)
        quiz.press(Qt.Key.Key_R, Qt.Key.Key_Return)
    assert bare["real"]
    assert bare["real"] == bare["model"]


def test_the_reveal_tells_the_source_and_the_evidence(asked: Quiz) -> None:
    seen = set()
    for _ in range(4):
        asked.until(lambda: asked.space.is_asking and not asked.space.page.revealed)
        question = asked.question
        asked.press(Qt.Key.Key_M)
        told = asked.words()
        assert source_of(question) in told
        assert evidence_of(question) in told
        assert copy_of(question) in told
        seen.add(question.truth)
        if question.truth == "model":
            assert f"temperature 0.8 · seed 1, {question.number}" in told
        else:
            assert "As You Like It · Act" in told
        assert "bits a character" in told
        assert asked.space.page.passage.reading(0)
        asked.press(Qt.Key.Key_Return)
    assert seen == {"real", "model"}


def test_a_class_raises_its_hands_by_keys(quiz: Quiz) -> None:
    quiz.space.mode.set_choice("class")
    quiz.space.mode.chosen.emit("class")
    quiz.begin()
    page = quiz.space.page
    quiz.press(Qt.Key.Key_R, Qt.Key.Key_R, Qt.Key.Key_M)
    quiz.press(Qt.Key.Key_R, shift=True)
    assert (page.real.hands, page.model.hands) == (1, 1)
    quiz.press(Qt.Key.Key_Right)
    QTest.keyClick(page.model, Qt.Key.Key_1)
    QTest.keyClick(page.model, Qt.Key.Key_7)
    QTest.keyClick(page.model, Qt.Key.Key_Up)
    assert page.model.hands == 18
    quiz.press(Qt.Key.Key_Return)
    assert page.revealed
    votes = quiz.space.score.answers[0][1]
    assert (votes.real, votes.model) == (1, 18)
    told = quiz.words()
    assert f"{votes.said(quiz.question.truth)} of 19 hands knew it" in told


def test_hands_are_counted_with_the_mouse(quiz: Quiz) -> None:
    quiz.space.mode.chosen.emit("class")
    quiz.begin()
    tile = quiz.space.page.real
    minus, plus = tile._zones()
    for zone in (plus, plus, plus, minus):
        QTest.mouseClick(tile, Qt.MouseButton.LeftButton, pos=zone.center().toPoint())
    assert tile.hands == 2
    assert not quiz.space.page.revealed


def test_a_count_stays_between_nothing_and_999(quiz: Quiz) -> None:
    quiz.space.mode.chosen.emit("class")
    quiz.begin()
    tile = quiz.space.page.real
    tile.add(-1)
    assert tile.hands == 0
    for _ in range(4):
        QTest.keyClick(tile, Qt.Key.Key_9)
    assert tile.hands == 999
    QTest.keyClick(tile, Qt.Key.Key_Backspace)
    assert tile.hands == 99


def test_no_hands_at_all_reveal_nothing(quiz: Quiz) -> None:
    quiz.space.mode.chosen.emit("class")
    quiz.begin()
    quiz.press(Qt.Key.Key_Return)
    assert not quiz.space.page.revealed
    assert quiz.failures == ["Enter how many raised their hands before the answer is revealed."]


def test_playing_again_takes_another_seed(asked: Quiz) -> None:
    first = [q.passage for q in asked.space.questions]
    asked.answer_rest()
    asked.space.summary.again.click()
    asked.until(lambda: asked.space.is_asking)
    assert asked.space.wish.plan.seed == 2
    asked.answer_rest()
    assert [q.passage for q in asked.space.questions] != first


def test_a_round_ended_early_keeps_its_answers(asked: Quiz) -> None:
    asked.press(Qt.Key.Key_R)
    asked.space.page.stop.click()
    assert asked.space.summary.isVisible()
    assert asked.space.score.answered == 1


def test_a_text_that_is_too_short_is_refused_and_the_setup_stays(
    quiz: Quiz, tmp_path: Path
) -> None:
    path = tmp_path / "short.txt"
    path.write_text("One sentence. Another one.\n", encoding="utf-8")
    quiz.begin(text=TextWish("", str(path)))
    assert "too few passages of whole sentences for 4 questions" in quiz.failures[0]
    assert quiz.space.setup.isVisible()
    assert quiz.space.setup.start.isEnabled()


def test_a_round_without_a_model_is_refused(quiz: Quiz) -> None:
    quiz.begin(models=())
    assert quiz.failures == ["choose at least one model to write the other passages."]


def test_an_n_gram_of_a_file_writes_against_the_file(quiz: Quiz, tmp_path: Path) -> None:
    from engine.text.corpus import load_corpus

    path = tmp_path / "hamlet.txt"
    path.write_text(load_corpus("shakespeare").held_out(["Hamlet"])[1].text, encoding="utf-8")
    assert quiz.space.open_file(str(path))
    assert quiz.space.setup.wish.text == TextWish("", str(path))
    quiz.begin(models=(ModelChoice(text=TextChoice("file", str(path)), kind="word", order=3),))
    told = quiz.words()
    assert "hamlet.txt" in told
    quiz.answer_rest(Qt.Key.Key_M)
    assert not quiz.failures
    assert quiz.space.summary.isVisible()


def test_the_setup_says_what_is_wanted(quiz: Quiz) -> None:
    setup = quiz.space.setup
    wish = setup.wish
    lstm = dict(shipped_weights())["shakespeare-lstm"]
    assert wish == RoundWish(TextWish("As You Like It"), (ModelChoice(weights=lstm),), 0.8, Plan())
    setup.ngram.click()
    setup.text.set_choice("Hamlet")
    assert setup.order.isEnabled()
    assert setup.wish.text == TextWish("Hamlet")
    assert setup.wish.models[-1].order == 5
    assert setup.wish.models[-1].kind == "char"
    setup.text.set_choice("")
    assert setup.wish.text.answer == "Shakespeare"


def test_preparing_can_be_cancelled(quiz: Quiz) -> None:
    quiz.space.setup.start.click()
    assert quiz.space.setup.note.is_busy
    quiz.space.setup.cancelled.emit()
    assert not quiz.jobs.is_running("quiz")
    assert quiz.space.setup.start.isEnabled()


def test_what_is_no_text_or_model_is_left_to_others(quiz: Quiz) -> None:
    assert not quiz.space.open_file("run.json")


@pytest.mark.parametrize(
    ("theme", "scale", "size"),
    [("light", 1.0, (1216, 664)), ("dark", 2.0, (1856, 1024)), ("projector", 3.0, (1216, 664))],
)
@pytest.mark.parametrize("mode", ["one", "class"])
def test_every_page_has_room_in_every_theme(
    asked: Quiz, theme: ThemeName, scale: float, size: tuple[int, int], mode: str
) -> None:
    asked.window.resize(*size)
    restyle(asked.window, Style(THEMES[theme], scale))
    asked.space.mode.chosen.emit(mode)
    for presenting in (False, True):
        asked.space.set_presenting(presenting)
        has_room(asked.qtbot, asked.window)
        asked.window.grab()
    asked.space.answer(Votes(17, 9) if mode == "class" else Votes(1, 0))
    has_room(asked.qtbot, asked.window)
    asked.window.grab()
    asked.space.set_presenting(False)
    asked.space.stop()
    has_room(asked.qtbot, asked.window)
    asked.window.grab()


def test_the_passage_is_set_as_large_as_fits(asked: Quiz) -> None:
    view = asked.space.page.passage
    large = view._layout.font().pixelSize()
    asked.window.resize(620, 420)
    asked.until(lambda: view._layout.font().pixelSize() < large and view._used <= view.height())
