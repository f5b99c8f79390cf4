"""Purposes for the tests of privacy alone: the product asks for no consent on which nothing acts."""

import pytest

from sheber.kit import consent


@pytest.fixture(autouse=True)
def invented_purposes(monkeypatch):
    """Two more than the product has; they are gone after each test."""
    for code in ("data.research", "news.email"):
        monkeypatch.setitem(consent._purposes, code, consent.Purpose(code, 1, f"Title of {code}", f"Text of {code}"))
