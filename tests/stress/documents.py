"""A small document of the benchmark, with one of everything, for tests that need one."""

from __future__ import annotations

from stress.bench.document import (
    VERSION,
    Agreement,
    Dataset,
    Document,
    LeftOut,
    Machine,
    Payback,
    Phase,
    Row,
    Samples,
    Settings,
    Span,
)


def row(contender: str, seconds: float, **changes: object) -> Row:
    values: dict[str, object] = {
        "dataset": "university-2000",
        "syntax": "nt",
        "contender": contender,
        "version": "1.0",
        "ours": contender.startswith("cns"),
        "state": "cold",
        "threads": 1,
        "outcome": "equal",
        "reason": "",
        "total": Samples((seconds, seconds * 1.1, seconds * 0.9)),
        "process": Samples((seconds + 1, seconds + 2, seconds + 3)),
        "memory": Samples((1e6, 2e6, 3e6)),
        "phases": (
            Phase("load", Samples((seconds * 0.25,)), Samples((1e6,))),
            Phase("run", Samples((seconds * 0.75,)), None),
        ),
        "agreement": Agreement(results=3, missing=0, extra=0, differences=()),
        "load": 0.5,
    }
    return Row(**(values | changes))  # type: ignore[arg-type]


def document(*rows: Row) -> Document:
    return Document(
        schema=VERSION,
        created="2026-01-02T03:04:05Z",
        cns="0.1.0",
        commit="0123456789abcdef",
        machine=Machine(
            cpu="a processor",
            cores=2,
            memory=8 << 30,
            system="Linux x86_64",
            python="3.11.0",
            compiler="gcc 12",
            load_before=0.1,
            load_after=0.2,
        ),
        settings=Settings(command="cns-aotc bench --quick", rounds=3, time_limit=60.0, seed=1, errors=0.01),
        datasets=(
            Dataset(
                id="university-2000",
                workload="university",
                size=2000,
                triples=2048,
                events=0,
                bytes={"nt": 300_000, "turtle": 120_000},
                shapes=7,
                checks=40,
                results=4,
                distinct=3,
            ),
        ),
        rows=rows,
        paybacks=(Payback("university-2000", Samples((0.5, 0.6)), vm=3e-8, native=1e-8, triples=27_500_000),),
        left_out=(LeftOut("pyrudof", "is not installed"),),
        spans=(Span("cns.read", "01", "02", "", start=5, end=9, attributes={"cns.triples": 2048, "cns.ok": True}),),
    )
