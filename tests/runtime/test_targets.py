"""Who the instances of classes are, however many there are of them and however many classes a node has."""

from __future__ import annotations

import random

import pytest

import cns
from tests.support import EX, PREFIXES

CLASSES = 24
NODES = 3000


def hierarchy(rng: random.Random) -> list[tuple[int, int]]:
    return [(sub, rng.randrange(sub)) for sub in range(1, CLASSES) if rng.random() < 0.7]


def above(edges: list[tuple[int, int]], one: int) -> set[int]:
    found, waiting = {one}, [one]
    while waiting:
        below = waiting.pop()
        for sub, sup in edges:
            if sub == below and sup not in found:
                found.add(sup)
                waiting.append(sup)
    return found


@pytest.mark.parametrize("engine", ["vm", "native", "numba"])
def test_instances_of_each_class_are_its_focus_nodes(engine: str) -> None:
    rng = random.Random(7)
    edges = hierarchy(rng)
    shapes = "".join(f"ex:S{c} sh:targetClass ex:C{c} ; sh:minLength 1000 .\n" for c in range(CLASSES))
    validator = cns.compile(None, PREFIXES + shapes, engine=engine)
    types = {n: {int(CLASSES * rng.random() ** 2) for _ in range(rng.choice((0, 1, 1, 1, 2, 3)))} for n in range(NODES)}
    data = "".join(f"ex:C{sub} rdfs:subClassOf ex:C{sup} .\n" for sub, sup in edges)
    data += "".join(f"ex:n{n} a ex:C{c} .\n" for n, has in types.items() for c in has)
    found: dict[str, list[str]] = {}
    for result in validator.validate(PREFIXES + data, format="turtle"):
        found.setdefault(str(result.shape), []).append(str(result.focus))
    for c in range(CLASSES):
        expected = {f"{EX}n{n}" for n, has in types.items() if any(c in above(edges, own) for own in has)}
        nodes = found.get(f"{EX}S{c}", [])
        assert len(nodes) == len(set(nodes))
        assert set(nodes) == expected
