"""Two people edit one thing in two browsers: the second is shown both versions, loses nothing typed, and saves after choosing.

Every page that edits is tried, by the list of ``tests/api/test_edits_carry_versions.py``, which looks at all forms of the product: a new
one fails here until it is tried too, or named beside the test that tries it.
"""

import re
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from tests.api.test_edits_carry_versions import EDITS

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
    shown: tuple[str, str] | None = None


PAGES = {
    "programmes:course_edit": EditPage(f"{VERSION}courses/MET3203/edit/", "programme_director", "title_ru", "title_kk"),
    "programmes:facts_edit": EditPage(f"{VERSION}facts/", "programme_director", "qualification_ru", "qualification_kk"),
    "programmes:targets_edit": EditPage(f"{VERSION}targets/", "programme_director", "entry_1_1", "entry_2_1", values=("1", "2")),
    "organisations:edit": EditPage("/organisations/EKTU-MET/edit/", "administrator", "city_ru", "city_kk"),
    "people:person_edit": EditPage("/people/", "administrator", "name_ru", "name_en", ("#table tbody th a", "a[href$='/edit/']")),
    "people:role_dates": EditPage("/people/?role=student", "administrator", "starts_on", "ends_on",
                                  ("#table tbody th a", "a[href$='/days/']"), ("2026-01-15", "2031-06-30"),
                                  ("15 Jan 2026", "30 Jun 2031")),
    "integrations:webhook_edit": EditPage("/integrations/webhooks/", "administrator", "name", "url",
                                          ("#table tbody th a", "a[href$='/edit/']"), ("First Portal", "https://second.example/hook")),
}
ACTS = {"organisations:move": {"parent": "EKTU", "reason": "Біріктірілді"}, "organisations:close": {"reason": "Жабылды"},
        "organisations:reopen": {"reason": "Қайта ашылды"}, "organisations:delete": {"reason": "Қате енгізілді"}}
"""Pages on which something is done with an organisation, and what is typed there, while somebody else edits the organisation."""
ELSEWHERE = {
    "people:role_end": "test_a_role_whose_days_somebody_changed_is_not_ended_unseen",
    "programmes:course_remove": "tests/browser/test_editing.py", "programmes:matrix_save": "tests/browser/test_matrix.py",
    "programmes:version_delete": "src/sheber/apps/programmes/tests/test_trash.py",
    "programmes:publish": "tests/api/test_edits_carry_versions.py", "integrations:webhook_act": "tests/api/test_webhooks.py",
    "competences:framework_delete": "tests/api/test_edits_carry_versions.py",
}
"""Tried there: what is asked is one button, so there is nothing typed that could be lost."""


def test_every_page_that_edits_is_tried_by_two():
    assert sorted([*PAGES, *ACTS, *ELSEWHERE]) == sorted(EDITS), "add the page to PAGES or ACTS"


@pytest.fixture
def webhook(page_for):
    """A webhook to be changed, removed again."""
    page = page_for("en", "/integrations/webhooks/new/", persona="administrator")
    page.locator("[name=name]").fill("Portal")
    page.locator("[name=url]").fill("https://receiver.example/hook")
    page.locator("[name=events]").first.check()
    page.locator("main form .btn-primary").click()
    expect(page.get_by_role("heading", name="Copy it now")).to_be_visible()
    yield
    page.goto("/integrations/webhooks/")
    page.locator("#table tbody th a").first.click()
    page.locator("summary", has_text="Remove the webhook").click()
    page.get_by_role("button", name="Remove the webhook").click()


@pytest.fixture
def house(page_for):
    """An organisation to be asked about: its address."""
    page = page_for("en", "/organisations/EKTU-MET/below/new/", persona="administrator")
    field(page, "code").fill("TMP-TWO")
    field(page, "name_en").fill("For two")
    field(page, "kind").select_option("department")
    save(page)
    expect(page.locator("#edit")).to_have_count(0)
    yield "/organisations/TMP-TWO/"
    page.goto("/organisations/TMP-TWO/delete/")
    if page.get_by_role("button", name="Delete the organisation").count():
        page.get_by_role("button", name="Delete the organisation").click()


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
def test_the_second_is_shown_both_versions_and_merges(page_for, accessible, request, name):
    page_for.expected.append("status of 409")
    if name.startswith("integrations:"):
        request.getfixturevalue("webhook")
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
    for cell in (*(() if one.shown else (before[one.theirs] or "–",)), *(one.shown or one.values)):
        expect(stale.locator("tbody")).to_contain_text(cell)
    expect(field(mine, one.mine)).to_have_value(one.values[1])
    expect(field(mine, one.theirs)).to_have_value(before[one.theirs])
    assert mine.evaluate("document.documentElement.scrollWidth") <= 1440
    accessible(mine)
    mine.set_viewport_size({"width": 360, "height": 800})               # on a telephone the values of a field stand one below the other
    assert stale.locator(".scroll").evaluate("one => one.scrollWidth - one.clientWidth") <= 0
    labels = stale.locator("tbody tr").first.locator("td").evaluate_all("all => all.map(one => getComputedStyle(one, '::before').content)")
    assert labels == ['"When you opened it"', '"Yours, not saved"', '"Saved by the other person"']
    accessible(mine)
    mine.set_viewport_size({"width": 1440, "height": 900})
    stale.get_by_role("button", name="Merge both").click()
    expect(mine.locator("#edit")).to_have_count(0)
    again = opened(page_for, one, path)
    expect(field(again, one.theirs)).to_have_value(one.values[0])
    expect(field(again, one.mine)).to_have_value(one.values[1])
    for each, value in before.items():                                  # the demonstration is shared: as it was
        field(again, each).fill(value)
    save(again)
    expect(again.locator("#edit")).to_have_count(0)


def done(page):
    page.locator("main form:has([name=edit_version]) .form-foot .btn:not(.btn-quiet)").first.click()


@pytest.mark.browser
@pytest.mark.parametrize("name", ACTS)
def test_what_is_asked_about_something_that_changed_is_asked_again(page_for, accessible, house, name):
    page_for.expected += ["status of 409", "status of 404"]
    act = {"organisations:reopen": "open"}.get(name, name.partition(":")[2])
    if act == "open":
        closing = page_for("en", f"{house}close/", persona="administrator")
        closing.locator("[name=reason]").fill("Жабылды")
        done(closing)
        expect(closing.locator("main")).to_contain_text("Closed")
    mine = page_for("en", f"{house}{act}/", persona="administrator")
    theirs = page_for("en", f"{house}edit/", persona="administrator")
    field(theirs, "city_en").fill("Ridder")
    save(theirs)
    expect(theirs.locator("#edit")).to_have_count(0)
    for each, value in ACTS[name].items():
        mine.locator(f"main [name={each}]").fill(value)
    done(mine)
    told = mine.locator("main [role=alert]")
    expect(told).to_contain_text("changed the organisation" if act == "delete" else "Ridder")
    for each, value in ACTS[name].items():
        expect(mine.locator(f"main [name={each}]")).to_have_value(value)
    assert mine.evaluate("document.documentElement.scrollWidth") <= 1440
    accessible(mine)
    done(mine)
    expect(mine).to_have_url(re.compile(r"/organisations/[A-Z-]+/$"))
    expect(mine.get_by_role("status").first).to_contain_text("organisation is")


@pytest.mark.browser
def test_a_role_whose_days_somebody_changed_is_not_ended_unseen(page_for, accessible):
    page_for.expected.append("status of 409")
    one = PAGES["people:role_dates"]
    theirs = opened(page_for, one)
    days = theirs.url
    before = field(theirs, "ends_on").input_value()
    mine = page_for("en", days.replace("/days/", "/end/"), persona="administrator")
    field(theirs, "ends_on").fill("2031-06-30")
    save(theirs)
    expect(theirs.locator("#edit")).to_have_count(0)
    mine.locator("main [name=reason]").fill("Оқуын бітірді")
    done(mine)
    expect(mine.locator("#stale")).to_contain_text("30 Jun 2031")
    expect(mine.locator("main [name=reason]")).to_have_value("Оқуын бітірді")
    accessible(mine)
    again = opened(page_for, one, days)
    expect(field(again, "ends_on")).to_have_value("2031-06-30")
    field(again, "ends_on").fill(before)
    save(again)
    expect(again.locator("#edit")).to_have_count(0)


@pytest.mark.browser
def test_what_was_typed_about_something_that_was_deleted_is_handed_back(page_for, accessible, house):
    page_for.expected += ["status of 410", "status of 404"]
    mine = page_for("en", f"{house}edit/", persona="administrator")
    theirs = page_for("en", f"{house}delete/", persona="administrator")
    done(theirs)
    expect(theirs).to_have_url(re.compile("/organisations/EKTU-MET/$"))
    field(mine, "city_kk").fill("Қатты ойланып жазылған")
    save(mine)
    expect(mine.get_by_role("heading", level=1)).to_have_text("It is not there any more")
    expect(mine.locator("main")).to_contain_text("Қатты ойланып жазылған")
    accessible(mine)
