"""The page in a real browser; and that no text of the shapes becomes part of it as anything but text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cns.explain import as_html, explain
from cns.options import CompileOptions
from tests.browser import dom, needs_browser, screenshot
from tests.explain.test_model import SHAPES
from tests.support import PREFIXES

HOSTILE = """
ex:Evil sh:targetClass ex:C ; sh:property [ sh:path ex:p ;
    sh:pattern "</script><script>document.title='owned'</script><!--" ;
    sh:hasValue "<img src=x onerror=alert(1)>\\u2028" ] .
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(as_html(explain(None, PREFIXES + SHAPES, CompileOptions(cache=False))), encoding="utf-8")
    return path


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_needs_nothing_from_anywhere(page: Path) -> None:
    tags = Tags(page.read_text(encoding="utf-8")).found
    assert not [tag for tag, has in tags if "src" in has or (tag == "link" and "href" in has)]
    assert "@import" not in page.read_text(encoding="utf-8")


def test_hostile_text_stays_text() -> None:
    text = as_html(explain(None, PREFIXES + HOSTILE, CompileOptions(cache=False)))
    assert [tag for tag, _ in Tags(text).found].count("script") == 2
    assert "owned'</" not in text


@needs_browser
def test_hostile_text_stays_text_in_a_browser(tmp_path: Path) -> None:
    path = tmp_path / "evil.html"
    path.write_text(as_html(explain(None, PREFIXES + HOSTILE, CompileOptions(cache=False))), encoding="utf-8")
    seen = dom(path, tmp_path)
    assert "<title>What cns made of these shapes</title>" in seen
    assert "<img" not in seen
    assert "&lt;img src=x onerror" in seen


@needs_browser
def test_a_shape_is_shown_with_all_its_sides(page: Path, tmp_path: Path) -> None:
    seen = dom(page, tmp_path)
    assert re.search(r"<h2>ex:Person</h2>", seen)
    for part in (
        "sh:targetClass ex:Person",
        "VALUES_FORWARD",
        "CnsVerdict cns_shape_",
        "only if needed",
        "follows from datatype",
    ):
        assert part in seen, part
    assert re.search(r'<tr class="decided"[^>]*><td[^>]*>\d+</td><td[^>]*><code>nodeKind', seen)


@needs_browser
def test_search_and_the_other_views(page: Path, tmp_path: Path) -> None:
    script = "const s = document.getElementById('search'); s.value = 'pattern'; s.dispatchEvent(new Event('input'));"
    found = re.findall(r'<button data-shape="\d+" title="([^"]*)"', dom(page, tmp_path, script=script))
    assert found
    assert all("sh:pattern" in title for title in found)
    click = "document.querySelector('[data-view=plan]').click();"
    assert "What the reader keeps" in dom(page, tmp_path, script=click)
    pick = "document.querySelectorAll('tbody.rows tr')[1].click();"
    assert 'class="lit"' in dom(page, tmp_path, script=pick)


@needs_browser
def test_it_can_be_drawn(page: Path, tmp_path: Path) -> None:
    screenshot(page, tmp_path, tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 20_000, "more than an empty page"
