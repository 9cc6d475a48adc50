"""Charts as SVG: bars on a logarithmic or linear axis, stacked bars, lines by size, spans as flames.

They know numbers and words, and nothing of benchmarks. Colours are classes, which the style sheet of page.css has.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .markup import Markup, join, tag

WIDTH, LEFT, RIGHT = 820.0, 230.0, 150.0
PLOT = WIDTH - LEFT - RIGHT
ROW, BAR, HEAD, FOOT = 24.0, 14.0, 6.0, 30.0
Words = Callable[[float], str]
NOTHING = Markup("")


@dataclass(frozen=True)
class Bar:
    label: str
    classes: str
    value: float | None
    """None: there is no bar, and the words say why."""
    low: float = 0.0
    high: float = 0.0
    words: str = ""
    """Behind the bar."""
    title: str = ""


@dataclass(frozen=True)
class Part:
    label: str
    classes: str
    value: float
    title: str = ""


@dataclass(frozen=True)
class Stack:
    label: str
    parts: tuple[Part, ...]
    words: str = ""


@dataclass(frozen=True)
class Line:
    label: str
    classes: str
    points: tuple[tuple[float, float], ...]
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Flame:
    label: str
    classes: str
    start: float
    end: float
    depth: int
    title: str


# ---------------------------------------------------------------------- bars


def bars(items: Sequence[Bar], name: str, words: Words, *, logarithmic: bool, style: Markup = NOTHING) -> Markup:
    """One bar for each item, with its range; ``words`` name the axis's values."""
    drawn = [item for item in items if item.value is not None and item.value > 0]
    values = [value for item in drawn for value in (item.value, item.low, item.high) if value]
    if not values:
        return NOTHING
    if logarithmic:
        place, ticks = _log_scale(min(values), max(values), LEFT, LEFT + PLOT)
    else:
        place, ticks = _linear_scale(max(values), LEFT, LEFT + PLOT)
    bottom = HEAD + ROW * len(items)
    rows = [_bar(item, HEAD + ROW * i, place) for i, item in enumerate(items)]
    return _svg(bottom + FOOT, name, style, _grid(ticks, place, words, bottom), *rows)


def _bar(item: Bar, top: float, place: Callable[[float], float]) -> Markup:
    middle = top + ROW / 2
    parts = [tag("title", item.title) if item.title else None, _label(item.label, middle)]
    end = LEFT
    if item.value is not None:
        end = place(item.value)
        parts.append(
            tag("rect", x=LEFT, y=middle - BAR / 2, width=max(end - LEFT, 1.0), height=BAR, rx=2, class_=item.classes)
        )
        if item.high > item.low:
            low, high = place(item.low), place(item.high)
            parts.append(tag("path", d=f"M{low:.1f} {middle:.1f}H{high:.1f}", class_="range"))
            parts += (tag("path", d=f"M{at:.1f} {middle - 4:.1f}v8", class_="range") for at in (low, high))
            end = max(end, high)
    parts.append(tag("text", item.words, x=end + 7, y=middle + 4, class_="words" if item.value is not None else "none"))
    return tag("g", *parts, class_="row")


def stacks(items: Sequence[Stack], name: str, words: Words) -> Markup:
    """Parts beside each other on a linear axis, in the order that they have."""
    most = max((sum(part.value for part in item.parts) for item in items), default=0.0)
    if most <= 0:
        return NOTHING
    place, ticks = _linear_scale(most, LEFT, LEFT + PLOT)
    bottom = HEAD + ROW * len(items)
    rows = []
    for i, item in enumerate(items):
        middle, at = HEAD + ROW * i + ROW / 2, 0.0
        shown = [_label(item.label, middle)]
        for part in item.parts:
            left, right = place(at), place(at + part.value)
            at += part.value
            box = tag("rect", x=left, y=middle - BAR / 2, width=max(right - left, 0.0), height=BAR, class_=part.classes)
            shown.append(tag("g", tag("title", part.title), box))
        shown.append(tag("text", item.words, x=place(at) + 7, y=middle + 4, class_="words"))
        rows.append(tag("g", *shown, class_="row"))
    return _svg(bottom + FOOT, name, _grid(ticks, place, words, bottom), *rows)


# ---------------------------------------------------------------------- lines


def lines(items: Sequence[Line], name: str, across: Words, up: Words) -> Markup:
    """Both axes logarithmic; each line's name stands at its end."""
    xs = sorted({x for item in items for x, _ in item.points})
    ys = [y for item in items for _, y in item.points]
    if len(xs) < 2:
        return NOTHING
    left, right, top, bottom = 70.0, WIDTH - 220.0, 12.0, 400.0
    x_place, _ = _log_scale(xs[0], xs[-1], left, right, decades=False)
    y_place, y_ticks = _log_scale(min(ys), max(ys), bottom, top)
    grid = [
        *(tag("path", d=f"M{left} {y_place(y):.1f}H{right}", class_="grid") for y in y_ticks),
        *(tag("text", up(y), x=left - 8, y=y_place(y) + 4, class_="tick end") for y in y_ticks),
        *(tag("path", d=f"M{x_place(x):.1f} {top}V{bottom}", class_="grid") for x in xs),
        *(tag("text", across(x), x=x_place(x), y=bottom + 20, class_="tick middle") for x in xs),
    ]
    ends = _apart([y_place(item.points[-1][1]) for item in items], 15.0, top, bottom)
    drawn = []
    for item, end in zip(items, ends, strict=True):
        places = [(x_place(x), y_place(y)) for x, y in item.points]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        dots = [
            tag("circle", tag("title", title), cx=x, cy=y, r=3.5, class_=item.classes)
            for (x, y), title in zip(places, item.titles, strict=True)
        ]
        leader = tag("path", d=f"M{places[-1][0] + 5:.1f} {places[-1][1]:.1f}L{right + 18} {end:.1f}", class_="leader")
        label = tag("text", item.label, x=right + 22, y=end + 4, class_=f"series {item.classes}")
        drawn.append(tag("g", tag("path", d=path, class_=f"line {item.classes}"), *dots, leader, label, class_="row"))
    return _svg(bottom + FOOT, name, *grid, *drawn)


def _apart(places: Sequence[float], least: float, top: float, bottom: float) -> list[float]:
    """The places, moved as little as it takes for labels not to cover each other."""
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    moved = list(places)
    for before, i in pairwise(order):
        moved[i] = max(moved[i], moved[before] + least)
    over = moved[order[-1]] - bottom if order else 0.0
    if over > 0:
        moved[order[-1]] -= over
        for after, i in pairwise(reversed(order)):
            moved[i] = min(moved[i], moved[after] - least)
    return moved


# ---------------------------------------------------------------------- flames

FLAME_WIDTH, FLAME_ROW = 1100.0, 22.0


def flames(items: Sequence[Flame], name: str) -> Markup:
    """Spans below those that they are in. page.js lets one look closer; as it is here, it shows the whole."""
    if not items:
        return NOTHING
    begin, end = min(item.start for item in items), max(item.end for item in items)
    scale = FLAME_WIDTH / max(end - begin, 1e-12)
    height = FLAME_ROW * (max(item.depth for item in items) + 1)
    drawn = []
    for i, item in enumerate(items):
        x, width = (item.start - begin) * scale, max((item.end - item.start) * scale, 0.5)
        shown = item.label if width > 7 * len(item.label) + 8 else ""
        drawn.append(
            tag(
                "g",
                tag("title", item.title),
                tag(
                    "rect", x=x, y=item.depth * FLAME_ROW, width=width, height=FLAME_ROW - 2, rx=2, class_=item.classes
                ),
                tag("text", shown, x=x + 4, y=item.depth * FLAME_ROW + 14),
                class_="span",
                role="button",
                tabindex=-1 if i else 0,
                aria_label=item.title,
                data_start=f"{item.start - begin:.9f}",
                data_end=f"{item.end - begin:.9f}",
                data_depth=item.depth,
                data_label=item.label,
            )
        )
    return tag(
        "svg",
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {FLAME_WIDTH:.0f} {height:.0f}",
        class_="flames",
        role="group",
        aria_label=name,
        data_end=f"{end - begin:.9f}",
    )


# ---------------------------------------------------------------------- axes


def _log_scale(
    least: float, most: float, start: float, end: float, *, decades: bool = True
) -> tuple[Callable[[float], float], list[float]]:
    """Where a value stands between the two ends, and the powers of ten in between."""
    low, high = math.log10(least), math.log10(most)
    if decades:
        low, high = math.floor(low), math.ceil(high)
    if high - low < 1e-9:
        high = low + 1
    share = (end - start) / (high - low)
    ticks = [10.0**power for power in range(math.ceil(low), math.floor(high) + 1)]
    return lambda value: start + (math.log10(max(value, 10**low)) - low) * share, ticks


def _linear_scale(most: float, start: float, end: float) -> tuple[Callable[[float], float], list[float]]:
    rough = most / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    count = math.ceil(most / step - 1e-9)
    return lambda value: start + (end - start) * value / (count * step), [step * i for i in range(count + 1)]


def _grid(ticks: Sequence[float], place: Callable[[float], float], words: Words, bottom: float) -> Markup:
    return join(
        *(tag("path", d=f"M{place(tick):.1f} {HEAD}V{bottom}", class_="grid") for tick in ticks),
        *(tag("text", words(tick), x=place(tick), y=bottom + 18, class_="tick middle") for tick in ticks),
    )


def _label(text: str, middle: float) -> Markup:
    return tag("text", text, x=LEFT - 10, y=middle + 4, class_="label end")


def _svg(height: float, name: str, *content: Markup) -> Markup:
    return tag(
        "svg",
        *content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:.0f} {height:.0f}",
        class_="chart",
        role="img",
        aria_label=name,
    )
