"""The documentation of the API works from this machine alone, under the content security policy of every page."""

import json

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_an_operation_is_tried_out_from_the_documentation(page_for):
    page = page_for("en", "/api/v1/docs", persona="programme_director")
    operation = page.locator("#operations-people-me")
    expect(operation).to_be_visible()
    operation.get_by_role("button").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table tbody")
    expect(answer).to_contain_text("200")
    expect(answer).to_contain_text("programme_director")


def test_a_change_from_the_documentation_carries_the_token(page_for):
    """422 for a version that has no name, and not 403 for a token that is missing."""
    page_for.expected += ["status of 404", "status of 422", "status of 409"]
    page = page_for("en", "/api/v1/docs", persona="programme_director")
    operation = page.locator("#operations-evidence-evidence_withdraw")
    operation.get_by_role("button").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_placeholder("item_id").fill("999999999999")
    operation.locator("textarea").fill(json.dumps({"reason": "Tried."}))
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table tbody")).to_contain_text("not_found")
