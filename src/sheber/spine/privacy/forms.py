"""The password once more; a request for erasure; what is decided."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PasswordForm(forms.Form):
    """Whether it is right is decided by the view, which counts wrong ones."""

    password = forms.CharField(label=_("Your password"), max_length=1024, strip=False,
                               help_text=_("Asked once more, so that nobody takes your data from a device left open."),
                               widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "input"}))


class WordsForm(forms.Form):
    """What the person adds to a request; they need not say why."""

    words = forms.CharField(label=_("What you want to add"), max_length=1000, required=False,
                            help_text=_("You need not say why. Whoever decides reads this; it is erased with your data."),
                            widget=forms.Textarea(attrs={"rows": 3, "class": "input"}))


class AskForm(PasswordForm, WordsForm):
    """A request, proved by the password."""

    field_order = ("words", "password")


class DecisionForm(forms.Form):
    """What is decided, and why."""

    decision = forms.ChoiceField(label=_("Decision"), choices=[
        ("", _("Choose")), ("refuse", _("Refuse, with a reason")), ("erase", _("Erase the person"))])
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
                             help_text=_("The person reads it when you refuse. Write no names."))
    kept_until = forms.DateField(label=_("Keep the data until"), required=False,
                                 widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"),
                                 help_text=_("Only with a refusal: the law or a dispute asks that the data stay. Nobody erases the person "
                                             "before this day has passed."))


class EraseForm(forms.Form):
    """Erasing somebody who did not ask here: by letter, or because a purpose has ended."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
                             help_text=_("It is recorded without the names of the person."))
    sure = forms.BooleanField(label=_("I know that nothing brings the person back."),
                              error_messages={"required": _("Tick this to erase the person.")})


class ReleaseForm(forms.Form):
    """Why data need not be kept any longer."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
                             help_text=_("Why the data need not be kept any longer."))
