"""HTML and SVG as values. The one escaper: whatever is not `Markup` already becomes text, wherever it stands."""

from __future__ import annotations

from html import escape


class Markup(str):
    """Text that is HTML or SVG; only what is made here should be."""

    __slots__ = ()


Content = str | int | float | None
"""Markup as it is, all else as text; None is nothing."""

_VOID = frozenset({"br", "col", "meta"})


def tag(name: str, /, *content: Content, **attributes: Content) -> Markup:
    """An element. ``class_`` is class, other underscores are hyphens; an attribute that is None is not there."""
    named = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{named}>")
    return Markup(f"<{name}{named}>{join(*content)}</{name}>")


def join(*content: Content) -> Markup:
    return Markup(
        "".join(part if isinstance(part, Markup) else escape(_text(part)) for part in content if part is not None)
    )


def raw(name: str, text: str) -> Markup:
    """A style or a script of ours; a text that would end it is none of ours."""
    if "</" in text or "<!--" in text:
        raise ValueError(f"not for a {name}: it ends the element")
    return Markup(f"<{name}>{text}</{name}>")


def _text(value: Content) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
