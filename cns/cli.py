"""``cns-aotc``: arguments, printing, exit codes. Exit 0: conforms; 1: violations; 2: anything else went wrong.

Starts fast: what a command does not need is not imported.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from contextlib import contextmanager
from functools import partial

from cns import __version__, telemetry
from cns.errors import CnsError, CnsWarning, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TextIO

    from cns.validator import Validator

CONFORMS, VIOLATIONS, WRONG = 0, 1, 2
PROGRAM_SUFFIX = ".cns"
_ENGINES = ("auto", "native", "numba", "vm")
_FORMATS = ("human", "turtle", "nt", "json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; what a user could see as an error is one message on stderr, never a traceback."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(arguments).parse_args(arguments)
    try:
        with _warnings_as_lines():
            code = telemetry.run_program("cns-aotc", options.verb, partial(options.command, options), WRONG)
            sys.stdout.flush()
            return code
    except CnsError as error:
        print(f"cns-aotc: {error}", file=sys.stderr)
    except BrokenPipeError:
        # Whoever read our output has had enough; nothing more can be said there, also not at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("cns-aotc: interrupted", file=sys.stderr)
    except MemoryError:
        print("cns-aotc: out of memory", file=sys.stderr)
    except OSError as error:
        print(f"cns-aotc: {error.filename or 'output'}: {error.strerror}", file=sys.stderr)
    return WRONG


# ---------------------------------------------------------------------- arguments


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cns-aotc", description="Compile SHACL shapes ahead of time; validate RDF.")
    parser.add_argument("--version", action="version", version=f"cns {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="verb")
    for verb, add in _VERBS.items():
        add(commands, wanted=verb in arguments)
    return parser


def _add_sources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-e", "--ontology", action="append", default=[], metavar="FILE", help="ontology; may be repeated"
    )
    parser.add_argument(
        "--shapes-format", metavar="NAME", help="RDF syntax of shapes and ontology, if not by extension"
    )
    parser.add_argument("--no-imports", action="store_true", help="do not follow owl:imports")
    parser.add_argument("--catalog", action="append", default=[], metavar="IRI=FILE", help="local file for an import")
    parser.add_argument("--network", action="store_true", help="fetch imports that are not local")
    parser.add_argument("--ignore-unsupported", action="store_true", help="leave out SPARQL, rules and functions")
    parser.add_argument("--no-meta-shacl", action="store_true", help="skip the W3C's shapes for shapes")
    parser.add_argument(
        "--skip-declared", action="store_true", help="leave alone what the ontology marks by urn:cns:nothingToCheck"
    )
    parser.add_argument("--profile", metavar="FILE", help="order checks by what cns-aotc profile has seen")
    parser.add_argument(
        "--no-pass", action="append", default=[], metavar="NAME", help="leave out a pass of the optimiser"
    )
    parser.add_argument("--no-cache", action="store_true", help="compile afresh, keep nothing")


def _add_compile(commands: Any, *, wanted: bool) -> None:
    parser = commands.add_parser("compile", help="check and compile shapes", description="Check and compile shapes.")
    if not wanted:
        return
    parser.add_argument("shapes", nargs="+", metavar="SHAPES", help="shapes files, together one graph")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE|FOLDER/",
        help="where the compiled program goes; with a slash at the end, the folder of a C library to embed",
    )
    parser.add_argument("--name", help="of the C library; default: that of the first shapes file")
    parser.add_argument("--cflags", metavar="FLAGS", help="of the C compiler, in place of -O3 -march=native")
    _add_sources(parser)
    parser.set_defaults(command=_compile)


def _add_validate(commands: Any, *, wanted: bool) -> None:
    parser = commands.add_parser("validate", help="validate data", description="Validate data; exit 0, 1 or 2.")
    if not wanted:
        return
    parser.add_argument("data", nargs="+", metavar="DATA", help="data files, together one graph; - is standard input")
    parser.add_argument(
        "-s", "--shapes", action="append", default=[], metavar="FILE", help="shapes, or a compiled program"
    )
    parser.add_argument("-f", "--format", choices=_FORMATS, default="human", help="of the report")
    parser.add_argument("-o", "--output", metavar="FILE", help="where the report goes, instead of standard output")
    _add_reading(parser)
    parser.add_argument("--conforms", action="store_true", help="the verdict alone; stops at the first failure")
    parser.add_argument(
        "--engine",
        choices=_ENGINES,
        default="auto",
        help="vm: bytecode; native: compiled C; numba: columns (default: auto)",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="say which engine ran, and why")
    parser.add_argument("--allow-infos", action="store_true", help="exit 0 if there are only sh:Info results")
    parser.add_argument("--allow-warnings", action="store_true", help="... only sh:Info and sh:Warning results")
    _add_sources(parser)
    parser.set_defaults(command=_validate)


def _add_validate_many(commands: Any, *, wanted: bool) -> None:
    parser = commands.add_parser(
        "validate-many",
        help="validate files one by one",
        description="Validate files, each by itself, and say a line for each. Exit 2 if one could not be validated.",
    )
    if not wanted:
        return
    parser.add_argument("data", nargs="+", metavar="DATA", help="data files")
    parser.add_argument(
        "-s", "--shapes", action="append", required=True, metavar="FILE", help="shapes, or a compiled program"
    )
    parser.add_argument("-f", "--format", choices=_FORMATS, default="human", help="of the reports")
    parser.add_argument("-o", "--output", metavar="FOLDER", help="where reports go, named after DATA")
    _add_reading(parser)
    parser.add_argument("--engine", choices=_ENGINES, default="auto", help="as for validate")
    _add_sources(parser)
    parser.set_defaults(command=_validate_many)


def _add_reading(parser: argparse.ArgumentParser) -> None:
    """The fields of cns.options.ReadOptions."""
    group = parser.add_argument_group("how the data is read")
    group.add_argument("--data-format", metavar="NAME", help="RDF syntax, if not by extension")
    group.add_argument("--base", metavar="IRI", help="base of relative IRIs; else the file's own address")
    group.add_argument("--graph", metavar="NAME", default="union", help="union (of all), default, or a graph's IRI")
    group.add_argument("--lenient", action="store_true", help="leave out bad statements, with a warning for each")
    group.add_argument(
        "--threads", metavar="N", type=int, default=0, help="how many may read and validate at once; else all"
    )
    for name, what in (
        ("max-bytes", "of each source, decompressed"),
        ("max-triples", "of all sources together"),
        ("max-literal-bytes", "of one literal"),
        ("max-depth", "of nesting in Turtle and TriG"),
    ):
        group.add_argument(f"--{name}", metavar="N", type=int, default=0, help=f"limit {what}")


def _add_profile(commands: Any, *, wanted: bool) -> None:
    parser = commands.add_parser(
        "profile", help="see how checks fare over a sample", description="Run a sample and save what each check did."
    )
    if not wanted:
        return
    parser.add_argument("shapes", metavar="SHAPES", help="shapes file")
    parser.add_argument("data", nargs="+", metavar="DATA", help="the sample: data files, together one graph")
    parser.add_argument("-o", "--output", metavar="FILE", help="where it goes, instead of SHAPES with .profile.json")
    _add_reading(parser)
    _add_sources(parser)
    parser.set_defaults(command=_profile)


EXPLAINED = {
    "json": "everything, as JSON",
    "html": "everything, as one page of HTML",
    "ir": "the shapes as the compiler sees them",
    "order": "in which order checks run, costs and chances",
    "passes": "what was decided when compiling, and why",
    "plan": "the data plan",
    "bytecode": "the instructions",
    "c": "the C that the native engine compiles",
}


def _add_explain(commands: Any, *, wanted: bool) -> None:
    parser = commands.add_parser("explain", help="what the compiler made of shapes")
    if not wanted:
        return
    parser.add_argument("shapes", nargs="+", metavar="SHAPES", help="shapes files, or one compiled program")
    view = parser.add_mutually_exclusive_group()
    for name, what in EXPLAINED.items():
        view.add_argument(f"--{name}", action="store_const", const=name, dest="view", help=what)
    parser.add_argument("-o", "--output", metavar="FILE", help="where it goes, instead of standard output")
    _add_sources(parser)
    parser.set_defaults(command=_explain, view="text")


def _add_bench(commands: Any, *, wanted: bool) -> None:
    """Its options come with the benchmark, which no other command needs."""
    parser = commands.add_parser("bench", help="measure cns beside other validators, results compared first")
    if wanted:
        from importlib import import_module

        from cns.resources import stress

        import_module(f"{stress()}.bench.command").add_arguments(parser)


_VERBS = {
    "compile": _add_compile,
    "validate": _add_validate,
    "validate-many": _add_validate_many,
    "profile": _add_profile,
    "explain": _add_explain,
    "bench": _add_bench,
}
"""To add arguments takes argparse as long as a small validation takes: only the verb that is called gets its own."""


# ---------------------------------------------------------------------- commands


def _compile(options: argparse.Namespace) -> int:
    with _progress("compiling"):
        validator = _validator(options, options.shapes)
    program = validator.program
    if options.output and options.output.endswith("/"):
        name = options.name or os.path.splitext(os.path.basename(options.shapes[0]))[0] or "shapes"
        with _progress("compiling C"):
            validator.emit(
                options.output, name=name, cflags=options.cflags.split() if options.cflags is not None else None
            )
    elif options.output:
        validator.save(options.output)
    print(
        f"{program.count('shapes')} shapes, {program.count('ops')} checks, {program.count('code')} instructions, "
        f"{program.count('columns')} predicates" + (f" → {options.output}" if options.output else "")
    )
    return CONFORMS


def _validate(options: argparse.Namespace) -> int:
    with _progress("compiling"):
        validator = _validator(options, options.shapes or options.data)
    with _progress("validating"):
        if options.conforms:
            done = validator.verdict(options.data, **_read_options(options))
            conforms, engine, reason, report = done.conforms, done.engine, done.reason, None
        else:
            report = validator.validate(options.data, **_read_options(options))
            conforms, engine, reason = report.conforms, report.engine, report.engine_reason
    if options.verbose:
        print(f"cns-aotc: engine {engine}: {reason}", file=sys.stderr)
    if report is None:
        print("conforms" if conforms else "does not conform")
    else:
        with _output(options.output) as sink:
            report.write(sink, options.format)
        if options.allow_infos or options.allow_warnings:
            from cns.pyshacl_api import conforms_allowing

            conforms = conforms_allowing(report, infos=options.allow_infos, warnings=options.allow_warnings)
    return CONFORMS if conforms else VIOLATIONS


def _validate_many(options: argparse.Namespace) -> int:
    with _progress("compiling"):
        validator = _validator(options, options.shapes)
    names = {}
    if options.output:
        names = _report_names(options.data, _SUFFIXES[options.format])
        os.makedirs(options.output, exist_ok=True)
    worst = CONFORMS
    reading = _read_options(options) | {"threads": 1}
    with _bar(len(options.data)) as say:
        for path, outcome in validator.validate_many(options.data, workers=options.threads, **reading):
            if isinstance(outcome, CnsError):
                worst = WRONG
                say(f"{path}: {outcome}", sys.stderr)
                continue
            worst = max(worst, CONFORMS if outcome.conforms else VIOLATIONS)
            if options.output:
                with _output(os.path.join(options.output, names[path])) as sink:
                    outcome.write(sink, options.format)
            say(f"{path}: {'conforms' if outcome.conforms else f'{len(outcome)} results'}", sys.stdout)
    return worst


_SUFFIXES = {"human": "txt", "turtle": "ttl", "nt": "nt", "json": "json"}


def _report_names(paths: list[str], suffix: str) -> dict[str, str]:
    """After the file's name; two files of one name would write one report."""
    names = {path: f"{os.path.basename(path)}.report.{suffix}" for path in paths}
    first = {name: path for path, name in reversed(names.items())}
    for path, name in names.items():
        if first[name] != path:
            raise UsageError("CNS914", f"{first[name]} and {path} would write one report", hint="validate them apart")
    return names


def _profile(options: argparse.Namespace) -> int:
    from cns import pipeline
    from cns.options import ReadOptions

    with _progress("running the sample"):
        seen = pipeline.learn_profile(
            _ontology(options),
            options.shapes,
            _compile_options(options),
            options.data,
            ReadOptions(**_read_options(options)),
        )
    target = options.output or os.path.splitext(options.shapes)[0] + ".profile.json"
    with _output(target) as sink:
        sink(seen.to_json().encode())
    print(f"{len(seen.checks)} checks → {target}")
    return CONFORMS


def _explain(options: argparse.Namespace) -> int:
    with _progress("compiling"):
        text = _explained(options)
    with _output(options.output) as sink:
        sink(text.encode())
    return CONFORMS


def _explained(options: argparse.Namespace) -> str:
    from cns import explain
    from cns.explain import views

    of_programs = {"plan": views.plan_text, "bytecode": views.bytecode_text, "c": views.c_text}
    stages = {"ir": views.ir_text, "order": views.order_text, "passes": views.passes_text}
    whole = {"text": explain.as_text, "json": explain.as_json, "html": explain.as_html}
    if options.view in of_programs:
        return of_programs[options.view](_validator(options, options.shapes).program)
    if _is_program(options.shapes):
        raise UsageError(
            "CNS914",
            f"{options.shapes[0]} is a compiled program, which no longer knows the shapes that it was made of",
            hint="explain the shapes, or ask for --plan, --bytecode or --c",
        )
    sources = _ontology(options), options.shapes, _compile_options(options)
    if options.view in stages:
        return stages[options.view](*sources)
    return whole[options.view](explain.explain(*sources))


# ---------------------------------------------------------------------- what they share


def _is_program(paths: list[str]) -> bool:
    return len(paths) == 1 and paths[0].endswith(PROGRAM_SUFFIX)


def _ontology(options: argparse.Namespace) -> list[str] | None:
    return options.ontology or None


def _compile_options(options: argparse.Namespace) -> Any:
    from cns.options import CompileOptions

    catalog = {}
    for entry in options.catalog:
        iri, separator, path = entry.rpartition("=")
        if not separator:
            raise UsageError("CNS906", f"--catalog {entry!r} is not IRI=FILE", hint="--catalog http://…/onto=onto.ttl")
        catalog[iri] = path
    return CompileOptions(
        format=options.shapes_format,
        imports=not options.no_imports,
        catalog=catalog,
        network=options.network,
        ignore_unsupported=options.ignore_unsupported,
        meta_shacl=not options.no_meta_shacl,
        skip_declared=options.skip_declared,
        profile=options.profile,
        passes=_passes(options.no_pass),
        cache=not options.no_cache,
    )


def _passes(left_out: list[str]) -> tuple[str, ...] | None:
    if not left_out:
        return None
    from cns.passes.line import NAMES, checked

    return tuple(name for name in NAMES if name not in checked(left_out))


def _read_options(options: argparse.Namespace) -> Any:
    names = ("base", "graph", "lenient", "threads", "max_bytes", "max_triples", "max_literal_bytes", "max_depth")
    return {"format": options.data_format, **{name: getattr(options, name) for name in names}}


def _validator(options: argparse.Namespace, shapes: list[str]) -> Validator:
    from cns.validator import Validator, compile_with

    engine, threads = getattr(options, "engine", "vm"), getattr(options, "threads", 0)
    if _is_program(shapes):
        return Validator.load(shapes[0], engine=engine, threads=threads)
    sources = _with_stdin(shapes)
    return compile_with(_ontology(options), sources, _compile_options(options), engine=engine, threads=threads)


def _with_stdin(paths: list[str]) -> list[str | bytes]:
    return [sys.stdin.buffer.read() if path == "-" else path for path in paths]


@contextmanager
def _output(path: str | None) -> Iterator[Callable[[bytes], object]]:
    """Standard output, or a file that appears whole or not at all."""
    if path is None:
        yield sys.stdout.buffer.write
        return
    temporary = f"{path}.{os.getpid()}.part"
    try:
        with open(temporary, "wb") as file:
            yield file.write
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Our warnings are for the user, one line each; those of libraries keep Python's own way."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", CnsWarning)
        usual = warnings.showwarning

        def show(message: Any, category: Any, *rest: Any, **named: Any) -> None:
            if issubclass(category, CnsWarning):
                print(f"cns-aotc: warning: {message}", file=sys.stderr)
            else:
                usual(message, category, *rest, **named)

        warnings.showwarning = show
        yield


@contextmanager
def _progress(what: str) -> Iterator[None]:
    """On a terminal a word about what takes the time, gone when it is done; in a pipe nothing."""
    if not sys.stderr.isatty():
        yield
        return
    print(f"{what} …", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@contextmanager
def _bar(count: int) -> Iterator[Callable[[str, TextIO], None]]:
    """Prints a line for each that is done; on a terminal a bar below the lines says how many of all are."""
    terminal = sys.stderr.isatty()
    width, done = 30, 0

    def clear() -> None:
        if terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def say(line: str, where: TextIO) -> None:
        nonlocal done
        done += 1
        clear()
        print(line, file=where, flush=True)
        if terminal:
            filled = width * done // count
            bar = "█" * filled + "·" * (width - filled)
            print(f"{bar} {done}/{count}", end="", file=sys.stderr, flush=True)

    try:
        yield say
    finally:
        clear()


if __name__ == "__main__":
    sys.exit(main())
