"""The page of the benchmark: what is on it, that texts stay texts, and that a browser draws it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stress.bench import page
from stress.bench.document import Agreement, Document, Samples, Span
from stress.bench.markup import raw, tag
from tests.browser import dom, needs_browser, screenshot
from tests.stress.documents import document, row

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&"
SVG = "{http://www.w3.org/2000/svg}"


def a_run() -> Document:
    """Ours in two states, a faster peer, a slower one, one that differs and one that failed; two sizes; a trace."""
    rows = (
        row("cns vm", 0.01, state="warm"),
        row("cns vm", 0.1),
        row("quick", 0.05),
        row("slow", 50.0),
        row("odd", 1.0, outcome="differs", agreement=Agreement(2, 1, 0, (f"missing {HOSTILE}",))),
        row(
            "broken", 1.0, outcome="failed", reason="out of memory", total=None, memory=None, phases=(), agreement=None
        ),
    )
    small = document(*rows)
    dataset = replace(small.datasets[0], id="university-20000", size=20_000, triples=20_480)
    larger = tuple(
        replace(row, dataset=dataset.id, total=Samples(tuple(value * 9 for value in row.total.values)))
        for row in rows
        if row.total
    )
    spans = (
        Span("cns-aotc bench", "01", "a", "", 0, 1_000_000_000, {}),
        Span("university cns vm", "01", "b", "a", 100_000_000, 400_000_000, {}),
        Span("cns.read", "01", "c", "b", 150_000_000, 350_000_000, {"process.memory.peak": 5}),
        Span("cns.run", "01", "d", "b", 350_000_000, 350_100_000, {}),
    )
    return replace(small, datasets=(*small.datasets, dataset), rows=rows + larger, spans=spans)


class Page(HTMLParser):
    """Tags with their attributes, and the text of each table row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.lines: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((name, dict(attributes)))
        if name == "tr":
            self.lines.append([])
        elif name in ("td", "th") and self.lines:
            self.lines[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.lines and self.lines[-1]:
            self.lines[-1][-1] += data

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def test_the_page_needs_nothing_from_anywhere_and_allows_nothing() -> None:
    text = page.html(a_run())
    seen = Page(text)
    assert not [tag for tag, has in seen.tags if "src" in has or "style" in has or tag == "link"]
    assert not [has["href"] for has in seen.named("a") if not str(has["href"]).startswith("#")]
    [policy] = [has["content"] for has in seen.named("meta") if "http-equiv" in has]
    assert str(policy).startswith("default-src 'none'; style-src 'sha256-")


def test_losses_stand_beside_wins() -> None:
    lines = [" | ".join(line) for line in Page(page.html(a_run())).lines]
    assert [line for line in lines if "warm beside cold" in line and "| quick 1.0 |" in line and "5.0 × faster" in line]
    assert [line for line in lines if "| cold |" in line and "| quick 1.0 |" in line and "2.0 × slower" in line]


def test_what_differs_or_failed_is_marked() -> None:
    text = page.html(a_run())
    assert "1 s · results differ" in text
    assert 'class="peer differs"' in text
    assert "failed: out of memory" in text
    assert '<strong class="loss">DIFFER</strong>' in text


def test_hostile_texts_stay_texts() -> None:
    run = a_run()
    first = replace(run.rows[0], contender=HOSTILE, reason=HOSTILE)
    span = replace(run.spans[0], name=HOSTILE, attributes={HOSTILE: HOSTILE})
    text = page.html(replace(run, rows=(first, *run.rows[1:]), spans=(span, *run.spans[1:]), commit=HOSTILE))
    assert not Page(text).named("img")
    assert len(Page(text).named("script")) == 1
    ET.fromstring(page.svg(replace(run, rows=(first, *run.rows[1:]))))


def test_every_row_has_a_bar_and_the_axis_has_powers_of_ten() -> None:
    root = ET.fromstring(page.svg(replace(a_run(), datasets=a_run().datasets[:1])))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    for contender in ("cns vm, warm, 1 thread", "quick, cold", "slow, cold", "odd, cold"):
        assert contender in texts
    for tick in ("1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"):
        assert tick in texts
    boxes = {bar.get("class"): float(bar.get("width") or 0) for bar in root.iter(f"{SVG}rect")}
    assert boxes["ours warm"] < boxes["peer cold"]


def test_every_link_leads_somewhere() -> None:
    run = a_run()
    datasets = tuple(replace(dataset, workload="people & orders") for dataset in run.datasets)
    seen = Page(page.html(replace(run, datasets=datasets)))
    places = {f"#{has['id']}" for _, has in seen.tags if "id" in has}
    links = [has["href"] for has in seen.named("a")]
    assert "#workload-people-orders" in links
    assert set(links) <= places


def test_a_document_with_nothing_to_show_is_a_page_too() -> None:
    empty = replace(document(), datasets=(), paybacks=(), spans=())
    assert "There is no peer to compare with." in page.html(empty)
    assert page.svg(empty) == ""


def test_the_escaper() -> None:
    assert tag("p", "<&", tag("b", "x"), class_='"') == '<p class="&quot;">&lt;&amp;<b>x</b></p>'
    assert tag("i", None, hidden=None) == "<i></i>"
    with pytest.raises(ValueError, match="ends the element"):
        raw("script", "a</script>")


# ---------------------------------------------------------------------- in a browser


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(page.html(a_run()), encoding="utf-8")
    return path


def _open_to_scripts(file: Path) -> Path:
    """Without the policy, which would keep a test's own script out."""
    text = re.sub("<meta http-equiv[^>]*>", "", file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    return file


def _span(seen: str, label: str) -> tuple[str, float, str]:
    """Attributes of its group, its width, what is written on it."""
    match = re.search(rf'<g ([^>]*data-label="{label}"[^>]*)>.*?width="([0-9.]+)".*?<text[^>]*>(.*?)</text>', seen)
    assert match
    return match[1], float(match[2]), match[3]


@needs_browser
def test_its_own_script_may_run(file: Path, tmp_path: Path) -> None:
    seen = dom(file, tmp_path)
    assert _span(seen, "run") == (_span(seen, "run")[0], 0.5, "")
    assert _span(seen, "read")[1:] == (220, "read")


@needs_browser
def test_a_span_that_is_picked_fills_the_width(file: Path, tmp_path: Path) -> None:
    script = "document.querySelector('[data-label=run]').dispatchEvent(new MouseEvent('click', {bubbles: true}));"
    seen = dom(_open_to_scripts(file), tmp_path, script=script)
    assert _span(seen, "run")[1:] == (1100, "run")
    assert "hidden" in _span(seen, "read")[0] or _span(seen, "read")[1] <= 1
    assert re.search(r'id="where"[^>]*>cns\.run: 100 µs<', seen)


@needs_browser
def test_the_trace_can_be_walked_with_keys(file: Path, tmp_path: Path) -> None:
    keys = ["ArrowDown", "ArrowDown", "ArrowRight", "Enter"]
    press = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: KEY, bubbles: true}));"
    script = "document.querySelector('.flames .span').focus();" + "".join(press.replace("KEY", repr(k)) for k in keys)
    file = _open_to_scripts(file)
    assert _span(dom(file, tmp_path, script=script), "run")[1] == 1100
    whole = dom(file, tmp_path, script=script + press.replace("KEY", "'Escape'"))
    assert _span(whole, "read")[1] == 220
    assert re.search(r'tabindex="0"[^>]*data-label="run"|data-label="run"[^>]*tabindex="0"', whole)


@needs_browser
def test_a_process_can_be_chosen(file: Path, tmp_path: Path) -> None:
    choose = "const w = document.getElementById('which'); w.value = '0'; w.dispatchEvent(new Event('change'));"
    seen = dom(_open_to_scripts(file), tmp_path, script=choose)
    assert '<option value="0">university cns vm</option>' in seen
    assert _span(seen, "university cns vm")[1:] == (1100, "university cns vm")
    assert _span(seen, "read")[1] == pytest.approx(1100 * 2 / 3)


@needs_browser
def test_it_can_be_drawn(file: Path, tmp_path: Path) -> None:
    screenshot(file, tmp_path, tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 40_000, "more than an empty page"
