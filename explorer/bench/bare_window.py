"""A window with nothing in it, and when it was painted: ``python -m explorer.bench.bare_window``.

With the word ``numpy`` that is imported as well.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget

SIZE = 1440, 900


class Window(QWidget):
    """Says when its first frame was painted, and closes."""

    def event(self, event: QEvent) -> bool:
        """Go on after the first paint."""
        done = super().event(event)
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._tell)
        return done

    def _tell(self) -> None:
        sys.stdout.write(f"{time.time()!r} {QApplication.platformName()}\n")
        self.close()


def main() -> int:
    """Open the window."""
    if "numpy" in sys.argv:
        import numpy as np

        del np
    application = QApplication(sys.argv)
    window = Window()
    window.resize(*SIZE)
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
