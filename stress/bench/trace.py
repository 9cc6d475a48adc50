"""The processes of a run as spans: a run of the benchmark, in it one run of each contender, in that its phases."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence

from .document import Span
from .processes import Done, Part


def spans(runs: Sequence[tuple[str, Done]]) -> tuple[Span, ...]:
    if not runs:
        return ()
    trace = secrets.token_hex(16)
    inner = [span for name, done in runs for span in _process(trace, name, done)]
    root = secrets.token_hex(8)
    whole = Span(
        "cns-aotc bench", trace, root, "", min(span.start for span in inner), max(span.end for span in inner), {}
    )
    return (whole, *(_below(span, root) for span in inner))


def _below(span: Span, root: str) -> Span:
    return span if span.parent_id else Span(**(vars(span) | {"parent_id": root}))


def _process(trace: str, name: str, done: Done) -> Iterator[Span]:
    """The first round of a process. A phase whose name has a slash is within the one that is named before it."""
    parts = sorted(done.rounds[0], key=lambda part: part.name.count("/"))
    end = max(_end(part) for part in parts)
    process = Span(name, trace, secrets.token_hex(8), "", done.started, end, {})
    yield process
    ids = {"": process.span_id}
    for part in parts:
        outer, _, own = part.name.rpartition("/")
        ids[part.name] = secrets.token_hex(8)
        parent = ids.get(outer, process.span_id)
        attributes = {"process.memory.peak": part.peak}
        yield Span(f"cns.{own}", trace, ids[part.name], parent, part.began, _end(part), attributes)


def _end(part: Part) -> int:
    return part.began + round(part.seconds * 1e9)
