"""Seconds that the engines take, and to start them: ``python -m stress.engines --write`` renews them."""

A_TRIPLE = {"native": 7.7e-09, "numba": 2.1e-08, "vm": 1.8e-08}
"""By the engine, on one thread, for a triple that is kept."""
A_THREAD_ADDS = {"native": 0.85, "numba": 0.85, "vm": 0.0}
"""To the speed of one thread."""
LOAD_NUMBA = 0.36
COMPILE_KERNELS = 11.0
COMPILE = 0.23
COMPILE_AN_INSTRUCTION = 0.0049
"""Of native code."""
