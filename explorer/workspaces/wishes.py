"""Going to the node for whose sake another page asked for a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt

from explorer.canvas.view import framing
from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from explorer.run_jobs import Wish
    from explorer.workspaces.aide import Parts

_AROUND = 260.0
"""Room left around the node, in units of the layout: what it is computed from is seen too."""


class Wishes(Aide):
    """Looks at the node that a wish names, once its run is on screen."""

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self._granted: Wish | None = None
        # Queued: the canvas takes the run first.
        parts.session.run_changed.connect(self._take_run, Qt.ConnectionType.QueuedConnection)

    def _take_run(self) -> None:
        run = self.parts.session.run
        if run is None or run.wish is None or run.wish is self._granted:
            return
        wish = self._granted = run.wish
        if wish.title:
            self.announced.emit(wish.title)
        node = next((n.index for n in run.trace.nodes if n.name == wish.node), -1)
        if not wish.node or node < 0:
            return
        self.parts.player.pause()
        # Forward, each event evaluates the next node.
        self.parts.player.seek(node + 1)
        self.parts.session.select(node)
        canvas = self.parts.canvas
        if canvas.scene is not None and canvas.scene.trace is run.trace:
            box = np.array([canvas.scene.box(node)])
            size = canvas.width(), canvas.height()
            canvas.look_at(framing(box, *size, canvas.look.scale, _AROUND))
