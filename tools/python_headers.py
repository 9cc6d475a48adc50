"""Sees to it that Python.h is there for the Python that runs this; `make` calls it in the virtual environment.

Debian's python3 comes without the headers (they are in python3-dev). Where they are missing, they are fetched with
apt, which needs no root for that, and unpacked to the include folder of the virtual environment, where every build
in that environment looks. Nothing outside of it is touched.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
from pathlib import Path

VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
PACKAGE = f"lib{VERSION}-dev"
REMEDY = f"""\
Python.h is missing: {{folder}} has no headers of {VERSION}, and they could not be fetched with apt:
{{reason}}
What to do: install them (Debian, Ubuntu: sudo apt-get install python3-dev; Fedora: sudo dnf install python3-devel), or
take another Python that has them: make PYTHON=/path/to/python3 VENV=.venv-other"""


class NotFetchedError(Exception):
    """Apt could not do it; the message is its own."""


def main() -> int:
    system, own = Path(sysconfig.get_path("include")), Path(sys.prefix, "include")
    if any((folder / "Python.h").is_file() for folder in (system, own)):
        return 0
    if sys.prefix == sys.base_prefix:
        print("python_headers.py: to be run by the Python of a virtual environment", file=sys.stderr)
        return 2
    print(f"Python.h is missing from {system}: fetching {PACKAGE} into {own}", flush=True)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            unpack(download(Path(scratch)), Path(scratch, "unpacked"), own)
    except NotFetchedError as error:
        print(REMEDY.format(folder=system, reason=error), file=sys.stderr)
        return 2
    return 0


def download(scratch: Path) -> Path:
    """The package, of the very version that is installed if the mirrors still have it. Apt's lists are our own."""
    (scratch / "lists" / "partial").mkdir(parents=True)
    (scratch / "cache" / "archives" / "partial").mkdir(parents=True)
    apt = ["apt-get", "-q", "-o", f"Dir::State::lists={scratch / 'lists'}", "-o", f"Dir::Cache={scratch / 'cache'}"]
    update = [*apt, "-o", "APT::Sandbox::User=", "-o", "Acquire::Languages=none", "update"]
    try:
        run([*update, "-o", "APT::Update::Error-Mode=any"], scratch)
    except NotFetchedError as error:
        print(f"Not every mirror could be read, going on without:\n{error}", flush=True)
    try:
        installed = run(["dpkg-query", "--show", "--showformat=${Version}", f"lib{VERSION}-minimal"], scratch)
        run([*apt, "download", f"{PACKAGE}={installed}"], scratch)
    except NotFetchedError:
        run([*apt, "download", PACKAGE], scratch)
    return next(scratch.glob("*.deb"))


def unpack(package: Path, scratch: Path, target: Path) -> None:
    """usr/include/python3.X/* to the folder itself; pyconfig.h there includes <(architecture)/python3.X/pyconfig.h>."""
    run(["dpkg-deb", "--extract", str(package), str(scratch)], package.parent)
    include = scratch / "usr" / "include"
    if not (include / VERSION / "Python.h").is_file():
        raise NotFetchedError(f"{package.name} holds no {VERSION}/Python.h")
    for folder in include.iterdir():
        if folder.name != VERSION:
            shutil.copytree(folder, target / folder.name, dirs_exist_ok=True)
    shutil.copytree(include / VERSION, target, dirs_exist_ok=True)


def run(command: list[str], folder: Path) -> str:
    """What the command prints; its complaint is the error."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NotFetchedError(f"  {command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        complaint = (done.stderr or done.stdout).strip()
        raise NotFetchedError(textwrap.indent(f"{' '.join(command)}\n{complaint}", "  "))
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
