"""What many tests share: prefixes, and shapes and data as short Turtle."""

from __future__ import annotations

from typing import Any

import rdflib

import cns

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix ex: <http://example.org/> .
"""
EX = "http://example.org/"


def compiled(shapes: str, ontology: str | None = None, **options: Any) -> cns.Validator:
    return cns.compile(None if ontology is None else PREFIXES + ontology, PREFIXES + shapes, **options)


def report_on(shapes: str, data: str, **options: Any) -> cns.Report:
    return compiled(shapes, **options).validate(PREFIXES + data, format="turtle")


def graph(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=PREFIXES + text, format="turtle")
