"""Forms to change a password, to ask for a link, and to set a new one."""

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _password(label: "str | _StrPromise", complete: str, help_text: "str | _StrPromise" = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=1024, strip=False, help_text=help_text,
                           widget=forms.PasswordInput(attrs={"autocomplete": complete, "class": "input"}))


class NewPasswordForm(forms.Form):
    """A new password, typed twice. How strong it must be is decided by the service."""

    new = _password(_("New password"), "new-password", _("At least 12 letters or signs; not one that many people use."))
    again = _password(_("New password once more"), "new-password")

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise ValidationError(_("The two passwords differ."), code="differ")
        return again


class ChangePasswordForm(NewPasswordForm):
    """With the password used until now."""

    old = _password(_("Password until now"), "current-password")
    field_order = ("old", "new", "again")


class ForgottenForm(forms.Form):
    """Where the link is sent."""

    email = forms.EmailField(label=_("Work or study e-mail"), max_length=254,
                             widget=forms.EmailInput(attrs={"autocomplete": "username", "class": "input"}))
