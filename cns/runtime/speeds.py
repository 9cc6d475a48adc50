"""Seconds that the engines take, and to start them: ``python -m stress.engines --write`` renews them."""

A_TRIPLE = {"native": 1.3e-08, "numba": 2.4e-08, "vm": 4.6e-08}
"""By the engine, on one thread, for a triple that is kept."""
A_THREAD_ADDS = {"native": 0.85, "numba": 0.85, "vm": 0.0}
"""To the speed of one thread."""
LOAD_NUMBA = 0.42
COMPILE_KERNELS = 11.0
COMPILE = 0.23
COMPILE_AN_INSTRUCTION = 0.0049
"""Of native code."""
