"""Emitted C beside hand-written C for the same shapes (stress/handwritten/hand.c) and beside the vm: one process,
results compared first, times taken in turns. Then what compiling costs, and what an event.

python -m stress.native                 the workloads, as ratios
python -m stress.native --compile       20 shapes from cold to the first verdict; 100 to 5,000 shapes
python -m stress.native --event         one event of 12 triples and 10 checks
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import cns
from cns.codegen.program import Program
from cns.codegen.render import render
from cns.resources import RUNTIME, RUNTIME_LIBRARY
from cns.runtime import compiled
from cns.runtime.compiled import toolchain

from . import university
from .compile_time import Watch

BASE = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <{XSD}> .
@prefix ex: <{BASE}> .
"""
HERE = Path(__file__).parent / "handwritten"

SHAPES = {
    "counting": """ex:S a sh:NodeShape ; sh:targetClass ex:Person ;
        sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:maxCount 1 ] ;
        sh:property [ sh:path ex:mail ; sh:minCount 1 ; sh:maxCount 2 ] ;
        sh:property [ sh:path ex:phone ; sh:maxCount 3 ] .""",
    "ranges": """ex:S a sh:NodeShape ; sh:targetClass ex:Person ;
        sh:property [ sh:path ex:age ; sh:datatype xsd:integer ; sh:minInclusive 18 ; sh:maxExclusive 100 ] ;
        sh:property [ sh:path ex:day ; sh:datatype xsd:date ] .""",
    "classes": """ex:S a sh:NodeShape ; sh:targetClass ex:Person ;
        sh:property [ sh:path ex:knows ; sh:class ex:Person ] ;
        sh:property [ sh:path ex:worksFor ; sh:class ex:Company ] .""",
    "patterns": """ex:S a sh:NodeShape ; sh:targetClass ex:Person ;
        sh:property [ sh:path ex:mail ; sh:pattern "^[^@ ]+@[^@ ]+$" ] ;
        sh:property [ sh:path ex:code ; sh:pattern "^[A-Z]{2}-[0-9]+$" ] .""",
    "logic": """ex:S a sh:NodeShape ; sh:targetClass ex:Person ;
        sh:or ( [ sh:path ex:mail ; sh:minCount 1 ] [ sh:path ex:phone ; sh:minCount 1 ] ) ;
        sh:not [ sh:class ex:Company ] ;
        sh:property [ sh:path ex:knows ; sh:xone ( [ sh:class ex:Person ] [ sh:class ex:Robot ] ) ] .""",
    "closed": """ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:closed true ;
        sh:ignoredProperties ( rdf:type ex:name ex:mail ex:phone ex:age ex:day ex:knows ex:worksFor ex:code
                               ex:mentor ex:heads
                               <http://www.w3.org/2000/01/rdf-schema#subClassOf> ) .""",
    "paths": """ex:S a sh:NodeShape ; sh:targetClass ex:Company ;
        sh:property [ sh:path [ sh:inversePath ex:heads ] ; sh:minCount 1 ; sh:maxCount 1 ] ;
        sh:property [ sh:path ( ex:member ex:mentor ) ; sh:class ex:Person ] .""",
}


def people(count: int, errors: float, seed: int = 1) -> Iterator[str]:
    """Persons and companies, as N-Triples; a share of them wrong in each way that some workload looks for."""
    choice = random.Random(seed)
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

    def wrong() -> bool:
        return choice.random() < errors

    def line(subject: str, predicate: str, value: str) -> str:
        return f"<{BASE}{subject}> <{BASE}{predicate}> {value} .\n"

    companies = max(1, count // 10)
    for i in range(companies):
        company = f"company{i}"
        yield f"<{BASE}{company}> {kind} <{BASE}Company> .\n"
        for _ in range(8):
            yield line(company, "member", f"<{BASE}person{choice.randrange(count)}>")
    for i in range(count):
        person = f"person{i}"
        yield f"<{BASE}{person}> {kind} <{BASE}Person> .\n"
        if not wrong():
            yield line(person, "name", f'"Person {i}"')
        for j in range(choice.randrange(1, 3)):
            yield line(person, "mail", f'"person{i}.{j}{"" if wrong() else "@"}mail.example.org"')
        for j in range(choice.randrange(4)):
            yield line(person, "phone", f'"+49-{i}{j}"')
        age = "17" if wrong() else "old" if wrong() else str(choice.randrange(18, 100))
        yield line(person, "age", f'"{age}"^^<{XSD}integer>')
        day = "2024-02-30" if wrong() else f"20{choice.randrange(10, 25)}-0{choice.randrange(1, 10)}-15"
        yield line(person, "day", f'"{day}"^^<{XSD}date>')
        for _ in range(choice.randrange(4)):
            friend = f"company{choice.randrange(companies)}" if wrong() else f"person{choice.randrange(count)}"
            yield line(person, "knows", f"<{BASE}{friend}>")
        employer = person if wrong() else f"company{choice.randrange(companies)}"
        yield line(person, "worksFor", f"<{BASE}{employer}>")
        yield line(person, "code", f'"{"a" if wrong() else "A"}B-{i}"')
        yield line(person, "mentor", f"<{BASE}{'company0' if wrong() else f'person{choice.randrange(count)}'}>")
        if i % 10 == 0 and not wrong():
            yield line(person, "heads", f"<{BASE}company{i // 10 % companies}>")
        if wrong():
            yield line(person, "extra", '"unexpected"')


def compile_bench(folder: Path, program: Program) -> Path:
    """The runtime as the extension modules have it, emitted code as the native engine compiles it, the rest by -O3."""
    tools = toolchain()
    emitted = []
    for source in render(program):
        path = folder / source.name
        path.write_text(source.text)
        emitted.append(str(path))
    command = [*tools.compiler.command, "-std=c11", *tools.compiler.machine, f"-I{RUNTIME}"]
    by_hand, bench = [str(HERE / "bench.c"), str(HERE / "hand.c")], folder / "bench"
    for level, sources in ((tools.optimise, emitted), ("-O3", by_hand)):
        subprocess.run([*command, level, "-c", *sources], check=True, cwd=folder)
    objects = [str(folder / Path(source).with_suffix(".o").name) for source in (*emitted, *by_hand)]
    subprocess.run([*command, *objects, str(RUNTIME_LIBRARY), "-o", str(bench), "-lm", "-pthread"], check=True)
    return bench


def workloads(count: int, errors: float, rounds: int) -> None:
    print(f"{'':12}{'results':>9}{'by hand':>12}{'native':>12}{'vm':>12}{'native/hand':>13}{'vm/hand':>9}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "people.nt"
        data.write_text("".join(people(count, errors)))
        students = folder / "university.nt"
        students.write_text("".join(university.triples(10 * count, errors=errors)))
        for workload, shapes in SHAPES.items():
            validator = cns.compile(None, (PREFIXES + shapes).encode(), format="turtle", engine="vm")
            _measure(folder, workload, validator, data, BASE, rounds)
        validator = cns.compile(university.ONTOLOGY, university.SHAPES, engine="vm")
        _measure(folder, "university", validator, students, university.UB, rounds)


def _measure(folder: Path, workload: str, validator: cns.Validator, data: Path, space: str, rounds: int) -> None:
    (folder / "program").write_bytes(validator.to_bytes())
    bench = compile_bench(folder, validator.program)
    command = [str(bench), str(folder / "program"), str(data), workload, space, str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{workload}: {done.stderr.strip()}")
    hand, native, vm, results = map(float, done.stdout.split())
    times = "".join(f"{value:>9,.0f} µs" for value in (hand, native, vm))
    print(f"{workload:12}{results:>9,.0f}{times}{native / hand:>13.2f}{vm / hand:>9.2f}")


# ---------------------------------------------------------------------- compiling


def many_shapes(count: int) -> str:
    """Node shapes with three property shapes each: eleven checks, a pattern of their own among them."""
    return PREFIXES + "".join(
        f"""ex:S{i} a sh:NodeShape ; sh:targetClass ex:C{i} ; sh:nodeKind sh:IRI ;
        sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
                      sh:maxLength {20 + i % 50} ] ;
        sh:property [ sh:path ex:p{i % 97} ; sh:datatype xsd:integer ; sh:minInclusive {i % 10} ;
                      sh:maxExclusive {100 + i} ] ;
        sh:property [ sh:path ex:q{i % 89} ; sh:class ex:C{i * 7 % count} ; sh:pattern "^[a-z]+{i}$" ;
                      sh:maxCount {i % 5 + 1} ] .
        """
        for i in range(count)
    )


def _cold(call: Callable[[], object]) -> float:
    with tempfile.TemporaryDirectory() as cache:
        before = os.environ.get("CNS_CACHE")
        os.environ["CNS_CACHE"] = cache
        try:
            start = time.perf_counter()
            call()
            return time.perf_counter() - start
        finally:
            if before is None:
                del os.environ["CNS_CACHE"]
            else:
                os.environ["CNS_CACHE"] = before


def compiling(counts: list[int]) -> None:
    heads = f"{'shapes → program':>18}{'render, cc, link':>18}{'cc and link':>13}{'a shape':>10}"
    print(f"{'shapes':>8}{heads}{'of the .so, a shape':>21}")
    for count in counts:
        text = many_shapes(count).encode()
        sizes: list[int] = []
        watch = Watch()
        start = time.perf_counter()
        validator = cns.compile(None, text, format="turtle", engine="vm", cache=False, meta_shacl=False)
        front = time.perf_counter() - start

        def native(blob: bytes = validator.to_bytes(), sizes: list[int] = sizes) -> None:
            cns.Validator(blob, engine="native").conforms(b"", format="nt")
            sizes += [path.stat().st_size for path in Path(os.environ["CNS_CACHE"], "native").glob("*.so")]

        with mock.patch.object(compiled, "stage", watch.stage):
            seconds = _cold(native)
        each = f"{1000 * seconds / count:>7.1f} ms{sizes[0] / count:>15,.0f} bytes"
        print(f"{count:>8}{front:>16.2f} s{seconds:>16.2f} s{watch.seconds['cc']:>11.2f} s{each}", flush=True)


# ---------------------------------------------------------------------- events

EVENT_SHAPES = """ex:Reading a sh:NodeShape ; sh:targetClass ex:Reading ;
    sh:property [ sh:path ex:sensor ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ;
    sh:property [ sh:path ex:value ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:decimal ] ;
    sh:property [ sh:path ex:at ; sh:minCount 1 ; sh:datatype xsd:dateTime ] ;
    sh:property [ sh:path ex:unit ; sh:in ( "C" "K" "F" ) ] ;
    sh:property [ sh:path ex:code ; sh:pattern "^[A-Z]{2}-[0-9]+$" ; sh:maxLength 20 ] .
"""
EVENT = "".join(
    f"<{BASE}reading1> {rest} .\n"
    for rest in (
        f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}Reading>",
        f"<{BASE}sensor> <{BASE}sensor17>",
        f'<{BASE}value> "21.5"^^<{XSD}decimal>',
        f'<{BASE}at> "2024-05-06T07:08:09Z"^^<{XSD}dateTime>',
        f'<{BASE}unit> "C"',
        f'<{BASE}code> "AB-1234"',
        *(f'<{BASE}extra{i}> "x{i}"' for i in range(6)),
    )
).encode()

EVENT_MAIN = """
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "event.h"
static int by_size(const void *a, const void *b) { return *(const double *)a < *(const double *)b ? -1 : 1; }
int main(int argc, char **argv) {
    static char bytes[1 << 16];
    enum { ROUNDS = 200000 };
    double *times = malloc(ROUNDS * sizeof *times);
    size_t size = fread(bytes, 1, sizeof bytes, stdin);
    event *validator = event_open(NULL);
    bool conforms = argc < 0 && argv;
    for (int i = 0; i < ROUNDS; i++) {
        struct timespec before, after;
        timespec_get(&before, TIME_UTC);
        if (event_check(validator, bytes, size, &conforms) != EVENT_OK || !conforms) return 1;
        timespec_get(&after, TIME_UTC);
        times[i] = (double)(after.tv_sec - before.tv_sec) * 1e6 + (double)(after.tv_nsec - before.tv_nsec) / 1e3;
    }
    qsort(times, ROUNDS, sizeof *times, by_size);
    printf("%.3f %.3f\\n", times[ROUNDS / 2], times[ROUNDS / 1000 * 999]);
    event_close(validator);
    return 0;
}
"""


def events(rounds: int = 100_000) -> None:
    validator = cns.compile(None, (PREFIXES + EVENT_SHAPES).encode(), format="turtle", engine="native")
    checks = validator.program.count("ops") - 5  # the five sh:property are no checks of their own
    print(f"{EVENT.count(b'.' + bytes([10]))} triples, {len(EVENT)} bytes, {checks} checks")
    with tempfile.TemporaryDirectory() as name:
        made = validator.emit(Path(name) / "build", name="event")
        (made / "main.c").write_text(EVENT_MAIN)
        command = ["cc", "-std=c11", "-O2", "main.c", "libevent.a", "-lm", "-o", "main"]
        subprocess.run(command, cwd=made, check=True)
        done = subprocess.run([made / "main"], input=EVENT, capture_output=True, check=True)
    median, slow = map(float, done.stdout.split())
    print(f"C function:        median {median:6.2f} µs, 99.9th percentile {slow:6.2f} µs")
    times = []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        validator.check(EVENT)
        times.append((time.perf_counter_ns() - start) / 1000)
    times.sort()
    slow = times[rounds // 1000 * 999]
    print(f"Validator.check:   median {times[rounds // 2]:6.2f} µs, 99.9th percentile {slow:6.2f} µs")


def main() -> None:
    parser = argparse.ArgumentParser(description="Emitted C beside hand-written C, and what compiling costs.")
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--errors", type=float, default=0.001)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--event", action="store_true")
    parser.add_argument("--counts", type=int, nargs="+", default=[20, 100, 1000, 5000])
    options = parser.parse_args()
    if options.compile:
        compiling(options.counts)
    elif options.event:
        events()
    else:
        workloads(options.people, options.errors, options.rounds)


if __name__ == "__main__":
    main()
