"""The password once more, before everything is handed out."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PasswordForm(forms.Form):
    """Whether it is right is decided by the view, which counts wrong ones."""

    password = forms.CharField(label=_("Your password"), max_length=1024, strip=False,
                               help_text=_("Asked once more, so that nobody takes your data from a device left open."),
                               widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "input"}))
