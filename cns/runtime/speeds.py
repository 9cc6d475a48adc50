"""Seconds that the engines take, and to start them: measured by ``python -m stress.engines --write``."""

A_TRIPLE = {"native": 1.6e-08, "numba": 2.7e-08, "vm": 4.4e-08}
"""By the engine, on one thread."""
A_THREAD_ADDS = {"native": 0.85, "numba": 0.85, "vm": 0.0}
"""Of what one thread does."""
LOAD_NUMBA = 0.42
COMPILE_KERNELS = 11.0
COMPILE = 0.9
COMPILE_AN_INSTRUCTION = 0.011
