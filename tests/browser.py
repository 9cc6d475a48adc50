"""Pages as a real browser makes them: headless Chromium, where there is one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=5000",
)

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


def dom(page: Path, folder: Path, *, fragment: str = "", script: str = "") -> str:
    """What the document is when its scripts are done, and behind them ``script``."""
    if script:
        page = _with_script(page, folder, script)
    return _browse(folder, f"{page.as_uri()}{fragment}", "--dump-dom")


def screenshot(page: Path, folder: Path, target: Path, *, fragment: str = "", size: str = "1500,1100") -> None:
    _browse(folder, f"{page.as_uri()}{fragment}", f"--screenshot={target}", f"--window-size={size}")


def _with_script(page: Path, folder: Path, script: str) -> Path:
    changed = folder / "with_script.html"
    text = page.read_text(encoding="utf-8")
    changed.write_text(text.replace("</body>", f"<script>{script}</script></body>"), encoding="utf-8")
    return changed


def _browse(folder: Path, *arguments: str) -> str:
    assert CHROMIUM is not None
    command = [CHROMIUM, *SWITCHES, f"--user-data-dir={folder / 'profile'}", *arguments[1:], arguments[0]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout
