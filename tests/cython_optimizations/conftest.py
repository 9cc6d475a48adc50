"""No deadlines: how long an example takes says more about the machine, and the sanitizers, than about us."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
