"""Files are taken and closed within a test."""

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections


@pytest.fixture(autouse=True)
def _answers_close_no_connection():
    """As in the test client of Django: an answer that is closed ends no connection of the tests around it."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)
