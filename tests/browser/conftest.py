"""Pages in a real browser, served by a real server on this machine, with the demonstration loaded.

`page_for` opens a page as a persona; after the test the page must have asked nothing of another machine, broken no content
security policy and written no error to the console.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.oidc_provider.running import single_sign_on
from tools.browser import ChromiumMissingError, Faults, chromium, reader, sign_in, violations
from tools.demo_server import demo_server, free_port

PROVIDER_PORT = free_port()
"""Where the provider of single sign-on listens, in the test that starts it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for a page is a test of the browser, marked or not: beside one, a test of the database meets its running loop."""
    for item in items:
        if "page_for" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of the demonstration; SHEBER_TEST_SERVER names one that already runs."""
    if running := os.environ.get("SHEBER_TEST_SERVER"):
        yield running.rstrip("/")
        return
    with demo_server(more_env={**single_sign_on(PROVIDER_PORT), "SHEBER_EXPORT_ROWS": "1500"}) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as opened:
            yield opened
    except ChromiumMissingError as missing:
        if os.environ.get("SHEBER_REQUIRE_ALL") == "1":
            raise
        pytest.skip(str(missing))


@pytest.fixture
def page_for(server: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """``page_for(locale, path, width=1440, theme="light", persona=None)`` opens a page; sign-ins are remembered for the run.

    ``page_for.expected`` lists parts of the faults that a test provokes on purpose, such as ``status of 409``.
    """
    faults, contexts, pages = Faults(), [], []

    def open_page(locale: str, path: str, width: int = 1440, theme: str = "light", persona: str | None = None) -> Page:
        context = reader(browser, server, faults, locale=locale, width=width, theme=theme)
        contexts.append(context)
        if persona:
            if persona not in SESSIONS:
                page = context.new_page()
                sign_in(page, persona)
                SESSIONS[persona] = [cookie for cookie in context.cookies() if "session" in cookie["name"]]
                page.close()
            context.add_cookies(SESSIONS[persona])
        page = context.new_page()
        pages.append(page)
        page.goto(path)
        return page

    expected: list[str] = []
    open_page.expected = expected
    yield open_page
    faulty = [*faults.all(), *(text for page in pages if not page.is_closed() for text in violations(page))]
    faulty = [text for text in faulty if not any(part in text for part in expected)]
    for context in contexts:
        context.close()
    assert faulty == []


SESSIONS: dict[str, list[dict]] = {}


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """``accessible(page)`` fails with what axe finds against WCAG 2.2 A and AA."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Page) -> None:
        options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
        found = Axe().run(page, options=options).response["violations"]
        assert [f"{item['id']}: {item['help']} at {node['target']}" for item in found for node in item["nodes"]] == []

    return check
