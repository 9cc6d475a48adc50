"""The bytecode engine beside pySHACL on the same university, results compared before times are printed.

python -m stress.against_pyshacl --triples 100000
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyshacl
import rdflib

import cns
from cns import pipeline

from . import university

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
Rows = Counter[tuple[str, ...]]


def timed(call: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """The median time of some calls, and what the last one gave."""
    times, value = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        value = call()
        times.append(time.perf_counter() - start)
    return statistics.median(times), value


def rows_of(graph: rdflib.Graph) -> Rows:
    """Results as (focus, path, value, component), with their number."""
    fields = (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent)
    rows: Rows = Counter()
    for result in graph.objects(None, SH.result):
        values = (graph.value(result, field) for field in fields)
        rows[tuple("" if v is None or isinstance(v, rdflib.BNode) else v.n3() for v in values)] += 1
    return rows


def measure(path: Path, repeats: int) -> None:
    validator = cns.compile(university.ONTOLOGY, university.SHAPES, engine="vm")
    read_time, reading = timed(lambda: pipeline.read(validator._loaded, path, cns.ReadOptions()), repeats)
    run_time, report = timed(lambda: pipeline.run(lambda: validator.program, validator._engine, reading), repeats)

    shapes, ontology = rdflib.Graph(), rdflib.Graph()
    shapes.parse(data=university.SHAPES, format="turtle")
    ontology.parse(data=university.ONTOLOGY, format="turtle")
    rdflib.NORMALIZE_LITERALS = False
    load_time, data = timed(lambda: rdflib.Graph().parse(path, format="nt"), 1)
    peer_time, (_, graph, _) = timed(lambda: pyshacl.validate(data, shacl_graph=shapes, ont_graph=ontology), 1)

    ours, theirs = rows_of(report.graph()), rows_of(graph)
    if ours != theirs:
        for row in list(ours - theirs)[:5]:
            print("only cns:    ", *row)
        for row in list(theirs - ours)[:5]:
            print("only pySHACL:", *row)
        raise SystemExit("the results differ: no times")
    print(
        f"{reading.store.triples_read:,} triples, {path.stat().st_size / 1e6:.1f} MB, {len(report):,} results, equal\n"
    )
    print(f"{'':12}{'cns (vm)':>14}{'pySHACL ' + pyshacl.__version__:>18}{'ratio':>10}")
    for name, mine, other in (
        ("read", read_time, load_time),
        ("validate", run_time, peer_time),
        ("both", read_time + run_time, load_time + peer_time),
    ):
        print(f"{name:12}{mine * 1000:>11.1f} ms{other * 1000:>15.0f} ms{other / mine:>10,.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="cns beside pySHACL on one university.")
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--errors", type=float, default=0.001)
    parser.add_argument("--repeats", type=int, default=5, help="of our side; pySHACL runs once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "university.nt"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(university.triples(options.triples, errors=options.errors))
        measure(path, options.repeats)


if __name__ == "__main__":
    main()
