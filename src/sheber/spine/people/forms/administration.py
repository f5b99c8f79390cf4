"""Forms of those who look after people: roles, accounts, invitations."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from sheber.kit import formats
from sheber.kit.editing import ActForm, EditForm, clean_text, language_names, text_cleaned, text_initial
from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.spine.organisations.forms.picking import OrganisationField
from sheber.spine.people import rules
from sheber.spine.people.queries import PersonDetail, RoleRow
from sheber.spine.people.roles import ROLE_CHOICES
from sheber.spine.people.services import Guest

NAME_LENGTH: Final = 150
_EMAIL_FIRST: Final = re.compile(r"[\t;,]")


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, input_formats=["%Y-%m-%d"],
                           widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs)


def _first_day() -> forms.DateField:
    return _day(gettext_lazy("First day"), help_text=gettext_lazy("Empty: at once."))


def _last_day() -> forms.DateField:
    return _day(gettext_lazy("Last day"), help_text=gettext_lazy(
        "Empty: without an end. Reviewers, supervisors and mentors need one, within a year."))


def role_choices(held: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Roles the granter may give at one node at least, with their names."""
    places = held.get("role.grant", ())
    return [(code, str(label)) for code, label in ROLE_CHOICES if any(rules.may_grant(code, path, held) for path in places)]


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("Kept in the history."))


class RoleForm(forms.Form):
    """A role at a node, with its first and last day, both included."""

    starts_on, ends_on = _first_day(), _last_day()
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=300, help_text=gettext_lazy("Kept in the history."))
    field_order: Sequence[str] = ("role", "organisation", "starts_on", "ends_on", "reason")

    def __init__(self, *args: Any, held: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *role_choices(held)])
        self.fields["organisation"] = OrganisationField(
            paths=held.get("role.grant", ()), listed="places", label=_("Organisation"),
            help_text=_("Code, or words of the name. The role holds there and for everything below."))
        self.order_fields(self.field_order)

    @property
    def places(self) -> Any:
        field = self.fields["organisation"]
        assert isinstance(field, OrganisationField)
        return field.offered()


class DatesForm(EditForm):
    """First and last day of a role that is held."""

    starts_on, ends_on = _first_day(), _last_day()
    field_order = ("starts_on", "ends_on", "reason")

    def __init__(self, *args: Any, saved: RoleRow, **kwargs: Any) -> None:
        days = {name: day.isoformat() if day else "" for name, day in (("starts_on", saved.starts_on), ("ends_on", saved.ends_on))}
        kwargs["initial"] = {**days, "edit_version": saved.edit_version}
        super().__init__(*args, **kwargs)
        self.remember()

    def shown(self, name: str, value: Any) -> str:
        try:
            return formats.date(dt.date.fromisoformat(str(value)))
        except ValueError:
            return super().shown(name, value)


class EndForm(ActForm):
    """Why a role ends now."""

    def __init__(self, *args: Any, saved: RoleRow, **kwargs: Any) -> None:
        days = ((_("First day"), saved.starts_on), (_("Last day"), saved.ends_on))
        super().__init__(*args, facts={label: formats.date(day) if day else "" for label, day in days},
                         edit_version=saved.edit_version, **kwargs)
        self.fields["reason"].required = True
        self.remember()


class PersonForm(EditForm):
    """Names, e-mail and language of a person."""

    name_kk = forms.CharField(label=pgettext_lazy("of a person", "Name in Kazakh"), required=False, max_length=NAME_LENGTH)
    name_ru = forms.CharField(label=pgettext_lazy("of a person", "Name in Russian"), required=False, max_length=NAME_LENGTH)
    name_en = forms.CharField(label=pgettext_lazy("of a person", "Name in English"), required=False, max_length=NAME_LENGTH)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254,
                             help_text=gettext_lazy("Another address ends every session of the person."))
    field_order = ("name_kk", "name_ru", "name_en", "email", "language", "reason")

    def __init__(self, *args: Any, saved: PersonDetail, **kwargs: Any) -> None:
        kwargs["initial"] = {**text_initial("name", saved.name), "email": saved.email, "language": saved.language,
                             "edit_version": saved.edit_version}
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=list(language_names().items()))
        self.order_fields(self.field_order)
        self.remember()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(clean_text(cleaned.get(f"name_{one}", "")) for one in LANGUAGES):
            self.add_error("name_kk", _("Write the name in at least one language."))
        return cleaned

    def name(self) -> LocalisedText:
        return text_cleaned(self.cleaned_data, "name")


class InviteForm(RoleForm):
    """Who is invited: one a line, the e-mail first and the name after a comma, a semicolon or a tab."""

    people = forms.CharField(label=gettext_lazy("People"), max_length=100_000, strip=False, widget=forms.Textarea({
        "rows": 5, "spellcheck": "false", "placeholder": "aigerim@university.example, Aigerim Ospanova"}),
        help_text=gettext_lazy("One a line: e-mail, then the name. Paste two columns of a spreadsheet, up to 500 lines."))
    field_order = ("people", "role", "organisation", "starts_on", "ends_on", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
        self.fields["language"] = forms.ChoiceField(label=_("Language of the letter"), choices=list(language_names().items()))
        self.order_fields(self.field_order)

    def guests(self) -> list[Guest]:
        """The lines that are not empty, numbered as they stand."""
        language, found = (get_language() or "kk").split("-")[0], []
        for number, line in enumerate(self.cleaned_data["people"].splitlines(), 1):
            if text := clean_text(line):
                email, *rest = _EMAIL_FIRST.split(text, maxsplit=1)
                name = clean_text(rest[0])[:NAME_LENGTH] if rest else ""
                found.append(Guest(email.strip(), {language: name} if name else {}, number))
        return found


class AcceptForm(forms.Form):
    """What somebody who accepts an invitation says of themselves."""

    name_kk = forms.CharField(label=pgettext_lazy("of a person", "Name in Kazakh"), required=False, max_length=NAME_LENGTH)
    name_ru = forms.CharField(label=pgettext_lazy("of a person", "Name in Russian"), required=False, max_length=NAME_LENGTH)
    name_en = forms.CharField(label=pgettext_lazy("of a person", "Name in English"), required=False, max_length=NAME_LENGTH)
    password = forms.CharField(label=gettext_lazy("Password"), max_length=1024, strip=False,
                               help_text=gettext_lazy("At least 12 characters; several words are easy to keep."),
                               widget=forms.PasswordInput({"autocomplete": "new-password"}))
    again = forms.CharField(label=gettext_lazy("The same password again"), max_length=1024, strip=False,
                            widget=forms.PasswordInput({"autocomplete": "new-password"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=list(language_names().items()))
        self.order_fields(("name_kk", "name_ru", "name_en", "language", "password", "again"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(clean_text(cleaned.get(f"name_{one}", "")) for one in LANGUAGES):
            self.add_error("name_kk", ValidationError(_("Write the name in at least one language.")))
        if {"password", "again"} <= cleaned.keys() and cleaned["password"] != cleaned["again"]:
            self.add_error("again", ValidationError(_("The two passwords differ.")))
        return cleaned

    def name(self) -> LocalisedText:
        return text_cleaned(self.cleaned_data, "name")
