"""A programme director edits a draft: a course, its requisites and outcomes, facts, targets; a colleague saves first; a phone."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

VERSION = "/programmes/6B07202/2026.1/"
DIRECTOR = "programme_director"
NEW = "TMP9901"


def remove(page):
    page.get_by_role("button", name="Remove the course").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Remove the course").click()


@pytest.fixture
def course(page_for):
    """A course of its own, taken out again, because the demonstration is shared."""
    page = page_for("en", VERSION + "add-course/?term=8", persona=DIRECTOR)
    expect(page.get_by_label("Term")).to_have_value("8")
    page.get_by_label("Code", exact=True).first.fill(NEW)
    page.get_by_label("Title in English").fill("Trial course")
    page.get_by_label("Title in Kazakh").fill("Сынақ пәні")
    page.get_by_label("Credits").fill("5")
    page.get_by_role("button", name="Add the course").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NEW)
    yield f"{VERSION}courses/{NEW}/edit/"
    page.goto(f"{VERSION}courses/{NEW}/edit/")
    remove(page)
    expect(page.get_by_role("status").filter(has_text=f"Course {NEW} is removed")).to_be_visible()


def test_hours_rows_and_codes_help_while_one_types(page_for, course):
    page_for.expected.append("status of 422")
    page = page_for("en", course, persona=DIRECTOR)
    said = page.locator("#hours-sum")
    expect(said).to_contain_text("No hours are stated. 150 go with these credits.")
    page.get_by_label("Contact hours").fill("50")
    expect(said).to_contain_text("Hours add up to 50; the credits ask for 150.")
    page.get_by_label("Self-study hours").fill("100")
    expect(said).to_contain_text("Hours add up to 150, as the credits ask.")
    field = page.get_by_label("Prerequisites")
    field.fill("MET1101; MET11")
    offered = page.locator("#course-codes option").evaluate_all("all => all.map(one => one.value)")
    assert offered
    assert all(one.startswith("MET1101; MET11") for one in offered)
    rows = page.locator("#outcome-rows [data-row]")
    expect(rows).to_have_count(1)
    rows.nth(0).get_by_label("Code").fill("LO1")
    rows.nth(0).get_by_label("in Kazakh").fill("Есепті шешеді")
    page.get_by_role("button", name="Add an outcome").click()
    expect(rows.nth(1).get_by_label("Code")).to_be_focused()
    rows.nth(1).get_by_label("Code").fill("LO2")
    rows.nth(1).get_by_role("button", name="Remove this outcome").click()
    expect(rows).to_have_count(1)
    field.fill("MET1101; MET110X")
    page.get_by_role("button", name="Save the course").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("MET110X is not among the courses. Did you mean")
    expect(field).to_have_value("MET1101; MET110X")
    field.fill("MET1101; any(MET1102, MET1105)")
    page.get_by_role("button", name="Save the course").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NEW)
    expect(page.locator("#outcomes")).to_contain_text("LO1")


def test_two_browsers_and_one_course(page_for, course):
    page_for.expected.append("status of 409")
    mine, theirs = page_for("en", course, persona=DIRECTOR), page_for("en", course, persona=DIRECTOR)
    theirs.get_by_label("Title in Russian").fill("Пробная дисциплина")
    theirs.get_by_role("button", name="Save the course").click()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text(NEW)
    mine.get_by_label("Credits").fill("4")
    mine.get_by_role("button", name="Save the course").click()
    banner = mine.locator("#stale")
    expect(banner).to_be_focused()
    expect(banner).to_contain_text("Saule Dairbek changed this version at")
    expect(banner.get_by_role("row", name=re.compile("Credits"))).to_contain_text("4")
    expect(banner.get_by_role("row", name=re.compile("Title in Russian"))).to_contain_text("Пробная дисциплина")
    expect(mine.get_by_label("Credits")).to_have_value("4")
    banner.get_by_role("button", name="Merge both").click()
    expect(mine.get_by_role("heading", level=1)).to_contain_text(NEW)
    mine.goto(course)
    expect(mine.get_by_label("Credits")).to_have_value("4")
    expect(mine.get_by_label("Title in Russian")).to_have_value("Пробная дисциплина")


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize(("locale", "theme"), [("kk", "light"), ("ru", "dark"), ("en", "light")])
@pytest.mark.parametrize("path", [
    "courses/MET3203/edit/", "courses/MET3203/edit/?remove", "add-course/", "facts/", "targets/", "../../new/"])
def test_forms_are_accessible_and_never_scroll_sideways(page_for, accessible, path, locale, theme, width):
    page = page_for(locale, VERSION + path, persona=DIRECTOR, width=width, theme=theme)
    expect(page.locator("#edit")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)


@pytest.mark.parametrize("width", [360, 1440])
def test_errors_and_a_stale_save_are_accessible(page_for, accessible, course, width):
    page_for.expected += ["status of 422", "status of 409"]
    page = page_for("kk", course, persona=DIRECTOR, width=width)
    page.locator("#id_ects").fill("x")
    page.locator("#id_prerequisites").fill("A, B")
    page.locator("#edit .btn-primary").click()
    expect(page.locator("#wrong")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)
    page.locator("#id_ects").fill("3")
    page.locator("#id_prerequisites").fill("")
    page.evaluate("document.querySelector('[name=edit_version]').value = '0'")
    page.locator("#edit .btn-primary").click()
    expect(page.locator("#stale")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)


def test_leaving_with_something_typed_asks_first(page_for, course):
    page = page_for("en", course, persona=DIRECTOR)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Credits").fill("4")
    page.goto(VERSION)
    assert asked == ["beforeunload"]


def test_without_javascript_the_form_is_saved(server, browser, page_for, course):
    state = page_for("en", course, persona=DIRECTOR).context.storage_state()
    context = browser.new_context(base_url=server, java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(course)
    page.locator("[name=outcomes-code]").first.fill("LO7")
    page.locator("[name=outcomes-en]").first.fill("Solve.")
    page.get_by_role("button", name="Save the course").click()
    expect(page.locator("#outcomes")).to_contain_text("LO7")
    page.goto(course + "?remove")
    expect(page.get_by_role("dialog")).to_be_visible()
    context.close()
