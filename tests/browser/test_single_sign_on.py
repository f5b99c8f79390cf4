"""Single sign-on in a browser, with a real provider on this machine: the policy of the page lets it through, and nothing else."""

import os
import time

import pytest
from playwright.sync_api import expect

from sheber.spine.accounts.provider_client import GONE_S
from tests.oidc_provider.running import PASSWORD, real_provider

from .conftest import PROVIDER_PORT

WHO = "administrator@demo.invalid"


@pytest.fixture
def provider(server):
    if os.environ.get("SHEBER_TEST_SERVER"):
        pytest.skip("the server that runs already asks no provider of ours")
    with real_provider(redirect=f"{server}/account/single/university/back/", people=[("admin", WHO, "Administrator", "")],
                       port=PROVIDER_PORT) as issuer:
        time.sleep(GONE_S)      # the test before found it gone: for so long it is not asked again
        yield issuer


def log_in(page):
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.browser
def test_a_provider_that_is_gone_has_a_page(page_for, accessible):
    """Before the others: once it answered, its addresses are known for some minutes."""
    page_for.expected += ["503"]
    page = page_for("ru", "/people/sign-in/", theme="dark")
    page.locator("form[action='/account/single/university/'] button").click()
    expect(page.locator("#refused")).to_contain_text("Университет")
    accessible(page)


@pytest.mark.browser
def test_a_person_signs_in_at_the_university_and_looks_at_the_link(page_for, provider, accessible):
    page = page_for("en", "/people/sign-in/?next=/people/account/", width=360)
    accessible(page)
    page.get_by_role("button", name="Sign in with The University").click()
    expect(page.get_by_role("heading", name="The University")).to_be_visible()
    assert page.url.startswith(f"http://127.0.0.1:{PROVIDER_PORT}/login/")
    log_in(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Administrator")
    assert page.url.endswith("/people/account/")
    page.get_by_role("link", name="Accounts linked with yours").click()
    expect(page.get_by_text(WHO)).to_be_visible()
    expect(page.get_by_role("button", name="Unlink The University")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    accessible(page)
    page.goto(page.url.replace("/account/identities/", "/people/account/"))
    page.locator("#leave").locator("..").locator("..").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out here and at The University")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_role("button", name="Sign in with The University").click()
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
def test_the_picture_of_the_key_stands_on_white_in_every_theme(page_for, accessible, width, theme):
    page = page_for("kk", "/account/second-step/set-up/", width=width, theme=theme, persona="student")
    picture = page.locator(".key-picture svg")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box["width"] == box["height"] >= 200
    assert box["x"] + box["width"] <= width
    colours = page.evaluate("""() => { const path = document.querySelectorAll(".key-picture path");
        return [getComputedStyle(path[0]).fill, getComputedStyle(path[1]).stroke]; }""")
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    accessible(page)
