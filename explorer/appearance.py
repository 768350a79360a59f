"""How the window looks: the theme and text size a person chose, or the audience's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from explorer.theme import THEMES, Style, ThemeChoice, theme_for

if TYPE_CHECKING:
    from explorer.actions import Actions
    from explorer.settings import SettingsFile

PRESENT_SCALE = 1.25
SCALES = (1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)


class Appearance(QObject):
    """The style in use, following the settings, the system and whether an audience looks.

    Attributes:
        style: the style in use.

    Signals:
        changed(style): everything is to be drawn in another style.
    """

    changed = Signal(object)

    def __init__(self, settings: SettingsFile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._presenting = False
        self.style = self._wanted()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    def connect_actions(self, actions: Actions) -> None:
        """Answer the commands for theme, text size and the marks of signs."""
        actions.add("theme.system", self._as_the_system)
        actions.add("theme.light", self._light)
        actions.add("theme.dark", self._dark)
        actions.add("theme.projector", self._projector)
        actions.add("text.larger", self._larger)
        actions.add("text.smaller", self._smaller)
        actions.add("text.normal", self._normal)
        actions.add("view.notches", self.set_notches)

    def set_presenting(self, presenting: bool) -> None:
        """Use the projector theme with large text, or the person's own choice again."""
        self._presenting = presenting
        self._follow()

    def set_theme(self, choice: ThemeChoice) -> None:
        """Change the colours."""
        self._settings.remember(theme=choice)
        self._follow()

    def set_scale(self, scale: float) -> None:
        """Change the size of all text and padding, cut to 1 .. 3."""
        self._settings.remember(text_scale=min(max(scale, SCALES[0]), SCALES[-1]))
        self._follow()

    def set_notches(self, notches: bool) -> None:
        """Mark cells of negative numbers by a notch, or by their colour alone."""
        self._settings.remember(notches=notches)
        self._follow()

    def _wanted(self) -> Style:
        settings = self._settings.value
        scale, notches = settings.text_scale, settings.notches
        if self._presenting:
            return Style(THEMES["projector"], max(scale, PRESENT_SCALE), notches)
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return Style(theme_for(settings.theme, system_dark=dark), scale, notches)

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted != self.style:
            self.style = wanted
            self.changed.emit(wanted)

    def _as_the_system(self) -> None:
        self.set_theme("system")

    def _light(self) -> None:
        self.set_theme("light")

    def _dark(self) -> None:
        self.set_theme("dark")

    def _projector(self) -> None:
        self.set_theme("projector")

    def _larger(self) -> None:
        scale = self._settings.value.text_scale
        self.set_scale(min((s for s in SCALES if s > scale), default=SCALES[-1]))

    def _smaller(self) -> None:
        scale = self._settings.value.text_scale
        self.set_scale(max((s for s in SCALES if s < scale), default=SCALES[0]))

    def _normal(self) -> None:
        self.set_scale(1.0)

    def _system_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._follow()
