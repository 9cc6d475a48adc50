"""Seeded generators, benchmark and stress scenarios. Run as modules: ``python -m stress.NAME``."""
