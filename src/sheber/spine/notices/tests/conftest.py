"""A real mail server for letters of tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from .post_office import PostOffice, post_office


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    """Letters of this test go to a server on loopback, by SMTP."""
    with post_office() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
        settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "", False, False
        settings.PUBLIC_URL, settings.DEFAULT_FROM_EMAIL = "https://sheber.example", "Sheber <sheber@sheber.example>"
        yield server
