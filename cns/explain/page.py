"""The explanation for programs, as JSON, and for people, as one page of HTML that needs nothing else."""

from __future__ import annotations

import json
from dataclasses import asdict

from cns.codegen.render import template
from cns.explain.model import Explanation

_FOR_SCRIPTS = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What could end the script that the data stands in, or its lines; in JSON it can be written otherwise."""


def as_json(explanation: Explanation) -> str:
    return json.dumps(asdict(explanation), ensure_ascii=False, indent=2) + "\n"


def as_html(explanation: Explanation) -> str:
    data = json.dumps(asdict(explanation), ensure_ascii=False, separators=(",", ":")).translate(_FOR_SCRIPTS)
    return template("explain.html.j2", data=data)
