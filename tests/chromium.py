"""A real browser with the network cut: the fixtures ``browser`` and ``page``, which conftest.py hands to every test.

``page`` fails the test on any request that leaves the machine, on any dialog, page error or console error.
Without a browser it skips on a laptop and fails where the environment says CI.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Dialog, Page, Route

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
LOCAL = ("file:", "data:", "blob:")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it, without a window."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        tell = pytest.fail if os.environ.get("CI") else pytest.skip
        tell(f"no browser found: none of {', '.join(NAMES)} is on the PATH")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])  # CI runs as root
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of 1400 x 900 pixels; what it did wrong is raised when the test ends."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, offline=True)
    opened = context.new_page()
    wrong: list[str] = []

    def route(route: Route) -> None:
        if route.request.url.startswith(LOCAL):
            route.continue_()
        else:
            wrong.append(f"request: {route.request.url}")
            route.abort()

    def dialog(shown: Dialog) -> None:
        wrong.append(f"dialog: {shown.message}")
        shown.dismiss()

    context.route("**/*", route)
    opened.on("dialog", dialog)
    opened.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
    opened.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None)
    opened.on("request", lambda asked: None if asked.url.startswith(LOCAL) else wrong.append(f"request: {asked.url}"))
    yield opened
    opened.wait_for_timeout(50)  # what was set going by the last action
    context.close()
    assert not wrong, wrong


def show(page: Page, html: str, folder: Path, name: str = "map") -> Page:
    """Save a page, open it from disk as a double-click does, and wait until it says that it is ready."""
    path = folder / f"{name}.html"
    path.write_text(html, encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready]")
    return page
