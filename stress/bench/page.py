"""A document as one page of HTML that needs nothing from anywhere, and its main chart as an SVG for a README.

What it shows is made of the rows that the tables have: times, ranges, memory, phases, the trace. Losses stand
beside wins.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import get_args

from .charts import Bar, Flame, Line, Part, Stack, bars, flames, lines, stacks
from .document import Dataset, Document, Row, Span, State
from .markup import Content, Markup, join, raw, tag
from .tables import SYNTAX, Table, about, tables

HERE = Path(__file__).parent
OURS, PEER, DIFFERS = "ours", "peer", "differs"
GROUPS = {
    "reading the shapes": ("load", "parse", "check", "shapes"),
    "compiling": ("build", "order", "optimise", "lower"),
    "C compiler": ("render", "cc"),
    "opening": ("open",),
    "reading the data": ("read",),
    "index": ("index",),
    "validating": ("run", "validate"),
    "other": ("other",),
}
"""Phases by what they are about, in the order of their colours."""
PAIRS = (("warm", "cold"), ("cold", "cold"), ("held", "held"))
"""Our state, and that of the peers it is set beside."""
STATES = get_args(State)


def html(document: Document) -> str:
    style = (HERE / "page.css").read_text(encoding="utf-8")
    script = (HERE / "page.js").read_text(encoding="utf-8")
    policy = f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; img-src data:"
    workloads = list(dict.fromkeys(dataset.workload for dataset in document.datasets))
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("title", f"cns {document.cns}: the benchmark"),
        raw("style", style),
    )
    body = tag(
        "body",
        tag("a", "To the content", href="#content", class_="skip"),
        _header(document, workloads),
        tag(
            "main",
            _outcome(document),
            *(_workload(document, workload) for workload in workloads),
            _paybacks(document),
            _trace(document.spans),
            id="content",
        ),
        tag("footer", *(tag("p", line) for line in about(document)), tag("p", tag("code", document.settings.command))),
        raw("script", script),
    )
    return "<!DOCTYPE html>\n" + tag("html", head, body, lang="en") + "\n"


def svg(document: Document) -> str:
    """Who takes how long, on the largest data in N-Triples: each contender once, as warm as it gets."""
    datasets = [dataset for dataset in document.datasets if _rows(document, dataset, "nt")]
    if not datasets:
        return ""
    dataset = max(datasets, key=lambda dataset: dataset.triples)
    chosen: dict[str, Row] = {}
    for row in _rows(document, dataset, "nt"):
        better = row.contender not in chosen or row.threads > chosen[row.contender].threads
        if row.state == ("warm" if row.ours else "cold") and better:
            chosen[row.contender] = row
    style = raw("style", (HERE / "chart.css").read_text(encoding="utf-8"))
    drawn = _sorted_bars(list(chosen.values()), with_ratio=True)
    return bars(drawn, _title(dataset, "nt"), _time, logarithmic=True, style=style) + "\n"


# ---------------------------------------------------------------------- parts of the page


def _header(document: Document, workloads: Sequence[str]) -> Markup:
    places = [("outcome", "Outcome"), *((_anchor(name), name) for name in workloads), ("trace", "Trace")]
    machine = document.machine
    facts = f"cns {document.cns} · {document.created[:10]} · {machine.cpu}, {machine.cores} cores · {machine.system}"
    return tag(
        "header",
        tag("h1", "The benchmark"),
        tag("p", facts),
        tag(
            "nav",
            tag("ul", *(tag("li", tag("a", name, href=f"#{anchor}")) for anchor, name in places)),
            aria_label="Parts",
        ),
    )


def _outcome(document: Document) -> Markup:
    """Our best beside the best peer whose results are equal, state by state."""
    head = ("data", "", "ours", "", "best peer", "", "time", "memory")
    found = [
        line for dataset in document.datasets for syntax in dataset.bytes for line in _beside(document, dataset, syntax)
    ]
    words = (
        "Our fastest engine beside the fastest peer with the same results. Times are from the bytes on disk to the "
        "results in memory, without the start of the process."
    )
    return tag(
        "section",
        tag("h2", "Outcome"),
        tag("p", words),
        tag("p", _states()),
        _grid_of(head, found, (0, 1, 2, 4)) if found else tag("p", "There is no peer to compare with."),
        id="outcome",
    )


def _states() -> str:
    return (
        "Cold: a new process, nothing cached. Warm: a new process, the compiled program in the cache (ours alone). "
        "Held: shapes in memory, data read anew by a process that has done it before."
    )


def _beside(document: Document, dataset: Dataset, syntax: str) -> Iterator[tuple[Content, ...]]:
    rows = [row for row in _rows(document, dataset, syntax) if row.total and row.outcome == "equal"]
    for state, peers in PAIRS:
        ours = min((row for row in rows if row.ours and row.state == state), key=_median, default=None)
        peer = min((row for row in rows if not row.ours and row.state == peers), key=_median, default=None)
        if ours is None or peer is None:
            continue
        time = _median(peer) / _median(ours)
        memory = peer.memory.median / ours.memory.median if ours.memory and peer.memory else 0.0
        yield (
            f"{dataset.workload}, {dataset.triples:,} triples, {SYNTAX[syntax]}",
            f"{state}" if state == peers else f"{state} beside {peers}",
            _name(ours),
            _time(_median(ours)),
            f"{peer.contender} {peer.version}",
            _time(_median(peer)),
            _ratio(time, "faster", "slower"),
            _ratio(memory, "less", "more") if memory else "",
        )


def _ratio(ratio: float, better: str, worse: str) -> Markup:
    if ratio >= 1:
        return tag("span", f"{_times(ratio)} {better}", class_="win")
    return tag("span", f"{_times(1 / ratio)} {worse}", class_="loss")


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} ×" if ratio >= 100 else f"{ratio:,.1f} ×"


def _workload(document: Document, workload: str) -> Markup:
    datasets = [dataset for dataset in document.datasets if dataset.workload == workload]
    parts: list[Content] = [tag("h2", workload)]
    for syntax in dict.fromkeys(syntax for dataset in datasets for syntax in dataset.bytes):
        parts.append(_by_size(document, datasets, syntax))
    for i, dataset in enumerate(sorted(datasets, key=lambda dataset: -dataset.triples)):
        for syntax in dataset.bytes:
            rows = _rows(document, dataset, syntax)
            if rows:
                parts.append(_contest(document, dataset, syntax, rows, opened=i == 0))
    return tag("section", *parts, id=_anchor(workload))


def _by_size(document: Document, datasets: Sequence[Dataset], syntax: str) -> Markup | None:
    series: dict[str, list[tuple[float, Row]]] = {}
    for dataset in sorted(datasets, key=lambda dataset: dataset.triples):
        for row in _rows(document, dataset, syntax):
            if row.total and row.state == ("warm" if row.ours else "cold"):
                series.setdefault(_name(row), []).append((dataset.triples, row))
    drawn = [
        Line(
            label,
            f"{OURS if points[0][1].ours else PEER} s{i % 8}",
            tuple((x, _median(row)) for x, row in points),
            tuple(f"{label}, {x:,.0f} triples: {_time(_median(row))}" for x, row in points),
        )
        for i, (label, points) in enumerate(series.items())
    ]
    title = f"{datasets[0].workload} by size, {SYNTAX[syntax]}"
    chart = lines(drawn, title, _count, _time) if drawn else Markup("")
    return _figure(chart, f"{title}: seconds by triples, both axes logarithmic") if chart else None


def _contest(document: Document, dataset: Dataset, syntax: str, rows: Sequence[Row], *, opened: bool) -> Markup:
    title = _title(dataset, syntax)
    memory = sorted((row for row in rows if row.memory), key=lambda row: row.memory.median if row.memory else 0.0)
    figures = [
        _figure(
            bars(_sorted_bars(rows), f"Time: {title}", _time, logarithmic=True),
            "Time. Each line of the axis is ten times the one before; thin lines are the range of all rounds.",
        ),
        _figure(
            bars([_memory_bar(row) for row in memory], f"Memory: {title}", _size, logarithmic=False),
            "Greatest memory of the process",
        ),
        *(_phases([row for row in rows if row.ours and row.state == state], f"cns {state}") for state in STATES),
        _phases([row for row in rows if not row.ours], "the peers"),
    ]
    shown = [
        table
        for table in tables(document)
        if table.title.startswith(f"{dataset.workload}: {dataset.triples:,} triples, ")
        and SYNTAX[syntax] in table.title
    ]
    return tag(
        "details",
        tag("summary", tag("h3", title)),
        *figures,
        *(_table(table) for table in shown),
        open="" if opened else None,
    )


def _phases(rows: Sequence[Row], whose: str) -> Markup | None:
    stacked, groups = [], set()
    for row in rows:
        if not row.total:
            continue
        parts = []
        for phase in row.phases:
            group = next((i for i, names in enumerate(GROUPS.values()) if phase.name in names), None)
            if phase.name == "load" and not row.ours:
                group = list(GROUPS).index("reading the data")
            if group is None:  # "report", which is not part of the total
                continue
            groups.add(group)
            title = f"{_name(row)}: {phase.name} {_time(phase.seconds.median)}"
            parts.append(Part(phase.name, f"phase{group}", phase.seconds.median, title))
        stacked.append(Stack(_name(row), tuple(parts), _time(sum(part.value for part in parts))))
    chart = stacks(sorted(stacked, key=lambda stack: sum(part.value for part in stack.parts)), "Phases", _time)
    if not chart:
        return None
    names = list(GROUPS)
    legend = tag("ul", *(tag("li", tag("i", class_=f"phase{i}"), names[i]) for i in sorted(groups)), class_="legend")
    return _figure(join(legend, chart), f"Phases of {whose}: medians, one after the other")


def _paybacks(document: Document) -> Markup | None:
    found = [table for table in tables(document) if table.title.startswith("What compiling to native code costs")]
    return tag("section", tag("h2", "Compiling"), *(_table(table) for table in found)) if found else None


# ---------------------------------------------------------------------- the trace


def _trace(spans: Sequence[Span]) -> Markup | None:
    if not spans:
        return None
    ordered = list(_in_depth(spans))
    begin = min(span.start for span in spans)
    drawn = [
        Flame(
            span.name.removeprefix("cns."),
            _span_classes(span),
            (span.start - begin) / 1e9,
            (span.end - begin) / 1e9,
            depth,
            f"{span.name}: {_time((span.end - span.start) / 1e9)}",
        )
        for depth, span in ordered
    ]
    listed = [
        (
            tag("span", span.name, class_=f"depth{min(depth, 6)}"),
            _time((span.start - begin) / 1e9),
            _time((span.end - span.start) / 1e9),
            ", ".join(f"{name} {value}" for name, value in span.attributes.items()),
        )
        for depth, span in ordered
    ]
    hint = "A click, or Enter, fills the width with a span; Escape goes back to the whole. Arrows go from span to span."
    return tag(
        "section",
        tag("h2", "Trace"),
        tag("p", hint, class_="hint"),
        tag("label", "Show ", tag("select", tag("option", "the whole run"), id="which")),
        tag("p", "", id="where", aria_live="polite"),
        tag("div", flames(drawn, "Spans of the run"), class_="scroll"),
        tag(
            "details",
            tag("summary", "The spans as a list"),
            _grid_of(("span", "from", "takes", "attributes"), listed, (0, 3)),
        ),
        id="trace",
    )


def _in_depth(spans: Sequence[Span]) -> Iterator[tuple[int, Span]]:
    """Each span behind the one that it is in, with how deep it is."""
    known = {span.span_id for span in spans}
    inner: dict[str, list[Span]] = {}
    for span in spans:
        inner.setdefault(span.parent_id if span.parent_id in known else "", []).append(span)
    left = [(0, span) for span in reversed(inner.pop("", []))]
    while left:
        depth, span = left.pop()
        yield depth, span
        left += ((depth + 1, below) for below in sorted(inner.pop(span.span_id, []), key=lambda span: -span.start))


def _span_classes(span: Span) -> str:
    stage = span.name.removeprefix("cns.")
    group = next((i for i, names in enumerate(GROUPS.values()) if stage in names), None)
    return "process" if group is None else f"phase{group}"


# ---------------------------------------------------------------------- pieces


def _figure(chart: Markup, caption: str) -> Markup | None:
    return tag("figure", tag("figcaption", caption), tag("div", chart, class_="scroll")) if chart else None


def _table(table: Table) -> Markup:
    notes = tag("ul", *(tag("li", note.strip()) for note in table.notes), class_="notes") if table.notes else None
    marked = [[tag("strong", cell, class_="loss") if cell == "DIFFER" else cell for cell in row] for row in table.rows]
    return join(_grid_of(table.head, marked, range(table.words), table.title), notes)


def _grid_of(
    head: Sequence[str], rows: Sequence[Sequence[Content]], words: Collection[int], caption: str | None = None
) -> Markup:
    """``words``: the columns that are text; figures stand at the right."""
    kinds = [None if i in words else "figure" for i in range(len(head))]
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption) if caption else None,
            tag(
                "thead",
                tag("tr", *(tag("th", name, scope="col", class_=kind) for name, kind in zip(head, kinds, strict=True))),
            ),
            tag(
                "tbody",
                *(
                    tag("tr", *(tag("td", cell, class_=kind) for cell, kind in zip(row, kinds, strict=True)))
                    for row in rows
                ),
            ),
        ),
        class_="scroll",
        role="region",
        aria_label=caption or ", ".join(filter(None, head)),
        tabindex=0,
    )


def _sorted_bars(rows: Sequence[Row], *, with_ratio: bool = False) -> list[Bar]:
    """The fastest first; at the end those that have no times. ``with_ratio`` is to the fastest of ours, where only one
    state of each is shown.
    """
    measured = sorted((row for row in rows if row.total), key=_median)
    ours = [_median(row) for row in measured if row.ours]
    best = ours[0] if ours and with_ratio else None
    failed = [Bar(_name(row), PEER, None, words=f"{row.outcome}: {row.reason}") for row in rows if not row.total]
    return [*(_time_bar(row, best) for row in measured), *failed]


def _time_bar(row: Row, best: float | None) -> Bar:
    assert row.total
    median, values = row.total.median, row.total.values
    ratio = f" · {_times(median / best)}" if best is not None and median != best else ""
    differs = " · results differ" if row.outcome == "differs" else ""
    spread = f"{len(values)} rounds from {_time(min(values))} to {_time(max(values))}"
    title = f"{_name(row)}: {_time(median)}, {spread}{differs}"
    words = f"{_time(median)}{ratio}{differs}"
    return Bar(_name(row), _classes(row), median, min(values), max(values), words, title)


def _memory_bar(row: Row) -> Bar:
    assert row.memory
    size = row.memory.median
    return Bar(_name(row), _classes(row), size, min(row.memory.values), max(row.memory.values), _size(size), _name(row))


def _classes(row: Row) -> str:
    whose = OURS if row.ours else PEER
    return f"{whose} {DIFFERS}" if row.outcome == "differs" else f"{whose} {row.state}"


def _rows(document: Document, dataset: Dataset, syntax: str) -> list[Row]:
    return [row for row in document.rows if row.dataset == dataset.id and row.syntax == syntax]


def _median(row: Row) -> float:
    assert row.total
    return row.total.median


def _name(row: Row) -> str:
    parts = [row.contender, row.state]
    if row.ours:
        parts.append(f"{row.threads} thread{'s' * (row.threads != 1)}" if row.threads else "all threads")
    return ", ".join(parts)


def _title(dataset: Dataset, syntax: str) -> str:
    return f"{dataset.workload}, {dataset.triples:,} triples, {SYNTAX[syntax]}"


def _anchor(name: str) -> str:
    return "workload-" + re.sub(r"\W+", "-", name)


def _count(value: float) -> str:
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:g}"


def _time(seconds: float) -> str:
    if seconds <= 0:
        return "0"
    for unit, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")):
        if seconds >= unit * 0.9995:
            value = seconds / unit
            return f"{value:,.0f} {name}" if value >= 100 else f"{value:.3g} {name}"
    return f"{seconds:.1e} s"


def _size(count: float) -> str:
    return f"{count / 1e9:.3g} GB" if count >= 1e9 else f"{count / 1e6:.3g} MB" if count else "0"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
