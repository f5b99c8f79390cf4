"""A password looked at, and how strong a new one is, in a real browser; by keyboard, and told to those who listen."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1440, "dark")], ids=["360", "1440"])
def test_a_password_is_shown_and_hidden(page_for, width, theme):
    page = page_for("en", "/people/sign-in/", width=width, theme=theme)
    field = page.get_by_label("Password", exact=True)
    field.fill("seen by nobody")
    assert field.get_attribute("type") == "password"
    button = page.get_by_role("button", name="Show Password")
    field.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Space")
    assert field.get_attribute("type") == "text"
    expect(button).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    assert field.get_attribute("type") == "password"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_new_password_is_told_how_strong_it_is(page_for):
    page = page_for("en", "/account/password/", persona="teacher")
    new, word = page.get_by_label("New password", exact=True), page.locator("[data-word]")
    expect(word).to_be_hidden()
    seen = []
    for text in ("short", "aaaaaaaaaaaaaaaa", "abcdefghijklmnop", "123456789012", "correct horse battery", "t7#Qz!mV2&pLw9@xR4^k"):
        new.fill(text)
        seen.append((word.text_content() or "").split(":")[0].rstrip("."))
    assert seen[:4] == ["Weak"] * 4
    assert seen[4] in {"Good", "Strong"}
    assert seen[5] == "Strong"
    assert word.get_attribute("role") == "status"
    new.fill("")
    expect(word).to_be_hidden()
