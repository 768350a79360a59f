"""The colours of a program's text: cut up by pygments, put on by one highlighter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QTextDocument

    from explorer.theme import Role, Style


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line.

    Attributes:
        start, length: in characters.
        role: the colour.
        strong: set bold, as the names of what is defined.
    """

    start: int
    length: int
    role: Role
    strong: bool = False


Spans = tuple[tuple[Span, ...], ...]
"""The coloured stretches of each line."""


def spans_of(lines: Sequence[str]) -> Spans:
    """Cut Python's text up, without touching a widget; loads pygments (30 ms) the first time."""
    from pygments.lexers.python import PythonLexer
    from pygments.token import Token

    roles: tuple[tuple[object, Role, bool], ...] = (
        (Token.Literal.String, "code_string", False),
        (Token.Literal.Number, "code_number", False),
        (Token.Comment, "code_comment", False),
        (Token.Name.Builtin.Pseudo, "code_comment", False),
        (Token.Name.Function, "ink", True),
        (Token.Name.Class, "ink", True),
        (Token.Name.Decorator, "code_comment", False),
        (Token.Keyword, "code_keyword", False),
        (Token.Operator.Word, "code_keyword", False),
    )
    result: list[list[Span]] = [[] for _ in lines]
    row, column = 0, 0
    for kind, text in PythonLexer(stripnl=False).get_tokens("\n".join(lines)):
        role = next(((r, s) for known, r, s in roles if kind in known), None)  # type: ignore[operator]  # pygments has no types
        for place, piece in enumerate(text.split("\n")):
            if place:
                row, column = row + 1, 0
            if piece and role is not None and row < len(result):
                result[row].append(Span(column, len(piece), *role))
            column += len(piece)
    return tuple(tuple(spans) for spans in result)


class Highlighter(QSyntaxHighlighter):
    """Puts the colours of a style on a document that has been cut up."""

    def __init__(self, document: QTextDocument, style: Style) -> None:
        super().__init__(document)
        self._spans: Spans = ()
        self._style = style

    def show_spans(self, spans: Spans) -> None:
        """Colour another text; call before the text itself is set."""
        self._spans = spans

    def set_style(self, style: Style) -> None:
        """Colour the text as another theme has it."""
        self._style = style
        self.rehighlight()

    def highlightBlock(self, _text: str) -> None:
        """Colour one line."""
        number = self.currentBlock().blockNumber()
        for span in self._spans[number] if number < len(self._spans) else ():
            form = QTextCharFormat()
            form.setForeground(self._style.theme.text(span.role))
            if span.strong:
                form.setFontWeight(QFont.Weight.Bold)
            self.setFormat(span.start, span.length, form)
