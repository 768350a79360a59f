"""Overlays: one measure of every node on its card, a legend on the canvas, a sheet with sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from explorer.jobs import reports
from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QWidget

    from engine.trace.frame import Frame
    from engine.trace.measures import Measures
    from engine.trace.trace import Trace
    from explorer.actions import Actions
    from explorer.canvas.gauges import Gauges, Subject
    from explorer.panels.overlay_legend import LegendStrip
    from explorer.panels.overlay_sheet import OverlaySheet
    from explorer.theme import Style
    from explorer.workspaces.aide import Parts

SHEET, LAYER, JOB = "overlays", "measure", "measures"

ORDER = ("none", "adjoints", "saturation", "bytes", "flops", "reuse")


class Overlays(Aide):
    """Answers the commands of the group Overlay; measures a run when that is first asked for.

    Attributes:
        subject: the overlay that is shown, ``none`` for none.
        measures: of the run on screen; None before they are asked for, or while they are taken.
    """

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self.subject = "none"
        self.measures: Measures | None = None
        self._measured: Trace | None = None
        self._actions: Actions | None = None
        self._gauges: Gauges | None = None
        self._legend: LegendStrip | None = None
        self._sheet: OverlaySheet | None = None
        parts.sheets.add(SHEET, "Overlays", self._make_sheet)
        parts.sheets.opened.connect(self._opened)
        parts.session.run_changed.connect(self._take_run)
        parts.canvas.scene_changed.connect(self._show)
        parts.moments.told_changed.connect(self._follow)

    def connect_actions(self, actions: Actions) -> None:
        """Connect the overlays and the key that goes through them."""
        self._actions = actions
        actions.add_set("overlay", self.choose)
        actions.add("overlay.next", self.choose_next)
        actions.add("overlay.tables", self.toggle_sheet)
        actions.check("overlay.none")

    def choose(self, subject: str) -> None:
        """Show an overlay, or none."""
        self.subject = subject
        if self._actions is not None:
            self._actions.check(f"overlay.{subject}")
        if self._sheet is not None:
            self._sheet.show_subject(self._shown)
        self._measure()
        self._show()

    def choose_next(self) -> None:
        """Show the next overlay; after the last one none."""
        self.choose(ORDER[(ORDER.index(self.subject) + 1) % len(ORDER)])

    def toggle_sheet(self) -> None:
        """Open or close the tables."""
        self.parts.sheets.toggle(SHEET)

    def stop(self) -> None:
        """Nobody looks: no work goes on."""
        self.parts.jobs.cancel(JOB)

    @property
    def legend(self) -> LegendStrip | None:
        """The legend on the canvas, None before an overlay was first shown."""
        return self._legend

    @property
    def _shown(self) -> Subject | None:
        return None if self.subject == "none" else cast("Subject", self.subject)

    @property
    def _is_open(self) -> bool:
        return self.parts.sheets.is_shown and self.parts.sheets.name == SHEET

    def _take_run(self) -> None:
        """Another run: what was measured stays on the cards only while they are the same ones."""
        self.parts.jobs.cancel(JOB)
        run = self.parts.session.run
        if run is None or self._measured is None or len(self._measured) != len(run.trace):
            self.measures = self._measured = None
        self._measure()
        self._show()

    def _measure(self) -> None:
        """Measure the run on screen if anybody looks and it has not been."""
        run = self.parts.session.run
        wanted = self.subject != "none" or self._is_open
        if run is None or not wanted or self._measured is run.trace:
            return
        self.parts.jobs.start(JOB, _measures, run.trace, on_result=self._take)

    def _take(self, found: tuple[tuple[Trace, Measures], ...]) -> None:
        if found:
            self._measured, self.measures = found[0]
            self._show()
            self._fill()

    def _show(self) -> None:
        """Put the overlay on the scene that is drawn, on the scale of its cards."""
        scene, measures, subject = self.parts.canvas.scene, self.measures, self._shown
        if scene is None or measures is None or len(measures.size) != len(scene.trace):
            subject = None
        if subject is None or scene is None or measures is None:
            self._gauges = None
            self.parts.canvas.set_layer(LAYER, None)
            if self._legend is not None:
                self._legend.hide()
            return
        from explorer.canvas.gauges import gauges_of
        from explorer.panels.overlay_legend import LegendStrip
        from explorer.panels.overlay_words import total

        gauges = gauges_of(subject, measures, scene)
        self.parts.canvas.set_layer(LAYER, gauges)
        if self._legend is None:
            self._legend = LegendStrip(self.parts.canvas.look, self.parts.canvas)
            self._legend.tables_wanted.connect(self.toggle_sheet)
            self.parts.side.column.addWidget(self._legend)
        self._gauges = gauges
        frame = self.parts.moments.told
        self._legend.show_gauges(gauges, total(scene.trace, measures, gauges, frame))

    def _follow(self) -> None:
        """The moment has changed: what is known of adjoints and activations has."""
        if self._is_open:
            self._show_known()
        gauges, frame, measured = self._gauges, self.parts.moments.told, self._measured
        if gauges is None or self._legend is None or self.measures is None or measured is None:
            return
        if gauges.subject in {"adjoints", "saturation"} and _is_of(frame, measured):
            from explorer.panels.overlay_words import total

            self._legend.show_gauges(gauges, total(measured, self.measures, gauges, frame))

    # The sheet

    def _make_sheet(self, style: Style) -> QWidget:
        from explorer.panels.overlay_sheet import OverlaySheet

        self._sheet = OverlaySheet(style)
        self._sheet.show_subject(self._shown)
        self._sheet.wanted.connect(self.choose)
        return self._sheet

    def _opened(self, name: str) -> None:
        if name == SHEET:
            self._measure()
            self._fill()

    def _fill(self) -> None:
        if self._sheet is None or self._measured is None or self.measures is None:
            return
        if self._is_open:
            self._sheet.show_measures(self._measured, self.measures)
            self._show_known()

    def _show_known(self) -> None:
        frame, measured = self.parts.moments.told, self._measured
        if self._sheet is None or frame is None or measured is None:
            return
        if _is_of(frame, measured):
            self._sheet.show_known(frame.completed)


def _is_of(frame: Frame | None, trace: Trace) -> bool:
    """Whether a moment can be one of a trace."""
    return frame is not None and len(frame.completed) == len(trace)


def _measures(trace: Trace) -> Iterator[tuple[tuple[Trace, Measures], ...]]:
    from engine.trace.measures import measure_in_steps

    for found in reports(measure_in_steps(trace)):
        yield tuple((trace, measures) for measures in found)
