"""How long the compiler takes for many shapes, stage by stage, without the C compiler, and how that grows.

python -m stress.compile_time              # 100, 1,000, 10,000 shapes
python -m stress.compile_time --shapes 10000 --profile
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import io
import pstats
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import rdflib

import cns
from cns import pipeline
from cns.options import CompileOptions
from cns.telemetry import Stage

EX = "http://example.org/"
PREFIXES = f"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix ex: <{EX}> .
"""
PATTERNS = ["^[A-Z]{2}[0-9]+$", "^[^@ ]+@[^@ ]+$", "^https?://", "^\\\\d{4}-\\\\d{2}$", "[a-z]+", "^(a|b|c){1,5}$"]
PROPERTIES_EACH = 3


def shapes_text(count: int, seed: int = 1) -> str:
    """So many shapes: one in four a node shape with a class of its own, the others its properties and branches."""
    return PREFIXES + "".join(_node_shapes(count, random.Random(seed)))


def _node_shapes(count: int, chance: random.Random) -> Iterator[str]:
    left, number = count, 0
    while left > 0:
        number += 1
        parts = [f"ex:Shape{number} a sh:NodeShape ; sh:targetClass ex:Class{number}"]
        left -= 1
        for _ in range(min(PROPERTIES_EACH, left)):
            if left >= 3 and chance.random() < 0.1:
                parts.append(_either(chance, number))
                left -= 2
            else:
                parts.append(f"sh:property [ {_property(chance, number)} ]")
                left -= 1
        if chance.random() < 0.2:
            parts.append("sh:closed true ; sh:ignoredProperties ( rdf:type )")
        yield " ;\n    ".join(parts) + " .\n"


def _either(chance: random.Random, number: int) -> str:
    kind = chance.choice(["or", "and", "xone"])
    return f"sh:{kind} ( [ sh:class ex:Class{chance.randrange(number) + 1} ] [ sh:nodeKind sh:IRI ] )"


def _property(chance: random.Random, number: int) -> str:
    predicate = f"ex:p{chance.randrange(number) + 1}"
    path = predicate if chance.random() < 0.9 else f"( {predicate} [ sh:inversePath ex:q{chance.randrange(50)} ] )"
    checks = ["sh:minCount 1", "sh:maxCount 3", 'sh:message "wrong"@en', "sh:severity sh:Warning"]
    checks = chance.sample(checks, 2)
    checks.append(
        chance.choice(
            [
                "sh:datatype xsd:string ; sh:maxLength 80",
                "sh:datatype xsd:integer ; sh:minInclusive 0 ; sh:maxExclusive 1000",
                f"sh:class ex:Class{chance.randrange(number) + 1}",
                f'sh:pattern "{chance.choice(PATTERNS)}"',
                "sh:in ( " + " ".join(f"ex:v{chance.randrange(500)}" for _ in range(4)) + " )",
                "sh:nodeKind sh:IRIOrLiteral ; sh:lessThan ex:limit",
            ]
        )
    )
    return " ; ".join([f"sh:path {path}", *checks])


# ---------------------------------------------------------------------- measuring


class Watch:
    """Takes the time of the outermost stages within the whole."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.depth = 0

    @contextmanager
    def stage(self, name: str, **attributes: object) -> Iterator[Stage]:
        if name == "compile" and not self.depth:
            yield Stage()
            return
        self.depth += 1
        start = time.perf_counter()
        yield Stage()
        self.depth -= 1
        if not self.depth:
            self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - start


def compiled(text: str) -> tuple[float, dict[str, float], pipeline.Compiled]:
    """Seconds for all, and by stage."""
    options = CompileOptions(format="turtle", cache=False)
    gc.collect()
    watch = Watch()
    with mock.patch.object(pipeline, "stage", watch.stage):
        start = time.perf_counter()
        done = pipeline.compile_shapes(None, text, options)
        total = time.perf_counter() - start
    return total, watch.seconds, done


def parsed(text: str) -> float:
    """What rdflib takes to read the same text into a graph of its own."""
    gc.collect()
    start = time.perf_counter()
    rdflib.Graph().parse(data=text, format="turtle")
    return time.perf_counter() - start


def measure(count: int, rounds: int) -> None:
    """In a process of its own, so that its memory can be told."""
    text = shapes_text(count)
    compiled(shapes_text(10))  # what is loaded once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    best = min((compiled(text) for _ in range(rounds)), key=lambda run: run[0])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    library = min(parsed(text) for _ in range(rounds))
    program = cns.Validator(best[2].blob).program
    stages = "".join(f"{name} {seconds * 1e3:,.0f}  " for name, seconds in best[1].items())
    print(
        f"{count:>8,}{program.count('shapes'):>9,}{program.count('ops'):>9,}"
        f"{best[0]:>9.2f}{library:>9.2f}{best[0] - library:>9.2f}"
        f"{memory / 1024:>9,.0f}{len(best[2].blob) / 1e6:>9.1f}   {stages}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Compile time for many shapes.")
    parser.add_argument("--shapes", type=int, help="only so many")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inner:
        measure(options.shapes, options.rounds)
        return
    if options.profile:
        text = shapes_text(options.shapes or 10_000)
        profiler = cProfile.Profile()
        profiler.runcall(compiled, text)
        out = io.StringIO()
        pstats.Stats(profiler, stream=out).sort_stats("tottime").print_stats(45)
        print(out.getvalue())
        return
    heads = ("shapes", "kept", "checks", "s", "rdflib s", "beyond", "MB", "program")
    print(f"{heads[0]:>8}" + "".join(f"{head:>9}" for head in heads[1:]) + "   stages, ms")
    for count in [options.shapes] if options.shapes else [100, 1_000, 10_000]:
        command = [
            sys.executable,
            "-m",
            f"{__package__}.compile_time",  # cns.stress where it is installed
            "--inner",
            f"--shapes={count}",
            f"--rounds={options.rounds}",
        ]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
