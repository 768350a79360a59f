"""`python -m explorer` does what `tapestry` does."""

from __future__ import annotations

import sys

from explorer.cli.main import main

sys.exit(main())
