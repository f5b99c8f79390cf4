"""E-mail and password, with attempts counted; named in the settings."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from . import services


class CountingBackend(ModelBackend):
    """Django's own check behind the count of failures.

    A refused attempt leaves ``sign_in_held_until`` at the request, for the form to tell. One password is hashed whether the account
    exists or not (Django sees to that), and none when the attempt is refused, whether it exists or not.
    """

    def authenticate(self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **more: Any) -> Any:
        email = username if username is not None else more.get("email")
        if email is None or password is None:
            return None
        attempt = services.attempt_begin(email=email, ip=str(request.META.get("REMOTE_ADDR", "")) if request is not None else "")
        if attempt.held_until is not None:
            if request is not None:
                request.sign_in_held_until = attempt.held_until  # type: ignore[attr-defined]
            return None
        person = super().authenticate(request, username=email, password=password)
        if person is None:
            services.attempt_failed(attempt=attempt, email=email)
        else:
            services.attempt_succeeded(attempt=attempt)
        return person
