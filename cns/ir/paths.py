"""Normalises property paths: inverses are pushed to the predicates, nested repetitions folded, equal paths made one."""

from __future__ import annotations

from collections.abc import Callable

from cns.ir.types import PathKind, PathNode
from cns.shapes import (
    AlternativePath,
    InversePath,
    OneOrMorePath,
    Path,
    PredicatePath,
    SequencePath,
    ZeroOrMorePath,
    ZeroOrOnePath,
)
from cns.terms import Term

_REPEAT = {
    ZeroOrMorePath: PathKind.ZERO_OR_MORE,
    OneOrMorePath: PathKind.ONE_OR_MORE,
    ZeroOrOnePath: PathKind.ZERO_OR_ONE,
}


class PathTable:
    """Paths by content, children before parents. ``add`` returns a path's number."""

    def __init__(self, intern: Callable[[Term], int]) -> None:
        self._intern = intern
        self._numbers: dict[PathNode, int] = {}
        self._known: dict[tuple[Path, bool], int] = {}
        self.nodes: list[PathNode] = []

    def add(self, path: Path, inverse: bool = False) -> int:
        key = (path, inverse)
        if key not in self._known:
            self._known[key] = self._add(path, inverse)
        return self._known[key]

    def _add(self, path: Path, inverse: bool) -> int:
        if isinstance(path, PredicatePath):
            kind = PathKind.INVERSE if inverse else PathKind.PREDICATE
            return self._number(PathNode(kind, term=self._intern(path.predicate)))
        if isinstance(path, InversePath):
            return self.add(path.path, not inverse)
        if isinstance(path, SequencePath):
            # ^(a/b) is ^b/^a
            steps = [self.add(step, inverse) for step in (reversed(path.paths) if inverse else path.paths)]
            return self._flat(PathKind.SEQUENCE, steps)
        if isinstance(path, AlternativePath):
            return self._flat(PathKind.ALTERNATIVE, [self.add(branch, inverse) for branch in path.paths])
        return self._repeat(_REPEAT[type(path)], self.add(path.path, inverse))

    def _flat(self, kind: PathKind, children: list[int]) -> int:
        """(a/b)/c is a/b/c, (a|b)|c is a|b|c, and a|a is a."""
        flat: list[int] = []
        for child in children:
            node = self.nodes[child]
            flat += node.children if node.kind is kind else (child,)
        if kind is PathKind.ALTERNATIVE:
            flat = list(dict.fromkeys(flat))
        return flat[0] if len(flat) == 1 else self._number(PathNode(kind, children=tuple(flat)))

    def _repeat(self, kind: PathKind, child: int) -> int:
        """(p+)+ is p+ and (p?)? is p?; any other repetition of a repetition is p*."""
        inner = self.nodes[child]
        if inner.kind not in _REPEAT.values():
            return self._number(PathNode(kind, children=(child,)))
        if inner.kind is kind:
            return child
        return self._number(PathNode(PathKind.ZERO_OR_MORE, children=inner.children))

    def _number(self, node: PathNode) -> int:
        if node not in self._numbers:
            self._numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return self._numbers[node]
