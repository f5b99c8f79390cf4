"""A table into a file and back in a browser: a fault in the reader's language, the difference before anything is written, then written."""

import pytest
from playwright.sync_api import expect

from sheber.kit.exchange.writing import write
from sheber.spine.organisations.exchange import ORGANISATIONS


def table(code, kind):
    return {"name": "organisations.csv", "mimeType": "text/csv", "buffer": write(ORGANISATIONS, [{
        "id": "", "code": code, "kind": kind, "parent": "KZ", "name_en": f"Faculty {code}", "country": "KZ"}], "csv")}


def choose(page, file):
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form .btn-primary").last.click()
    page.wait_for_load_state()


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "width"), [("kk", 360), ("ru", 1440), ("en", 360)])
def test_a_table_comes_in_by_a_fault_a_difference_and_a_button(page_for, accessible, locale, width):
    page_for.expected.append("status of 422")
    page = page_for(locale, "/exchange/organisations/", width=width, persona="administrator")
    code = f"X-{locale.upper()}"
    choose(page, table(code, "castle"))
    fault = page.locator("section[aria-live] tbody tr")
    expect(fault).to_have_count(1)
    expect(fault).to_contain_text("castle")
    expect(fault).to_contain_text("3")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)
    choose(page, table(code, "faculty"))
    expect(page.locator("ins", has_text=code).first).to_be_visible()
    accessible(page)
    page.locator("form:has(input[name=plan]) .btn-primary").click()
    page.wait_for_load_state()
    expect(page.locator("form:has(input[type=file])")).to_be_visible()
    page.goto(f"/organisations/{code}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Faculty {code}")
