"""What an export of a table is narrowed by: fields as the table declares them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.exchange.declaring import Exchange, Narrowing, narrowings_of

LONGEST = 80


class NarrowForm(forms.Form):
    """All fields may stay empty. Sent by GET, so that what was chosen stands in the address."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, exchange: Exchange) -> None:
        super().__init__(data, auto_id="narrow-%s")
        self.narrowings = narrowings_of(exchange)
        self.fields = {one.name: _field(one) for one in self.narrowings}

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        for one in self.narrowings:
            if one.people is not None and given.get(one.name):
                people = one.people(given[one.name].replace("\0", ""))
                if people is None:
                    self.add_error(one.name, _("Nobody here knows this code."))
                given[one.name] = people
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes before the first."))
        return given

    def values(self) -> dict[str, Any]:
        """What was filled in, by name."""
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


def narrowed(exchange: Exchange, given: Mapping[str, str]) -> dict[str, Any]:
    """The values of a program. Raises ``DomainError("bad_narrowing")`` with a sentence by each field."""
    form, known = NarrowForm(given, exchange=exchange), {one.name for one in narrowings_of(exchange)}
    form.is_valid()
    fields = {name: [str(one) for one in errors] for name, errors in form.errors.items()}
    fields |= {name: [_("This table cannot be narrowed by this.")] for name in given if name not in known}
    if fields:
        raise DomainError("bad_narrowing", _("The export cannot be narrowed so."), fields=fields)
    return form.values()


def _field(one: Narrowing) -> forms.Field:
    if one.kind == "choice":
        choices = [("", _("Any")), *(one.choices() if one.choices is not None else ())]
        return forms.ChoiceField(label=one.label, required=False, choices=choices, help_text=one.help)
    if one.kind == "date":
        return forms.DateField(label=one.label, required=False, help_text=one.help,
                               widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    return forms.CharField(label=one.label, required=False, max_length=LONGEST, help_text=one.help)
