"""The form that asks again who somebody is."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ConfirmForm(forms.Form):
    """Password or code; named so that no form it stands in for has a field of this name."""

    proof = forms.CharField(label=_("Password, or a code of the app"), max_length=1024, strip=False,
                            widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True, "class": "input"}))

    def add_prefix(self, field_name: str) -> str:
        """As it stands on the page."""
        return f"confirm-{field_name}"
