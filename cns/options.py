"""What a caller can choose, as plain values. Nothing is decided here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CompileOptions:
    format: str | None = None
    """The RDF syntax of the sources; None: by extension, else by content."""
    base: str | None = None
    """The base IRI of sources that have none of their own."""
    imports: bool = True
    """Follow ``owl:imports``."""
    catalog: Mapping[str, str | os.PathLike[str]] = field(default_factory=dict)
    """IRI → local file, for imports."""
    network: bool = False
    """Fetch what is not local."""
    ignore_unsupported: bool = False
    """Leave out SHACL-SPARQL, rules and functions, with a warning, instead of refusing them."""
    meta_shacl: bool = True
    """Check the shapes graph against the W3C's shapes for shapes."""
    cache: bool = True
    """Keep compiled programs on disk."""
