"""What is equal where its fields are. For what a run from the cache needs: `dataclasses` and `typing` would take longer
to import than all the rest of such a run."""

from __future__ import annotations


class Value:
    """Its fields are its ``__slots__``; its class writes an ``__init__`` that sets them, as ``Final``."""

    __slots__: tuple[str, ...] = ()

    def _values(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self.__slots__])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({fields})"
