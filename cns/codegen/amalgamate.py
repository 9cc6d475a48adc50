"""The program, its functions and the C runtime as one C file that needs nothing but libc, with a header of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cns import __version__
from cns.codegen.ctext import c_bytes, escaped
from cns.codegen.program import Program
from cns.codegen.render import NOTE, Source, render, template
from cns.errors import UsageError
from cns.resources import RUNTIME

_LOCAL = re.compile(r'^#include "([\w.]+)"\n', re.MULTILINE)
_GUARD = re.compile(r"^#ifndef CNS_\w+_H\n#define CNS_\w+_H\n", re.MULTILINE)
_OURS = re.compile(r"\bcns_(?=[a-z])")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_RESERVED = frozenset(
    re.findall(
        r"\w+",
        """auto break case char const continue default do double else enum extern float for goto if inline int long
        main register restrict return short signed sizeof static struct switch typedef union unsigned void volatile
        while bool asm cns""",
    )
)


def artifact_name(wanted: str) -> str:
    """A name for files, functions and types."""
    name = re.sub(r"\W+", "_", wanted.lower(), flags=re.ASCII).strip("_")
    name = f"shapes_{name}" if name[:1].isdigit() or name in _RESERVED else name
    if not _NAME.match(name):
        raise UsageError("CNS909", f"{wanted!r} is no name for a C library", hint="use letters, digits and underscores")
    return name


def amalgamate(program: Program, name: str) -> tuple[Source, ...]:
    """NAME.c, NAME.h, a Makefile and a pkg-config file. The same shapes and name give the same bytes, wherever the
    shapes lie: what is for people, the places of shapes in their files, is left out.
    """
    program = Program(program.tables, program.strings, b"{}")
    about: dict[str, Any] = {
        "note": escaped(NOTE),
        "name": name,
        "upper": name.upper(),
        "version": __version__,
        "shapes": program.count("shapes"),
        "checks": program.count("ops"),
        "threads": "",
    }
    return (
        Source(f"{name}.c", "".join(_parts(program, name, about))),
        Source(f"{name}.h", template("artifact.h.j2", **about)),
        Source("Makefile", template("Makefile.j2", **about)),
        Source(f"{name}.pc", template("pkgconfig.j2", **about)),
    )


def _parts(program: Program, name: str, about: dict[str, Any]) -> Iterator[str]:
    """In C every function of the runtime gets the library's prefix, so that two libraries fit into one program."""
    headers = {path.name: path.read_text(encoding="utf-8") for path in sorted(RUNTIME.glob("*.h"))}
    sources = {path.name: path.read_text(encoding="utf-8") for path in sorted(RUNTIME.glob("*.c"))}
    emitted = {source.name: source.text for source in render(program, name, "static")}
    yield f"/* {NOTE}\n\n   One file that needs nothing but libc: cc -O3 -c {name}.c.\n"
    yield f"   With -D{name.upper()}_MAIN it is a program, with -DCNS_THREADS -pthread it can use threads. */\n"
    yield f'#include "{name}.h"\n\n'
    yield "#ifndef CNS_THREADS\n#define CNS_NO_THREADS\n#endif\n"
    yield f"#ifndef {name.upper()}_MAIN_ONLY\n"
    for file in (*_in_order(headers), *sources):
        text = headers.get(file) or sources[file]
        yield _title(file) + _own(text, headers, name)
    yield "\n/* ================================================================ the program */\n\n"
    yield f"static const _Alignas(8) uint8_t {name}_program[] = {{\n{c_bytes(program.to_bytes())}\n}};\n"
    for file, text in emitted.items():
        yield _title(file) + _own(text, headers, name)
    yield _own(template("artifact.c.j2", **about), headers, name)


def _title(file: str) -> str:
    return f"\n/* ================================================================ {file} */\n\n"


def _own(text: str, headers: dict[str, str], name: str) -> str:
    """Headers stand before all; one without a guard is meant to be read at each place that includes it."""

    def included(match: re.Match[str]) -> str:
        header = headers.get(match[1], "")
        return "" if _is_guarded(header) else _LOCAL.sub(included, header)

    return _OURS.sub(f"{name}_cns_", _LOCAL.sub(included, text))


def _is_guarded(header: str) -> bool:
    return not header or _GUARD.search(header) is not None


def _in_order(headers: dict[str, str]) -> list[str]:
    """Each behind those that it includes."""
    ordered: dict[str, None] = {}

    def visit(file: str) -> None:
        for needed in _LOCAL.findall(headers[file]):
            if needed not in ordered:
                visit(needed)
        if _is_guarded(headers[file]):
            ordered[file] = None

    for file in headers:
        visit(file)
    return list(ordered)
