"""What is true of every page that needs no story of its own."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LOCALES = ("kk", "ru", "en")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1440, "dark")])
def test_the_sign_in_page_speaks_the_readers_language_and_fits(page_for, accessible, locale, width, theme):
    page = page_for(locale, "/sign-in/", width=width, theme=theme)
    expect(page.locator("html")).to_have_attribute("lang", locale)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_home_page_opens_for_a_programme_director(page_for, accessible, locale):
    page = page_for(locale, "/", persona="programme_director")
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", locale)
    accessible(page)
