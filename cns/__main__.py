"""``python -m cns`` is ``cns-aotc``."""

from __future__ import annotations

import sys

from cns.cli import main

sys.exit(main())
