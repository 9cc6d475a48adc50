"""Other validators: which of them are on this machine, in which version, and how each is started.

None has to be there. They are looked for in one folder (CNS_PEERS, else "peers" in cns's cache), where
stress/bench/install.py puts them, and in this Python.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from cns import cache

HARNESS = Path(__file__).parent / "harness"
MEMORY_SHARE = 75
"""Per cent of the machine's memory that a JVM and node may take: their own limits would stop them earlier."""

PYTHON = ("pySHACL", "shacl", "pyrudof")
JAVA = {"Apache Jena": ("jena", "Jena"), "TopBraid SHACL": ("topbraid", "TopBraid")}
"""Name → folder, class of the harness."""
NODE = ("rdf-validate-shacl", "shacl-engine")
NAMES = (*PYTHON, *JAVA, *NODE)

DECLINED = {
    "maplib": "its package on PyPI does not validate: it answers “not implemented: Contact Data Treehouse to try”"
}
"""Validators that were looked at, and why they cannot take part."""

NOTES = {"shacl": "its load is part of validate"}


@dataclass(frozen=True)
class Peer:
    name: str
    version: str
    command: tuple[str, ...]
    """What the harness's arguments follow."""


def folder() -> Path:
    return Path(os.environ.get("CNS_PEERS") or Path(cache.folder(), "peers"))


def find(place: Path) -> tuple[list[Peer], dict[str, str]]:
    """Those that can run, and why the others cannot."""
    found: list[Peer] = []
    missing = dict(DECLINED)
    for name in NAMES:
        outcome = _python(name, place) if name in PYTHON else _java(name, place) if name in JAVA else _node(name, place)
        if isinstance(outcome, Peer):
            found.append(outcome)
        else:
            missing[name] = outcome
    return found, missing


def _python(name: str, place: Path) -> Peer | str:
    harness = str(HARNESS / "python_peers.py")
    module = name.lower()
    python = place / "python" / "bin" / "python"
    for info in place.glob(f"python/lib/python*/site-packages/{module}-*.dist-info"):
        return Peer(name, info.name.removesuffix(".dist-info").rpartition("-")[2], (str(python), harness))
    if importlib.util.find_spec(module) is not None:
        return Peer(name, metadata.version(module), (sys.executable, harness))
    return "is not installed"


def _java(name: str, place: Path) -> Peer | str:
    short, main = JAVA[name]
    home = place / "java" / short
    jars = [jar for jar in (home / "lib").glob("*.jar") if re.fullmatch(r"(jena-)?shacl-[\d.]+\.jar", jar.name)]
    if not jars:
        return "is not installed"
    java = shutil.which("java")
    if java is None:
        return "there is no Java"
    if (problem := _compile(home, main)) is not None:
        return problem
    command = (java, f"-XX:MaxRAMPercentage={MEMORY_SHARE}", "-cp", f"{home / 'classes'}:{home / 'lib'}/*", main)
    return Peer(name, jars[0].stem.rpartition("-")[2], command)


def _compile(home: Path, main: str) -> str | None:
    """The harness's classes, made again where its source has changed; or why there are none."""
    sources = [HARNESS / "Peer.java", HARNESS / f"{main}.java"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    stamp = home / "classes" / "digest"
    if stamp.exists() and stamp.read_text() == digest:
        return None
    compiler = shutil.which("javac")
    if compiler is None:
        return "there is no Java compiler"
    command = [compiler, "-d", str(home / "classes"), "-cp", f"{home / 'lib'}/*", *map(str, sources)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"its harness does not compile: {done.stderr.strip().splitlines()[0]}"
    stamp.write_text(digest)
    return None


def _node(name: str, place: Path) -> Peer | str:
    about = place / "node" / "node_modules" / name / "package.json"
    if not about.exists():
        return "is not installed"
    node = shutil.which("node")
    if node is None:
        return "there is no node"
    # Node looks for modules beside the file that asks for them.
    harness = place / "node" / "peers.mjs"
    source = (HARNESS / "peers.mjs").read_text()
    if not harness.exists() or harness.read_text() != source:
        harness.write_text(source)
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * MEMORY_SHARE // 100 >> 20
    command = (node, f"--max-old-space-size={megabytes}", str(harness))
    return Peer(name, json.loads(about.read_text())["version"], command)


def described(found: list[Peer]) -> Iterator[str]:
    for peer in found:
        yield f"{peer.name} {peer.version}" + (f" ({NOTES[peer.name]})" if peer.name in NOTES else "")
