"""The palette and the page of results in a browser: keys alone, one kind, what was opened lately, late answers, without scripts."""

import re

import pytest
from playwright.sync_api import expect


def opened(page):
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Type to search")
    expect(field).to_be_focused()
    return field


def test_one_kind_by_tab_and_both_ends_of_the_list(page_for, accessible):
    page = page_for("en", "/", persona="programme_director")
    opened(page)
    page.keyboard.type("металл")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Metallurgy")
    expect(page.get_by_role("status").filter(has_text="found")).to_have_count(1)
    page.keyboard.press("End")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    expect(options.first).to_have_attribute("aria-selected", "true")
    accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    chip = page.get_by_role("button", name=re.compile("^Courses"))
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("dialog").get_by_role("group", name="Courses")).to_have_count(1)
    expect(page.get_by_role("dialog").get_by_role("group", name="Organisations")).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name=re.compile("^Everything"))).to_have_attribute("aria-pressed", "true")


def test_what_was_opened_lately_is_for_the_same_person_only(page_for):
    page = page_for("en", "/", persona="programme_director")
    opened(page)
    page.keyboard.type("metallurgy zinc")
    expect(page.get_by_role("option").first).to_contain_text("zinc")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/courses/"))
    opened(page)
    lately = page.get_by_role("group", name="Opened lately")
    expect(lately.get_by_role("option")).to_contain_text("zinc")
    assert "zinc" in page.evaluate("localStorage.getItem('sheber_found')")
    page.keyboard.press("Escape")
    page.context.clear_cookies()
    page.goto("/sign-in/")
    assert page.evaluate("localStorage.getItem('sheber_found')") is None


def test_a_late_answer_to_an_earlier_question_is_dropped(page_for):
    page = page_for("en", "/", persona="programme_director")
    page.route(re.compile(r"/search/\?q=metal$"), lambda route: (page.wait_for_timeout(600), route.continue_()))
    field = opened(page)
    field.fill("metal")
    page.wait_for_timeout(200)
    field.fill("zinc")
    expect(page.get_by_role("option").first).to_contain_text("zinc")
    page.wait_for_timeout(800)
    expect(page.get_by_role("option").first).to_contain_text("zinc")


@pytest.mark.parametrize("locale", ["kk", "ru", "en"])
def test_on_a_telephone_the_palette_is_the_whole_screen_and_the_page_fits(page_for, accessible, locale):
    page = page_for(locale, "/search/?q=металл", persona="programme_director", width=360)
    page.set_viewport_size({"width": 360, "height": 740})
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.keyboard.press("Control+k")
    box = page.locator("#palette").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 740)
    accessible(page)


@pytest.mark.browser
def test_without_scripts_the_button_leads_to_the_page(browser, server):
    context = browser.new_context(base_url=server, java_script_enabled=False)
    context.add_cookies([{"name": "sheber_language", "value": "en", "url": server}])
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("[data-persona~=programme_director]").first.click()
    page.get_by_role("button", name=re.compile("^Search programmes")).click()
    page.get_by_role("searchbox", name="Type to search").fill("металл")
    page.get_by_role("searchbox", name="Type to search").press("Enter")
    page.get_by_role("navigation", name="Kinds of things found").get_by_role("link", name=re.compile("^Courses")).click()
    expect(page.get_by_role("heading", name="Courses")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=re.compile("zinc")).click()
    expect(page).to_have_url(re.compile("/courses/"))
    context.close()
