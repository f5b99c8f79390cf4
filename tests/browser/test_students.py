"""A student's own page and a class as its director sees it: opened in three languages, worked with the keys, on a phone and in the dark."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

STUDENT, DIRECTOR = "student", "programme_director"
COURSE = "/programmes/6B07202/2026.1/courses/MET3205/"


@pytest.mark.parametrize(("locale", "width", "theme"), [("kk", 360, "light"), ("ru", 1440, "dark"), ("en", 1440, "light")])
def test_a_student_opens_the_own_page(page_for, accessible, locale, width, theme):
    page = page_for(locale, "/students/me/", width=width, theme=theme, persona=STUDENT)
    expect(page).to_have_url(re.compile(r"/students/\d+/$"))
    expect(page.locator("#items svg.gapbar[role=img]")).to_have_count(19)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page does not scroll sideways"
    accessible(page)


def test_the_evidence_behind_a_bar(page_for, accessible):
    page = page_for("en", "/students/me/", persona=STUDENT)
    behind = page.locator("[id='item-1.2']")
    expect(behind).to_be_hidden()
    link = page.locator("#items a.item[href='#item-1.2']")
    link.focus()
    page.keyboard.press("Enter")
    expect(behind).to_be_visible()
    accessible(page)
    behind.locator("a[href^='/assessments/']").first.click()
    expect(page.get_by_role("heading", name="Your result")).to_be_visible()
    expect(page.locator("main tbody tr")).to_have_count(1)
    accessible(page)


def test_a_director_goes_from_the_class_to_a_person(page_for, accessible):
    page = page_for("en", "/programmes/6B07202/2026.1/students/?class=2028&sort=-short", persona=DIRECTOR)
    gaps = [int(text) for text in page.locator("td strong.is-short").all_inner_texts()]
    assert gaps
    assert gaps == sorted(gaps, reverse=True)
    accessible(page)
    page.locator("tbody th a").first.click()
    expect(page.locator(".tile .fig").first).to_have_text(re.compile(rf"^{gaps[0]}\b"))


@pytest.mark.parametrize(("path", "width"), [("/students/", 360), (COURSE, 360), (COURSE, 1440)])
def test_lists_and_courses_on_a_phone(page_for, accessible, path, width):
    page = page_for("kk", path, width=width, persona=DIRECTOR)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)


def test_on_a_phone_a_bar_takes_the_whole_width(page_for):
    page = page_for("ru", "/students/me/", width=360, persona=STUDENT)
    widths = page.locator("#items svg.gapbar[role=img]").evaluate_all("bars => bars.map(bar => bar.getBoundingClientRect().width)")
    assert len(widths) == 19
    assert min(widths) > 250
