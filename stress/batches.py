"""Many files in one call beside a fresh process for each: the same results, files a second.

python -m stress.batches --files 200 --triples 5000
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cns

from . import university

ALONE = "import sys; from cns.cli import main; sys.exit(main(['validate', '-s', sys.argv[1], sys.argv[2], '-f', 'nt']))"


def measure(count: int, triples: int, alone: int, folder: Path) -> None:
    validator = cns.compile(university.ONTOLOGY, university.SHAPES)
    program = folder / "shapes.cns"
    validator.save(program)
    paths = [folder / f"{number}.nt" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text("".join(university.triples(triples, seed=number)))

    start = time.perf_counter()
    outcomes = dict(validator.validate_many(paths))
    together = (time.perf_counter() - start) / count

    start = time.perf_counter()
    for path in paths[:alone]:
        command = [sys.executable, "-c", ALONE, os.fspath(program), os.fspath(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        outcome = outcomes[path]
        if not isinstance(outcome, cns.Report) or done.stdout != outcome.serialize("nt"):
            raise SystemExit(f"{path}: the results differ: no times")
    apart = (time.perf_counter() - start) / alone
    print(f"{count} files of {triples:,} triples; reports of {alone} compared, equal")
    print(f"one call: {1 / together:,.0f} files a second; a process for each: {1 / apart:,.1f}")
    print(f"{apart / together:.0f} times the throughput")


def main() -> None:
    parser = argparse.ArgumentParser(description="Batches beside fresh processes.")
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--triples", type=int, default=5000)
    parser.add_argument("--alone", type=int, default=200, help="how many of them in processes of their own")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(options.files, options.triples, min(options.alone, options.files), Path(folder))


if __name__ == "__main__":
    main()
