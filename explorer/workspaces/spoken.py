"""What is told to a screen reader of the graph: the node that is selected, PyTorch's verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.trace.narration import equation, plain
from explorer.mathtext import to_unicode
from explorer.speech import Speaker
from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QObject

    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.workspaces.aide import Parts


class Spoken(Aide):
    """Says what is chosen on the canvas, by key, by mouse or by a link.

    Attributes:
        speaker: the voice of the canvas.
    """

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self.speaker = Speaker(parts.canvas)
        parts.session.selection_changed.connect(self._tell)
        parts.session.verdict_changed.connect(self._tell_verdict)

    def stop(self) -> None:
        """Nobody looks: nothing is said any more."""
        self.speaker.hush()

    def _tell(self) -> None:
        run, node = self.parts.session.run, self.parts.session.selected
        frame = self.parts.moments.told
        if run is not None and node >= 0:
            fits = frame is not None and len(frame.evaluated) == len(run.trace)
            self.speaker.say(spoken_node(run.trace, node, frame if fits else None))

    def _tell_verdict(self) -> None:
        from explorer.panels.verdict import explanation

        if self.parts.session.verdict is not None:
            self.speaker.say(explanation(self.parts.session))


def spoken_node(trace: Trace, node: int, frame: Frame | None) -> str:
    """A node in a sentence: what it is, its numbers as far as they are known, and its place.

    Args:
        trace: the run.
        node: whose sentence it is.
        frame: the moment; None before anything is computed.
    """
    record = trace.nodes[node]
    known = frame is not None and bool(frame.evaluated[node])
    value = spoken_numbers(record.value) if known else "not computed yet"
    parts = [f"{to_unicode(plain(equation(trace, record)))}, {record.op.replace('_', ' ')}", value]
    adjoint = trace.adjoints[node]
    if adjoint is not None and frame is not None and frame.seeded:
        arrived, expected = int(frame.arrived[node]), int(frame.expected[node])
        if frame.completed[node] or node == trace.output:
            parts.append(f"adjoint {spoken_numbers(adjoint)}")
        elif arrived:
            parts.append(f"adjoint {arrived} of {expected} parts")
        else:
            parts.append("adjoint not computed yet")
    return "; ".join([*parts, f"node {node + 1} of {len(trace)}"])


def spoken_numbers(array: NDArray[np.generic]) -> str:
    """An array in few words: the number itself, or how many there are and their range."""
    numbers = np.asarray(array, np.float64)
    if numbers.size == 1:
        return f"{float(numbers.reshape(-1)[0]):.4g}"
    finite = numbers[np.isfinite(numbers)]
    if not len(finite):
        return f"{numbers.size} numbers, none of them finite"
    said = f"{numbers.size} numbers from {finite.min():.3g} to {finite.max():.3g}"
    wrong = numbers.size - len(finite)
    return f"{said}, {wrong} not finite" if wrong else said
