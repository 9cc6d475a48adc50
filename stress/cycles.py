"""Measures what each kind of check costs on this machine, and writes the table that the compiler orders checks by.

python -m stress.cycles            # prints it
python -m stress.cycles --write    # … into cns/passes/cycles.py

Each figure is the difference between two programs on the bytecode engine, of which one has the check more. All hold.
"""

from __future__ import annotations

import argparse
import ctypes
import subprocess
import tempfile
import time
from pathlib import Path

import cns
from cns.passes import cycles
from cython_optimizations import vm
from cython_optimizations.store import Program, Store

TARGET = Path(cycles.__file__)
PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
FOCUS, VALUES = 2000, 8
EX, XSD = "http://example.org/", "http://www.w3.org/2001/XMLSchema#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

# Shapes of values: what is looked at, and a predicate whose values pass.
ON_VALUES = {
    "class": ("iri", "sh:class ex:C"),
    "datatype": ("integer", "sh:datatype xsd:integer"),
    "nodeKind": ("iri", "sh:nodeKind sh:IRI"),
    "minExclusive": ("integer", "sh:minExclusive -1"),
    "minInclusive": ("integer", "sh:minInclusive 0"),
    "maxExclusive": ("integer", "sh:maxExclusive 100000"),
    "maxInclusive": ("integer", "sh:maxInclusive 100000"),
    "minLength": ("text", "sh:minLength 3"),
    "maxLength": ("text", "sh:maxLength 300"),
    "pattern": ("text", 'sh:pattern "^[a-z]+ [a-z0-9 ]+$"'),
    "languageIn": ("tagged", 'sh:languageIn ( "de" "en" )'),
    "in": ("iri", "sh:in ( " + " ".join(f"ex:v{i}" for i in range(VALUES)) + " )"),
    "closed": ("iri", "sh:closed true ; sh:ignoredProperties ( rdf:type )"),
    "call": ("iri", "sh:node [ sh:nodeKind sh:IRI ]"),
    "not": ("iri", "sh:not [ sh:nodeKind sh:Literal ]"),
    "xone": ("iri", "sh:xone ( [ sh:nodeKind sh:IRI ] )"),
}
# Of all values of a focus node, four of them.
ON_SETS = {
    "minCount": ("integer", "sh:minCount 1"),
    "maxCount": ("integer", "sh:maxCount 20"),
    "uniqueLang": ("unique", "sh:uniqueLang true"),
    "equals": ("integer", "sh:equals ex:same"),
    "disjoint": ("integer", "sh:disjoint ex:later"),
    "lessThan": ("integer", "sh:lessThan ex:later"),
    "lessThanOrEquals": ("integer", "sh:lessThanOrEquals ex:later"),
    "hasValue": ("iri", "sh:hasValue ex:v0"),
    "qualified": ("iri", "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMaxCount 20"),
}
# Where the values come from: a path with as many values each.
PATHS = {
    "forward": "ex:iri",
    "inverse": "[ sh:inversePath ex:back ]",
    "path": "( ex:self ex:iri )",
}


def data() -> bytes:
    lines = [f"<{EX}v{i}> {TYPE} <{EX}C> ." for i in range(VALUES)]
    for focus in range(FOCUS):
        node = f"<{EX}f{focus}>"
        lines += [f"{node} {TYPE} <{EX}F> .", f"{node} <{EX}self> {node} ."]
        for i in range(VALUES):
            number = f'"{100 * focus % 1000 + i}"^^<{XSD}integer>'
            lines += [
                f"{node} <{EX}iri> <{EX}v{i}> .",
                f"<{EX}b{focus}-{i}> <{EX}back> {node} .",
                f"{node} <{EX}integer> {number} .",
                f"{node} <{EX}same> {number} .",
                f'{node} <{EX}later> "{5000 + i}"^^<{XSD}integer> .',
                f'{node} <{EX}text> "some words and more {focus} {i}" .',
                f'{node} <{EX}tagged> "word {i}"@en .',
                f'{node} <{EX}unique> "word {i}"@a{chr(97 + i)} .',
            ]
    return "\n".join(lines).encode()


class Machine:
    """Runs shapes over the data, all of which hold."""

    def __init__(self) -> None:
        self.data = data()
        self.cycles_a_second = cycles_a_second()

    def seconds(self, shapes: list[str]) -> list[float]:
        """The best of many runs of each, taken in turns, so that whatever slows the machine slows all of them."""
        stores = [self._store(shape) for shape in shapes]
        best = [float("inf")] * len(stores)
        for _ in range(40):
            for i, store in enumerate(stores):
                roots = [(shape, None) for shape in store.program.roots()]
                start = time.perf_counter()
                conforms, _ = vm.run(store, roots)
                best[i] = min(best[i], time.perf_counter() - start)
                if not conforms:
                    raise SystemExit(f"these do not hold: {shapes[i]}")
        return best

    def _store(self, body: str) -> Store:
        text = f"{PREFIXES} ex:S a sh:NodeShape ; sh:targetClass ex:F ; {body} ."
        store = Store(
            Program(cns.compile(text.encode(), format="turtle", cache=False, meta_shacl=False, passes=()).to_bytes())
        )
        store.read(self.data, "nt")
        store.index()
        return store

    def difference(self, shorter: str, longer: str, times: int) -> float:
        """Cycles that the longer one takes more, for each of so many times."""
        without, with_it = self.seconds([shorter, longer])
        return max(1.0, (with_it - without) * self.cycles_a_second / times)


def cycles_a_second() -> float:
    """A multiplication and an addition that wait for each other are four cycles on the usual machines."""
    source = """#include <stdint.h>
    uint64_t spin(uint64_t n) {
        uint64_t x = n;
        for (uint64_t i = 0; i < n; i++) {
            x = x * 5501 + 7;
            __asm__("" : "+r"(x));
        }
        return x;
    }"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "spin.c")
        path.write_text(source)
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", path, "-o", path.with_suffix(".so")], check=True)
        spin = ctypes.CDLL(str(path.with_suffix(".so"))).spin
        turns = 20_000_000
        best = float("inf")
        for _ in range(5):
            start = time.perf_counter()
            spin(ctypes.c_uint64(turns))
            best = min(best, time.perf_counter() - start)
    return 4 * turns / best


def on(predicate: str, *checks: str) -> str:
    return f"sh:property [ sh:path {predicate} ; {' ; '.join(checks)} ]"


def measured() -> dict[str, float]:
    machine = Machine()
    found = {}
    for name, (predicate, check) in ON_VALUES.items():
        base = "sh:maxLength 999" if name == "minLength" else "sh:minLength 0"
        found[name] = machine.difference(
            on(f"ex:{predicate}", base), on(f"ex:{predicate}", base, check), FOCUS * VALUES
        )
    for name in ("call", "not", "xone"):  # without what is called
        found[name] = max(1.0, found[name] - found["nodeKind"])
    found["and"] = found["or"] = found["node"] = found["property"] = found["call"]
    for name, (predicate, check) in ON_SETS.items():
        found[name] = machine.difference(on(f"ex:{predicate}", base), on(f"ex:{predicate}", base, check), FOCUS)
    found["qualified"] = max(1.0, found["qualified"] / VALUES - found["nodeKind"])
    for name, path in PATHS.items():
        one, two = on(path, "sh:maxCount 9"), on(path, "sh:maxCount 10")
        found["load " + name] = max(
            1.0, machine.difference(one, f"{one} ; {two}", FOCUS) - found["call"] - found["maxCount"]
        )
    return found


def written(found: dict[str, float]) -> str:
    rows = "".join(f'    "{name}": {round(value)},\n' for name, value in sorted(found.items()))
    return f'''"""What a check costs, in cycles, when it holds: measured by ``python -m stress.cycles --write``."""

CYCLES = {{
{rows}}}
"""By the kind of the check: for one value, or for a focus node with eight values; without the shapes that it calls.
``load …``: finding the values of a focus node, by the kind of the path."""
'''


def main() -> None:
    parser = argparse.ArgumentParser(description="Cycles of each kind of check.")
    parser.add_argument("--write", action="store_true", help="into cns/passes/cycles.py")
    options = parser.parse_args()
    found = measured()
    for name, value in sorted(found.items(), key=lambda item: item[1]):
        print(f"{name:20}{value:8.0f}{cycles.CYCLES.get(name, 0):8.0f}")
    if options.write:
        TARGET.write_text(written(found))


if __name__ == "__main__":
    main()
