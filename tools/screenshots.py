"""Pictures of the pages as people see them: ``python3 bootstrap.py screenshots`` (``make screenshots``).

Starts a demonstration of its own (or takes SHEBER_TEST_SERVER), opens each page of `tools.tour` as its persona in kk, ru and en, at 360
and 1440 px, light and dark, and writes ``var/screenshots/<page>-<locale>-<width>-<theme>.png``. The few that the README shows
also go to ``docs/screenshots``. Ends with status 1 when a page had a fault (see `tools.browser.Faults`) and names it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, BrowserContext, Page  # noqa: E402  the folder above must be importable first

from tools.browser import ChromiumMissingError, Faults, Theme, chromium, reader, sign_in, violations  # noqa: E402
from tools.demo_server import ServerDidNotStartError, demo_server  # noqa: E402
from tools.tour import TOUR, Stop  # noqa: E402

LOCALES = ("kk", "ru", "en")
WIDTHS = (360, 1440)
DOWN_AND_UP = """async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 600) {
        scrollTo(0, y);
        await new Promise(done => setTimeout(done, 60));
    }
    scrollTo(0, 0);
}"""
THEMES: tuple[Theme, ...] = ("light", "dark")


# (page, locale, width, theme) of the pictures in the README.
IN_README = {("home", "kk", 1440, "light"), ("gap", "en", 1440, "light"), ("matrix", "ru", 1440, "dark"),
             ("programme", "en", 1440, "light"), ("student", "kk", 360, "light")}


def main() -> int:
    parser = argparse.ArgumentParser(description="Take pictures of the pages.")
    parser.add_argument("pages", nargs="*", help=f"pages to take (default: all): {', '.join(stop.name for stop in TOUR)}")
    parser.add_argument("--readme", action="store_true", help="only the pictures of the README")
    args = parser.parse_args()
    target = Path(os.environ.get("SHEBER_VAR") or ROOT / "var") / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    stops = [stop for stop in TOUR if not args.pages or stop.name in args.pages]
    try:
        with server() as address, chromium() as browser:
            faulty = take(browser, address, stops, target, only_readme=args.readme)
    except (ChromiumMissingError, ServerDidNotStartError) as no:
        print(f"screenshots: {no}", file=sys.stderr)
        return 2
    for line in faulty:
        print(line, file=sys.stderr)
    return 1 if faulty else 0


@contextmanager
def server() -> Iterator[str]:
    if running := os.environ.get("SHEBER_TEST_SERVER"):
        yield running.rstrip("/")
        return
    with demo_server() as address:
        yield address


def take(browser: Browser, address: str, stops: list[Stop], target: Path, *, only_readme: bool) -> list[str]:
    faulty: list[str] = []
    for locale, width, theme in product(LOCALES, WIDTHS, THEMES):
        faults = Faults()
        contexts: dict[str | None, BrowserContext] = {}
        for stop in stops:
            readme = (stop.name, locale, width, theme) in IN_README
            if only_readme and not readme:
                continue
            if stop.persona not in contexts:
                contexts[stop.persona] = reader(browser, address, faults, locale=locale, width=width, theme=theme)
                if stop.persona:
                    page = contexts[stop.persona].new_page()
                    sign_in(page, stop.persona)
                    page.close()
            name = f"{stop.name}-{locale}-{width}-{theme}.png"
            page = contexts[stop.persona].new_page()
            if problem := open_stop(page, stop):
                faulty.append(f"{name}: {problem}")
            page.screenshot(path=target / name, full_page=not readme)
            if readme:
                (ROOT / "docs" / "screenshots").mkdir(parents=True, exist_ok=True)
                page.screenshot(path=ROOT / "docs" / "screenshots" / name)
            meant = f"status of {stop.status}"         # the browser writes a refused page to its console; here it was asked for
            faulty += [f"{name}: {text}" for text in [*faults.all(), *violations(page)] if stop.status == 200 or meant not in text]
            faults.clear()
            page.close()
            print(name, flush=True)
        for context in contexts.values():
            context.close()
    return faulty


def open_stop(page: Page, stop: Stop) -> str:
    """Go to the page and wait until it is still; what is wrong with it, or nothing."""
    reply = page.goto(stop.path)
    for selector in stop.follow:
        link = page.locator(selector).first
        if not link.count():
            return f"no {selector} at {page.url}"
        reply = page.goto(urljoin(page.url, link.get_attribute("href")))
    page.evaluate(DOWN_AND_UP)       # charts are drawn when they come into view
    page.wait_for_load_state("networkidle")
    width = page.viewport_size["width"] if page.viewport_size else 0
    if reply is None or reply.status != stop.status:
        return f"status {reply.status if reply else '–'} at {page.url}"
    if page.evaluate("document.documentElement.scrollWidth") > width:
        return f"the page is wider than {width} px"
    return ""


if __name__ == "__main__":
    sys.exit(main())
