"""The shell and every component in a real browser: keys, themes, languages, widths, charts."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def put_on(page, theme):
    """Press the button of themes until this one is in force."""
    for _ in range(3):
        if page.locator("html").get_attribute("data-theme") == theme:
            return
        page.get_by_role("button", name=re.compile("^Theme")).click()
    raise AssertionError(f"the button does not lead to {theme}")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "locale"), [(360, "kk"), (1440, "ru")])
def test_every_component_is_accessible_and_fits(page_for, accessible, width, locale, theme):
    page = page_for(locale, "/design/", width=width, theme=theme, persona="programme_director")
    chart = page.locator("[data-chart=load]")
    chart.scroll_into_view_if_needed()
    expect(chart.locator("svg.marks")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)


def test_a_chart_takes_the_colours_of_the_theme(page_for):
    page = page_for("en", "/design/", theme="light", persona="careers_officer")       # the choice is kept on the account: nobody else's
    put_on(page, "auto")
    chart = page.locator("[data-chart=load]")
    chart.scroll_into_view_if_needed()
    bar = chart.locator("svg.marks .mark-rect path").first
    expect(bar).to_have_attribute("fill", re.compile("#134468", re.IGNORECASE))
    put_on(page, "dark")
    expect(chart.locator("svg.marks .mark-rect path").first).to_have_attribute("fill", re.compile("#8CC2EC", re.IGNORECASE))


def test_the_theme_stays_without_a_flash(page_for):
    page = page_for("en", "/", theme="light", persona="quality_officer")
    put_on(page, "auto")
    with page.expect_response(re.compile("/theme/")) as told:
        page.get_by_role("button", name="Theme: as the system").click()
    assert told.value.status == 204
    page.reload()
    assert '<html lang="en" data-theme="light"' in page.content()
    assert page.request.get("/").text().count('data-theme="light"') == 1              # drawn so by the server, not by a script


def test_the_palette_by_keys_alone(page_for, accessible):
    page = page_for("en", "/", persona="programme_director")
    page.get_by_role("button", name=re.compile("^Search")).focus()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Type to search")
    expect(field).to_be_focused()
    page.keyboard.type("metallurgy")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Metallurgy")
    expect(first).to_have_attribute("aria-selected", "true")
    accessible(page)
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("^Search"))).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("metallurgy")
    expect(page.get_by_role("option").first).to_contain_text("Metallurgy")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/programmes/6B07202/[\d.]+/$"))


def test_the_palette_is_for_any_layout_and_language(page_for):
    page = page_for("kk", "/", persona="programme_director")
    page.keyboard.press("Control+KeyK")
    page.keyboard.type("металлургия")
    expect(page.get_by_role("option").first).to_contain_text("6B07202")


def test_the_language_changes_and_the_page_stays(page_for):
    page = page_for("kk", "/design/?sort=-credits", persona="teacher")
    page.get_by_role("button", name="РУС").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page).to_have_url(re.compile(re.escape("/design/?sort=-credits")))


def test_sorting_stands_in_the_address_and_is_said_aloud(page_for):
    page = page_for("en", "/design/", persona="teacher")
    page.get_by_role("link", name="Credits").first.click()
    expect(page).to_have_url(re.compile("sort=credits"))
    expect(page.get_by_role("columnheader", name="Credits").first).to_have_attribute("aria-sort", "ascending")


def test_the_rail_folds_and_is_remembered(page_for):
    page = page_for("en", "/", persona="teacher")
    page.get_by_role("button", name="Fold the rail").click()
    expect(page.locator(".shell")).to_have_attribute("data-rail", "min")
    page.reload()
    expect(page.locator(".shell")).to_have_attribute("data-rail", "min")


def test_the_skip_link_is_first_and_leads_to_the_content(page_for):
    page = page_for("en", "/", persona="teacher")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_dialog_gives_the_focus_back(page_for, accessible):
    page = page_for("en", "/design/", persona="teacher")
    opener = page.get_by_role("button", name="Open the dialog")
    opener.click()
    expect(page.get_by_role("dialog", name="Archive this version")).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_on_paper_only_the_sheet_is_left(page_for):
    page = page_for("en", "/design/", theme="dark", persona="teacher")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")


def test_without_scripts_a_person_signs_in_searches_and_sorts(browser, server):
    context = browser.new_context(base_url=server, java_script_enabled=False, locale="en")
    context.add_cookies([{"name": "sheber_language", "value": "en", "url": server}])
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("[data-persona~=teacher]").first.click()
    page.goto("/search/?q=programmes")
    expect(page.get_by_role("main").get_by_role("link").first).to_be_visible()
    page.goto("/design/")
    page.get_by_role("link", name="Credits").first.click()
    expect(page).to_have_url(re.compile("sort=credits"))
    context.close()
