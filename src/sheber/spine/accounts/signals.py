"""A session is remembered from sign-in to sign-out, however it began."""

import time
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from sheber.spine.people.models import User

from . import services
from .waiting import CONFIRMED


@receiver(user_logged_in, dispatch_uid="sheber.accounts.session_begin")
def _began(request: HttpRequest, user: User, **_more: Any) -> None:
    request.session[CONFIRMED] = time.time()
    services.session_begin(person=user, session=request.session, ip=str(request.META.get("REMOTE_ADDR", "")),
                           user_agent=str(request.META.get("HTTP_USER_AGENT", "")))


@receiver(user_logged_out, dispatch_uid="sheber.accounts.session_left")
def _left(request: HttpRequest, **_more: Any) -> None:
    services.session_left(session=request.session)
