"""What the compiler decided, for people and for tools: whole (`explain`) or one stage of it (`views`)."""

from cns.explain.model import EXPLANATION_VERSION, Explanation, explain
from cns.explain.page import as_html, as_json
from cns.explain.text import as_text

__all__ = ["EXPLANATION_VERSION", "Explanation", "as_html", "as_json", "as_text", "explain"]
