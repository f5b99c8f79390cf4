"""The sign-in form."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

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
            if not isinstance(found, User):
                raise ValidationError(_("The e-mail address and the password do not go together, or the account is closed."),
                                      code="refused")
            self.user = found
        return cleaned
