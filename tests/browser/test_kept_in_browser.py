"""What a browser keeps: titles of what was opened lately, nobody's name, and nothing at all after signing out."""

import pytest
from playwright.sync_api import expect

from tools.browser import sign_in

pytestmark = pytest.mark.browser


def test_a_student_who_was_opened_is_not_kept_and_a_page_is(page_for):
    page = page_for("en", "/students/", persona="programme_director")
    student = page.locator("tbody a[href^='/students/']").first.inner_text().strip()
    page.keyboard.press("Control+k")
    page.keyboard.type(student)
    page.get_by_role("option").filter(has_text=student.split()[0]).first.click()
    page.wait_for_url("**/students/**")
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert student.split()[0] not in kept
    page.keyboard.press("Control+k")
    page.keyboard.type("zinc")
    page.get_by_role("option").filter(has_text="zinc").first.click()
    page.wait_for_load_state()
    assert "zinc" in page.evaluate("localStorage.getItem('sheber_found')")


def test_signing_out_leaves_nothing(page_for):
    page = page_for("en", "/sign-in/")
    sign_in(page, "teacher")                    # a session of its own: that of other tests must not end with it
    page.evaluate("localStorage.setItem('anything', 'of somebody')")
    answer = page.evaluate("""async () => {
        const token = document.cookie.match(/sheber_csrf=([^;]*)/)[1];
        const answer = await fetch('/people/sign-out/', {method: 'POST', headers: {'X-CSRFToken': token}, redirect: 'manual'});
        return answer.type;
    }""")
    assert answer == "opaqueredirect"
    expect(page.locator("body")).to_be_visible()
    page.wait_for_function("localStorage.length === 0")
