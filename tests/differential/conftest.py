"""Settings of the random tests: deterministic, no deadline, CNS_EXAMPLES cases (default: a run of under a minute)."""

from __future__ import annotations

import logging

# rdflib tells of each ill-formed literal with a traceback; here they are made on purpose
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
