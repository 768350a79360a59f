"""The short application stylesheet: standard widgets only; our own kit paints itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.theme import Style


def stylesheet(style: Style) -> str:
    """Return the stylesheet of a style. It never names a font: those are set on the widgets.

    A button's dynamic property ``kind`` chooses its look: ``primary`` (the one thing to do here),
    ``ink`` (Present), ``flat`` (a link), none for the rest.
    """
    theme, px = style.theme, style.ipx
    focus = theme.forward
    hover = theme.tint("ink", "lane").name()
    pressed = theme.tint("ink", "soft").name()
    dark_primary = theme.tint("forward", "bar").name()
    chosen = theme.text("forward").name()
    return f"""
QToolTip {{ color: {theme.ink}; background: {theme.surface}; border: 1px solid {theme.line};
    padding: {px(4)}px {px(7)}px; }}
QMenu {{ background: {theme.surface}; border: 1px solid {theme.line}; padding: {px(5)}px; }}
QMenu::item {{ padding: {px(6)}px {px(26)}px {px(6)}px {px(24)}px; border-radius: {px(5)}px; }}
QMenu::item:selected {{ background: {theme.raised}; color: {theme.ink}; }}
QMenu::item:disabled {{ color: {theme.ink_3}; }}
QMenu::separator {{ height: 1px; background: {theme.line}; margin: {px(5)}px {px(8)}px; }}
QFrame[popup="yes"] {{ background: {theme.surface}; border: 1px solid {theme.edge}; }}
QMenuBar {{ background: {theme.surface}; }}
QMenuBar::item {{ padding: {px(5)}px {px(9)}px; border-radius: {px(5)}px; }}
QMenuBar::item:selected {{ background: {theme.raised}; }}
QPushButton {{ color: {theme.ink}; background: {theme.raised}; border: 1px solid transparent;
    border-radius: {px(7)}px; padding: {px(8)}px {px(14)}px; }}
QPushButton:hover {{ background: {hover}; border-color: {theme.line}; }}
QPushButton:pressed {{ background: {pressed}; }}
QPushButton:focus {{ border: 2px solid {focus}; padding: {px(8) - 1}px {px(14) - 1}px; }}
QPushButton:disabled {{ color: {theme.ink_3}; background: {theme.raised}; }}
QPushButton:checked {{ color: {chosen}; background: {theme.tint("forward").name()}; }}
QPushButton[kind="primary"] {{ color: {theme.surface}; background: {theme.forward}; }}
QPushButton[kind="primary"]:hover {{ border-color: {theme.ink}; }}
QPushButton[kind="primary"]:focus {{ border-color: {theme.ink}; }}
QPushButton[kind="primary"]:disabled {{ color: {theme.ink_3}; background: {dark_primary}; }}
QPushButton[kind="ink"] {{ color: {theme.surface}; background: {theme.ink}; }}
QPushButton[kind="ink"]:hover {{ background: {theme.ink_2}; }}
QPushButton[kind="flat"] {{ color: {theme.forward}; background: transparent; padding: {px(5)}px; }}
QPushButton[kind="flat"]:hover {{ background: {theme.raised}; }}
QPushButton[kind="flat"]:focus {{ padding: {px(5) - 1}px; }}
QLineEdit, QPlainTextEdit, QTextEdit {{ color: {theme.ink}; background: {theme.canvas};
    border: 1px solid {theme.line}; border-radius: {px(8)}px; padding: {px(5)}px {px(9)}px;
    selection-background-color: {theme.forward}; selection-color: {theme.surface}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{ border: 1px solid {focus}; }}
QLineEdit:disabled, QPlainTextEdit:disabled {{ color: {theme.ink_3}; }}
*[bare="yes"], QLineEdit[bare="yes"]:focus, QAbstractSpinBox QLineEdit,
QAbstractSpinBox QLineEdit:focus {{ background: transparent; border: none; padding: 0; margin: 0; }}
QComboBox[bare="yes"]::drop-down {{ width: 0; border: none; }}
QComboBox QAbstractItemView {{ border: 1px solid {theme.line}; padding: {px(4)}px; }}
QComboBox QAbstractItemView::item {{ min-height: {px(26)}px; padding: 0 {px(8)}px; }}
QComboBox QAbstractItemView::item:selected {{ background: {theme.raised}; color: {theme.ink};
    border-radius: {px(4)}px; }}
QScrollArea, QAbstractScrollArea {{ border: none; }}
QScrollArea {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: {px(11)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(11)}px; margin: 0; }}
QScrollBar::handle {{ background: {theme.ghost}; border-radius: {px(4)}px; margin: {px(2)}px; }}
QScrollBar::handle:hover {{ background: {theme.ink_3}; }}
QScrollBar::handle:vertical {{ min-height: {px(28)}px; }}
QScrollBar::handle:horizontal {{ min-width: {px(28)}px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: {theme.line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QHeaderView::section {{ background: {theme.surface}; color: {theme.ink_2}; border: none;
    border-bottom: 1px solid {theme.line}; padding: {px(5)}px {px(8)}px; }}
QAbstractItemView {{ background: {theme.surface}; border: none; outline: none;
    selection-background-color: {theme.tint("forward").name()};
    selection-color: {theme.ink}; }}
"""
