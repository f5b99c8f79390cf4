"""Pages of the spine in a browser: readable by everybody, whole at 360 px, and the figures of the main job open."""

import pytest
from playwright.sync_api import expect

# A covering subset of page × language × width × theme: every value with every page kind somewhere.
SEEN = [
    ("programme_director", "/competences/CDIO/2.0/", "kk", 360, "dark"), ("ministry_analyst", "/competences/types/", "ru", 1440, "dark"),
    ("enterprise_engineer", "/competences/types/line_engineer/", "en", 360, "light"),
    ("enterprise_engineer", "/competences/occupations/?type=technician", "kk", 1440, "light"),
    ("ministry_analyst", "/competences/occupations/17-2141.00/", "ru", 360, "dark"),
    ("student", "/competences/levels/", "en", 1440, "light"),
    ("student", "/competences/CDIO/2.0/4.3/", "ru", 360, "light"), ("programme_director", "/audit/", "kk", 360, "light"),
    ("quality_officer", "/audit/", "en", 1440, "dark"), ("programme_director", "/organisations/", "ru", 360, "dark"),
    ("programme_director", "/organisations/EKTU-MET/", "en", 1440, "dark"), ("student", "/people/account/", "kk", 360, "dark"),
    ("student", "/", "ru", 360, "light"), ("ministry_analyst", "/", "kk", 1440, "dark"),
]


@pytest.mark.browser
@pytest.mark.parametrize(("persona", "path", "locale", "width", "theme"), SEEN, ids=str)
def test_page_is_whole(page_for, accessible, persona, path, locale, width, theme):
    page = page_for(locale, path, width=width, theme=theme, persona=persona)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)


@pytest.mark.browser
def test_a_framework_folds_and_is_searched_in_kazakh(page_for):
    page = page_for("kk", "/competences/CDIO/2.0/", persona="programme_director")
    deep = page.locator("#c-4\\.3\\.1")
    expect(deep).to_be_hidden()
    page.locator("#c-4\\.3 > details > summary").click()
    expect(deep).to_be_visible()
    page.get_by_role("searchbox").fill("ФИЗИКА")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("#c-1\\.1\\.2")).to_be_visible()
    expect(page.locator("#c-2")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize(("persona", "address"), [
    ("student", "/students/"), ("programme_director", "/gap/"), ("ministry_analyst", "/programmes/")])
def test_home_leads_each_reader_to_what_they_came_for(page_for, persona, address):
    page = page_for("en", "/", persona=persona)
    page.locator(".head .btn-primary").click()
    page.wait_for_load_state()
    assert address in page.url
