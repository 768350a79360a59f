"""Colour roles of the three themes, and the style: a theme with a text scale.

Nothing else in the program names a colour. Painters read roles; text in an accent colour uses
`Theme.text`, which keeps the contrast that `Theme.floor` promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from PySide6.QtGui import QColor, QFont, QPalette

from explorer import fonts
from explorer.stylesheet import stylesheet

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

Role = Literal[
    "window", "canvas", "surface", "raised", "line", "ink", "ink_2", "ink_3", "forward",
    "backward", "agrees", "disagrees", "ghost", "edge", "found",
    "code_keyword", "code_string", "code_number", "code_comment",
]  # fmt: skip
Level = Literal["lane", "soft", "track", "bar", "strong", "done"]
ThemeName = Literal["light", "dark", "projector"]
ThemeChoice = Literal["system", "light", "dark", "projector"]

# Share of the accent over the surface, for light themes and for the dark one.
_LEVELS: dict[Level, tuple[float, float]] = {
    "lane": (0.055, 0.095),
    "soft": (0.12, 0.15),
    "track": (0.22, 0.22),
    "bar": (0.38, 0.40),
    "strong": (0.76, 0.70),
    "done": (0.85, 0.85),
}
_BACKGROUNDS: tuple[Role, ...] = ("window", "canvas", "surface", "raised")


@dataclass(frozen=True, slots=True)
class Theme:
    """One colour a role, as ``#RRGGBB``.

    Attributes:
        forward, backward: the two passes; nothing else uses these hues.
        agrees, disagrees: the verdict of a comparison, always with an icon or a word beside it.
        ink_3: for what may be missed; it need not reach the contrast floor.
        ghost: what is not computed yet.
        found: what a search has found, always with a line of ink or canvas around it.
        code_keyword, code_string, code_number, code_comment: the parts of a program's text.
    """

    name: ThemeName
    dark: bool
    window: str
    canvas: str
    surface: str
    raised: str
    line: str
    ink: str
    ink_2: str
    ink_3: str
    forward: str
    backward: str
    agrees: str
    disagrees: str
    ghost: str
    edge: str
    found: str
    code_keyword: str
    code_string: str
    code_number: str
    code_comment: str

    @property
    def floor(self) -> float:
        """The lowest contrast of text that must be read: 4.5, in the projector theme 7."""
        return 7.0 if self.name == "projector" else 4.5

    def color(self, role: Role, alpha: float = 1.0) -> QColor:
        """Return the colour of a role, with an opacity in [0, 1]."""
        color = QColor(getattr(self, role))
        color.setAlphaF(alpha)
        return color

    def tint(self, role: Role, level: Level = "soft") -> QColor:
        """Return an opaque background that hints at a role.

        ``lane`` is for large areas of the canvas, ``soft`` for a selected row or badge, ``track``
        for the part of a scrubber not yet reached, ``bar`` for a bar with text over it, ``strong``
        for a bar without, ``done`` for a pass that lies behind.
        """
        base = self.canvas if level == "lane" else self.surface
        return QColor(_mixed(base, getattr(self, role), _LEVELS[level][self.dark]))

    def text(self, role: Role) -> QColor:
        """Return a role's colour for text: moved towards ink until it reads on any background."""
        return QColor(_readable(self, role))


THEMES: dict[ThemeName, Theme] = {
    "light": Theme(
        name="light", dark=False,
        window="#F7F7F5", canvas="#FCFCFB", surface="#FFFFFF", raised="#F1F3F5", line="#DDE1E7",
        ink="#15202B", ink_2="#55606E", ink_3="#8A94A1",
        forward="#0069B4", backward="#C2500A", agrees="#0B7A53", disagrees="#B3261E",
        ghost="#C9CFD7", edge="#B8C0CA", found="#F5BE1B",
        code_keyword="#7B2D8E", code_string="#6B5E00", code_number="#A01A58",
        code_comment="#5A6470",
    ),
    "dark": Theme(
        name="dark", dark=True,
        window="#0D1117", canvas="#0F141B", surface="#171D26", raised="#1F2731", line="#2B3440",
        ink="#E8EDF3", ink_2="#A3AFBD", ink_3="#6E7A89",
        forward="#56B4F0", backward="#FF9D57", agrees="#4CD69A", disagrees="#FF8A80",
        ghost="#3A4552", edge="#46525F", found="#FFD23F",
        code_keyword="#C9A2F2", code_string="#CFC26B", code_number="#F290BC",
        code_comment="#A3AFBD",
    ),
    "projector": Theme(
        name="projector", dark=False,
        window="#FFFFFF", canvas="#FFFFFF", surface="#FFFFFF", raised="#EEF0F2", line="#9AA3AE",
        ink="#000000", ink_2="#222A33", ink_3="#444D57",
        forward="#00529B", backward="#B23A00", agrees="#00603D", disagrees="#8C0D0D",
        ghost="#8A94A1", edge="#6B7580", found="#FFC400",
        code_keyword="#5B1A75", code_string="#4F4500", code_number="#7D0F45",
        code_comment="#333D47",
    ),
}  # fmt: skip


def theme_for(choice: ThemeChoice, *, system_dark: bool) -> Theme:
    """Return the theme a person chose, where ``system`` follows the desktop's colour scheme."""
    if choice == "system":
        return THEMES["dark" if system_dark else "light"]
    return THEMES[choice]


def contrast(first: QColor | str, second: QColor | str) -> float:
    """Return the contrast ratio of two opaque colours, from 1 to 21 (WCAG 2.2, 1.4.3)."""
    low, high = sorted((_luminance(QColor(first)), _luminance(QColor(second))))
    return (high + 0.05) / (low + 0.05)


def palette(theme: Theme) -> QPalette:
    """Return Qt's palette of a theme, for every widget that does not paint itself."""
    roles = QPalette.ColorRole
    table: dict[QPalette.ColorRole, QColor] = {
        roles.Window: theme.color("surface"),
        roles.WindowText: theme.color("ink"),
        roles.Base: theme.color("surface"),
        roles.AlternateBase: theme.color("raised"),
        roles.Text: theme.color("ink"),
        roles.PlaceholderText: theme.color("ink_3"),
        roles.Button: theme.color("raised"),
        roles.ButtonText: theme.color("ink"),
        roles.BrightText: theme.color("backward"),
        roles.ToolTipBase: theme.color("surface"),
        roles.ToolTipText: theme.color("ink"),
        roles.Highlight: theme.color("forward"),
        roles.HighlightedText: theme.color("surface"),
        roles.Accent: theme.color("forward"),
        roles.Link: theme.text("forward"),
        roles.LinkVisited: theme.text("forward"),
        roles.Light: theme.color("surface"),
        roles.Midlight: theme.color("raised"),
        roles.Mid: theme.color("line"),
        roles.Dark: theme.color("edge"),
        roles.Shadow: theme.color("ghost"),
    }
    result = QPalette()
    for role, color in table.items():
        result.setColor(role, color)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, theme.color("ink_3"))
    return result


FontRole = Literal[
    "text", "text_strong", "secondary", "secondary_strong", "node", "node_small", "node_name",
    "formula", "title", "brand", "heading", "caption", "display", "rail",
    "mono", "mono_strong", "mono_small", "code",
]  # fmt: skip

# Family, size in pixels at 100 %, weight.
_FONTS: dict[FontRole, tuple[fonts.Family, float, int]] = {
    "text": ("text", 13, 400),
    "text_strong": ("text", 13, 600),
    "secondary": ("text", 12, 400),
    "secondary_strong": ("text", 12, 600),
    "node": ("text", 11, 450),
    "node_small": ("text", 10.5, 400),
    "node_name": ("math", 17, 400),
    "formula": ("math", 24, 400),
    "title": ("text", 13, 600),
    "brand": ("text", 16, 700),
    "heading": ("text", 18, 700),
    "caption": ("text", 22, 400),
    "display": ("text", 30, 700),
    "rail": ("text", 10.5, 500),
    "mono": ("mono", 12, 400),
    "mono_strong": ("mono", 12, 600),
    "mono_small": ("mono", 10.5, 400),
    "code": ("mono", 14, 400),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How everything is drawn: a theme and one factor for all text and padding.

    Args:
        theme: the colours.
        scale: 1.0 (100 %) to 3.0.
        notches: cells of negative numbers have a notch.
    """

    theme: Theme
    scale: float = 1.0
    notches: bool = True

    def px(self, length: float) -> float:
        """Return a length given in pixels at 100 % as pixels at this scale."""
        return length * self.scale

    def ipx(self, length: float) -> int:
        """Return the same as `px`, rounded to whole pixels, halves up."""
        return int(length * self.scale + 0.5)

    def size(self, role: FontRole) -> float:
        """Return a font role's size in pixels at this scale."""
        return _FONTS[role][1] * self.scale

    def font(self, role: FontRole) -> QFont:
        """Return a copy of the font of a role at this scale."""
        return QFont(_font(role, self.scale))


def apply_style(app: QApplication, style: Style) -> None:
    """Dress every standard widget of the application: Fusion, palette, font, short stylesheet."""
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette(style.theme))
    app.setFont(style.font("text"))
    app.setStyleSheet(stylesheet(style))


@cache
def _font(role: FontRole, scale: float) -> QFont:
    family, size, weight = _FONTS[role]
    return fonts.font(family, size * scale, weight)


def _luminance(color: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = color.redF(), color.greenF(), color.blueF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def _mixed(base: str, over: str, share: float) -> str:
    low, high = QColor(base), QColor(over)
    channels = (
        round(a + (b - a) * share)
        for a, b in zip(
            (low.red(), low.green(), low.blue()),
            (high.red(), high.green(), high.blue()),
            strict=True,
        )
    )
    return "#{:02X}{:02X}{:02X}".format(*channels)


@cache
def _readable(theme: Theme, role: Role) -> str:
    color: str = getattr(theme, role)
    if role == "ink_3":
        return color
    backgrounds = [getattr(theme, name) for name in _BACKGROUNDS]
    if role in {"forward", "backward", "agrees", "disagrees"}:
        backgrounds.append(_mixed(theme.surface, color, _LEVELS["soft"][theme.dark]))
    if role.startswith("code_"):
        # The line that runs is tinted with the colour of its pass.
        passes = (theme.forward, theme.backward)
        backgrounds += [_mixed(theme.surface, c, _LEVELS["soft"][theme.dark]) for c in passes]
    for percent in range(101):
        candidate = _mixed(color, theme.ink, percent / 100)
        if all(contrast(candidate, background) >= theme.floor for background in backgrounds):
            return candidate
    return theme.ink
