"""The perfect hash beside Python's dict and gperf: what it takes to build, to keep and to ask.

Answers are compared before times are printed.

python -m stress.hash_tables --most 1000000
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
RUNTIME = HERE.parent / "templates" / "runtime"
WORDS = [
    "has",
    "is",
    "part",
    "of",
    "name",
    "date",
    "place",
    "work",
    "member",
    "title",
    "code",
    "unit",
    "value",
    "status",
]
NAMESPACES = [f"http://example.org/{name}/" for name in ("core#", "schema/", "ns/2024/terms#", "v#")]


@dataclass(frozen=True)
class Row:
    name: str
    build: float
    """Nanoseconds a key; 0: not known."""
    bits: float
    """A key, without the keys themselves."""
    lookup: float
    """Nanoseconds; half of what is asked for is there."""


def keys_of(count: int, chance: random.Random) -> list[str]:
    """IRIs as vocabularies have them: few namespaces, words run together."""
    made: dict[str, None] = {}
    while len(made) < count:
        words = [chance.choice(WORDS).capitalize() for _ in range(chance.randrange(1, 4))]
        number = str(chance.randrange(count)) if len(made) > 100 else ""
        made[chance.choice(NAMESPACES) + "".join(words) + number] = None
    return list(made)


def compiled(folder: Path, name: str, *flags: str) -> Path:
    program = folder / name
    sources = [str(HERE / "hash_tables.c"), str(RUNTIME / "perfect.c")]
    subprocess.run(["gcc", "-O3", f"-I{RUNTIME}", *flags, *sources, "-o", str(program)], check=True)
    return program


def figures_of(program: Path, folder: Path) -> dict[str, float]:
    command = [str(program), str(folder / "keys"), str(folder / "asked")]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {name: float(value) for name, value in (line.split() for line in printed.splitlines())}


def perfect(folder: Path, keys: list[str], expected: int) -> list[Row]:
    figures = figures_of(compiled(folder, "perfect"), folder)
    require(figures["found"] == expected, "the perfect hash finds other keys")
    bits = 32 * figures["words"] / len(keys)
    return [
        Row("perfect hash", figures["build"], bits, figures["lookup"]),
        Row("… with places", figures["build"], bits + 32, figures["lookup"]),
    ]


def gperf(folder: Path, keys: list[str], expected: int, patience: float) -> list[Row]:
    if shutil.which("gperf") is None:
        print("gperf is not installed (apt-get install gperf): left out", file=sys.stderr)
        return []
    source = folder / "gperf.h"
    command = ["gperf", "-L", "ANSI-C", "-C", "-l", "-D", f"--output-file={source}", str(folder / "keys")]
    start = time.perf_counter()
    try:
        subprocess.run(command, check=True, timeout=patience)
    except subprocess.TimeoutExpired:
        print(f"gperf: no answer for {len(keys):,} keys in {patience:.0f} s", file=sys.stderr)
        return []
    build = (time.perf_counter() - start) * 1e9 / len(keys)
    text = source.read_text()
    found = figures_of(compiled(folder, "gperf", f'-DGPERF="{source}"'), folder)
    require(found["found"] == expected, "gperf's function finds other keys")
    # A pointer to the word and its length; the 256 associated values are not counted.
    slots = int(re.findall(r"MAX_HASH_VALUE = (\d+)|MAX_HASH_VALUE (\d+)", text)[0][1]) + 1
    return [Row("gperf", build, slots * (64 + 8) / len(keys), found["lookup"])]


def dictionary(keys: list[str], asked: list[str], expected: int) -> list[Row]:
    """Bytes remember their hash: each round asks with fresh ones."""
    build = lookup = float("inf")
    for _ in range(5):
        fresh = [key.encode() for key in keys]
        start = time.perf_counter()
        table = dict(zip(fresh, range(len(fresh)), strict=True))
        build = min(build, time.perf_counter() - start)
        questions = [key.encode() for key in asked]
        start = time.perf_counter()
        deque(map(table.get, questions), maxlen=0)
        lookup = min(lookup, time.perf_counter() - start)
    require(sum(key.encode() in table for key in asked) == expected, "dict finds other keys")
    bits = 8 * sys.getsizeof(table) / len(keys)
    return [Row("dict", build * 1e9 / len(keys), bits, lookup * 1e9 / len(asked))]


def require(holds: bool, what: str) -> None:
    if not holds:
        raise SystemExit(f"{what}: no times")


def measure(count: int, patience: float) -> None:
    chance = random.Random(count)
    both = keys_of(2 * count, chance)
    chance.shuffle(both)
    keys, foreign = both[:count], both[count:]
    asked = chance.choices(keys, k=min(count, 100_000)) + chance.choices(foreign, k=min(count, 100_000))
    chance.shuffle(asked)
    expected = sum(map(set(keys).__contains__, asked))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "keys").write_text("".join(key + "\n" for key in keys))
        (folder / "asked").write_text("".join(key + "\n" for key in asked))
        rows = perfect(folder, keys, expected) + gperf(folder, keys, expected, patience)
    rows += dictionary(keys, asked, expected)
    for row in rows:
        print(f"{count:>9,}  {row.name:14}{row.build:>12,.0f}{row.bits:>12.1f}{row.lookup:>12.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="The perfect hash beside dict and gperf.")
    parser.add_argument("--most", type=int, default=1_000_000, help="keys")
    parser.add_argument("--patience", type=float, default=60, help="seconds that gperf has for one table")
    options = parser.parse_args()
    print(f"{'keys':>9}  {'':14}{'build ns/key':>12}{'bits/key':>12}{'lookup ns':>12}")
    count = 10
    while count <= options.most:
        measure(count, options.patience)
        count *= 10


if __name__ == "__main__":
    main()
