"""Text and numbers as C. All text that reaches emitted C goes through ``escaped``; there is no other way in."""

from __future__ import annotations

from collections.abc import Iterable

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _.,:;#/@()[]{}<>=+-&|!$'^~")


def escaped(text: str | bytes) -> str:
    """ASCII that means the same bytes within a string literal, and ends neither a string nor a comment.

    Quotes, backslashes, question marks (trigraphs), asterisks (ends of comments), per cent signs (formats) and
    everything outside of printable ASCII become octal escapes of three digits, which no digit behind them can prolong.
    """
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return "".join(chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in raw)


def c_string(text: str | bytes) -> str:
    """A string literal. Not for long text: standard C promises no more than 4,095 characters."""
    return f'"{escaped(text)}"'


def c_comment(text: str) -> str:
    """One line of a comment, cut where it grows long."""
    short = text if len(text) <= 160 else text[:159] + "…"
    return f"/* {escaped(short)} */"


def c_bytes(data: bytes) -> str:
    """The inside of an initialiser: bytes as numbers, which no compiler can take for anything else."""
    return ",\n".join(",".join(map(str, data[i : i + 40])) for i in range(0, len(data), 40))


def c_words(words: Iterable[int], suffix: str = "") -> str:
    """The inside of an initialiser, in lines."""
    items = [f"{word:#x}{suffix}" if word > 9 else f"{word}{suffix}" for word in words]
    return ",\n".join(", ".join(items[i : i + 12]) for i in range(0, len(items), 12))
