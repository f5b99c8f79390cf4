"""Forms of the second step."""

from django import forms
from django.utils.translation import gettext_lazy as _

_CODE = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false", "class": "input"}


class FirstCodeForm(forms.Form):
    """The code that proves the app has the secret."""

    code = forms.CharField(label=_("Code shown by the app"), max_length=20, help_text=_("Six digits; a new code comes every half minute."),
                           widget=forms.TextInput(attrs={**_CODE, "inputmode": "numeric"}))


class CodeForm(forms.Form):
    """At sign-in."""

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("Six digits shown by your app, or one of your recovery codes."),
                           widget=forms.TextInput(attrs={**_CODE, "autofocus": True}))


class ProofForm(forms.Form):
    """Whoever changes the second step proves once more who they are."""

    proof = forms.CharField(label=_("Password, or a code of the app"), max_length=1024, strip=False,
                            widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "input"}))
