"""Cython over the C runtime: structs, program, store, engines. Knows arrays and structs only; nothing of cns."""
