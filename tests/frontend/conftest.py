"""Shapes graphs for the tests of the front end: from text, from the W3C suite, from what pySHACL ships."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cns.frontend.load import load
from cns.frontend.parse import parse
from cns.shapes import Shape, ShapesAst

PREFIXES = """\
@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ParseText = Callable[..., ShapesAst]
OneShape = Callable[..., Shape]


@pytest.fixture(scope="session")
def parse_text() -> ParseText:
    """Turtle without its prefixes → AST."""

    def parse_it(turtle: str, *, ignore_unsupported: bool = False) -> ShapesAst:
        return parse(load(PREFIXES + turtle), ignore_unsupported=ignore_unsupported)

    return parse_it


@pytest.fixture(scope="session")
def one_shape(parse_text: ParseText) -> OneShape:
    """Turtle → the first shape of its AST."""
    return lambda turtle: parse_text(turtle).shapes[0]


@pytest.fixture(scope="session")
def conformance() -> Path:
    default = Path(__file__).parents[3] / "shared" / "conformance"
    folder = Path(os.environ.get("CNS_CONFORMANCE", default))
    if not folder.is_dir():
        pytest.skip(f"the W3C suite is not at {folder}; say where it is with CNS_CONFORMANCE")
    return folder
