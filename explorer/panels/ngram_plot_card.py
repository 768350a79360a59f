"""A card of the strip of plots: made empty, it gets its plot when there is something to show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Signal
from PySide6.QtWidgets import QAbstractScrollArea

from explorer.kit.button import PaintedButton, draw_icon
from explorer.kit.card import Card
from explorer.kit.notice import EmptyState
from explorer.kit.save_menu import SaveMenu
from explorer.kit.styled import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent, QPainter
    from PySide6.QtWidgets import QWidget

    from explorer.icons import IconName
    from explorer.kit.plot import LinePlot, Series
    from explorer.panels.ngram_plots import PlotName
    from explorer.theme import Style

WAITING = "The plot comes with the counts."


class StripPlot(Card):
    """A plot with a menu that saves it and a button that enlarges it.

    Args:
        name: which plot.
        title, note: of the card.

    Attributes:
        name: which plot.
        plot: None until there is something to show.
        menu: saves it.
        grow: enlarges it, or makes it small again.

    Signals:
        enlarge_requested(): a person wants it larger, or small again.
        saved(sentence), failed(sentence): of the menu.
    """

    enlarge_requested = Signal()
    saved = Signal(str)
    failed = Signal(str)

    def __init__(
        self, style: Style, name: PlotName, title: str, note: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(style, title, note, parent)
        self.name: PlotName = name
        self.plot: LinePlot | None = None
        self.waiting = EmptyState(style, WAITING)
        kinds = (".png", ".svg", ".csv")
        self.menu = SaveMenu(style, title, dict.fromkeys(kinds, self._save))
        self.grow = GrowButton(style, title)
        self.header.addWidget(self.grow)
        self.header.addWidget(self.menu)
        self.header.setSpacing(style.ipx(6))
        self.body.addWidget(self.waiting, 1)
        for control in (self.menu, self.grow):
            policy = control.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            control.setSizePolicy(policy)
            control.hide()
        self.menu.saved.connect(self.saved)
        self.menu.failed.connect(self.failed)
        self.grow.clicked.connect(self.enlarge_requested)

    def ready(self) -> LinePlot:
        """The plot, made if there is none."""
        if self.plot is None:
            from explorer.panels.ngram_plots import make_plot

            self.plot = make_plot(self.look, self.name)
            self.waiting.hide()
            self.body.insertWidget(1, self.plot, 1)
            self.menu.show()
            self.grow.show()
            for view in self.plot.findChildren(QAbstractScrollArea):
                view.viewport().installEventFilter(self)
        return self.plot

    def show_series(
        self,
        series: Sequence[Series],
        *,
        x_range: tuple[float, float] | None = None,
        y_range: tuple[float, float] | None = None,
    ) -> None:
        """Show other lines, in the plot that is made the first time."""
        self.ready().show_series(series, x_range=x_range, y_range=y_range)

    def forget(self) -> None:
        """Take the plot away, because its text is gone."""
        if self.plot is not None:
            self.body.removeWidget(self.plot)
            self.plot.hide()
            self.plot.deleteLater()
            self.plot = None
        self.menu.hide()
        self.grow.hide()
        self.waiting.show()

    def set_large(self, large: bool) -> None:
        """Say whether it fills the page's width."""
        self.grow.set_large(large)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Enlarge, or make small again."""
        if self.plot is not None:
            self.enlarge_requested.emit()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Two clicks on the plot are two clicks on the card."""
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.enlarge_requested.emit()
            return True
        return super().eventFilter(watched, event)

    def hasHeightForWidth(self) -> bool:
        """Return that any height does."""
        return False

    def sizeHint(self) -> QSize:
        """Return a low card."""
        return QSize(self.look.ipx(300), self.look.ipx(236))

    def minimumSizeHint(self) -> QSize:
        """Return the least in which the plot can be read."""
        return QSize(self.look.ipx(236), self.look.ipx(236))

    def _save(self, path: str) -> None:
        if self.plot is None:
            return
        if Path(path).suffix.lower() == ".csv":
            self.plot.save(path)
            return
        from explorer.kit.plot_files import save_picture

        hidden = (self.grow, self.menu)
        for control in hidden:
            control.hide()
        try:
            save_picture(self, path)
        finally:
            for control in hidden:
                control.show()


class GrowButton(PaintedButton):
    """Enlarges what it belongs to, and makes it small again."""

    def __init__(self, style: Style, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(style, "", parent)
        self._subject, self._large = subject, False
        self.set_large(False)

    def set_large(self, large: bool) -> None:
        """Show what pressing it does."""
        self._large = large
        words = f"Show all plots beside {self._subject}" if large else f"Enlarge {self._subject}"
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a square of 28 pixels at 100 %."""
        return QSize(self.look.ipx(28), self.look.ipx(28))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the icon, on a background when hovered or pressed."""
        theme = self.look.theme
        if self.underMouse() or self.isDown():
            rounded(painter, rect, self.radius, theme.color("raised"))
        icon: IconName = "zoom-out" if self._large else "zoom-fit"
        draw_icon(painter, icon, rect, theme.color("ink_2"), self.look.px(16), self)
