"""Hits as people and programs want them: results decoded one by one, an rdflib graph, text, N-Triples, Turtle, JSON.

Nothing is decoded before it is asked for, nor is what decodes it imported: a report of a million results is an array
of integers until then.
"""

from __future__ import annotations

from _collections_abc import Sequence  # as collections.abc has it, which would bring all of collections

from cns.errors import UsageError
from cns.runtime.sources import Skipped
from cns.telemetry import stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import overload

    import rdflib

    from cns.codegen.program import Program
    from cns.runtime.results import Decoder, Result
    from cns.terms import Iri
    from cython_optimizations.hits import Hits

FORMATS = ("human", "turtle", "nt", "json")


class Report(Sequence["Result"]):
    """A validation report: whether the data conforms, and a sequence of results."""

    def __init__(
        self,
        tables: Callable[[], Program],
        hits: Hits,
        conforms: bool,
        skipped: Skipped | None = None,
        *,
        engine: str = "",
        engine_reason: str = "",
    ) -> None:
        """``tables`` gives the program that the hits are of, when it is first needed."""
        self._tables = tables
        self._kept_decoder: Decoder | None = None
        self.hits = hits
        """The results as numbers: op, focus node, value, path."""
        self.conforms = conforms
        self.skipped = skipped or Skipped()
        """What a lenient reader left out of the data."""
        self.engine = engine
        """Which engine ran."""
        self.engine_reason = engine_reason
        """Why it was that one."""

    # ------------------------------------------------------------------ results

    def __len__(self) -> int:
        return len(self.hits)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> Result: ...
        @overload
        def __getitem__(self, index: slice) -> list[Result]: ...

    def __getitem__(self, index: int | slice) -> Result | list[Result]:
        result = self._decoder.result
        if isinstance(index, slice):
            return [result(self.hits[at]) for at in range(*index.indices(len(self)))]
        return result(self.hits[index])

    def __iter__(self) -> Iterator[Result]:
        return map(self._decoder.result, self.hits) if len(self) else iter(())

    def __repr__(self) -> str:
        return f"<Report: conforms={self.conforms}, {len(self)} results>"

    @property
    def results(self) -> Sequence[Result]:
        """The results, decoded when they are looked at."""
        return self

    def first(self, count: int) -> Report:
        """A report of the first results only."""
        hits = self.hits.first(count)
        ran = {"engine": self.engine, "engine_reason": self.engine_reason}
        return Report(self._tables, hits, self.conforms, self.skipped, **ran)

    def count_by_severity(self) -> dict[Iri, int]:
        counts: dict[Iri, int] = {}
        for op, *_ in self.hits:
            severity = self._decoder.origin(op).severity
            counts[severity] = counts.get(severity, 0) + 1
        return counts

    @property
    def _decoder(self) -> Decoder:
        if self._kept_decoder is None:
            from cns.runtime.results import Decoder

            self._kept_decoder = Decoder(self._tables(), self.hits)
        return self._kept_decoder

    # ------------------------------------------------------------------ as a graph, as text

    def graph(self) -> rdflib.Graph:
        """The report as the recommendation defines it. Blank nodes of rdflib graphs keep their identity."""
        from cns.runtime.report_graph import graph_of

        return graph_of(self.hits, self.conforms, self._decoder)

    def write(self, sink: Callable[[bytes], object], format: str = "human") -> None:
        """Writes the report piece by piece: "nt" and "turtle" from C, "human" and "json" result by result."""
        if format not in FORMATS:
            raise UsageError("CNS901", f"unknown report format {format!r}", hint=f"use one of {', '.join(FORMATS)}")
        with stage("report", format=format, results=len(self)):
            if format in ("nt", "turtle"):
                self.hits.write(format, self.conforms, sink)
            else:
                for part in self._text() if format == "human" else self._json():
                    sink(part.encode("utf-8", "replace"))

    def serialize(self, format: str = "turtle") -> str:
        """The whole report as one str; for long ones use ``write``."""
        pieces: list[bytes] = []
        self.write(pieces.append, format)
        return b"".join(pieces).decode()

    def text(self) -> str:
        """In the layout that users of pySHACL know."""
        return "".join(self._text())

    def _text(self) -> Iterator[str]:
        from cns.runtime.report_text import human

        return human(self, self._decoder)

    def _json(self) -> Iterator[str]:
        from cns.runtime.report_text import as_json

        return as_json(self)
