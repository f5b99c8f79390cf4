"""A store of its own for each test."""

import pytest

from .factories import own_store


@pytest.fixture(autouse=True)
def store(tmp_path, settings):
    return own_store(settings, tmp_path / "files")
