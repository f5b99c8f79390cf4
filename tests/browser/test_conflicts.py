"""Two people edit one thing in two browsers: the second is shown both versions, loses nothing typed, and saves after choosing.

One test for every form that is opened with an edit version. The list is compared with the views that use :mod:`sheber.kit.editing`: a
new edit form fails here until it is tried too, or named as a form for what is not there yet.
"""

import inspect
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from tests.api.test_pages_have_operations import pages

VERSION = "/programmes/6B07202/2026.1/"


class EditPage(NamedTuple):
    """Where a form is, for whom, and two of its text fields: one that the first changes, and one that the second does.

    ``find`` leads from ``path`` to the form by the first link of each selector, when its address holds a number.
    """

    path: str
    persona: str
    theirs: str
    mine: str
    find: tuple[str, ...] = ()
    values: tuple[str, str] = ("Бірінші өзгертті", "Екінші өзгертті")


PAGES = {
    "programmes:course_edit": EditPage(f"{VERSION}courses/MET3203/edit/", "programme_director", "title_ru", "title_kk"),
    "programmes:facts_edit": EditPage(f"{VERSION}facts/", "programme_director", "qualification_ru", "qualification_kk"),
    "programmes:targets_edit": EditPage(f"{VERSION}targets/", "programme_director", "entry_1_1", "entry_2_1", values=("1", "2")),
    "organisations:edit": EditPage("/organisations/EKTU-MET/edit/", "administrator", "city_ru", "city_kk"),
    "people:person_edit": EditPage("/people/", "administrator", "name_ru", "name_en", ("#table tbody th a", "a[href$='/edit/']")),
}
NEW = {"programmes:course_add", "organisations:add"}
"""Forms for what is not there yet. A course is added to a version that somebody may have saved, which the form of a course shows."""


def uses_editing(view) -> bool:
    """Whether a view answers with :func:`sheber.kit.editing.answer`, straight or through the ``answer`` of its system."""
    return "answer" in inspect.unwrap(view).__code__.co_names and "kit.editing" in _sources(inspect.unwrap(view))


def _sources(view) -> str:
    """Modules from which the view takes ``answer`` and ``editing``."""
    known = view.__globals__
    found = [known.get(name) for name in ("answer", "editing")]
    modules = [getattr(one, "__module__", None) or getattr(one, "__name__", "") for one in found if one is not None]
    return " ".join("kit.editing" if name and ("kit.editing" in name or name.endswith("views.editing.common")) else "" for name in modules)


def test_every_edit_form_is_tried_by_two():
    found = {name for name, view in pages() if inspect.isfunction(inspect.unwrap(view)) and uses_editing(view)}
    assert found - NEW == PAGES.keys(), "add the form to PAGES, or to NEW when it is for what is not there yet"
    assert found >= NEW


def opened(page_for, one: EditPage, path: str = ""):
    page = page_for("en", path or one.path, persona=one.persona)
    for selector in () if path else one.find:
        link = page.locator(selector).first
        page.goto(link.get_attribute("href"))
    expect(page.locator("#edit")).to_be_visible()
    return page


def save(page):
    page.locator("#edit [name=edit_version]").evaluate("one => one.form.requestSubmit(one.form.querySelector('.form-foot .btn-primary'))")


def field(page, name: str):
    return page.locator(f"#edit [name='{name}']")


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_the_second_is_shown_both_versions_and_merges(page_for, accessible, name):
    page_for.expected.append("status of 409")
    one = PAGES[name]
    theirs = opened(page_for, one)
    path = theirs.url
    before = {each: field(theirs, each).input_value() for each in (one.theirs, one.mine)}
    mine = opened(page_for, one, path)
    field(theirs, one.theirs).fill(one.values[0])
    save(theirs)
    expect(theirs.locator("#edit")).to_have_count(0)
    field(mine, one.mine).fill(one.values[1])
    save(mine)
    stale = mine.locator("#stale")
    expect(stale).to_be_focused()
    for cell in (before[one.theirs] or "–", *one.values):
        expect(stale.locator("tbody")).to_contain_text(cell)
    expect(field(mine, one.mine)).to_have_value(one.values[1])
    expect(field(mine, one.theirs)).to_have_value(before[one.theirs])
    assert mine.evaluate("document.documentElement.scrollWidth") <= 1440
    accessible(mine)
    stale.get_by_role("button", name="Merge both").click()
    expect(mine.locator("#edit")).to_have_count(0)
    again = opened(page_for, one, path)
    expect(field(again, one.theirs)).to_have_value(one.values[0])
    expect(field(again, one.mine)).to_have_value(one.values[1])
    for each, value in before.items():                                  # the demonstration is shared: as it was
        field(again, each).fill(value)
    save(again)
    expect(again.locator("#edit")).to_have_count(0)
