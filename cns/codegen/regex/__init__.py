"""Compiles sh:pattern (SPARQL's REGEX, which is XPath's fn:matches) to a small automaton that templates/runtime/regex.c
runs: characters in classes, then a minimal DFA over the classes, or the NFA itself where a DFA would be too large.

Pattern → tree (syntax) → NFA (nfa) → DFA (dfa) → words (machine), over sets of characters (classes).
Note that XPath is not Perl: `\\w` does not contain `_`, and `$` does not match before a final newline.
"""

from __future__ import annotations

from cns.codegen.regex.machine import HEADER_WORDS, Kind, Machine, compile_pattern

__all__ = ["HEADER_WORDS", "Kind", "Machine", "compile_pattern"]
