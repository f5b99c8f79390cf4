"""A real Chromium that stays at home: pages as a persona in a language, at a width, in a theme, and what went wrong on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from tools.chromium import find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

Theme = Literal["light", "dark"]
LOCAL = {"127.0.0.1", "localhost", "::1"}
VIOLATIONS = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", event =>
    window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


class ChromiumMissingError(Exception):
    """There is no Chromium; the message says what to do."""


@dataclass
class Faults:
    """What a page may not do: leave the machine, break the content security policy, fail, or write errors to the console."""

    outside: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    server: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", lambda message: self.console.append(f"{message.text} ({page.url})") if message.type == "error" else None)
        page.on("pageerror", lambda error: self.console.append(f"{error} ({page.url})"))
        page.on("response", lambda reply: self.server.append(f"{reply.status} {reply.url}") if reply.status >= 500 else None)

    def clear(self) -> None:
        for found in (self.outside, self.console, self.server):
            found.clear()

    def all(self) -> list[str]:
        return [*(f"request that leaves the machine: {url}" for url in self.outside),
                *(f"console: {text}" for text in self.console), *(f"server: {text}" for text in self.server)]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine, headless. Names outside the machine do not resolve in it."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        raise ChromiumMissingError("Chromium was not found: install it (on Debian and Ubuntu: apt install chromium) or set CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[
            "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"])
        try:
            yield browser
        finally:
            browser.close()


def reader(browser: Browser, base_url: str, faults: Faults, *, locale: str, width: int = 1440, height: int = 900,
           theme: Theme = "light") -> BrowserContext:
    """A browser window of somebody who reads ``locale`` (kk, ru or en); every request it makes is watched."""
    context = browser.new_context(base_url=base_url, locale=locale, viewport={"width": width, "height": height}, color_scheme=theme,
                                  reduced_motion="reduce", timezone_id="Asia/Almaty")
    context.add_cookies([{"name": "sheber_language", "value": locale, "url": base_url}])
    context.add_init_script(VIOLATIONS)
    context.on("request", lambda request: faults.outside.append(request.url) if leaves(request.url) else None)
    context.on("page", faults.watch)
    return context


def leaves(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in {"data", "blob", "about"} and parts.hostname not in LOCAL


def sign_in(page: Page, persona: str) -> None:
    """Sign in as a persona of the demonstration, by its role (``programme_director``) or person (``P13``), as a person would."""
    page.goto("/sign-in/")
    page.locator(f"[data-persona~='{persona}']").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def violations(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.__violations || []")
    return [f"content security policy: {text} ({page.url})" for text in found]
