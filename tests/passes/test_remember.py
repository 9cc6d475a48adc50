"""Which verdicts are kept, and that nothing is asked twice where they are; test_same_results holds the results."""

from __future__ import annotations

import pytest

import cns
from cns import pipeline
from cns.options import CompileOptions
from cns.passes.line import NAMES
from cns.pipeline import build_ir, optimise, order_ir
from cns.runtime import engines
from tests.support import PREFIXES

WITHOUT = tuple(name for name in NAMES if name != "remember")
DEAR = 'sh:property [ sh:path ex:name ; sh:pattern "^[A-Z]+$" ]'
CHEAP = "sh:property [ sh:path ex:name ; sh:maxCount 1 ]"
TARGET = "ex:S sh:targetClass ex:C ; "


def kept(shapes: str) -> set[str]:
    options = CompileOptions(cache=False)
    ir, _, _ = optimise(order_ir(build_ir(None, PREFIXES + shapes, options)[0]).ir, options)
    return {shape.label for shape in ir.shapes if shape.remembered}


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        (f"{TARGET} sh:node ex:T . ex:T a sh:NodeShape ; {DEAR} .", set()),
        (f"{TARGET} sh:property [ sh:path ex:p ; sh:node ex:T ] . ex:T a sh:NodeShape ; {DEAR} .", {"ex:T"}),
        (f"{TARGET} sh:property [ sh:path ex:p ; sh:node ex:T ] . ex:T a sh:NodeShape ; {CHEAP} .", set()),
        (f"{TARGET} sh:node ex:T . ex:T sh:targetClass ex:D ; {DEAR} .", {"ex:T"}),
        (
            f"{TARGET} sh:node ex:T , ex:U . ex:U a sh:NodeShape ; sh:not ex:T . ex:T a sh:NodeShape ; {DEAR} .",
            {"ex:T"},
        ),
        (
            f"{TARGET} sh:property [ sh:path ex:p ; sh:node ex:T ] . ex:T a sh:NodeShape ; {DEAR} ; sh:node ex:U . "
            f"ex:U a sh:NodeShape ; {DEAR.replace('name', 'other')} .",
            {"ex:T"},
        ),
        (
            f"{TARGET} sh:property ex:T . ex:R sh:targetClass ex:D ; sh:property ex:T . "
            "ex:T sh:path ex:p ; sh:pattern 'a' .",
            set(),
        ),
        (
            f"{TARGET} sh:property [ sh:path ex:p ; sh:qualifiedValueShape ex:T ; sh:qualifiedMinCount 1 ] . "
            f"ex:T a sh:NodeShape ; {DEAR} .",
            {"ex:T"},
        ),
        (f"{TARGET} sh:property [ sh:path ex:p ; sh:node ex:T ] . ex:T sh:deactivated true ; {DEAR} .", set()),
    ],
    ids=[
        "asked once",
        "of values that nodes may share",
        "cheaper than to look it up",
        "targets of its own",
        "two that ask",
        "asked by what is kept itself",
        "called for results",
        "counted",
        "off",
    ],
)
def test_which_verdicts_are_kept(shapes: str, expected: set[str]) -> None:
    assert kept(shapes) == expected


def layered(layers: int, between: str) -> str:
    """In each layer two shapes build on the next one: 2 to the power of the layers are the ways to the last."""
    lines = ["ex:A0 sh:targetClass ex:C ."]
    for i in range(layers):
        lines += [f"ex:A{i} a sh:NodeShape ; {between.format('B', i)} ; {between.format('D', i)} ."]
        for name in "BD":
            limit = f"sh:property [ sh:path ex:{name} ; sh:maxCount {i + 1} ]"
            lines.append(f"ex:{name}{i} a sh:NodeShape ; sh:node ex:A{i + 1} ; {limit} .")
    return PREFIXES + "\n".join([*lines, f"ex:A{layers} a sh:NodeShape ; {DEAR} ."])


LAYERED = {
    "of one node": layered(40, "sh:node ex:{0}{1}"),
    "along a path": layered(40, "sh:property [ sh:path ex:p ; sh:node ex:{0}{1} ]"),
}
NODES = 60
DATA = PREFIXES + " ".join(
    f"ex:n{i} ex:p ex:n{i + 1} , ex:m{i + 1} . ex:m{i} ex:p ex:n{i + 1} , ex:m{i + 1} ." for i in range(NODES)
)


@pytest.mark.parametrize("engine", ["vm", "native", "numba"])
@pytest.mark.parametrize("shapes", LAYERED.values(), ids=LAYERED)
@pytest.mark.parametrize("name", ["A", "a"])
def test_layers_that_share_shapes_are_done_at_once(shapes: str, engine: str, name: str) -> None:
    """Without a memo this takes 2 to the power of 40 steps, and of data that is a lattice once more as many."""
    if engine == "numba":
        pytest.importorskip("numba")
    try:
        validator = cns.compile(None, shapes, format="turtle", cache=False, meta_shacl=False, engine=engine)
    except cns.CnsError as error:
        pytest.skip(str(error))
    last = f" ex:n{NODES} ex:name '{name}' . ex:n40 ex:name '{name}' . ex:n0 a ex:C ; ex:name '{name}' ."
    report = validator.validate(DATA + last)
    assert report.conforms is (name == "A")
    assert validator.conforms(DATA + last) is report.conforms


SHARED = f"""{TARGET} sh:property [ sh:path ex:p ; sh:node ex:T ] .
ex:T sh:targetClass ex:D ; {DEAR} ; sh:property [ sh:path ex:p ; sh:not ex:L ] .
ex:L a sh:NodeShape ; sh:pattern "^b+$" ; sh:property [ sh:path ex:q ; sh:maxCount 0 ] .
"""


def hits_of(shapes: str, data: str, passes: tuple[str, ...] | None, engine: str, threads: int) -> list[tuple[int, ...]]:
    validator = cns.compile(None, PREFIXES + shapes, format="turtle", cache=False, passes=passes)
    program = engines.load_program(validator.to_bytes())
    store = pipeline.read(program, (PREFIXES + data).encode(), cns.ReadOptions(format="turtle")).store
    done = engines.Engine(validator.to_bytes(), program, engine, threads).run(store)
    assert done.engine == engine
    return [tuple(hit) for hit in done.hits]


@pytest.mark.parametrize(("engine", "threads"), [("vm", 1), ("native", 1), ("native", 4), ("numba", 1), ("numba", 3)])
def test_the_hits_are_those_of_a_run_that_keeps_nothing(engine: str, threads: int) -> None:
    """Many nodes ask for the same few, which are roots too; some fail, and some values are literals."""
    if engine == "numba":
        pytest.importorskip("numba")
    data = " ".join(
        f"ex:c{i} a ex:C ; ex:p ex:d{i % 97} , ex:d{i * 7 % 1009} . "
        f"ex:d{i % 1009} a ex:D ; ex:name '{'ABCa'[i % 1009 % 4]}' ; ex:p '{'bc'[i % 5 % 2] * (1 + i % 3)}' ."
        for i in range(5000)
    )
    wanted = hits_of(SHARED, data, WITHOUT, "vm", 1)
    assert wanted
    try:
        assert hits_of(SHARED, data, None, engine, threads) == wanted
    except cns.CnsError as error:
        pytest.skip(str(error))


def checks_made(passes: tuple[str, ...] | None) -> int:
    shapes = f"{TARGET} sh:property [ sh:path ex:p ; sh:node ex:T ] . ex:T sh:targetClass ex:D ; {DEAR} ."
    data = " ".join(f"ex:c{i} a ex:C ; ex:p ex:d{i % 3} ." for i in range(30))
    data += " ".join(f"ex:d{i} a ex:D ; ex:name 'ABC' ." for i in range(3))
    validator = cns.compile(None, PREFIXES + shapes, format="turtle", cache=False, passes=passes)
    program = engines.load_program(validator.to_bytes())
    counts = engines.count(pipeline.read(program, (PREFIXES + data).encode(), cns.ReadOptions(format="turtle")).store)
    return sum(counts[at] for at in validator.program.checking())


def test_what_the_targets_of_a_shape_have_shown_is_not_asked_again() -> None:
    assert checks_made(WITHOUT) == 33
    assert checks_made(None) == 3
