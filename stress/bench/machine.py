"""What a run was measured on: the machine, and the commit."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

import cns
from cns.toolchain import cc

from .document import Machine


def describe(load_before: float) -> Machine:
    """As it is at the end of a run."""
    compiler = cc.find()
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)),
        memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        compiler=f"{Path(compiler.command[0]).name} {compiler.version}" if compiler else "",
        load_before=load_before,
        load_after=os.getloadavg()[0],
    )


def _cpu() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    names = re.findall(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return names[0] if names else platform.machine()


def commit() -> str:
    """Of the checkout that cns is run from; "" if it is none."""
    root = Path(cns.__file__).parents[1]
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return ""

    def said(*arguments: str) -> str:
        done = subprocess.run([git, *arguments], cwd=root, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    return said("rev-parse", "HEAD") + ("+" if said("status", "--porcelain", "--untracked-files=no") else "")
