"""A webhook as a form, and a span of time to be sent again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sheber.kit.editing import EditForm
from sheber.spine.integrations import events
from sheber.spine.integrations.queries import WebhookRow
from sheber.spine.organisations.queries import OrganisationRow

from .fields import OrganisationCode

FAMILIES = {"programme": _("Programmes"), "organisation": _("Organisations"), "framework": _("Competence frameworks"),
            "role": _("Roles"), "evidence": _("Evidence"), "file": _("Files")}


class WebhookForm(EditForm):
    """``places``: where the person may read the record of changes, for a new one; ``saved``: the one that is changed."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Which program listens, such as “student portal”."))
    url = forms.CharField(label=_("Address"), max_length=500, help_text=_("Begins with https:// and is reached over the internet."),
                          widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "autocomplete": "off"}))
    events = forms.MultipleChoiceField(label=_("Events"), widget=forms.CheckboxSelectMultiple, error_messages={
        "required": _("Choose at least one event.")})

    def __init__(self, data: Any = None, *, places: Sequence[OrganisationRow] | None = None, saved: WebhookRow | None = None) -> None:
        initial = None if saved is None else {
            "name": saved.name, "url": saved.url, "events": list(saved.events), "edit_version": saved.edit_version}
        super().__init__(data, initial=initial)
        del self.fields["reason"]
        chosen = self.fields["events"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = [(code, label) for _family, _name, members in families() for code, label in members]
        if places is not None:
            self.fields["organisation"] = OrganisationCode(places, label=_("At and below the organisation"), help_text=_(
                "Its code. Whoever may read the record of changes there can see and change the webhook."))
            self.fields["organisation"].initial = places[0].code if places else ""
        self.remember()


class SpanForm(forms.Form):
    """From and to, as days and times of the server's zone."""

    first = forms.DateTimeField(label=_("From"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
                                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    last = forms.DateTimeField(label=_("To"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
                               widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))


def families() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Public events by family: its code, its name, and its members, ``programme.*`` for all of them first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for code, event in sorted(events.known().items()):
        found.setdefault(event.family, [(f"{event.family}.*", str(_("All of these, and those that come later")))]).append(
            (code, str(event.label)))
    return [(family, str(FAMILIES.get(family, family)), members) for family, members in found.items()]
