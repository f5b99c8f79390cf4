"""The sign-in form."""

import datetime as dt
import math
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sheber.kit.http import refused
from sheber.spine.people.models import User


class SignInForm(forms.Form):
    """E-mail and password. An unknown address and a wrong password get one and the same answer."""

    email = forms.EmailField(label=_("Work or study e-mail"), max_length=254,
                             widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "class": "input"}))
    # The longest password worth hashing: longer ones only cost the server time.
    password = forms.CharField(label=_("Password"), max_length=1024, strip=False,
                               widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "input"}))

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if {"email", "password"} <= cleaned.keys():
            found = authenticate(self.request, username=cleaned["email"], password=cleaned["password"])
            until = getattr(self.request, "sign_in_held_until", None)
            if until is not None:
                refused(self.request, "sign_in_held")
                raise ValidationError(_held(until), code="held")
            if not isinstance(found, User):
                refused(self.request, "sign_in_wrong")
                raise ValidationError(_("The e-mail address and the password do not go together, or the account is closed."),
                                      code="refused")
            self.user = found
        return cleaned


def _held(until: dt.datetime) -> str:
    minutes = max(1, math.ceil((until - timezone.now()).total_seconds() / 60))
    return ngettext("There were too many attempts. Try again in %(n)s minute.", "There were too many attempts. Try again in %(n)s minutes.",
                    minutes) % {"n": minutes}
