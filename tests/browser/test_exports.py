"""A list too long for one answer: asked for, written in the background, told of, and taken."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

READY = {"ru": "Ваш файл готов", "kk": "Файлыңыз дайын"}


def column(path):
    """What stands in the first column below its heading, of a file for spreadsheets."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return [line[0] for line in csv.reader(file) if line][1:]


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "width", "theme"), [("ru", 1440, "light"), ("kk", 360, "dark")])
def test_a_long_list_is_written_in_the_background_told_of_and_taken(page_for, accessible, locale, width, theme):
    page = page_for(locale, "/people/", width=width, theme=theme, persona="administrator")
    page.locator("a[href*='format=csv']").first.evaluate("link => link.click()")          # in a menu on a narrow screen
    button = page.locator("form[action='/exports/start/'] .btn-primary")
    expect(button).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)
    button.click()
    expect(page).to_have_url(re.compile("/jobs/"))
    accessible(page)
    for _again in range(120):
        page.goto("/exports/")
        link = page.locator("a[href$='/file/']").first
        if link.count():
            break
        page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)
    with page.expect_download() as taken:
        link.click()
    rows = column(taken.value.path())
    assert len(rows) > 1500
    page.goto("/people/")
    first = page.locator("main tbody th").first.inner_text().strip().split("\n")[0]
    assert any(first in row for row in rows), first
    page.goto("/notices/")
    expect(page.locator("main :visible:not(option)", has_text=READY[locale]).last).to_be_visible()
