"""The pages of a programme in a real browser: they fit, they are accessible, they speak the reader's language."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DIRECTOR = "programme_director"
VERSION = "/programmes/6B07202/2026.1/"
JOB = "17-2131.00"
PAGES = {
    "list": "/programmes/", "overview": VERSION, "chosen": f"{VERSION}?course=MET3203", "findings": f"{VERSION}findings/",
    "gap": f"{VERSION}gap/", "occupation": f"{VERSION}gap/?against={JOB}&order=largest", "item": f"{VERSION}gap/2.3/?against={JOB}",
    "history": f"{VERSION}history/", "import": "/programmes/import/",
}
# Every page meets each language, width and theme; not all twelve together.
VIEWS = [("kk", 360, "light"), ("ru", 1440, "light"), ("en", 1440, "dark")]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: "-".join(map(str, view)))
@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_and_is_accessible(page_for, accessible, name, view):
    locale, width, theme = view
    page = page_for(locale, PAGES[name], width=width, theme=theme, persona=DIRECTOR)
    if name in {"gap", "occupation"}:
        expect(page.locator("#changes .rec").first).to_be_visible()        # it comes after the page
    expect(page.locator("html")).to_have_attribute("lang", locale)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)


@pytest.mark.parametrize("locale", ["kk", "ru", "en"])
def test_no_word_of_the_gap_is_cut(page_for, locale):
    page = page_for(locale, PAGES["occupation"], persona=DIRECTOR)
    cut = page.locator(".gaps th:visible, .gaps td:first-child:visible").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)")
    assert cut == []


def test_a_course_on_the_map_is_chosen_by_key_and_its_chain_marked(page_for):
    page = page_for("en", VERSION, persona=DIRECTOR)
    page.get_by_role("link", name=re.compile("^MET3203 ")).first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"course=MET3203"))
    expect(page.locator("#map")).to_contain_text("Chosen: MET3203")
    expect(page.locator("#map .cmap .sel")).to_have_count(1)
    assert page.locator("#map .cmap .on").count() == 7
    page.get_by_role("link", name="Show the longest chain").click()
    expect(page.locator("#map .cmap .sel")).to_have_count(0)


def test_a_gap_leads_to_its_item_and_back_with_the_same_question(page_for):
    page = page_for("en", PAGES["gap"], persona=DIRECTOR)
    page.get_by_label("Compare with").select_option(JOB)                  # sends itself
    expect(page).to_have_url(re.compile(f"against={JOB}"))
    expect(page.get_by_text("O*NET® is a trademark")).to_be_visible()
    page.locator("a.item", has_text="2.3").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2.3")
    page.get_by_role("link", name="Back to the gap").click()
    expect(page).to_have_url(re.compile(f"against={JOB}"))


def test_the_changes_arrive_after_the_page_and_lead_to_the_cell(page_for):
    page = page_for("en", PAGES["gap"], persona=DIRECTOR)
    change = page.locator("#changes .rec").first
    expect(change).to_be_visible()
    change.get_by_role("link", name="Open the cell").click()
    expect(page).to_have_url(re.compile(r"/matrix/\?cell="))


def test_an_import_shows_what_would_change_and_can_be_left(page_for, accessible):
    page = page_for("ru", VERSION, persona=DIRECTOR)
    file = page.request.get(f"{VERSION}export.yaml").body().replace(b"version: 2026.1", b"version: 2031.1").replace(
        b"version: '2026.1'", b"version: '2031.1'")
    page.goto(PAGES["import"])
    page.locator("input[type=file]").set_input_files({"name": "plan.yaml", "mimeType": "application/yaml", "buffer": file})
    page.locator("form.form-narrow button").click()
    expect(page.locator(".tally")).to_be_visible()
    accessible(page)
    assert page.request.get("/programmes/6B07202/2031.1/").status == 404      # nothing was written


def test_a_bad_file_says_which_line(page_for, accessible):
    page = page_for("kk", PAGES["import"], width=360, persona=DIRECTOR)
    page.locator("input[type=file]").set_input_files({
        "name": "plan.yaml", "mimeType": "application/yaml", "buffer": b"code: P\ntitle: {en: P}\ncourses:\n- code: A\n  ects: -4\n"})
    page_for.expected.append("status of 422")
    page.locator("form.form-narrow button").click()
    expect(page.locator("tr.row-error").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    accessible(page)


@pytest.mark.parametrize("name", ["publish", "archive"])
def test_a_decision_is_asked_again(page_for, accessible, name):
    page = page_for("ru", PAGES["history"], persona=DIRECTOR)
    page.locator(f"[data-open={name}]").click()
    dialog = page.locator(f"dialog#{name}")
    expect(dialog).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_mentor_of_an_enterprise_sees_the_gap_and_no_closed_door(page_for, accessible):
    page = page_for("kk", PAGES["gap"], persona="enterprise_engineer")
    expect(page.locator(".gaps")).to_be_visible()
    expect(page.locator("nav.tabs a")).to_have_count(2)
    expect(page.locator(f"main a[href*='{VERSION}matrix/'], main a[href*='{VERSION}students/']")).to_have_count(0)
    accessible(page)
