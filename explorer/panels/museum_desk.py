"""The bug museum in the graph workspace: sheet, strip and algorithm follow the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.panels.museum_banner import MuseumBanner

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.panels.dock import Dock
    from explorer.panels.museum_page import MuseumPage
    from explorer.panels.side import Side
    from explorer.session import Session
    from explorer.theme import Style

SHEET = "museum"


class MuseumDesk(QObject):
    """Hands the session's planted mistake to what shows it, and a person's choice to the session.

    Args:
        session: has the run and its mistake.
        side: takes the sheet, and the strip above the canvas.
        dock: writes the algorithm, and is where a node is chosen.

    Attributes:
        banner: the strip.

    Signals:
        failed(message): a mistake could not be planted.
    """

    failed = Signal(str)

    def __init__(self, session: Session, side: Side, dock: Dock, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._sheets, self._dock = session, side.sheets, dock
        self._page: MuseumPage | None = None
        self.banner = MuseumBanner(dock.look)
        side.middle.insertWidget(0, self.banner)
        side.sheets.add(SHEET, "Bug museum", self._make)
        session.planted_changed.connect(self._follow)
        session.verdict_changed.connect(self._tell)
        session.plant_failed.connect(self.failed)
        self.banner.removed.connect(session.remove_planted)

    def toggle(self) -> None:
        """Open the museum, or close it."""
        self._sheets.toggle(SHEET)

    def _make(self, style: Style) -> QWidget:
        from explorer.panels.museum_page import MuseumPage

        page = MuseumPage(style)
        page.chosen.connect(self._plant)
        page.removed.connect(self._session.remove_planted)
        page.node_chosen.connect(self._dock.node_chosen)
        self._page = page
        self._tell()
        return page

    def _plant(self, identity: str, example: bool) -> None:
        self._session.plant(identity, example=example)

    def _follow(self) -> None:
        session = self._session
        planted = None if session.run is None else session.run.planted
        self._dock.algorithm.set_replaced({} if planted is None else planted.exhibit.lines)
        if planted is None:
            self.banner.show_title("")
        else:
            own = session.right_run is not None and planted.original is session.right_run.trace
            example = "" if own else planted.exhibit.example.text
            self.banner.show_title(planted.exhibit.title, example)
        self._tell()

    def _tell(self) -> None:
        session = self._session
        if self._page is not None:
            planted = None if session.run is None else session.run.planted
            self._page.show_planted(planted, session.diagnosis, session.verdict)
