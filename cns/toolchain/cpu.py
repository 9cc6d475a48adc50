"""What a compiler makes of ``-march=native``, resolved to features, so that no cache serves another machine."""

from __future__ import annotations

import hashlib
import re

_DEFINE = re.compile(r"#define (\S+) ?(.*)")
_TUNE = re.compile(r"__tune_(\w+)__\Z")
_GENERIC = ("__x86_64__", "__aarch64__", "__riscv", "__powerpc64__", "__s390x__")


def macros(text: str) -> dict[str, str]:
    """What ``-dM -E`` prints, as a dict."""
    return {match[1]: match[2] for line in text.splitlines() if (match := _DEFINE.fullmatch(line))}


def digest(predefined: dict[str, str]) -> str:
    """Names the features of the machine and the compiler's version alike: both are macros."""
    lines = "".join(f"{name} {value}\n" for name, value in sorted(predefined.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def architecture(predefined: dict[str, str]) -> str:
    """The name of the processor as the compiler knows it, for people."""
    for name in sorted(predefined):
        if (match := _TUNE.match(name)) and match[1] != "generic":
            return match[1]
    return next((name.strip("_") for name in _GENERIC if name in predefined), "unknown")
