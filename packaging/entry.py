"""What the frozen program runs; ``tapestry`` and ``python -m explorer`` do the same."""

from __future__ import annotations

import sys

from explorer.cli.main import main

sys.exit(main())
