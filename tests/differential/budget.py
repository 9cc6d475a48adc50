"""How many random cases a test tries."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("CNS_EXAMPLES", "700"))


def examples(share: float = 1.0) -> settings:
    """Deterministic in CI (``CI`` is set, or nothing is said of CNS_EXAMPLES); else each run tries other cases."""
    return settings(
        max_examples=max(1, int(EXAMPLES * share)),
        derandomize="CNS_EXAMPLES" not in os.environ or "CI" in os.environ,
        deadline=None,
        print_blob=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
