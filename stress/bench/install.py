"""Puts the peers into one folder, from their package registries: PyPI, Maven Central, npm.

python -m stress.bench.install [--folder FOLDER] [NAME ...]        or: cns-aotc bench --install-peers

What is needed for that and missing (npm, mvn, a JDK) is said, and the others are installed nevertheless.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import peers

PYPI = {"shacl": "shacl==0.3.4", "pyrudof": "pyrudof==0.3.35"}
SHAPES = "brickschema==0.8.0"
"""Shapes of a workload; what the package needs to run is not needed."""
MAVEN = {
    "jena": ("org.apache.jena", "jena-shacl", "5.6.0"),  # 6 needs Java 21
    "topbraid": ("org.topbraid", "shacl", "1.4.4"),
}
NPM = {
    "rdf-validate-shacl": "0.6.5",
    "shacl-engine": "1.1.2",
    "n3": "2.13.12",
    "@rdfjs/data-model": "^2.1.0",
    "@rdfjs/dataset": "^2.0.2",
    "@rdfjs/environment": "^1.0.0",
}

POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>peers</groupId><artifactId>{name}</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>
  </dependency></dependencies>
</project>
"""


class CannotInstall(Exception):
    pass


def install(place: Path, names: Sequence[str], say: Callable[[str], None]) -> bool:
    """Whether all that were asked for are there."""
    place.mkdir(parents=True, exist_ok=True)
    well = True
    for what, wanted, work in (
        ("PyPI", [name for name in PYPI if name in names], _pypi),
        *((name, [name], _maven) for name, (short, _) in peers.JAVA.items() if name in names),
        ("npm", [name for name in peers.NODE if name in names], _npm),
    ):
        if not wanted:
            continue
        say(f"{what}: {', '.join(wanted)}")
        try:
            work(place, wanted)
        except CannotInstall as error:
            say(f"  {error}")
            well = False
    found, missing = peers.find(place)
    for line in peers.described(found):
        say(f"there is {line}")
    for name, reason in missing.items():
        say(f"{name}: {reason}")
    return well and not set(names) & set(missing)


def _pypi(place: Path, names: Sequence[str]) -> None:
    python = place / "python" / "bin" / "python"
    if not python.exists():
        _run([sys.executable, "-m", "venv", str(place / "python")], place)
    pip = [str(python), "-m", "pip", "install", "--quiet"]
    _run([*pip, *(PYPI[name] for name in names)], place)
    _run([*pip, "--no-deps", SHAPES], place)


def _maven(place: Path, names: Sequence[str]) -> None:
    for name in names:
        short = peers.JAVA[name][0]
        group, artifact, version = MAVEN[short]
        home = place / "java" / short
        home.mkdir(parents=True, exist_ok=True)
        (home / "pom.xml").write_text(POM.format(name=short, group=group, artifact=artifact, version=version))
        shutil.rmtree(home / "lib", ignore_errors=True)
        _run([_tool("mvn"), "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"], home)


def _npm(place: Path, names: Sequence[str]) -> None:
    home = place / "node"
    home.mkdir(exist_ok=True)
    wanted = {name: version for name, version in NPM.items() if name not in peers.NODE or name in names}
    (home / "package.json").write_text(json.dumps({"private": True, "dependencies": wanted}))
    _run([_tool("npm"), "install", "--no-audit", "--no-fund", "--silent"], home)


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise CannotInstall(f"needs {name}, which is not on this machine")
    return path


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise CannotInstall(f"{Path(command[0]).name} failed: {words[-1] if words else done.returncode}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(peers.NAMES)}; default: all")
    parser.add_argument("--folder", type=Path, default=peers.folder(), help="default: %(default)s")
    options = parser.parse_args()
    unknown = set(options.names) - set(peers.NAMES)
    if unknown:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    return 0 if install(options.folder, options.names or peers.NAMES, lambda text: print(text, flush=True)) else 1


if __name__ == "__main__":
    sys.exit(main())
