"""Hostile files and hopeless fields on every page: one sentence, and what was shown stays."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from explorer.assets import asset
from explorer.panels.generate_models import ModelChoice
from explorer.panels.inside_reading import TextSource
from explorer.panels.ngram_counting import NARWHALS
from explorer.panels.quiz_rounds import AS_YOU_LIKE_IT
from explorer.panels.train_settings import TrainChoice, usual
from explorer.settings import SettingsFile
from explorer.window import MainWindow
from explorer.workspaces.generate import GenerateWorkspace
from explorer.workspaces.inside import InsideWorkspace
from explorer.workspaces.ngram import NGramWorkspace
from explorer.workspaces.quiz import QuizWorkspace
from explorer.workspaces.train import TrainWorkspace

WEIGHTS = str(asset("weights", "narwhals.safetensors"))
LONG = 30_000
MANY = " ".join(f"w{number}" for number in range(100_000))


def with_a_weight_that_is_no_number() -> bytes:
    """The narwhals' weights, their first eight numbers replaced by NaN."""
    content = Path(WEIGHTS).read_bytes()
    # A safetensors file begins with the length of its header.
    begin = 8 + struct.unpack("<Q", content[:8])[0]
    return content[:begin] + b"\xff" * 64 + content[begin + 64 :]


HOSTILE = {
    "empty.txt": b"", "blank.txt": b" \n \n", "zeros.txt": b"abc\0def", "bytes.txt": b"\xff\xfe",
    "empty.safetensors": b"", "bytes.safetensors": b"\0\1\2\xff" * 50,
    "nan.safetensors": with_a_weight_that_is_no_number(),
    "empty.ngrams": b"", "bytes.ngrams": b"\0\1\2\xff" * 50,
    "empty.arpa": b"", "bytes.arpa": b"\0\1\2\xff" * 50,
}  # fmt: skip


class Visit:
    """The window, one page with something on it, and what the notice said."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window
        self.page = window.workspace

    def settle(self) -> None:
        jobs = self.window.jobs
        # What an ended job has asked for begins in the next turn of the event loop.
        self.qtbot.waitUntil(lambda: not jobs._current, timeout=LONG)
        QCoreApplication.processEvents()
        self.qtbot.waitUntil(lambda: not jobs._current, timeout=LONG)

    def show(self, identity: str) -> None:
        """Go to a page that has something small on it."""
        self.window._pages[identity]
        window = self.window
        if identity == "ngram":
            window.ngram._bar.show_choice(NARWHALS, "word")
        window.show_workspace(identity)
        self.page = page = window.workspace
        if isinstance(page, GenerateWorkspace | InsideWorkspace):
            page.open_file(WEIGHTS)
        elif isinstance(page, TrainWorkspace):
            page.session.begin(usual(TrainChoice(NARWHALS, "word")), train=False)
        self.settle()

    @property
    def shown(self) -> tuple[object, ...]:
        """The run of the graph, and what the page is about."""
        page, parts = self.page, (self.window.session.run,)
        if isinstance(page, NGramWorkspace):
            return *parts, page.counted, page.lookup, page.chain.sentence
        if isinstance(page, GenerateWorkspace):
            return *parts, page.session.model, page.session.column.prompt
        if isinstance(page, TrainWorkspace):
            return *parts, page.session.tree, page.session.run
        if isinstance(page, InsideWorkspace):
            return *parts, page.session.reading
        return parts

    @property
    def sentence(self) -> str:
        return self.window._notice.sentence


@pytest.fixture
def visit(qtbot: QtBot, tmp_path: Path, program_fonts: object) -> Iterator[Visit]:
    window = MainWindow(SettingsFile(tmp_path / "settings"))
    window.set_motion(False)
    window.resize(1500, 900)
    window.show()
    window.begin()
    found = Visit(qtbot, window)
    found.settle()
    yield found
    window.close()
    QCoreApplication.processEvents()
    # Before Python's collector takes the style away from widgets that Qt still asks for their size.
    window.deleteLater()


@pytest.mark.parametrize("identity", ["graph", "ngram", "generate", "train", "inside", "quiz"])
def test_a_hostile_file_is_one_sentence_and_what_was_shown_stays(
    visit: Visit, tmp_path: Path, identity: str
) -> None:
    visit.show(identity)
    before = visit.shown
    assert all(part is not None for part in before)
    for name, content in HOSTILE.items():
        path = tmp_path / name
        path.write_bytes(content)
        visit.window.show_workspace(identity)
        visit.window._notice.clear()
        visit.window.open_file(str(path))
        page = visit.window.workspace
        if isinstance(page, TrainWorkspace):
            page._bar.begin()
        elif isinstance(page, QuizWorkspace):
            page.begin(page.setup.wish)
        visit.settle()
        assert name in visit.sentence, (name, visit.sentence)
        assert visit.shown == before, name
        if isinstance(page, QuizWorkspace):
            page.setup.own.setChecked(False)
            page.setup.text.set_choice(AS_YOU_LIKE_IT)


@pytest.mark.parametrize("name", ["model.arpa", "counts.ngrams"])
@pytest.mark.parametrize("identity", ["graph", "ngram", "inside"])
def test_a_file_of_another_page_opens_there(
    visit: Visit, tmp_path: Path, identity: str, name: str
) -> None:
    from engine.models.arpa import write_arpa
    from engine.models.counts_file import SavedCounts, save_counts
    from engine.models.fitting import fit_ngram
    from engine.models.smoothing import Smoothing, smoothed
    from engine.text.corpus import load_corpus

    path = tmp_path / name
    counted = fit_ngram(load_corpus("narwhals"), 3).model.counted
    if name.endswith("arpa"):
        write_arpa(smoothed(counted, Smoothing("witten-bell")), path)
    else:
        save_counts(SavedCounts(counted, "word", "Narwhals"), path)
    visit.show(identity)
    visit.window.open_file(str(path))
    visit.settle()
    page = visit.window.workspace
    if isinstance(page, GenerateWorkspace):
        assert page.session.model is not None
        assert "ARPA" in page.session.model.title
    else:
        assert isinstance(page, NGramWorkspace)
        assert page.counted is not None
        assert page.counted.choice.path == str(path)


@pytest.mark.parametrize("text", ["once", "so " * 300, MANY], ids=["once", "same", "types"])
@pytest.mark.parametrize("identity", ["ngram", "train", "inside", "quiz"])
def test_a_poor_text_is_shown_or_refused_in_one_sentence(
    visit: Visit, tmp_path: Path, identity: str, text: str
) -> None:
    visit.show(identity)
    before = visit.shown
    (tmp_path / "poor.txt").write_text(text)
    visit.window.open_file(str(tmp_path / "poor.txt"))
    page = visit.window.workspace
    if isinstance(page, TrainWorkspace):
        page._bar.begin()
        visit.qtbot.waitUntil(
            lambda: page.session.iteration >= 2 or bool(visit.sentence), timeout=LONG
        )
        page.session.pause()
    elif isinstance(page, QuizWorkspace):
        page.setup.ngram.setChecked(True)
        page.begin(page.setup.wish)
    visit.settle()
    if visit.sentence:
        assert visit.sentence[0].isupper() or visit.sentence[0] in "“0123456789"
        assert len(visit.sentence) < 250
        assert visit.shown == before
    else:
        assert visit.shown != before
        visit.window.grab()


def type_a_context(visit: Visit, text: str) -> None:
    visit.window.ngram.set_context(text)


def type_a_prompt(visit: Visit, text: str) -> None:
    controls = visit.window.generate.controls
    controls.prompt.set_text(text)
    controls.prompt_edited.emit(text)


def type_a_text_to_look_into(visit: Visit, text: str) -> None:
    assert isinstance(visit.page, InsideWorkspace)
    visit.page.open(ModelChoice(weights=WEIGHTS), TextSource("typed", typed=text))


def type_a_neighbour(visit: Visit, text: str) -> None:
    assert isinstance(visit.page, InsideWorkspace)
    near = visit.page.side.near
    near.field.set_text(text)
    near.field.submitted.emit(text)


def type_a_rate(visit: Visit, text: str) -> None:
    assert isinstance(visit.page, TrainWorkspace)
    visit.page._bar.rate.set_text(text)
    visit.page._bar.begin()


UNKNOWN = ("zebras", "é 𝄞", "` < & _^{", "x" * 5000)


@pytest.mark.parametrize(
    ("identity", "deed", "texts"),
    [
        ("ngram", type_a_context, UNKNOWN),
        ("generate", type_a_prompt, UNKNOWN),
        ("inside", type_a_text_to_look_into, UNKNOWN),
        ("inside", type_a_neighbour, UNKNOWN),
        ("train", type_a_rate, ("", "nan", "1e999", "-1", "0", "9" * 400, "x" * 5000)),
    ],
)
def test_what_a_field_cannot_use_is_one_short_sentence(
    visit: Visit, identity: str, deed: Callable[[Visit, str], None], texts: tuple[str, ...]
) -> None:
    visit.show(identity)
    before = visit.shown
    for text in texts:
        visit.window._notice.clear()
        deed(visit, text)
        visit.settle()
        assert 0 < len(visit.sentence) < 250, (text[:50], visit.sentence)
        assert visit.shown == before, text[:50]
